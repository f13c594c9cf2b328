"""The pages 外发通知, for 管理员: where messengers are told, and how that went."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.accounts.gate import Signed
from service.accounts.model import Actor
from service.cases.life import Act
from service.errors import InputError
from service.units.api import Organisation
from service.web.rendering import render
from service.webhooks.actions import Webhooks
from service.webhooks.api import Hooks

router = APIRouter(prefix="/webhooks", include_in_schema=False, default_response_class=HTMLResponse)

Words = Annotated[str, Form()]
Acts = Annotated[list[str] | None, Form()]


@router.get("")
def everything(request: Request, actor: Signed, hooks: Hooks, organisation: Organisation) -> Response:
    """All, and the form for a new one."""
    return _all(request, actor, hooks, organisation)


@router.post("")
def add(
    request: Request,
    actor: Signed,
    hooks: Hooks,
    organisation: Organisation,
    unit_id: Words = "",
    url: Words = "",
    acts: Acts = None,
) -> Response:
    """A new one; its secret is shown this once."""
    try:
        made = hooks.add(actor, unit_id, url, acts or [])
    except InputError as error:
        typed = {"unit_id": unit_id, "url": url, "acts": acts or []}
        return _all(request, actor, hooks, organisation, error.status, error=error.message, typed=typed)
    return _all(request, actor, hooks, organisation, made=made)


@router.get("/{identity}")
def one(request: Request, identity: str, actor: Signed, hooks: Hooks) -> Response:
    """One, to be changed, with its latest deliveries."""
    return _one(request, actor, hooks, identity)


@router.post("/{identity}")
def change(
    request: Request, identity: str, actor: Signed, hooks: Hooks, url: Words = "", acts: Acts = None
) -> Response:
    """Another address, other acts."""
    try:
        hooks.change(actor, identity, url=url, acts=acts or [])
    except InputError as error:
        typed = {"url": url, "acts": acts or []}
        return _one(request, actor, hooks, identity, error.status, error=error.message, typed=typed)
    return RedirectResponse(f"/webhooks/{identity}?done=changed", 303)


@router.post("/{identity}/enabled")
def enable(identity: str, actor: Signed, hooks: Hooks, enabled: Words = "") -> Response:
    """Disable, or enable again."""
    hooks.change(actor, identity, enabled=enabled == "yes")
    return RedirectResponse(f"/webhooks/{identity}?done=changed", 303)


@router.post("/{identity}/again")
def again(identity: str, actor: Signed, hooks: Hooks) -> Response:
    """Send once more whatever was given up."""
    hooks.again(actor, identity)
    return RedirectResponse(f"/webhooks/{identity}?done=again", 303)


def _all(
    request: Request, actor: Actor, hooks: Webhooks, organisation: Organisation, status: int = 200, **more: Any
) -> Response:
    known = hooks.all(actor)
    units = [(depth, unit) for depth, unit in organisation.tree(actor).walk() if unit.enabled]
    return render(request, "webhooks.html", status, hooks=known, units=units, all_acts=list(Act), **more)


def _one(request: Request, actor: Actor, hooks: Webhooks, identity: str, status: int = 200, **more: Any) -> Response:
    shown, deliveries = hooks.find(actor, identity)
    return render(request, "webhooks_one.html", status, shown=shown, deliveries=deliveries, all_acts=list(Act), **more)
