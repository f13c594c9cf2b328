"""/api/v1/rules/drafts/…/table: a draft's rules as a table for Excel, and an edited one in their place."""

from dataclasses import asdict
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile

from service.accounts.gate import Signed
from service.plain_sheet import XLSX
from service.rulesets.api import Room
from service.rulesets.cells import CellProblem
from service.rulesets.decision_table import RULES, TESTS
from service.rulesets.model import Draft
from service.rulesets.table_exchange import FaultyTableError, rules_of, take_table
from service.rulesets.table_files import csv_of, said_of, workbook_of
from service.web.answers import only

router = APIRouter(prefix="/api/v1/rules/drafts/{identity}/table", tags=["规则"], responses=only(401, 403, 404, 409))

Kind = Literal["xlsx", "csv"]
SheetName = Literal["规则", "测试"]

_MEDIA = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}
_CHOOSE = "一个 .xlsx，或规则和测试两个 .csv"


def sent_table(
    table: Annotated[list[UploadFile], File(default_factory=list, description=_CHOOSE)],
) -> list[tuple[str, bytes]]:
    """The files of a form's field `table`, each with its name; a field left empty is none."""
    return [(file.filename, file.file.read()) for file in table if file.filename]


SentTable = Annotated[list[tuple[str, bytes]], Depends(sent_table)]


def download(draft: Draft, kind: Kind, sheet: SheetName) -> Response:
    """The rules of a draft as a file to keep; a .csv holds one sheet, a workbook all. Raises RefusedError."""
    rulebook = rules_of(draft)
    content = workbook_of(rulebook) if kind == "xlsx" else csv_of(rulebook)[sheet]
    beside = f"-{TESTS}" if kind == "csv" and sheet == TESTS else ""
    name = quote(f"{RULES}-第{draft.revision}稿{beside}.{kind}")
    return Response(
        content, media_type=_MEDIA[kind], headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    )


@router.get(
    "",
    summary="草稿的规则，写成表格",
    response_class=Response,
    responses={200: {"content": {media.partition(";")[0]: {} for media in _MEDIA.values()}}},
)
def table(identity: str, actor: Signed, room: Room, kind: Kind = "xlsx", sheet: SheetName = "规则") -> Response:
    """.xlsx 里规则、测试都有；.csv 一次一张。草稿有错时先要改好。"""
    return download(room.draft(actor, identity), kind, sheet)


@router.put("", summary="用改好的表格换下草稿的规则", responses=only(413, 422))
def take(
    identity: str,
    actor: Signed,
    room: Room,
    sent: SentTable,
    revision: Annotated[int, Form(ge=1, description="您看到的是第几稿；别人先改过就拒绝")],
) -> dict[str, Any]:
    """整个收下，或整个不收：有错时列出每一处在哪一格，草稿不动。"""
    done = take_table(room, actor, identity, sent, revision)
    return {
        "said": said_of(done.changes),
        "age": done.age,
        "changes": list(map(asdict, done.changes)),
        "reminders": list(map(_problem, done.reminders)),
        "draft": asdict(done.draft),
    }


def faulty(error: FaultyTableError) -> dict[str, Any]:
    """What a refused table is answered with, besides the message."""
    return {"message": error.message, "problems": list(map(_problem, error.problems))}


def _problem(problem: CellProblem) -> dict[str, Any]:
    """Sheet, row and column of the cell; line and column inside it."""
    shown = asdict(problem) | {"cell": problem.cell, "sheet": problem.file, "row": problem.line}
    return {name: value for name, value in shown.items() if name not in ("file", "line")}
