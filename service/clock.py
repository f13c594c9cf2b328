"""The station's clock: China has one time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The time in China."""
    return datetime.now(_ZONE)


def stamp(moment: datetime | None = None) -> str:
    """A moment, or now, as it is stored: UTC, ISO 8601, fixed width, so that order of text is order of time."""
    utc = (moment or now()).astimezone(UTC)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def end_of(day: date) -> datetime:
    """The first moment in China after a day."""
    return datetime.combine(day + timedelta(days=1), time(), _ZONE)


def local(stamp: str) -> str:
    """A stored UTC stamp as people read it: 2026-03-01 09:05."""
    return datetime.fromisoformat(stamp).astimezone(_ZONE).strftime("%Y-%m-%d %H:%M")


def in_china(moment: datetime) -> datetime:
    """The same moment on China's clock; one without a zone is taken to be so already."""
    return moment if moment.tzinfo is None else moment.astimezone(_ZONE)


def as_typed(written: str) -> datetime:
    """A moment as people write it, on China's clock where it names no other; raises ValueError."""
    moment = datetime.fromisoformat(written.strip())
    try:
        return moment.replace(tzinfo=_ZONE) if moment.tzinfo is None else moment.astimezone(_ZONE)
    except OverflowError as error:
        raise ValueError(f"no such moment in China: {written}") from error


def moment(stamp: str) -> datetime:
    """A stored stamp as a moment on China's clock."""
    return datetime.fromisoformat(stamp).astimezone(_ZONE)
