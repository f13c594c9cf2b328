"""The pages of an administrator: the accounts, and one account with its roles, password and API keys."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.accounts.actions import Accounts
from service.accounts.api import Book
from service.accounts.gate import Signed
from service.accounts.model import Actor, Role
from service.errors import InputError
from service.units.api import Organisation, Rota, stand_ins, units
from service.units.model import Post
from service.web.forms import day_of
from service.web.rendering import render

router = APIRouter(prefix="/accounts", include_in_schema=False, default_response_class=HTMLResponse)


Words = Annotated[str, Form()]
Roles = Annotated[list[str] | None, Form()]


@router.get("")
def everybody(request: Request, actor: Signed, book: Book) -> Response:
    """All accounts, and the form for a new one."""
    return _list(request, actor, book)


@router.post("")
def create(
    request: Request,
    actor: Signed,
    book: Book,
    login: Words = "",
    name: Words = "",
    password: Words = "",
    roles: Roles = None,
) -> Response:
    """A new account."""
    try:
        made = book.create(actor, login, name, roles or [], password)
    except InputError as error:
        typed = {"login": login, "name": name, "roles": roles or []}
        return _list(request, actor, book, error.status, error=error.message, typed=typed)
    return RedirectResponse(f"/accounts/{made.id}?done=created", 303)


@router.get("/{identity}")
def one(request: Request, identity: str, actor: Signed, book: Book) -> Response:
    """One account."""
    return _one(request, actor, book, identity)


@router.post("/{identity}")
def change(
    request: Request, identity: str, actor: Signed, book: Book, name: Words = "", roles: Roles = None
) -> Response:
    """Another name, other roles."""
    return _tried(request, actor, book, identity, lambda: book.change(actor, identity, name=name, roles=roles or []))


@router.post("/{identity}/enabled")
def enable(request: Request, identity: str, actor: Signed, book: Book, enabled: Words = "") -> Response:
    """Disable, or enable again."""
    return _tried(request, actor, book, identity, lambda: book.change(actor, identity, enabled=enabled == "yes"))


@router.post("/{identity}/password")
def reset_password(request: Request, identity: str, actor: Signed, book: Book, password: Words = "") -> Response:
    """A password that the holder must change."""
    return _tried(request, actor, book, identity, lambda: book.reset_password(actor, identity, password))


@router.post("/{identity}/keys")
def create_key(
    request: Request,
    identity: str,
    actor: Signed,
    book: Book,
    name: Words = "",
    roles: Roles = None,
    last_day: Words = "",
) -> Response:
    """A new API key, shown on this answer only."""
    try:
        key, words = book.create_key(
            actor, identity, name, roles or [], day_of(last_day, "有效期") if last_day.strip() else None
        )
    except InputError as error:
        return _one(request, actor, book, identity, error.status, error=error.message)
    return _one(request, actor, book, identity, new_key=words, new_key_name=key.name)


@router.post("/{identity}/keys/{key}/revoke")
def revoke_key(request: Request, identity: str, key: str, actor: Signed, book: Book) -> Response:
    """An API key is good no more."""
    return _tried(request, actor, book, identity, lambda: book.revoke_key(actor, identity, key))


@router.post("/{identity}/unit")
def place(
    request: Request,
    identity: str,
    actor: Signed,
    book: Book,
    organisation: Organisation,
    unit_id: Words = "",
    post: Words = "",
) -> Response:
    """Another unit or post, or none."""

    def placed() -> None:
        if unit_id:
            organisation.place(actor, identity, unit_id, post)
        elif organisation.member(actor, identity):
            organisation.remove(actor, identity)

    return _tried(request, actor, book, identity, placed)


@router.post("/{identity}/stand-ins")
def name_stand_in(
    request: Request,
    identity: str,
    actor: Signed,
    book: Book,
    rota: Rota,
    stand_in_id: Words = "",
    first_day: Words = "",
    last_day: Words = "",
) -> Response:
    """Let somebody stand in for the account."""
    return _tried(
        request,
        actor,
        book,
        identity,
        lambda: rota.name(actor, stand_in_id, day_of(first_day, "第一天"), day_of(last_day, "最后一天"), identity),
    )


@router.post("/{identity}/stand-ins/{stand_in}/end")
def end_stand_in(request: Request, identity: str, stand_in: str, actor: Signed, book: Book, rota: Rota) -> Response:
    """Somebody stands in no longer."""
    return _tried(request, actor, book, identity, lambda: rota.end(actor, stand_in))


def _tried(request: Request, actor: Actor, book: Accounts, identity: str, change: Callable[[], object]) -> Response:
    try:
        change()
    except InputError as error:
        return _one(request, actor, book, identity, error.status, error=error.message)
    return RedirectResponse(f"/accounts/{identity}?done=changed", 303)


def _list(request: Request, actor: Actor, book: Accounts, status: int = 200, **more: Any) -> Response:
    return render(request, "accounts.html", status, accounts=book.all(actor), all_roles=list(Role), **more)


def _one(request: Request, actor: Actor, book: Accounts, identity: str, status: int = 200, **more: Any) -> Response:
    account, keys = book.find(actor, identity), book.keys(actor, identity)
    organisation, rota = units(request), stand_ins(request)
    shown = {
        "account": account,
        "keys": keys,
        "all_roles": list(Role),
        "units": list(organisation.tree(actor).walk()),
        "member": organisation.member(actor, identity),
        "posts": list(Post),
        "standings": rota.of(actor, account.id),
        "able": rota.able(actor, account.id),
    }
    return render(request, "accounts_one.html", status, **shown, **more)
