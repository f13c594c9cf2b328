"""The pages of importing: the list with the way to begin, and each import from its columns to what came of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.accounts.gate import Signed
from service.accounts.model import Actor, Role
from service.errors import TongbanError
from service.importing.api import Room, sent
from service.importing.fields import ABOUT, NEEDED, OF_INCIDENTS, PEOPLE
from service.importing.model import Old
from service.jobs.model import State
from service.rescoring.tables import SUFFIXES
from service.web.rendering import render
from service.web.upload import received

router = APIRouter(prefix="/incidents/import", include_in_schema=False, default_response_class=HTMLResponse)

_A_PAGE = 30
_COLUMN = "column:"


async def typed(request: Request) -> dict[str, str]:
    """The fields of a form that are filled in."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str) and value}


Typed = Annotated[dict[str, str], Depends(typed)]


@router.get("")
def imports(request: Request, actor: Signed, room: Room, page: int = 1) -> Response:
    """What was imported, newest first, and how to begin."""
    return _list(request, actor, room, page=page)


@router.post("")
async def upload(request: Request, actor: Signed, room: Room) -> Response:
    """Take a file, and go on to its columns."""
    try:
        job = await received(request, room, actor)
    except TongbanError as error:
        return await run_in_threadpool(_list, request, actor, room, error.status, error=error.message)
    return RedirectResponse(f"/incidents/import/{job.id}", 303)


@router.get("/{identity}")
def one(request: Request, identity: str, actor: Signed, room: Room) -> Response:
    """One of them, as far as it is."""
    return _one(request, actor, room, identity)


@router.get("/{identity}/progress")
def progress(request: Request, identity: str, actor: Signed, room: Room) -> Response:
    """Only the part that changes, for the script that looks again and again."""
    return render(request, "_import.html", job=room.get(actor, identity))


@router.post("/{identity}/start")
def start(request: Request, identity: str, actor: Signed, room: Room, form: Typed) -> Response:
    """Start with the columns that the form says; or show how the first rows would be read under them."""
    chosen = {name.removeprefix(_COLUMN): value for name, value in form.items() if name.startswith(_COLUMN)}
    unit = form.get("unit", "")
    if form.get("do") == "look":
        return _one(request, actor, room, identity, chosen=chosen, unit=unit)
    try:
        room.start(actor, identity, chosen, unit)
    except TongbanError as error:
        return _one(request, actor, room, identity, error.status, error=error.message, chosen=chosen, unit=unit)
    return RedirectResponse(f"/incidents/import/{identity}", 303)


@router.post("/{identity}/cancel")
def cancel(request: Request, identity: str, actor: Signed, room: Room) -> Response:
    """End it."""
    try:
        room.cancel(actor, identity)
    except TongbanError as error:
        return _one(request, actor, room, identity, error.status, error=error.message)
    return RedirectResponse(f"/incidents/import/{identity}", 303)


@router.post("/{identity}/delete")
def delete(request: Request, identity: str, actor: Signed, room: Room) -> Response:
    """Leave nothing of it but what was imported."""
    try:
        room.delete(actor, identity)
    except TongbanError as error:
        return _one(request, actor, room, identity, error.status, error=error.message)
    return RedirectResponse("/incidents/import", 303)


@router.get("/{identity}/refused")
def refused(identity: str, actor: Signed, room: Room) -> Response:
    """The refused rows."""
    return sent(room, actor, identity)


def _list(request: Request, actor: Actor, room: Room, status: int = 200, *, page: int = 1, **more: Any) -> Response:
    units = room.units(actor)
    total = room.count(actor)
    pages = max(1, -(-total // _A_PAGE))
    page = min(max(page, 1), pages)
    shown = {
        "rows": room.recent(actor, _A_PAGE, (page - 1) * _A_PAGE),
        "total": total,
        "page": page,
        "pages": pages,
        "units": units,
        "everybodys": actor.has(Role.ADMIN),
        "suffixes": SUFFIXES,
        "upload_mb": room.settings.upload_mb,
    }
    return render(request, "imports.html", status, **shown | more)


def _one(request: Request, actor: Actor, room: Room, identity: str, status: int = 200, **more: Any) -> Response:
    job = room.get(actor, identity)
    shown: dict[str, Any] = {"job": job, "of_incidents": OF_INCIDENTS, "people": PEOPLE, "about": ABOUT}
    if job.state is State.PREPARED:
        chosen = more.setdefault("chosen", job.parameters["columns"])
        shown |= {"units": room.units(actor), "needed": NEEDED, "missing": [one for one in NEEDED if one not in chosen]}
        if not shown["missing"]:
            shown["first"] = [(isinstance(row, Old), row) for row in room.first_rows(job, chosen)]
    return render(request, "import.html", status, **shown | more)
