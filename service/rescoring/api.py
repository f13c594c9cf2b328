"""/api/v1/rescoring: take a file, start, watch, cancel, fetch and delete; days of the archive; a record's history."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from service.accounts.gate import Signed
from service.accounts.model import Actor
from service.intake.api import Desk
from service.jobs.model import Job
from service.plain_sheet import XLSX
from service.rescoring.actions import Rescoring
from service.rescoring.job import Columns
from service.rescoring.request import EARLIER, Part
from service.rescoring.tables import SUFFIXES
from service.web.answers import only
from service.web.upload import form_with, received

router = APIRouter(prefix="/api/v1", tags=["重新研判"], responses=only(401, 403))

# Where files come in, of a size that is not kept in memory: by a program, by the page.
UPLOADS = ("/api/v1/rescoring/files", "/rescoring/files")

# A report brings its own style and no script; opened in the browser it may do nothing else.
_REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
_MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".xlsx": XLSX,
    ".csv": "text/csv; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
    ".jsonl": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
}


class ColumnsIn(BaseModel):
    """哪一列是什么。"""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description="警情描述在哪一列")
    facts: dict[str, str] = Field(default_factory=dict, max_length=50, description="已知的事实 → 列名")
    before: dict[str, str] = Field(
        default_factory=dict, max_length=4, description=f"原来的决定 → 列名，用来比较变化；可选：{'、'.join(EARLIER)}"
    )
    unit: str | None = Field(default=None, description="单位在哪一列，报告按它分")
    time: str | None = Field(default=None, description="时间在哪一列，报告按月分")
    number: str | None = Field(default=None, description="编号在哪一列，报告引用它")

    def columns(self) -> Columns:
        """As the rest knows it."""
        return Columns(**self.model_dump())


class WindowIn(BaseModel):
    """存档的哪一段，起止两天都算在内。"""

    model_config = ConfigDict(extra="forbid")

    since: date = Field(description="从哪一天，如 2026-01-01")
    until: date = Field(description="到哪一天")
    key: str = Field(default="", max_length=100, description="提交号：同一个号再提交一次，还是同一项任务")


def rescoring(request: Request) -> Rescoring:
    """The room that the application opened at its start."""
    room: Rescoring = request.app.state.rescoring
    return room


Room = Annotated[Rescoring, Depends(rescoring)]


def sent(room: Rescoring, actor: Actor, identity: str, part: Part) -> FileResponse:
    """A file of a finished job, to be kept; the report's page, to be read."""
    path, name = room.fetch(actor, identity, part)
    answer = FileResponse(path, media_type=_MEDIA.get(path.suffix, "application/octet-stream"))
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    if part == "report.html":
        answer.headers["Content-Disposition"] = "inline"
        answer.headers["Content-Security-Policy"] = _REPORT_POLICY
    return answer


@router.post(
    "/rescoring/files",
    status_code=201,
    summary="上传要重新研判的文件",
    responses=only(413, 422),
    openapi_extra={"requestBody": form_with(SUFFIXES)},
)
async def upload(request: Request, actor: Signed, room: Room) -> dict[str, Any]:
    """收下一个表格，回答有哪些列、猜哪一列是什么；看过再用 start 开始。"""
    return shown(await received(request, room, actor))


@router.post("/rescoring/archive", status_code=201, summary="重新研判存档的一段", responses=only(409, 413, 422))
def decide_again(window: WindowIn, actor: Signed, room: Room) -> dict[str, Any]:
    """存档的建议按当时的描述和已知事实，用现在的模型和规则再判一次；新结果另存，原建议不动。"""
    return shown(room.decide_again(actor, window.since, window.until, window.key))


@router.get("/rescoring", summary="重新研判的任务")
def jobs(
    actor: Signed,
    room: Room,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> dict[str, Any]:
    """新的在前；管理员看到全部，其他人看到自己的。"""
    return {"items": list(map(shown, room.recent(actor, limit, offset))), "total": room.count(actor)}


@router.get("/rescoring/{identity}", summary="看一项任务", responses=only(404))
def job(identity: str, actor: Signed, room: Room) -> dict[str, Any]:
    """做到哪里，结果如何。"""
    return shown(room.get(actor, identity))


@router.post("/rescoring/{identity}/start", summary="确认各列并开始", responses=only(404, 409, 413, 422))
def start(identity: str, columns: ColumnsIn, actor: Signed, room: Room) -> dict[str, Any]:
    """上传的文件，确认哪一列是什么以后才开始。"""
    return shown(room.start(actor, identity, columns.columns()))


@router.post("/rescoring/{identity}/cancel", summary="取消", responses=only(404, 409))
def cancel(identity: str, actor: Signed, room: Room) -> dict[str, Any]:
    """在做的两秒内停下。"""
    return shown(room.cancel(actor, identity))


@router.delete("/rescoring/{identity}", status_code=204, summary="删除任务和它的文件", responses=only(404, 409))
def delete(identity: str, actor: Signed, room: Room) -> Response:
    """没做完的先取消。存档的研判历史不删。"""
    room.delete(actor, identity)
    return Response(status_code=204)


@router.get(
    "/rescoring/{identity}/files/{part}",
    summary="取结果或变化报告",
    response_class=Response,
    responses={200: {"content": {media.partition(";")[0]: {} for media in _MEDIA.values()}}, **only(404, 409)},
)
def fetch(identity: str, part: Part, actor: Signed, room: Room) -> Response:
    """result 是结果，格式同上传的文件（存档是 .csv）；report.html、report.xlsx 是变化报告。"""
    return sent(room, actor, identity, part)


@router.get("/suggestions/{identity}/rescored", summary="一条建议的研判历史", responses=only(404))
def history(identity: str, actor: Signed, desk: Desk, room: Room) -> dict[str, Any]:
    """后来重新研判的结果，旧的在前；原建议不在其中。"""
    return {"items": list(map(asdict, room.history(actor, desk.find(actor, identity).id)))}


def shown(job: Job) -> dict[str, Any]:
    """A job as JSON."""
    asked: Any = job.parameters
    return {
        "id": job.id,
        "kind": job.kind,
        "name": asked["name"],
        "state": job.state.value,
        "progress": asdict(job.progress),
        "asked_by": job.asked_by_name,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "columns": asked.get("columns"),
        "names": asked.get("names"),
        "failure": job.failure,
        "result": job.result,
    }
