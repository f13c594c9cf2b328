"""A case and the moment come in; everything in it that is overdue goes out: since when, and whom that concerns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.cases.command import standing, taken_for
from service.cases.life import IN_HAND, OPEN, Act, State
from service.cases.model import Case
from service.cases.warning import REPORT, REVIEW
from service.schedule.line import Line
from service.timing.deadlines import overdue
from service.timing.policy import Policy

# Looked at by the schedule: open, or closed in a way that is still looked at again.
WATCHED = OPEN | {State.RESOLVED, State.VISITED, State.KEPT}


@dataclass(frozen=True, slots=True)
class Overdue:
    """What was due when; `level` counts those who must be told by now, the nearest is 1, nobody 0."""

    what: str
    due: datetime | date
    level: int


def overdue_in(case: Case, events: Sequence[Line], policy: Policy, now: datetime) -> list[Overdue]:
    """All that is overdue. A missed report or review moved its day on, and yet stays overdue until it comes."""
    colour = taken_for(policy, case.colour)
    found = []
    for what, due in _dues(case, events):
        late = overdue(due, now)
        if late:
            found.append(Overdue(what, due, len(policy.escalations(colour, late))))
    return found


def _dues(case: Case, events: Sequence[Line]) -> Iterator[tuple[str, datetime | date]]:
    limits = standing(case)
    if limits.accept_by and case.state in (State.AT_CENTRE, State.ARBITRATION, State.DISPATCHED):
        yield "签收" if case.lead_id else "分派", limits.accept_by
    if limits.finish_by and case.open and not case.paused_at:
        yield "办结", limits.finish_by
    if limits.visit_by and case.state is State.RESOLVED:
        yield "回访", limits.visit_by
    if case.state in IN_HAND and (due := _first_missed(events, REPORT, {Act.REPORT, Act.ACCEPT}) or limits.report_by):
        yield REPORT, due
    if case.state in WATCHED and (
        due := _first_missed(events, REVIEW, {Act.REVIEW, Act.AGREE_LOWER, Act.RECUR}) or limits.review_by
    ):
        yield REVIEW, due


def _first_missed(events: Sequence[Line], what: str, ending: set[Act]) -> date | None:
    """The first day missed since it came last."""
    found = None
    for event in reversed(events):
        if event.act in ending:
            break
        if event.act is Act.MISS and event.detail["漏报"] == what:
            found = date.fromisoformat(event.detail["日期"])
    return found
