"""A day as a rule writes it, 2026-01-01, comes in; a date goes out, or what is wrong and how to write it."""

from __future__ import annotations

import datetime
import re

from rules.slips import half_width
from rules.vocabulary import Fault

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Year, month and day in that order, however they are parted, and perhaps a time of day behind.
_OTHERWISE = re.compile(
    r"([0-9]{4})(?:\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))(?:[ T].*)?"
)
_FOR_EVER = ("长期", "永久", "无", "无期限", "不限", "-", "~")
# A spreadsheet counts days from here; these are the years 2000 to 2100.
_SPREADSHEET_DAY_0 = datetime.date(1899, 12, 30)
_SPREADSHEET_DAYS = range(36526, 73051)


def parse_date(text: str) -> datetime.date | Fault:
    if _DATE.fullmatch(text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            return Fault("R034", f"没有「{text}」这一天", "请核对年月日")
    if text in _FOR_EVER:
        return Fault("R034", f"「{text}」不是日期", "没有期限的，把这一行删掉就行")
    if meant := _meant(half_width(text)):
        return Fault("R034", f"日期「{text}」的写法不对", f"请写成 {meant}")
    return Fault("R034", f"「{text}」不是日期", "请写成 年-月-日，如 2026-01-01")


def _meant(text: str) -> datetime.date | None:
    """The day that a date written otherwise stands for. Day and month first is left alone: it can be read two ways."""
    if text.isdecimal() and int(text) in _SPREADSHEET_DAYS:
        return _SPREADSHEET_DAY_0 + datetime.timedelta(days=int(text))
    found = _OTHERWISE.fullmatch(text)
    if found is None:
        return None
    try:
        return datetime.date(int(found[1]), int(found[2] or found[4]), int(found[3] or found[5]))
    except ValueError:
        return None
