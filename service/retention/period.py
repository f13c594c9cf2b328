"""A period as people write it, 10年 or 6个月 or 90日, comes in; the last day on which something is kept goes out."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rules.slips import half_width
from rules.vocabulary import Fault

_LATEST = date(9999, 1, 1)


class Unit(StrEnum):
    """What a period counts, by the calendar."""

    YEARS = "年"
    MONTHS = "个月"
    DAYS = "日"


_MOST = {Unit.YEARS: 100, Unit.MONTHS: 1200, Unit.DAYS: 3660}
_PERIOD = re.compile(r"([0-9]{1,4})(年|个月|日)")
_OTHERWISE = re.compile(r"([0-9]{1,4})\s*(周年|年|个月|月|日|天)?")
_MEANT = {"周年": Unit.YEARS, "月": Unit.MONTHS, "天": Unit.DAYS}


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time. The day on which it begins is not counted (民法典 第二百零一条)."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    @property
    def days(self) -> int:
        """About how many days it lasts, to compare it with another."""
        return self.count * {Unit.YEARS: 365, Unit.MONTHS: 30, Unit.DAYS: 1}[self.unit]

    def last_day(self, begins: date) -> date:
        """The day with the same number so much later, else the last one of that month (民法典 第二百零二条)."""
        if self.unit is Unit.DAYS:
            return begins + timedelta(days=self.count)
        months = begins.year * 12 + begins.month - 1 + self.count * (12 if self.unit is Unit.YEARS else 1)
        year, month = divmod(months, 12)
        if year >= _LATEST.year:
            return _LATEST
        return date(year, month + 1, min(begins.day, calendar.monthrange(year, month + 1)[1]))

    def over_since(self, today: date) -> date:
        """The latest day on which something may have begun that is kept no longer today."""
        months = today.year * 12 + today.month - self.count * {Unit.YEARS: 12, Unit.MONTHS: 1, Unit.DAYS: 0}[self.unit]
        # The first day of the month after; from there back to the day itself.
        day = today if self.unit is Unit.DAYS else date(months // 12, months % 12 + 1, 1)
        while self.last_day(day) >= today:
            day -= timedelta(days=self.count if self.unit is Unit.DAYS and day == today else 1)
        return day


def parse_period(text: str, units: tuple[Unit, ...], least: int = 1) -> Period | Fault:
    """A period in one of these units, or what is wrong and how to write it. `least` is in days, months or years."""
    found = _PERIOD.fullmatch(text)
    if found is None or found[2] not in units:
        return Fault("R032", f"「{text}」不是这里能用的期限", f"请写成 {' 或 '.join(_meant(text, units))}")
    period = Period(int(found[1]), Unit(found[2]))
    low = least if period.unit is Unit.DAYS else 1
    if not low <= period.count <= _MOST[period.unit]:
        bounds = f"{low}{period.unit} 到 {_MOST[period.unit]}{period.unit}"
        return Fault("R033", f"「{text}」超出范围", f"请写 {bounds} 之间的期限")
    return period


def _meant(text: str, units: tuple[Unit, ...]) -> list[str]:
    found = _OTHERWISE.fullmatch(half_width(text))
    number = int(found[1]) if found else 10
    unit = found and found[2] and _MEANT.get(found[2], found[2])
    return [f"{number}{one}" for one in ([unit] if unit in units else units)]
