"""A time as tables write it comes in, and the moment in China goes out."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from service import clock

_WRITTEN = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[\sT,]*(?P<half>上午|下午|晚上|凌晨|中午)?\s*(?P<hour>\d{1,2})\s*[:时点]\s*(?P<minute>\d{1,2})?\s*分?"
    r"(?:\s*:?\s*(?P<second>\d{1,2})(?:\.\d+)?\s*秒?)?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_DIGITS = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?:\d{3})?)?"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")  # days as Excel counts them
_EXCEL_BEGINS = datetime(1899, 12, 30)
# What is earlier is what a system writes where it knows nothing: 1900-01-01, 1970-01-01.
_FIRST_YEAR = 1990
_LONGEST = 40


def moment_of(written: str) -> datetime:
    """The moment. A day alone is its beginning. Raises ValueError, in words for people."""
    plain = unicodedata.normalize("NFKC", written[:_LONGEST]).strip()
    try:
        found = _read(plain)
    except (ValueError, OverflowError):
        found = None
    if found is None or len(written.strip()) > _LONGEST:
        raise ValueError("读不出是什么时间；应写成 2026-03-01 09:05")
    if found.year < _FIRST_YEAR:
        raise ValueError(f"早于 {_FIRST_YEAR} 年，像是系统填的空值")
    return found


def _read(plain: str) -> datetime | None:
    if _SERIAL.fullmatch(plain):
        # Excel keeps a time as a part of a day, which is never quite a second.
        return clock.as_typed((_EXCEL_BEGINS + timedelta(seconds=round(float(plain) * 86_400))).isoformat())
    match = _DIGITS.fullmatch(plain) or _WRITTEN.fullmatch(plain)
    if match is None:
        return None
    said = match.groupdict()
    day = date(int(said["year"]), int(said["month"]), int(said["day"]))
    hour, minute, second = (int(said[name] or 0) for name in ("hour", "minute", "second"))
    if said.get("half") in ("下午", "晚上") and hour < 12:
        hour += 12
    zone = (said.get("zone") or "").replace("Z", "+00:00")
    return clock.as_typed(datetime.combine(day, time(hour, minute, second)).isoformat() + zone)
