"""/api/v1/statistics: the figures of the dashboard for other programs of the town."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from service import clock
from service.accounts.gate import Signed
from service.statistics.actions import Statistics
from service.statistics.model import Figures, Group, Measure, Period, Share, Span, check_day, check_span
from service.web.answers import only

router = APIRouter(prefix="/api/v1", tags=["统计"], responses=only(401, 403, 422))

_COUNTS: dict[str, Any] = {"建档": 42, "流转": 38, "化解": 31, "退回": 4, "再次激发": 3, "初信初访苗头": 2, "民转刑": 0}
_SHARE: dict[str, Any] = {"part": 27, "whole": 30, "low": 0.744, "high": 0.965, "enough": True}
_FIGURES: dict[str, Any] = {
    "first_day": "2026-03-02",
    "last_day": "2026-03-08",
    "counts": _COUNTS,
    "on_time": _SHARE,
}
_GROUP: dict[str, Any] = {
    "name": "柳塘妇联",
    "opened": 12,
    "began_red": 2,
    "resolved": 9,
    "on_time": {"part": 8, "whole": 9, "low": 0.565, "high": 0.98, "enough": False},
    "returned": 1,
    "recurred": 1,
    "petition": 0,
    "criminal": 0,
}


class ShareOut(BaseModel):
    """多少里的多少，和它的 Wilson 95% 区间。"""

    model_config = ConfigDict(json_schema_extra={"examples": [_SHARE]})

    part: int = Field(description="分子")
    whole: int = Field(description="分母")
    low: float | None = Field(description="区间下限；分母为 0 时没有")
    high: float | None = Field(description="区间上限；分母为 0 时没有")
    enough: bool = Field(description="数量够不够算比例（分母至少 20）")


class FiguresOut(BaseModel):
    """一个时段的数。"""

    model_config = ConfigDict(json_schema_extra={"examples": [_FIGURES]})

    first_day: date = Field(description="第一天")
    last_day: date = Field(description="最后一天")
    counts: dict[str, int] = Field(description=f"多少份档案第一次发生：{'、'.join(Measure)}")
    on_time: ShareOut = Field(description="第一次化解里有期限的，多少按时")


class GroupOut(BaseModel):
    """一个类型、单位或村(社区)：这段时间建档的档案，到现在怎样了。"""

    model_config = ConfigDict(json_schema_extra={"examples": [_GROUP]})

    name: str = Field(description="名称")
    opened: int = Field(description="建档")
    began_red: int = Field(description="第一条建议就是最重颜色的")
    resolved: int = Field(description="化解过的")
    on_time: ShareOut = Field(description="有期限的化解里，多少按时")
    returned: int = Field(description="退回过的")
    recurred: int = Field(description="再次激发过的")
    petition: int = Field(description="有初信初访苗头的")
    criminal: int = Field(description="民转刑的")


class ColourOut(BaseModel):
    """现在没有办结的，一种颜色。"""

    colour: str = Field(description="颜色，重的在前", examples=["红"])
    open: int = Field(description="没有办结的份数", examples=[3])


class MonthOut(BaseModel):
    """一个月。"""

    month: str = Field(description="月份", examples=["2026-03"])
    counts: dict[str, int] = Field(description="同 counts", examples=[_COUNTS])


class ReturnedOut(BaseModel):
    """退回的单位。"""

    unit: str = Field(description="单位", examples=["柳塘住建"])
    returned: int = Field(description="这段时间第一个退回的份数", examples=[2])


class StatisticsOut(BaseModel):
    """看板上的全部数字，只算看得到的档案。"""

    span: str = Field(description=f"时段：{'、'.join(Span)}", examples=["周"])
    now: FiguresOut = Field(description="本期")
    previous: FiguresOut = Field(description="上一期，算环比")
    year_before: FiguresOut = Field(description="去年同期，算同比")
    colours_now: list[ColourOut] = Field(description="现在没有办结的，按颜色")
    red: str = Field(description="最重的颜色", examples=["红"])
    red_recall: ShareOut = Field(description="民转刑或曾是最重颜色的档案里，第一条建议就是最重颜色的；经两人调低的不算")
    by_type: list[GroupOut] = Field(description="按纠纷类型")
    by_unit: list[GroupOut] = Field(description="按单位")
    by_village: list[GroupOut] = Field(description="按村(社区)")
    returned_by: list[ReturnedOut] = Field(description="谁退回的")
    months: list[MonthOut] = Field(description="近十二个月")


def opened(request: Request) -> Statistics:
    """The figures that the application opened at its start."""
    found: Statistics = request.app.state.statistics
    return found


@router.get("/statistics", summary="统计")
def statistics(
    actor: Signed,
    figures: Annotated[Statistics, Depends(opened)],
    span: Annotated[str, Query(description=f"时段：{'、'.join(Span)}", examples=["周"])] = Span.MONTH.value,
    day: Annotated[str, Query(description="时段里的一天；不填是今天", examples=["2026-03-02"])] = "",
) -> StatisticsOut:
    """角色：领导、矛调中心、审计。每份档案每一项只算一次，算在第一次发生的那一天。"""
    board = figures.board(actor, check_span(span), check_day(day, clock.now().date()), by_month=tuple(Measure))
    previous, year_before = board.compared
    return StatisticsOut(
        span=board.span,
        now=_figures(board.period, board.now),
        previous=_figures(previous, board.previous),
        year_before=_figures(year_before, board.year_before),
        colours_now=[ColourOut(colour=colour, open=count) for colour, count in board.colours_now],
        red=board.red,
        red_recall=_share(board.red_recall),
        by_type=_groups(board.by_type),
        by_unit=_groups(board.by_unit),
        by_village=_groups(board.by_village),
        returned_by=[ReturnedOut(unit=name, returned=count) for name, count in board.returned_by],
        months=[MonthOut(month=month, counts=_counts(counts)) for month, counts in board.months],
    )


def _figures(period: Period, one: Figures) -> FiguresOut:
    days = period.days
    return FiguresOut(
        first_day=date.fromisoformat(days[0]),
        last_day=date.fromisoformat(days[-1]),
        counts=_counts(one.counts),
        on_time=_share(one.on_time),
    )


def _counts(counts: Mapping[Measure, int]) -> dict[str, int]:
    return {measure.value: count for measure, count in counts.items()}


def _share(one: Share) -> ShareOut:
    low, high = one.bounds or (None, None)
    return ShareOut(part=one.part, whole=one.whole, low=low, high=high, enough=one.enough)


def _groups(groups: Sequence[Group]) -> list[GroupOut]:
    return [
        GroupOut(
            name=one.name,
            opened=one.opened,
            began_red=one.began_red,
            resolved=one.resolved,
            on_time=_share(one.on_time),
            returned=one.returned,
            recurred=one.recurred,
            petition=one.petition,
            criminal=one.criminal,
        )
        for one in groups
    ]
