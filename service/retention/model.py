"""What is due and what was asked for, as values; and the event that tells of an erasing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from service import clock
from service.cases.command import Change, Moment
from service.cases.life import Act
from service.cases.model import REST, Case
from service.errors import RefusedError
from service.retention.policy import Line, Retention


class Kind(StrEnum):
    """What is erased: a case with all that belongs to it, its files alone, or incidents that never became a case."""

    CASE = "档案"
    FILES = "附件"
    INCIDENTS = "未建档警情"


class State(StrEnum):
    """How far an erasing is."""

    PROPOSED = "待确认"
    CONFIRMED = "已确认"
    DONE = "已清除"
    WITHDRAWN = "不清除"
    DROPPED = "不再到期"


@dataclass(frozen=True, slots=True)
class Due:
    """A case that may be erased since the day after `kept_until`."""

    kind: Kind
    case: Case
    kept_until: date
    line: Line


@dataclass(frozen=True, slots=True)
class Erasure:
    """What somebody proposed, and what became of it. Times are stamps; `incidents` counts those that were erased."""

    id: str
    kind: Kind
    case_id: str
    until: str
    period: str
    reason: str
    state: State
    proposed_at: str
    proposed_by_id: str
    proposed_by_name: str
    answered_at: str | None = None
    answered_by_id: str = ""
    answered_by_name: str = ""
    answer: str = ""
    incidents: int = 0
    files: tuple[str, ...] = ()
    done_at: str | None = None


@dataclass(frozen=True, slots=True)
class Erase:
    """A case was erased, or its files. `rests` has by number what is left of the events that lost something."""

    erasure: Erasure
    rests: Mapping[str, str] = field(default_factory=dict)
    act: ClassVar[Act] = Act.ERASE

    def change(self, case: Case, moment: Moment) -> Change:
        asked = self.erasure
        detail = {
            "范围": asked.kind.value,
            "保存期限": asked.period,
            "提出": asked.proposed_by_name,
            "确认": asked.answered_by_name,
            REST: self.rests,
        }
        if asked.kind is Kind.FILES:
            return Change(detail=detail)
        return Change(detail=detail, changes={"place": "", "review_by": None, "erased_at": moment.stamp})


def due(case: Case, kind: Kind, retention: Retention, now: datetime) -> Due | None:
    """Whether a case, or its files, may be erased now. What is held, open or erased never is."""
    if case.hold or case.erased_at or not case.closed_at or case.state not in retention.cases:
        return None
    line = retention.cases[case.state] if kind is Kind.CASE else retention.attachments
    if line.period is None:
        return None
    kept_until = line.period.last_day(clock.moment(case.closed_at).date())
    return Due(kind, case, kept_until, line) if kept_until < clock.in_china(now).date() else None


def check_due(case: Case | None, kind: Kind, retention: Retention, now: datetime) -> Case:
    """The case if it may be erased now; raises RefusedError saying why not."""
    if case is None:
        raise RefusedError("没有这份档案")
    if case.hold:
        raise RefusedError(f"档案 {case.number} 由{case.hold['姓名']}保全，不能清除")
    if due(case, kind, retention, now) is None:
        raise RefusedError(f"档案 {case.number} 没有到期，或者已经清除")
    return case
