"""The track list of a case comes in; which reports it owed on which days, and whether they came, goes out.

Derived from the events, not kept: so it holds for days on which nothing ran, and nobody can brighten it afterwards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from service import clock
from service.cases.life import IN_HAND, Act
from service.cases.model import Case
from service.schedule.line import Line
from service.schedule.periods import at


class Given(StrEnum):
    """How it stands with an owed report."""

    WAITING = "待反馈"
    ON_TIME = "按时"
    LATE = "迟报"
    MISSING = "漏报"


@dataclass(frozen=True, slots=True)
class Round:
    """A day as stored stamps: its beginning, the hour of its list, its end; and whether that hour has come."""

    day: date
    start: str
    cutoff: str
    end: str
    come: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """A report that the lead `unit_id` owed on a day; colour and `report_by` are those of that morning."""

    case: Case
    day: date
    unit_id: str
    colour: str
    report_by: str
    given: Given


def holder(case: Case) -> str:
    """The unit whose turn it is: the lead, else the centre, else the station."""
    return case.lead_id or case.centre_id or case.station_id


def rounds(days: Iterable[date], hour: int, now: datetime) -> list[Round]:
    """The days that have begun, in their order."""
    stamp = clock.stamp(now)
    found = []
    for day in sorted(days):
        start = clock.stamp(datetime.combine(day, time(), clock.in_china(now).tzinfo))
        cutoff = clock.stamp(at(day, hour))
        if start <= stamp:
            found.append(Round(day, start, cutoff, clock.stamp(clock.end_of(day)), cutoff <= stamp))
    return found


def reports_owed(case: Case, lines: Sequence[Line], rounds: Sequence[Round]) -> list[Owed]:
    """Of each day, what was owed at its beginning; not where the case left its hands before the hour of the list."""
    found = []
    standing: dict[str, Any] = {}
    passed = 0
    for one in rounds:
        while passed < len(lines) and lines[passed].at < one.start:
            standing |= lines[passed].changes
            passed += 1
        if _in_hand(standing) and (standing.get("report_by") or "9") <= one.day.isoformat():
            given = _given(standing, lines, passed, one)
            if given:
                owed = (standing["lead_id"], standing["colour"], standing["report_by"])
                found.append(Owed(case, one.day, *owed, given))
    return found


def _given(standing: dict[str, Any], lines: Sequence[Line], first: int, one: Round) -> Given | None:
    evening = dict(standing)
    for line in lines[first:]:
        if line.at >= one.end:
            break
        if line.act is Act.REPORT:
            return Given.ON_TIME if line.at < one.cutoff else Given.LATE
        if line.at < one.cutoff:
            evening |= line.changes
    if not _in_hand(evening) or evening["lead_id"] != standing["lead_id"]:
        return None
    return Given.MISSING if one.come else Given.WAITING


def _in_hand(standing: dict[str, Any]) -> bool:
    return standing.get("state") in IN_HAND
