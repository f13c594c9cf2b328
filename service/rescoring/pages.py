"""The pages of re-scoring: the list with the two ways to ask for one, and each one's page from columns to report."""

import uuid
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service import clock
from service.accounts.gate import Signed
from service.accounts.model import Actor, Role
from service.errors import InputError, TongbanError
from service.rescoring.api import Room, sent
from service.rescoring.job import Columns
from service.rescoring.request import BESIDE, EARLIER, Part, columns_in
from service.rescoring.tables import SUFFIXES
from service.web.rendering import render
from service.web.upload import received

router = APIRouter(prefix="/rescoring", include_in_schema=False, default_response_class=HTMLResponse)

_A_PAGE = 30
_FACT, _BEFORE = "fact:", "before:"


async def chosen_columns(request: Request) -> Columns:
    """The columns in a form: one field for each thing that a column may be, empty where none is."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str) and value}
    return Columns(
        text=form.get("text", ""),
        facts=_under(form, _FACT),
        before=_under(form, _BEFORE),
        unit=form.get("unit"),
        time=form.get("time"),
        number=form.get("number"),
    )


Chosen = Annotated[Columns, Depends(chosen_columns)]


@router.get("")
def jobs(request: Request, actor: Signed, room: Room, page: int = 1) -> Response:
    """What was asked for, newest first, and how to ask."""
    return _list(request, actor, room, page=page)


@router.post("/files")
async def upload(request: Request, actor: Signed, room: Room) -> Response:
    """Take a file, and go on to its columns."""
    try:
        job = await received(request, room, actor)
    except TongbanError as error:
        return await run_in_threadpool(_list, request, actor, room, error.status, error=error.message)
    return RedirectResponse(f"/rescoring/{job.id}", 303)


@router.post("/archive")
def decide_again(
    request: Request,
    actor: Signed,
    room: Room,
    since: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
    key: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Decide the stored suggestions of some days again."""
    try:
        job = room.decide_again(actor, _day(since), _day(until), key)
    except TongbanError as error:
        return _list(request, actor, room, error.status, error=error.message, since=since, until=until)
    return RedirectResponse(f"/rescoring/{job.id}", 303)


@router.get("/{identity}")
def job(request: Request, identity: str, actor: Signed, room: Room) -> Response:
    """One of them, as far as it is."""
    return _job(request, actor, room, identity)


@router.get("/{identity}/progress")
def progress(request: Request, identity: str, actor: Signed, room: Room) -> Response:
    """Only the part that changes, for the script that looks again and again."""
    return render(request, "_rescoring.html", job=room.get(actor, identity))


@router.post("/{identity}/start")
def start(request: Request, identity: str, actor: Signed, room: Room, chosen: Chosen) -> Response:
    """Start with the columns that the form says."""
    try:
        room.start(actor, identity, chosen)
    except TongbanError as error:
        return _job(request, actor, room, identity, error.status, error=error.message, chosen=chosen)
    return RedirectResponse(f"/rescoring/{identity}", 303)


@router.post("/{identity}/cancel")
def cancel(request: Request, identity: str, actor: Signed, room: Room) -> Response:
    """End it."""
    try:
        room.cancel(actor, identity)
    except TongbanError as error:
        return _job(request, actor, room, identity, error.status, error=error.message)
    return RedirectResponse(f"/rescoring/{identity}", 303)


@router.post("/{identity}/delete")
def delete(request: Request, identity: str, actor: Signed, room: Room) -> Response:
    """Leave nothing of it."""
    try:
        room.delete(actor, identity)
    except TongbanError as error:
        return _job(request, actor, room, identity, error.status, error=error.message)
    return RedirectResponse("/rescoring", 303)


@router.get("/{identity}/files/{part}")
def fetch(identity: str, part: Part, actor: Signed, room: Room) -> Response:
    """The result, or the report."""
    return sent(room, actor, identity, part)


def _list(request: Request, actor: Actor, room: Room, status: int = 200, *, page: int = 1, **more: Any) -> Response:
    total = room.count(actor)
    pages = max(1, -(-total // _A_PAGE))
    page = min(max(page, 1), pages)
    shown = {
        "rows": room.recent(actor, _A_PAGE, (page - 1) * _A_PAGE),
        "total": total,
        "page": page,
        "pages": pages,
        "may_ask": actor.has(Role.DUTY),
        "everybodys": actor.has(Role.ADMIN),
        "suffixes": SUFFIXES,
        "upload_mb": room.settings.upload_mb,
        "today": clock.now().date().isoformat(),
        "key": str(uuid.uuid4()),
    }
    return render(request, "rescoring.html", status, **shown | more)


def _job(request: Request, actor: Actor, room: Room, identity: str, status: int = 200, **more: Any) -> Response:
    job = room.get(actor, identity)
    shown: dict[str, Any] = {"job": job, "facts": room.facts, "earlier": EARLIER, "beside": BESIDE}
    if "columns" in job.parameters:
        shown["chosen"] = columns_in(job.parameters)
    return render(request, "rescoring_job.html", status, **shown | more)


def _under(form: dict[str, str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): value for name, value in form.items() if name.startswith(prefix)}


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise InputError("请填写起止日期，如 2026-01-01") from None
