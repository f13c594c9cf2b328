"""The types that facts may have: how their values are written in YAML, and which Python values they take.

Choice is text, YesNo bool, Whole int, Fraction float (rounded to four decimals), Text free text.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from rules.problem import did_you_mean, enumerate_some
from rules.slips import half_width, pieces, plain

Value = str | bool | int | float

DECIMALS = 4
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_NUMBER_OTHERWISE = re.compile(r"(-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})?(?:\.[0-9]{0,9})?)\s*(%|[次天人回点]?)")
_YES = ("yes", "y", "true", "on", "1", "有", "对", "√", "✓")
_NO = ("no", "n", "false", "off", "0", "无", "没有", "错", "×", "x")
_FRACTION = re.compile(rf"-?[0-9]{{1,9}}(\.[0-9]{{1,{DECIMALS}}})?")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a value does not fit a fact."""

    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Choice:
    """取值: one of a list of words."""

    values: tuple[str, ...]
    default: str

    def parse(self, text: str) -> str | Fault:
        if text in self.values:
            return text
        words = [plain(word) for word in pieces(text)]
        if words and set(words) <= set(self.values):
            return Fault("R015", f"「{text}」像是几个值连在了一起", f"请写成 [{', '.join(words)}]，括号和逗号用半角")
        return Fault("R031", f"没有「{text}」这个取值", did_you_mean(text, self.values))

    def accept(self, value: object) -> str | Fault:
        return self.parse(value) if isinstance(value, str) else _wrong_type(value, "文字")


@dataclass(frozen=True, slots=True)
class YesNo:
    """是否: yes or no."""

    default: bool = False

    def parse(self, text: str) -> bool | Fault:
        if text in ("是", "否"):
            return text == "是"
        meant = "是" if text.lower() in _YES else "否" if text.lower() in _NO else "是 或 否"
        return Fault("R032", f"「{text}」不是「是」或「否」", f"请写 {meant}")

    def accept(self, value: object) -> bool | Fault:
        return value if isinstance(value, bool) else _wrong_type(value, "真假值（是或否）")


@dataclass(frozen=True, slots=True)
class Whole:
    """整数: a whole number between two bounds, both included."""

    low: int
    high: int
    default: int

    def parse(self, text: str) -> int | Fault:
        if not _WHOLE.fullmatch(text):
            meant = _number_meant(text)
            whole = meant if meant is not None and meant.is_integer() else None
            remedy = "请用半角数字写一个整数，如 3" if whole is None else f"请写成 {whole:.0f}"
            return Fault("R032", f"「{text}」不是整数", remedy)
        return self._bounded(int(text))

    def accept(self, value: object) -> int | Fault:
        if isinstance(value, bool) or not isinstance(value, int):
            return _wrong_type(value, "整数")
        return self._bounded(value)

    def _bounded(self, number: int) -> int | Fault:
        return number if self.low <= number <= self.high else _out_of_range(number, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Fraction:
    """范围: a number with at most four decimals between two bounds, both included."""

    low: float
    high: float
    default: float

    def parse(self, text: str) -> float | Fault:
        if not _FRACTION.fullmatch(text):
            meant = _number_meant(text)
            plainly = f"请写成最多 {DECIMALS} 位小数的普通数，如 0.75（不用百分号、不用 1e3）"
            remedy = plainly if meant is None else f"请写成 {show(round(meant, DECIMALS))}"
            return Fault("R032", f"「{text}」不是这里能用的数", remedy)
        return self._bounded(float(text))

    def accept(self, value: object) -> float | Fault:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return _wrong_type(value, "数")
        return self._bounded(float(value))

    def _bounded(self, number: float) -> float | Fault:
        rounded = round(number, DECIMALS) + 0.0  # no negative zero
        return rounded if self.low <= rounded <= self.high else _out_of_range(number, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Text:
    """文本: free text, seen by rules only through the words it contains."""

    default: str = ""

    def parse(self, text: str) -> str | Fault:
        return text

    def accept(self, value: object) -> str | Fault:
        return value if isinstance(value, str) else _wrong_type(value, "文字")


Fact = Choice | YesNo | Whole | Fraction | Text


def show(value: Value) -> str:
    """A value as a rule would write it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return str(value)


def _number_meant(text: str) -> float | None:
    """The number that a text stands for with other digits, a unit, a percent sign or commas between thousands."""
    found = _NUMBER_OTHERWISE.fullmatch(half_width(text).strip("\"'“”‘’"))
    if found is None or not any(map(str.isdecimal, found[1])):
        return None
    number = float(found[1].replace(",", ""))
    return number / 100 if found[2] == "%" else number


def _wrong_type(value: object, wanted: str) -> Fault:
    return Fault("R032", f"值应当是{wanted}，收到的是 {_brief(value)}", f"请传入{wanted}")


def _brief(value: object) -> str:
    written = repr(value)
    return written if len(written) <= 40 else written[:37] + "…"


def _out_of_range(number: float, low: float, high: float) -> Fault:
    return Fault("R033", f"{show(number)} 超出范围", f"请写 {show(low)} 到 {show(high)} 之间的数")


def describe(fact: Fact) -> str:
    """What may be written, in words: for remedies and for the page."""
    match fact:
        case Choice(values=values):
            return f"取值为 {enumerate_some(values)}"
        case YesNo():
            return "是 或 否"
        case Whole(low=low, high=high):
            return f"{show(low)} 到 {show(high)} 的整数"
        case Fraction(low=low, high=high):
            return f"{show(low)} 到 {show(high)} 的数，最多 {DECIMALS} 位小数"
        case Text():
            return "文本"
