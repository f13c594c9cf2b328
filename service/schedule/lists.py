"""The daily and the weekly list as somebody sees them: who owed what and gave it, and what is not properly closed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from service import clock
from service.accounts.model import Actor, Role
from service.cases.life import CLOSED
from service.cases.model import Case
from service.errors import InputError
from service.schedule import store
from service.schedule.line import Line, before
from service.schedule.overdue import Overdue, overdue_in
from service.schedule.owed import Given, Owed, holder, reports_owed, rounds
from service.schedule.periods import Period, Schedule, at, week_days
from service.storage.database import Database
from service.timing.policy import Policy
from service.units.store import all_units
from service.units.tree import Tree

_READERS = (Role.DUTY, Role.CENTRE, Role.HANDLER, Role.LEADER, Role.AUDITOR)
_WEEK = timedelta(days=7)
_WEEKS_SHOWN = 4
Tracked = tuple[Case, Sequence[Line]]
# Before any case, and far enough from where the calendar begins.
_EARLIEST = date(2000, 1, 3)


@dataclass(frozen=True, slots=True)
class Compliance:
    """How many reports were owed, and how many of them came in time, late, not at all."""

    owed: int
    on_time: int
    late: int
    missing: int

    @property
    def share(self) -> float | None:
        """Of those whose hour has come, how many came in time: 0 to 1, None where there was none."""
        due = self.on_time + self.late + self.missing
        return self.on_time / due if due else None


@dataclass(frozen=True, slots=True)
class UnitDay:
    """A unit's reports of a day."""

    unit_id: str
    name: str
    compliance: Compliance
    owed: tuple[Owed, ...]


@dataclass(frozen=True, slots=True)
class Daily:
    """The list of a day; `kept` are cases 不流转 whose review is due, today only."""

    day: date
    units: tuple[UnitDay, ...]
    kept: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """A case that is not properly closed, and what in it is overdue."""

    case: Case
    days: int
    overdue: tuple[Overdue, ...]


@dataclass(frozen=True, slots=True)
class UnitWeek:
    """A unit's cases that are not properly closed, and its reports of the last weeks, the oldest first."""

    unit_id: str
    name: str
    left: tuple[Left, ...]
    weeks: tuple[Compliance, ...]


@dataclass(frozen=True, slots=True)
class Weekly:
    """The list of a week as of `moment`, its closing hour or now; `weeks` names those that compliance is told of."""

    name: str
    days: tuple[date, ...]
    moment: datetime
    weeks: tuple[str, ...]
    units: tuple[UnitWeek, ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of a database. Each method raises ForbiddenError unless the actor works with cases."""

    database: Database
    policy: Policy
    now: Callable[[], datetime] = clock.now

    def today(self) -> date:
        """The day in China."""
        return clock.in_china(self.now()).date()

    def daily(self, actor: Actor, day: date) -> Daily:
        """Of each unit that the actor sees; raises InputError for a day to come."""
        actor.require(*_READERS)
        self._check(day)
        with self.database.read() as connection:
            names = _names(connection, actor)
            tracked = self._tracked(connection, actor, [day], owing=day)
            kept = store.kept_for_review(connection, actor, day) if day == self.today() else []
        units = [
            UnitDay(unit, names[unit], _compliance(found), tuple(sorted(found, key=_worst)))
            for unit, found in self._owed(tracked, [day], names).items()
        ]
        return Daily(day, tuple(sorted(units, key=lambda one: (-one.compliance.missing, one.name))), tuple(kept))

    def weekly(self, actor: Actor, day: date) -> Weekly:
        """Of the week in which a day lies; raises InputError for a week to come."""
        actor.require(*_READERS)
        days = week_days(day)
        self._check(days[0])
        now = clock.in_china(self.now())
        closing = at(days[self.policy.weekly_day], self.policy.weekly_hour)
        moment = min(now, closing)
        mondays = [days[0] - _WEEK * back for back in reversed(range(_WEEKS_SHOWN))]
        with self.database.read() as connection:
            names = _names(connection, actor)
            tracked = self._tracked(connection, actor, [mondays[0], days[-1]])
        weeks = [week_days(monday) for monday in mondays]
        by_unit = self._owed(tracked, [one for week in weeks for one in week], names)
        left = self._left(tracked, moment, names)
        units = [
            UnitWeek(unit, names[unit], tuple(left.get(unit, ())), tuple(_by_week(by_unit.get(unit, ()), weeks)))
            for unit in {*by_unit, *left}
        ]
        return Weekly(
            Period(Schedule.WEEKLY, days[0]).name,
            days,
            moment,
            tuple(Period(Schedule.WEEKLY, monday).name for monday in mondays),
            tuple(sorted(units, key=lambda one: (-len(one.left), one.name))),
        )

    def _check(self, day: date) -> None:
        if day > self.today():
            raise InputError("这一天还没有到")
        if day < _EARLIEST:
            raise InputError(f"最早看到 {_EARLIEST}")

    def _tracked(
        self, connection: Connection, actor: Actor, days: Sequence[date], owing: date | None = None
    ) -> list[Tracked]:
        """Every case that may have been open on these days, of those that may have owed on `owing`, with its lines."""
        start = datetime.combine(days[0], time(), clock.in_china(self.now()).tzinfo)
        cases = store.active(connection, actor, start, clock.end_of(days[-1]), owing)
        lines = store.track_lists(connection, cases)
        return [(case, lines[case.id]) for case in cases]

    def _owed(self, tracked: Sequence[Tracked], days: Sequence[date], names: dict[str, str]) -> dict[str, list[Owed]]:
        """By unit, of the units with a name."""
        begun = rounds(days, self.policy.daily_hour, self.now())
        found: dict[str, list[Owed]] = defaultdict(list)
        for case, lines in tracked:
            for one in reports_owed(case, lines, begun):
                if one.unit_id in names:
                    found[one.unit_id].append(one)
        return found

    def _left(self, tracked: Sequence[Tracked], moment: datetime, names: dict[str, str]) -> dict[str, list[Left]]:
        """By unit whose turn it was, the heaviest and oldest first."""
        stamp = clock.stamp(moment)
        found: dict[str, list[Left]] = defaultdict(list)
        for one, lines in tracked:
            until = [line for line in lines if line.at < stamp]
            case = before(one, until, stamp)
            if case.state in CLOSED or holder(case) not in names:
                continue
            opened = clock.in_china(datetime.fromisoformat(case.opened_at))
            late = overdue_in(case, until, self.policy, moment)
            found[holder(case)].append(Left(case, (moment.date() - opened.date()).days, tuple(late)))
        colours = self.policy.colours
        for left in found.values():
            left.sort(key=lambda one: (colours.index(one.case.colour) if one.case.colour in colours else -1, -one.days))
        return found


def _names(connection: Connection, actor: Actor) -> dict[str, str]:
    """The units that the actor sees, by id."""
    units = Tree(all_units(connection)).units.values()
    return {one.id: one.name for one in units if actor.has(Role.AUDITOR) or one.id in actor.sees}


def _by_week(owed: Iterable[Owed], weeks: Sequence[Sequence[date]]) -> Iterator[Compliance]:
    by_day: dict[date, list[Owed]] = defaultdict(list)
    for one in owed:
        by_day[one.day].append(one)
    for week in weeks:
        yield _compliance([one for day in week for one in by_day[day]])


def _compliance(owed: Sequence[Owed]) -> Compliance:
    counted = {given: sum(one.given is given for one in owed) for given in Given}
    return Compliance(len(owed), counted[Given.ON_TIME], counted[Given.LATE], counted[Given.MISSING])


def _worst(one: Owed) -> tuple[int, str]:
    return (Given.MISSING, Given.WAITING, Given.LATE, Given.ON_TIME).index(one.given), one.case.number
