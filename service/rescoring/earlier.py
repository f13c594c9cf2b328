"""What a row says of the decision that it already carried: its wordings come in, plain values go out."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache

from service.clock import in_china

# A wording that is no colour of the rule set, and no wording at all.
OTHER, UNSAID = "其他", "未记"

# How colours are written, by their one-character names and by rank among as many colours; the only such table.
_AFTER_NAME = ("", "色", "码", "灯", "牌", "级", "预警", "色预警", "色等级", "级预警", "色风险", "色警示")
_AFTER_RANK = ("", "预警", "风险", "响应", "警情", "等级")
_NAMES = ("红", "橙", "黄", "蓝", "绿")
_RANKS = (("一级", "1级", "I级"), ("二级", "2级", "II级"), ("三级", "3级", "III级"), ("四级", "4级", "IV级"))
_ABOVE_ALL = ("特别重大", "特大")
_STEPS = {3: ("重大", "较大", "一般"), 4: ("特别重大", "重大", "较大", "一般")}
# The lightest colour is blue in one county and green in the next.
_SAME = ({"蓝", "绿"},)
_NOTHING = frozenset({"", "-", "--", "—", "——", "/", "\\", "NULL", "NONE", "NAN", "NA", "N/A"})
_AROUND = "[]()【】《》「」“”\"'.。,，:：;；"

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?+(?!\d)")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})?(?:\d{2}|\d{4}|\d{6}|\d{9})?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")  # days as Excel counts them
_EXCEL_BEGINS = datetime(1899, 12, 30)
_YEARS = range(1980, 2100)
_LONGEST = 60  # what is longer is neither; and what was read is remembered for the next rows


def colour_wordings(colours: tuple[str, ...]) -> dict[str, str]:
    """Every wording that is read → the colour of the rule set. `colours` stand heaviest first."""
    read: dict[str, str] = {_plain(step + end): colours[0] for step in _ABOVE_ALL for end in _AFTER_RANK}
    for steps in (*zip(*_RANKS, strict=True), _STEPS.get(len(colours), ())):
        for step, colour in zip(steps, colours, strict=False):
            read |= {_plain(step + end): colour for end in _AFTER_RANK}
    for name in _NAMES:
        meant = {colours[-1]} if any({name, colours[-1]} <= same for same in _SAME) else set()
        for colour in {name} & set(colours) or meant:
            read |= {_plain(name + end): colour for end in _AFTER_NAME}
    return read | {_plain(colour): colour for colour in colours}


def said(value: object) -> str:
    """A cell as text on one line; empty for what stands for nothing. 12.0 is 12, a moment is China's."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return in_china(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(str(value).split())
    return "" if len(text) <= 4 and _plain(text) in _NOTHING else text


@lru_cache(maxsize=4096)
def plain_name(text: str) -> str:
    """A name with brackets and digits of half width and no space, so that one department is not two."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def read_colour(text: str, wordings: dict[str, str]) -> str:
    """The colour that a wording means; UNSAID where there is none, OTHER where it can't be read."""
    return wordings.get(_plain(text[:_LONGEST]), OTHER) if text else UNSAID


def read_month(value: object) -> str:
    """The month in China as 2025-03, from a moment or one of the usual ways to write it; empty if it is none."""
    if isinstance(value, datetime):
        return in_china(value).strftime("%Y-%m")
    if isinstance(value, date):
        return value.strftime("%Y-%m")
    return _month_written(said(value)[:_LONGEST])


@lru_cache(maxsize=4096)
def _month_written(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    if text.endswith("Z") or re.search(r"\d[+-]\d\d:?\d\d$", text):  # a moment elsewhere may be another month here
        try:
            return in_china(datetime.fromisoformat(text)).strftime("%Y-%m")
        except ValueError:
            pass
    if _SERIAL.fullmatch(text):
        day: date = _EXCEL_BEGINS + timedelta(days=float(text))
    else:
        found = _DATE.match(text) or _DIGITS.fullmatch(text)
        try:
            day = date(int(found[1]), int(found[2]), int(found[3] or 1)) if found else date.min
        except ValueError:
            return ""
    return day.strftime("%Y-%m") if day.year in _YEARS else ""


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return plain_name(text).upper().strip(_AROUND)
