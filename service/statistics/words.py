"""A board comes in; the lines of figures that page, report, sheet and interface show alike go out."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.statistics.actions import Board
from service.statistics.model import Group, Measure, Share, change

# How each figure is counted, once, for all who show it.
NOTES = (
    "每份档案每一项只算一次，算在第一次发生的那一天，所以各期的数加得起来，过去各期的数不会再变。",
    "按时化解：第一次化解时没有超过当时的办结期限；暂停计时期间不走。",
    "再次激发：化解、归档或不流转以后又起的。民转刑：转成刑事案件的，目标是零。",
    "初信初访苗头：警情描述里有“扬言信访”信号的档案；它不是信访部门登记的件数。",
    "红色召回：这段时间建档、民转刑或者曾经是最重颜色的档案里，第一条建议就是最重颜色的；建议是最重颜色、后来经两人调低了的，不算在内。",
    "数量不到 20 的只列数目，不算比例。只算您看得到的档案。",
)
BY_GROUP = "这段时间建档的档案，到现在怎样了；如 4/5 的数量少，不算比例。"


@dataclass(frozen=True, slots=True)
class Line:
    """A figure with its comparisons in words."""

    name: str
    now: str
    previous: str
    year_before: str


def lines(board: Board) -> list[Line]:
    """Every figure of the period, beside the period before (环比) and the same a year ago (同比)."""
    now, before, a_year_ago = board.now, board.previous, board.year_before
    found = [
        Line(
            measure.value,
            str(now.counts[measure]),
            change(now.counts[measure], before.counts[measure]),
            change(now.counts[measure], a_year_ago.counts[measure]),
        )
        for measure in Measure
    ]
    timely = Line("按时化解", now.on_time.words, before.on_time.words, a_year_ago.on_time.words)
    return [*found[:3], timely, *found[3:]]


def recall(board: Board) -> str:
    """The red recall with its interval, or that there is nothing to tell."""
    share = board.red_recall
    if not share.whole:
        return f"这段时间没有档案到过{board.red}色或民转刑"
    return f"{share.words}，95% 区间 {share.interval}"


GROUP_HEADINGS = ("建档", "起初{red}色", "已化解", "按时化解", "退回过", "再次激发", "初信初访苗头", "民转刑")


def group_headings(board: Board) -> list[str]:
    """Of the columns beside the group's name."""
    return [heading.format(red=board.red) for heading in GROUP_HEADINGS]


def group_shares(group: Group) -> Sequence[Share]:
    """The columns but the first and the last, which are counts."""
    parts = (group.began_red, group.resolved, group.returned, group.recurred, group.petition)
    red, resolved, returned, recurred, petition = map(group.share, parts)
    return (red, resolved, group.on_time, returned, recurred, petition)
