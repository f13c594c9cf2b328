"""A term as people write it, 2小时 or 10工作日, comes in; the moment or the day at which it ends goes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from rules.slips import half_width
from rules.vocabulary import Fault
from service import clock
from service.timing.calendar import add_working_days


class Unit(StrEnum):
    """What a term counts. Hours run day and night; days are those of the calendar."""

    HOURS = "小时"
    DAYS = "日"
    WORKING_DAYS = "工作日"


_MOST = {Unit.HOURS: 720, Unit.DAYS: 366, Unit.WORKING_DAYS: 250}

_TERM = re.compile(r"([0-9]{1,4})(小时|日|工作日)")
_OTHERWISE = re.compile(r"([0-9]{1,4})\s*个?\s*(小时|钟头|h|日|天|自然日|工作日|工作天)?", re.IGNORECASE)
_MEANT = {"钟头": Unit.HOURS, "h": Unit.HOURS, "天": Unit.DAYS, "自然日": Unit.DAYS, "工作天": Unit.WORKING_DAYS}


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time. The day on which it begins is not counted (民法典 第二百零一条)."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    @property
    def span(self) -> timedelta:
        """About how long it lasts: a working day is taken for a day."""
        return timedelta(hours=self.count) if self.unit is Unit.HOURS else timedelta(days=self.count)

    def last_day(self, at: datetime) -> date:
        """The day on which it ends; a holiday stays one."""
        local = clock.in_china(at)
        match self.unit:
            case Unit.HOURS:
                return (local + self.span).date()
            case Unit.DAYS:
                return local.date() + self.span
            case Unit.WORKING_DAYS:
                return add_working_days(local.date(), self.count)

    def deadline(self, at: datetime, closing: int) -> datetime:
        """The moment at which it ends, on China's clock: of days, the closing hour of the last one.

        A last day that is a holiday gives way to the next working day (民法典 第二百零三条).
        """
        local = clock.in_china(at)
        if self.unit is Unit.HOURS:
            return local + self.span
        return datetime.combine(add_working_days(self.last_day(local), 0), time(closing), local.tzinfo)


def parse_term(text: str, units: tuple[Unit, ...], least: int = 1) -> Term | Fault:
    """A term in one of these units, or what is wrong and how to write it."""
    found = _TERM.fullmatch(text)
    if found is None or found[2] not in units:
        return Fault("R032", f"「{text}」不是这里能用的时长", f"请写成 {' 或 '.join(_meant(text, units))}")
    term = Term(int(found[1]), Unit(found[2]))
    if not least <= term.count <= _MOST[term.unit]:
        bounds = f"{least}{term.unit} 到 {_MOST[term.unit]}{term.unit}"
        return Fault("R033", f"「{text}」超出范围", f"请写 {bounds} 之间的时长")
    return term


def _meant(text: str, units: tuple[Unit, ...]) -> list[str]:
    """How what was written could have been written."""
    found = _OTHERWISE.fullmatch(half_width(text))
    number = int(found[1]) if found else 3
    unit = found and found[2] and _MEANT.get(found[2].lower(), found[2])
    return [f"{number}{one}" for one in ([unit] if unit in units else units)]
