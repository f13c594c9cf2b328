"""The page of who did what: newest first, by person and by action."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from service.accounts.gate import Signed
from service.audit.actions import Trail
from service.audit.model import Action
from service.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_A_PAGE = 50


def trail(request: Request) -> Trail:
    """The chain that the application opened at its start."""
    opened: Trail = request.app.state.trail
    return opened


@router.get("/audit")
def entries(
    request: Request,
    actor: Signed,
    trail: Annotated[Trail, Depends(trail)],
    person: str = "",
    action: str = "",
    page: int = 1,
) -> Response:
    """Entries, newest first; a page beyond the last is the last."""
    total = trail.read(actor, 0, person=person, action=action).total
    pages = max(1, -(-total // _A_PAGE))
    page = min(max(page, 1), pages)
    found = trail.read(actor, _A_PAGE, (page - 1) * _A_PAGE, person=person, action=action)
    chosen = {"actions": list(Action), "person": person, "action": action}
    return render(request, "audit.html", found=found, page=page, pages=pages, chosen=chosen)
