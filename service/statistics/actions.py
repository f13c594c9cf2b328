"""What a leader, the centre or an auditor can ask: the figures of a period beside those of others, by group."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from service.accounts.model import Actor, Role
from service.statistics import store
from service.statistics.model import (
    Figures,
    Group,
    Measure,
    Period,
    Share,
    Span,
    months_on,
    period,
    previous,
    year_before,
)
from service.storage.database import Database
from service.units.store import unit_names

WHO = (Role.LEADER, Role.CENTRE, Role.AUDITOR)
_MONTHS_SHOWN = 12
CHARTED = (Measure.OPENED, Measure.RESOLVED)
NOBODY, NO_VILLAGE = "未分派", "没有村(社区)参与"


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the dashboard shows. `colours` and `colours_now` come heaviest first.

    `months` are those up to the period's end; `returned_by` is by unit, the most first.
    """

    span: Span
    period: Period
    now: Figures
    previous: Figures
    year_before: Figures
    colours_now: Sequence[tuple[str, int]]
    red: str
    red_recall: Share
    by_type: Sequence[Group]
    by_unit: Sequence[Group]
    by_village: Sequence[Group]
    returned_by: Sequence[tuple[str, int]]
    months: Sequence[tuple[str, Mapping[Measure, int]]]

    @property
    def compared(self) -> tuple[Period, Period]:
        """The period before, and the same a year ago."""
        return previous(self.span, self.period), year_before(self.span, self.period)


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures over the cases in a database. `colours` are those of the rule set in force, heaviest first."""

    database: Database
    colours: Callable[[], Sequence[str]]

    def board(self, actor: Actor, span: Span, day: date) -> Board:
        """The figures of the period that a day lies in; raises ForbiddenError for who leads and audits nothing."""
        actor.require(*WHO)
        chosen, colours = period(span, day), self.colours()
        with self.database.read() as connection:
            names = unit_names(connection)
            standing = store.colours_now(connection, actor)
            before, a_year_ago, months = previous(span, chosen), year_before(span, chosen), _months(chosen)
            shown = (chosen, before, a_year_ago, *months)
            whole = Period(min(one.first for one in shown), max(one.after for one in shown))
            days = _Days.read(connection, actor, whole)
            gave_back = store.returned_by(connection, actor, chosen)
            return Board(
                span=span,
                period=chosen,
                now=days.figures(chosen),
                previous=days.figures(before),
                year_before=days.figures(a_year_ago),
                colours_now=[(name, standing[name]) for name in dict.fromkeys([*colours, *standing])],
                red=colours[0],
                red_recall=store.red_recall(connection, actor, chosen, colours[0]),
                by_type=_ordered(store.groups(connection, actor, "type", chosen, colours[0])),
                by_unit=_named(store.groups(connection, actor, "unit", chosen, colours[0]), names, NOBODY),
                by_village=_named(store.groups(connection, actor, "village", chosen, colours[0]), names, NO_VILLAGE),
                returned_by=sorted(
                    ((names.get(one, NOBODY), count) for one, count in gave_back.items()),
                    key=lambda one: (-one[1], one[0]),
                ),
                months=[(f"{one.first:%Y-%m}", days.figures(one).counts) for one in months],
            )


@dataclass(frozen=True, slots=True)
class _Days:
    """What happened on each day of all the periods that are shown."""

    counts: Mapping[Measure, Counter[str]]
    on_time: Mapping[str, Share]

    @classmethod
    def read(cls, connection: Connection, actor: Actor, whole: Period) -> "_Days":
        settled = store.settled(connection, actor, whole)
        counts = {
            measure: Counter({day: count for day, (count, _) in settled.items()})
            if measure is Measure.RESOLVED
            else store.by_day(connection, actor, measure, whole)
            for measure in Measure
        }
        return cls(counts, {day: share for day, (_, share) in settled.items()})

    def figures(self, one: Period) -> Figures:
        days = one.days
        settled = [self.on_time[day] for day in days if day in self.on_time]
        timely = Share(sum(share.part for share in settled), sum(share.whole for share in settled))
        return Figures({name: sum(map(found.__getitem__, days)) for name, found in self.counts.items()}, timely)


def _months(chosen: Period) -> list[Period]:
    """The month that the period ends in and those before it."""
    last = (chosen.after - timedelta(days=1)).replace(day=1)
    return [Period(months_on(last, -back), months_on(last, 1 - back)) for back in reversed(range(_MONTHS_SHOWN))]


def _named(groups: Sequence[Group], names: Mapping[str, str], otherwise: str) -> list[Group]:
    return _ordered([replace(one, name=names.get(one.name, otherwise)) for one in groups])


def _ordered(groups: Sequence[Group]) -> list[Group]:
    """Those with most opened cases first."""
    return sorted(groups, key=lambda one: (-one.opened, one.name))
