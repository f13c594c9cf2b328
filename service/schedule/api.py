"""/api/v1/notices, /daily and /weekly: what somebody is told, and who owed and gave which report."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from service.accounts.gate import Signed
from service.schedule.inbox import Inbox
from service.schedule.lists import Compliance, Lists
from service.schedule.store import Notice
from service.web.answers import only

router = APIRouter(prefix="/api/v1", tags=["消息与日清周结"], responses=only(401))

_A_PAGE = 100


class NoticeOut(BaseModel):
    """一条消息。"""

    id: str = Field(description="编号")
    kind: str = Field(description="因为什么：轨迹的种类，或 周结、外发通知")
    words: str = Field(description="内容，不含个人信息")
    case_id: str = Field(description="档案的编号；不关某一份档案时为空")
    made_at: str = Field(description="时间")
    read_at: str | None = Field(description="何时标为已读")


class NoticesOut(BaseModel):
    """消息，未读的在前。"""

    unread: int = Field(description="未读多少条")
    notices: list[NoticeOut] = Field(description="这一页")


class ReadOut(BaseModel):
    """标为已读的结果。"""

    read: int = Field(description="这次标了多少条；本来已读的不算")


class ComplianceOut(BaseModel):
    """反馈的情况。"""

    owed: int = Field(description="应反馈")
    on_time: int = Field(description="按时")
    late: int = Field(description="迟报：过了日清的时间、当天补上")
    missing: int = Field(description="漏报")


class ReportOut(BaseModel):
    """一份应做的反馈。"""

    case_id: str = Field(description="档案编号")
    case_number: str = Field(description="档案号")
    colour: str = Field(description="当天早上的预警颜色")
    given: str = Field(description="待反馈、按时、迟报、漏报")


class UnitDayOut(BaseModel):
    """一个单位的日清。"""

    unit_id: str = Field(description="单位编号")
    unit: str = Field(description="单位")
    compliance: ComplianceOut
    reports: list[ReportOut]


class LeftOut(BaseModel):
    """一份没有真正办结的档案。"""

    case_id: str = Field(description="档案编号")
    case_number: str = Field(description="档案号")
    colour: str = Field(description="预警颜色")
    state: str = Field(description="状态")
    days: int = Field(description="建档以来多少天")
    overdue: list[str] = Field(description="哪些已经逾期")


class UnitWeekOut(BaseModel):
    """一个单位的周结。"""

    unit_id: str = Field(description="单位编号")
    unit: str = Field(description="单位")
    left: list[LeftOut] = Field(description="没有真正办结的，颜色重的、时间久的在前")
    compliance: dict[str, ComplianceOut] = Field(description="最近几周的反馈情况，如 2026-W10")


def inbox(request: Request) -> Inbox:
    """The inbox that the application opened at its start."""
    opened: Inbox = request.app.state.inbox
    return opened


def lists(request: Request) -> Lists:
    """The lists that the application opened at its start."""
    opened: Lists = request.app.state.lists
    return opened


Messages = Annotated[Inbox, Depends(inbox)]
Rounds = Annotated[Lists, Depends(lists)]


@router.get("/notices", summary="我的消息", responses=only(422))
def notices(
    actor: Signed,
    inbox: Messages,
    unread: Annotated[bool, Query(description="只要未读的")] = False,
    offset: Annotated[int, Query(ge=0, le=1_000_000, description="跳过多少条")] = 0,
) -> NoticesOut:
    """一次最多 100 条。代班期间，看得到所代的人的消息。"""
    found = inbox.notices(actor, _A_PAGE, offset, unread=unread)
    return NoticesOut(unread=inbox.unread(actor), notices=list(map(_notice, found)))


@router.post("/notices/read", summary="全部标为已读")
def read_all(actor: Signed, inbox: Messages) -> ReadOut:
    """自己的和所代的人的。"""
    return ReadOut(read=inbox.read(actor))


@router.post("/notices/{identity}/read", summary="标为已读", responses=only(404))
def read(identity: str, actor: Signed, inbox: Messages) -> ReadOut:
    """再标一次也不算错。"""
    return ReadOut(read=inbox.read(actor, identity))


@router.get("/daily", summary="日清", responses=only(403, 422))
def daily(
    actor: Signed, lists: Rounds, day: Annotated[date | None, Query(description="哪一天；不填是今天")] = None
) -> list[UnitDayOut]:
    """各单位当天应反馈、已反馈、漏报的档案；只有看得到的单位。"""
    return [
        UnitDayOut(
            unit_id=unit.unit_id,
            unit=unit.name,
            compliance=_compliance(unit.compliance),
            reports=[
                ReportOut(case_id=one.case.id, case_number=one.case.number, colour=one.colour, given=one.given)
                for one in unit.owed
            ],
        )
        for unit in lists.daily(actor, day or lists.today()).units
    ]


@router.get("/weekly", summary="周结", responses=only(403, 422))
def weekly(
    actor: Signed, lists: Rounds, day: Annotated[date | None, Query(description="哪一天所在的周；不填是本周")] = None
) -> list[UnitWeekOut]:
    """各单位没有真正办结的档案，和最近几周的反馈情况；只有看得到的单位。"""
    found = lists.weekly(actor, day or lists.today())
    return [
        UnitWeekOut(
            unit_id=unit.unit_id,
            unit=unit.name,
            left=[
                LeftOut(
                    case_id=one.case.id,
                    case_number=one.case.number,
                    colour=one.case.colour,
                    state=one.case.state,
                    days=one.days,
                    overdue=[late.what for late in one.overdue],
                )
                for one in unit.left
            ],
            compliance=dict(zip(found.weeks, map(_compliance, unit.weeks), strict=True)),
        )
        for unit in found.units
    ]


def _notice(one: Notice) -> NoticeOut:
    return NoticeOut(
        id=one.id, kind=one.kind, words=one.words, case_id=one.case_id, made_at=one.made_at, read_at=one.read_at
    )


def _compliance(one: Compliance) -> ComplianceOut:
    return ComplianceOut(owed=one.owed, on_time=one.on_time, late=one.late, missing=one.missing)
