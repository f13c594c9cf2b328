"""Figures as values: periods, counts by group, and shares that say nothing where there is too little to say."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from classifier.intervals import wilson
from service import clock

FEWEST = 20  # below it a percentage says more about chance than about the work
_MONTHS = 12


class Span(StrEnum):
    """How long a period is."""

    WEEK = "周"
    MONTH = "月"
    YEAR = "年"


@dataclass(frozen=True, slots=True)
class Period:
    """Days of China, the last one not counted."""

    first: date
    after: date

    @property
    def since(self) -> str:
        """Its beginning as a stored stamp."""
        return clock.stamp(clock.end_of(self.first - timedelta(days=1)))

    @property
    def before(self) -> str:
        """The stamp just after its end."""
        return clock.stamp(clock.end_of(self.after - timedelta(days=1)))

    @property
    def words(self) -> str:
        """As people read it."""
        return f"{self.first} 至 {self.after - timedelta(days=1)}"


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def interval(self) -> str:
        """Wilson's 95 percent interval in words."""
        bounds = wilson(self.part, self.whole)
        return f"{bounds[0]:.0%}–{bounds[1]:.0%}" if bounds else "—"

    @property
    def words(self) -> str:
        """A percentage, or only the counts where there are too few."""
        if not self.whole:
            return "—"
        counts = f"{self.part}/{self.whole}"
        return f"{self.part / self.whole:.0%}（{counts}）" if self.whole >= FEWEST else f"{counts}（数量少，不算比例）"


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one period. `acts` by act's word; `on_time` of the settlements that had a term."""

    acts: Mapping[str, int] = field(default_factory=Counter)
    on_time: Share = Share(0, 0)
    petitions: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """One type, unit or village: what was done in its cases."""

    name: str
    acts: Mapping[str, int]
    on_time: Share


def period(span: Span, day: date) -> Period:
    """The week, month or year that a day lies in."""
    match span:
        case Span.WEEK:
            first = day - timedelta(days=day.weekday())
            return Period(first, first + timedelta(days=7))
        case Span.MONTH:
            first = day.replace(day=1)
            return Period(first, months_on(first, 1))
        case Span.YEAR:
            return Period(date(day.year, 1, 1), date(day.year + 1, 1, 1))


def previous(span: Span, one: Period) -> Period:
    """The one before, for 环比."""
    return period(span, one.first - timedelta(days=1))


def year_before(span: Span, one: Period) -> Period:
    """The same a year ago, for 同比; a week is compared with that of 52 weeks ago."""
    if span is Span.WEEK:
        return Period(one.first - timedelta(weeks=52), one.after - timedelta(weeks=52))
    return Period(months_on(one.first, -_MONTHS), months_on(one.after, -_MONTHS))


def months_on(first: date, number: int) -> date:
    """The first day of a month so many months later."""
    count = first.year * _MONTHS + first.month - 1 + number
    return date(count // _MONTHS, count % _MONTHS + 1, 1)


def change(now: int, before: int) -> str:
    """How a count moved: in percent, or only in numbers where there are too few."""
    if before < FEWEST:
        return f"{now - before:+d}（原 {before}）"
    return f"{(now - before) / before:+.0%}（原 {before}）"
