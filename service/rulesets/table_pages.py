"""The part of a draft's page that gives its rules as a table for Excel, and takes an edited one."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from service.accounts.gate import Signed
from service.accounts.model import Actor
from service.errors import RefusedError, TongbanError
from service.rulesets.api import Room
from service.rulesets.pages import Revision, Sent, draft_page
from service.rulesets.table_api import Kind, SentTable, SheetName, download
from service.rulesets.table_exchange import FaultyTableError, take_table
from service.rulesets.table_files import said_of

router = APIRouter(prefix="/rules/drafts/{identity}", include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/table.xlsx")
def workbook(request: Request, identity: str, actor: Signed, room: Room) -> Response:
    """What was saved last, as one file for Excel."""
    return _download(request, identity, actor, room, "xlsx", "规则")


@router.get("/table.csv")
def csv(request: Request, identity: str, actor: Signed, room: Room, sheet: SheetName = "规则") -> Response:
    """What was saved last, one of the two sheets."""
    return _download(request, identity, actor, room, "csv", sheet)


@router.post("/table")
def take(
    request: Request,
    identity: str,
    actor: Signed,
    room: Room,
    sent: SentTable,
    files: Sent,
    revision: Revision,
    note: Annotated[str | None, Form()] = None,
) -> Response:
    """Put the rules of an edited table in place of the draft's, unless the page holds what was not saved."""
    try:
        if files and files != room.draft(actor, identity).files:
            raise RefusedError("页面上有还没保存的改动，传表格会丢掉它们；请先保存，再传")
        done = take_table(room, actor, identity, sent, revision, note)
    except TongbanError as error:
        shown: dict[str, Any] = {"files": files} if files else {}
        shown |= {} if note is None else {"note": note}
        faults = error.problems if isinstance(error, FaultyTableError) else ()
        found = room.draft(actor, identity)
        return draft_page(request, room, found, error.status, table_error=error.message, cell_problems=faults, **shown)
    return draft_page(
        request, room, done.draft, exchange=done, exchanged=said_of(done.changes), cell_problems=done.reminders
    )


def _download(request: Request, identity: str, actor: Actor, room: Room, kind: Kind, sheet: SheetName) -> Response:
    found = room.draft(actor, identity)
    try:
        return download(found, kind, sheet)
    except TongbanError as error:
        return draft_page(request, room, found, error.status, table_error=error.message)
