"""By when a case must be accepted, finished, reported, reviewed and visited; and how long ago that was."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service import clock


@dataclass(frozen=True, slots=True)
class Deadlines:
    """What a case owes; None for what it does not owe now. Moments are on China's clock, a day lasts to its end."""

    accept_by: datetime | None = None
    finish_by: datetime | None = None
    report_by: date | None = None
    review_by: date | None = None
    visit_by: date | None = None


def overdue(due: datetime | date, now: datetime) -> timedelta:
    """How long what was due has been missed; nothing where it has not."""
    end = due if isinstance(due, datetime) else clock.end_of(due)
    return max(clock.in_china(now) - end, timedelta())
