"""The page 到期清除: what is due, what was proposed and by whom, and the two steps of erasing it."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.accounts.gate import Signed
from service.accounts.model import Actor
from service.errors import NotFoundError, TongbanError
from service.retention.actions import MOST_COUNTED, MOST_SHOWN, Erasing
from service.web.rendering import render

router = APIRouter(prefix="/retention", include_in_schema=False, default_response_class=HTMLResponse)

Words = Annotated[str, Form()]
_DONE = {"proposed": "提出了，等领导确认", "erased": "确认了，已经清除", "kept": "答复了，不清除"}


def _erasing(request: Request) -> Erasing:
    opened: Erasing = request.app.state.erasing
    return opened


@router.get("")
def everything(request: Request, actor: Signed, done: str = "") -> Response:
    """What is due and what was asked for."""
    return _page(request, actor, done=_DONE.get(done, ""))


@router.post("")
def propose(request: Request, actor: Signed, kind: Words = "", case_id: Words = "", reason: Words = "") -> Response:
    """The first of two persons."""
    try:
        _erasing(request).propose(actor, kind, case_id, reason.replace("\r\n", "\n"))
    except NotFoundError:
        raise
    except TongbanError as error:
        return _page(request, actor, error.status, error=error.message, typed=reason)
    return RedirectResponse("/retention?done=proposed", 303)


@router.post("/{identity}")
def answer(request: Request, identity: str, actor: Signed, agreed: Words = "", reason: Words = "") -> Response:
    """The second person; what is agreed to is erased at once."""
    try:
        _erasing(request).answer(actor, identity, reason.replace("\r\n", "\n"), agreed=agreed == "yes")
    except NotFoundError:
        raise
    except TongbanError as error:
        return _page(request, actor, error.status, error=error.message)
    return RedirectResponse(f"/retention?done={'erased' if agreed == 'yes' else 'kept'}", 303)


def _page(request: Request, actor: Actor, status: int = 200, **more: Any) -> Response:
    erasing = _erasing(request)
    context = {
        "listing": erasing.listing(actor),
        "retention": erasing.retention,
        "most": MOST_SHOWN,
        "most_counted": MOST_COUNTED,
    }
    return render(request, "retention.html", status, **context, **more)
