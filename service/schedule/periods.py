"""The policy and a moment come in; the days and weeks whose list is due go out. All in China's time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from service import clock
from service.timing.policy import Policy

_DAY = timedelta(days=1)


class Schedule(StrEnum):
    """What comes round."""

    DAILY = "日清"
    WEEKLY = "周结"


@dataclass(frozen=True, slots=True)
class Period:
    """One round of a schedule. `day` is the day on which it is due."""

    schedule: Schedule
    day: date

    @property
    def name(self) -> str:
        """2026-03-02, or 2026-W10 of a week."""
        if self.schedule is Schedule.DAILY:
            return self.day.isoformat()
        year, week, _ = self.day.isocalendar()
        return f"{year}-W{week:02}"


def at(day: date, hour: int) -> datetime:
    """The full hour of a day."""
    return datetime.combine(day, time(hour), clock.now().tzinfo)


def newest(schedule: Schedule, policy: Policy, now: datetime) -> Period:
    """The round that became due last."""
    local = clock.in_china(now)
    today = local.date()
    if schedule is Schedule.DAILY:
        return Period(schedule, today if local.hour >= policy.daily_hour else today - _DAY)
    day = today - _DAY * ((today.weekday() - policy.weekly_day) % 7)
    if local < at(day, policy.weekly_hour):
        day -= 7 * _DAY
    return Period(schedule, day)


def due(schedule: Schedule, policy: Policy, now: datetime, last: str | None) -> Iterator[Period]:
    """Every round after the one named `last` that is due by now, the oldest first; the newest only where none was."""
    step = _DAY if schedule is Schedule.DAILY else 7 * _DAY
    period = newest(schedule, policy, now)
    found = [period]
    while last is not None and (period := Period(schedule, period.day - step)).name > last:
        found.append(period)
    return (one for one in reversed(found) if last is None or one.name > last)


def week_days(day: date) -> tuple[date, ...]:
    """Monday to Sunday of the week of a day."""
    monday = day - _DAY * day.weekday()
    return tuple(monday + _DAY * passed for passed in range(7))
