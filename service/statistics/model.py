"""Figures as values: periods, counts by group, and shares that say nothing where there is too little to say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from classifier.intervals import wilson
from service.errors import InputError

FEWEST = 20  # below it a percentage says more about chance than about the work
_MONTHS = 12
_YEARS = range(2000, 2100)


class Span(StrEnum):
    """How long a period is."""

    WEEK = "周"
    MONTH = "月"
    YEAR = "年"


class Measure(StrEnum):
    """What can happen to a case, each counted once a case."""

    OPENED = "建档"
    TRANSFERRED = "流转"
    RESOLVED = "化解"
    RETURNED = "退回"
    RECURRED = "再次激发"
    PETITION = "初信初访苗头"
    CRIMINAL = "民转刑"


@dataclass(frozen=True, slots=True)
class Period:
    """Days of China, the last one not counted."""

    first: date
    after: date

    @property
    def words(self) -> str:
        """As people read it."""
        return f"{self.first} 至 {self.after - timedelta(days=1)}"

    @property
    def days(self) -> list[str]:
        """Each of them, as an ISO date."""
        return [(self.first + timedelta(days=n)).isoformat() for n in range((self.after - self.first).days)]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Wilson's 95 percent interval; None where there is nothing."""
        return wilson(self.part, self.whole)

    @property
    def interval(self) -> str:
        """The same in words."""
        return f"{self.bounds[0]:.0%}–{self.bounds[1]:.0%}" if self.bounds else "—"

    @property
    def enough(self) -> bool:
        """Whether a percentage says anything."""
        return self.whole >= FEWEST

    @property
    def short(self) -> str:
        """For a cell of a table: a percentage, or the two numbers where there are too few."""
        if not self.whole:
            return "—"
        return f"{self.part / self.whole:.0%}" if self.enough else f"{self.part}/{self.whole}"

    @property
    def words(self) -> str:
        """A percentage, or only the counts where there are too few."""
        if not self.whole:
            return "—"
        counts = f"{self.part}/{self.whole}"
        return f"{self.part / self.whole:.0%}（{counts}）" if self.enough else f"{counts}（数量少，不算比例）"


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one period. `on_time` is of the settlements that had a term."""

    counts: Mapping[Measure, int]
    on_time: Share


@dataclass(frozen=True, slots=True)
class Group:
    """What became by now of the cases of one type, unit or village that were opened in a period.

    `began_red` counts those of which the heaviest colour was suggested at first; `returned` those ever given back.
    """

    name: str
    opened: int
    began_red: int
    resolved: int
    on_time: Share
    returned: int
    recurred: int
    criminal: int
    petition: int

    def share(self, part: int) -> Share:
        """Such a part of the opened ones."""
        return Share(part, self.opened)


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


def together(periods: Iterable[Period]) -> list[Period]:
    """The fewest periods that hold the same days, in order."""
    found: list[Period] = []
    for one in sorted(periods, key=lambda one: one.first):
        if found and one.first <= found[-1].after:
            found[-1] = Period(found[-1].first, max(found[-1].after, one.after))
        else:
            found.append(one)
    return found


def months_on(first: date, number: int) -> date:
    """The first day of a month so many months later."""
    count = first.year * _MONTHS + first.month - 1 + number
    return date(count // _MONTHS, count % _MONTHS + 1, 1)


def change(now: int, before: int) -> str:
    """How a count moved: in percent, or only in numbers where there are too few."""
    if before < FEWEST:
        return f"{now - before:+d}（原 {before}）"
    return f"{(now - before) / before:+.0%}（原 {before}）"


def check_span(typed: str) -> Span:
    """The span of that name; raises InputError."""
    if typed not in set(Span):
        raise InputError(f"没有“{typed}”这种时段。可选：{'、'.join(Span)}")
    return Span(typed)


def check_day(typed: str, today: date) -> date:
    """The day as people write it, today for none; raises InputError."""
    if not typed:
        return today
    try:
        found = date.fromisoformat(typed)
    except ValueError as error:
        raise InputError(f"“{typed}”不是日期；应写成 2026-03-01") from error
    if found.year not in _YEARS:
        raise InputError(f"日期应在 {_YEARS[0]} 到 {_YEARS[-1]} 年之间")
    return found
