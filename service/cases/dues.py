"""What a case owes as it stands: in which states which of its limits counts, and whether it has been missed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from service import clock
from service.cases.life import IN_HAND, OPEN, STEPS, Act, State
from service.cases.model import Case


@dataclass(frozen=True, slots=True)
class Due:
    """`field` of a case says by when; it counts in `states` alone. `daily`: it is an ISO date, else a stored stamp."""

    field: str
    what: str
    states: frozenset[State]
    daily: bool = True

    def missed(self, by: str | None, now: datetime) -> bool:
        """Whether that is over: a day at its end."""
        return by is not None and by < self.mark(now)

    def mark(self, now: datetime) -> str:
        """The present, as the field writes it."""
        return clock.in_china(now).date().isoformat() if self.daily else clock.stamp(now)


ACCEPT = Due("accept_by", "签收", frozenset({State.AT_CENTRE, State.ARBITRATION, State.DISPATCHED}), daily=False)
FINISH = Due("finish_by", "办结", OPEN, daily=False)
REPORT = Due("report_by", "反馈", IN_HAND)
REVIEW = Due("review_by", "复核", STEPS[Act.REVIEW].sources)
VISIT = Due("visit_by", "回访", frozenset({State.RESOLVED}))

DUES: Mapping[str, Due] = {due.field: due for due in (ACCEPT, REPORT, VISIT, FINISH, REVIEW)}


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing that a case owes, by when in words for people, and whether that is over."""

    what: str
    by: str
    late: bool


def owed(case: Case, now: datetime) -> list[Owed]:
    """Everything that it owes, what is missed first; a clock that is paused (finishing) is left out."""
    found = [Owed(due.what, shown(due, by), due.missed(by, now)) for due, by in _running(case)]
    return sorted(found, key=lambda one: (not one.late, one.by))


def shown(due: Due, by: str) -> str:
    """A limit as people read it, in China."""
    return by if due.daily else clock.local(by)


def _running(case: Case) -> Iterator[tuple[Due, str]]:
    for due in DUES.values():
        by: str | None = getattr(case, due.field)
        if by and case.state in due.states and not (due is FINISH and case.paused_at):
            yield due, by
