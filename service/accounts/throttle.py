"""How long to wait after failed logins: a count of failures comes in, seconds go out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from service.clock import stamp


@dataclass(frozen=True, slots=True)
class Law:
    """After `free` failures in a row one waits `first` seconds, then twice as long each time, at most `most`.

    Failures are forgotten once there was none for `fades`.
    """

    free: int
    first: int
    most: int
    fades: timedelta


# One name may be tried some hundred times a day at most. All names together are slowed down only a little,
# so that nobody can lock a whole station out by failing.
ONE_LOGIN = Law(free=5, first=30, most=900, fades=timedelta(hours=24))
ALL_LOGINS = Law(free=50, first=1, most=5, fades=timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class Failures:
    """Failures in a row, and when the last of them was (a stored stamp)."""

    count: int = 0
    last_at: str = ""


def seconds_left(law: Law, failures: Failures, now: datetime) -> int:
    """Seconds until the next attempt, 0 if it may be made at once."""
    failures = _remembered(law, failures, now)
    if failures.count < law.free:
        return 0
    wait: int = min(law.first * 2 ** min(failures.count - law.free, 20), law.most)
    passed = (now - datetime.fromisoformat(failures.last_at)).total_seconds()
    # A clock that was set back must not lock anybody out for longer.
    return max(0, min(wait, ceil(wait - passed)))


def with_one_more(law: Law, failures: Failures, now: datetime) -> Failures:
    """The count after a further failure."""
    return Failures(_remembered(law, failures, now).count + 1, stamp(now))


def _remembered(law: Law, failures: Failures, now: datetime) -> Failures:
    if not failures.count or now - datetime.fromisoformat(failures.last_at) >= law.fades:
        return Failures()
    return failures
