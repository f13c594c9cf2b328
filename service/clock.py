"""The station's clock: China has one time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The time in China."""
    return datetime.now(_ZONE)


def local(stamp: str) -> str:
    """A stored UTC stamp as people read it: 2026-03-01 09:05."""
    return datetime.fromisoformat(stamp).astimezone(_ZONE).strftime("%Y-%m-%d %H:%M")
