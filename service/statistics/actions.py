"""What a leader, the centre or an auditor can ask: the figures of a period beside those of others, by group."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

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
    together,
    year_before,
)
from service.storage.database import Database
from service.units.store import unit_names

WHO = (Role.LEADER, Role.CENTRE, Role.AUDITOR)
_MONTHS_SHOWN = 12
CHARTED = (Measure.OPENED, Measure.RESOLVED)


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

    def board(self, actor: Actor, span: Span, day: date, by_month: Collection[Measure] = CHARTED) -> Board:
        """The figures of the period that a day lies in; raises ForbiddenError for who leads and audits nothing.

        `by_month` is what is counted month by month.
        """
        actor.require(*WHO)
        chosen, colours = period(span, day), self.colours()
        with self.database.read() as connection:
            names = unit_names(connection)
            before, a_year_ago, months = previous(span, chosen), year_before(span, chosen), _months(chosen)
            compared = (chosen, before, a_year_ago)
            wanted = {one: together([*compared, *(months if one in by_month else ())]) for one in Measure}
            found = store.counted(connection, actor, wanted, chosen)
            days, standing = _Days(found.days), found.colours_now
            opened = store.opened(connection, actor, chosen, colours[0], names)
            return Board(
                span=span,
                period=chosen,
                now=days.figures(chosen),
                previous=days.figures(before),
                year_before=days.figures(a_year_ago),
                colours_now=[(name, standing.get(name, 0)) for name in dict.fromkeys([*colours, *standing])],
                red=colours[0],
                red_recall=opened.red_recall,
                by_type=_ordered(opened.groups["type"]),
                by_unit=_ordered(opened.groups["unit"]),
                by_village=_ordered(opened.groups["village"]),
                returned_by=sorted(
                    ((names.get(one, store.NAMELESS["unit"]), count) for one, count in found.returned_by.items()),
                    key=lambda one: (-one[1], one[0]),
                ),
                months=[(f"{one.first:%Y-%m}", days.counts(one, by_month)) for one in months],
            )


@dataclass(frozen=True, slots=True)
class _Days:
    """How often each thing happened on each day, and how many of the settlements kept their term."""

    found: Mapping[Measure, Mapping[str, tuple[int, Share]]]

    def figures(self, one: Period) -> Figures:
        settled = [share for _, share in self._of(Measure.RESOLVED, one)]
        timely = Share(sum(share.part for share in settled), sum(share.whole for share in settled))
        return Figures(self.counts(one, Measure), timely)

    def counts(self, one: Period, measures: Iterable[Measure]) -> dict[Measure, int]:
        return {measure: sum(count for count, _ in self._of(measure, one)) for measure in measures}

    def _of(self, measure: Measure, one: Period) -> list[tuple[int, Share]]:
        days = self.found[measure]
        return [days[day] for day in one.days if day in days]


def _months(chosen: Period) -> list[Period]:
    """The month that the period ends in and those before it."""
    last = (chosen.after - timedelta(days=1)).replace(day=1)
    return [Period(months_on(last, -back), months_on(last, 1 - back)) for back in reversed(range(_MONTHS_SHOWN))]


def _ordered(groups: Sequence[Group]) -> list[Group]:
    """Those with most opened cases first."""
    return sorted(groups, key=lambda one: (-one.opened, one.name))
