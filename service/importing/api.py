"""/api/v1/incidents/import: send a table of old incidents, watch, cancel, and fetch the rows that were refused."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from service.accounts.gate import Signed
from service.accounts.model import Actor
from service.errors import InputError
from service.importing.actions import Imports
from service.importing.fields import FIELDS, NEEDED, Columns, guess
from service.jobs.model import Job
from service.plain_sheet import XLSX
from service.rescoring.tables import SUFFIXES
from service.web.answers import only
from service.web.upload import form_with, received

router = APIRouter(prefix="/api/v1/incidents/import", tags=["导入警情"], responses=only(401, 403))

# Where files come in, of a size that is not kept in memory: by a program, by the page.
UPLOADS = ("/api/v1/incidents/import", "/incidents/import")


class RefusedOut(BaseModel):
    """没有收的一行。"""

    row: int = Field(description="原文件的第几行，表头是第 1 行", examples=[12])
    column: str = Field(description="哪一列；整行读不出来则空", examples=["报警时间"])
    value: str = Field(description="那一格是什么，太长的截短", examples=["2026-13-01"])
    reason: str = Field(description="为什么没有收", examples=["读不出是什么时间；应写成 2026-03-01 09:05"])


class OutcomeOut(BaseModel):
    """结果：行数 = 导入的 + 已有的 + 没有收的。"""

    rows: int = Field(description="文件里的行数，不算表头", examples=[1200])
    imported: int = Field(description="导入了多少条", examples=[1150])
    there: int = Field(description="已有的：接警编号或内容以前就有，没有再收", examples=[38])
    refused: int = Field(description="没有收的行数", examples=[12])
    told: list[RefusedOut] = Field(description="没有收的前 50 行；全部在 refused 里下载")
    reasons: dict[str, int] = Field(description="没有收的原因和行数", examples=[{"没有报警时间": 12}])
    file_hash: str = Field(description="文件的 SHA-256，审计里也有")


class ImportOut(BaseModel):
    """一次导入。"""

    id: str = Field(description="编号")
    name: str = Field(description="文件名", examples=["2025年警情.xlsx"])
    unit: str = Field(description="哪个派出所的警情", examples=["柳塘派出所"])
    state: str = Field(description="等待、进行中、完成、失败、已取消", examples=["完成"])
    columns: dict[str, str] = Field(description="哪一项在哪一列", examples=[{"警情描述": "简要案情"}])
    rows: int = Field(description="做到第几行", examples=[1200])
    share: float = Field(description="做了多少，0 到 1", examples=[1.0])
    asked_by: str = Field(description="谁导入的")
    created_at: str = Field(description="何时提交，UTC", examples=["2026-03-02T01:05:00.000Z"])
    ended_at: str | None = Field(description="何时结束，UTC；没有结束则空")
    failure: str = Field(description="没有做完的原因；没有则空")
    result: OutcomeOut | None = Field(description="结果；没有做完则空")


def importing(request: Request) -> Imports:
    """The room that the application opened at its start."""
    room: Imports = request.app.state.importing
    return room


Room = Annotated[Imports, Depends(importing)]


def sent(room: Imports, actor: Actor, identity: str) -> FileResponse:
    """The refused rows, to be kept."""
    path, name = room.refused(actor, identity)
    return FileResponse(path, media_type=XLSX, filename=name)


@router.post(
    "",
    status_code=202,
    summary="导入以前的警情",
    responses=only(413, 422),
    openapi_extra={"requestBody": form_with(SUFFIXES)},
    response_description="已经开始，用编号看进度",
)
async def begin(
    request: Request,
    actor: Signed,
    room: Room,
    unit: Annotated[
        str, Query(max_length=80, description="哪个派出所的警情；民警只有本单位，可以不填", examples=["柳塘派出所"])
    ] = "",
    column: Annotated[
        list[str] | None,
        Query(
            max_length=len(FIELDS),
            description=(
                f"哪一项在哪一列，写成 项=列，不写的按列名认；项：{'、'.join(FIELDS)}。必有：{'、'.join(NEEDED)}"
            ),
            examples=[["警情描述=处警情况"]],
        ),
    ] = None,
) -> ImportOut:
    """收下一个表格并开始导入，每行一件警情，登记在那个派出所。

    同一个接警编号（没有编号的看时间、地址、描述和人员）只收一次，同一份文件再导一次不会多出来。
    不能收的行不影响别的行，写明是哪一行、哪一列、是什么、为什么。
    """
    chosen = _named(column or ())
    job = await received(request, room, actor)
    try:
        asked: Any = job.parameters
        columns = guess(asked["names"], chosen)
        # What is named and can't be is left in, so that it is told.
        return shown(await run_in_threadpool(room.start, actor, job.id, {**columns, **chosen}, unit))
    except BaseException:
        room.delete(actor, job.id)
        raise


@router.get("/{identity}", summary="看一次导入", responses=only(404))
def status(identity: str, actor: Signed, room: Room) -> ImportOut:
    """做到哪里，结果如何。民警看自己的，管理员看全部。"""
    return shown(room.get(actor, identity))


@router.post("/{identity}/cancel", summary="取消一次导入", responses=only(404, 409))
def cancel(identity: str, actor: Signed, room: Room) -> ImportOut:
    """在做的两秒内停下；已经导入的不撤回，同一份文件再导一次就接着收剩下的。"""
    return shown(room.cancel(actor, identity))


@router.get(
    "/{identity}/refused",
    summary="下载没有收的行",
    response_class=Response,
    responses={200: {"content": {XLSX: {}}}, **only(404, 409)},
)
def refused(identity: str, actor: Signed, room: Room) -> Response:
    """一个 xlsx：原文件的各列，前面加上行号、哪一列、是什么、原因；改好可以再导入。"""
    return sent(room, actor, identity)


def shown(job: Job) -> ImportOut:
    """A job as it is answered."""
    asked: Any = job.parameters
    return ImportOut(
        id=job.id,
        name=asked["name"],
        unit=asked.get("unit", ""),
        state=job.state.value,
        columns=asked["columns"],
        rows=job.progress.rows,
        share=job.progress.share,
        asked_by=job.asked_by_name,
        created_at=job.created_at,
        ended_at=job.ended_at,
        failure=job.failure,
        result=OutcomeOut.model_validate(job.result) if job.result else None,
    )


def _named(typed: Sequence[str]) -> Columns:
    named = {}
    for one in typed:
        field, sign, name = one.partition("=")
        if not sign:
            raise InputError(f"column 要写成 项=列，实际是“{one}”")
        named[field.strip()] = name.strip()
    return named
