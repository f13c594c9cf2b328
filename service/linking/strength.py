"""Two traces come in; how likely they tell of one dispute goes out, with the reasons in Chinese, the weightiest first.

Reasons are combined as if each could err by itself: 1 − Π(1 − weight). So one more reason never lowers the strength.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import prod

from service.linking.model import KeyKind, Trace
from service.linking.near_copy import similarity


class Level(StrEnum):
    """How a strength is called."""

    STRONG = "强"
    MEDIUM = "中"
    WEAK = "弱"


# A level begins at its value. Alone an identity number, a telephone or a reference is 强, a text or a place is not.
THRESHOLDS = ((Level.STRONG, 0.65), (Level.MEDIUM, 0.4), (Level.WEAK, 0.1))


@dataclass(frozen=True, slots=True)
class Weighing:
    """What a reason weighs on the same day, and the days after which it weighs half; None if time takes nothing."""

    weight: float
    half_life: int | None


_WEIGHINGS = {
    KeyKind.ALARM: Weighing(0.95, None),
    KeyKind.IDENTITY: Weighing(0.92, 1825),
    KeyKind.PHONE: Weighing(0.8, 1095),
    KeyKind.PLACE: Weighing(0.35, 365),
}
_SAID = {
    KeyKind.ALARM: "关联警单",
    KeyKind.IDENTITY: "同一身份证",
    KeyKind.PHONE: "同一电话",
    KeyKind.PLACE: "同一地点",
}
_TEXT, _FULL_NAME, _REDUCED_NAME = Weighing(0.6, 365), Weighing(0.25, 365), Weighing(0.06, 365)
# Texts on different matters share less than the first; a copy with a tenth of it rewritten shares as much as the last.
_LEAST_ALIKE, _WHOLLY_ALIKE = 0.25, 0.75


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason in words, and what it weighs between 0 and 1."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Strength:
    """How likely two incidents are one dispute, 0 to 1. `level` is None where that is not worth showing."""

    value: float
    reasons: tuple[Reason, ...]

    @property
    def level(self) -> Level | None:
        """强, 中 or 弱."""
        return next((level for level, least in THRESHOLDS if self.value >= least), None)


def strength(new: Trace, other: Trace) -> Strength:
    """How strongly two incidents are linked, whichever came first; words and masked values are those of `new`."""
    days = abs(new.at - other.at).days
    reasons = [*_shared(new, other, days), *_alike(new, other, days)]
    if reasons:
        reasons += _namesakes(new, other, days)
    ordered = sorted(reasons, key=lambda reason: -reason.weight)
    if len(ordered) < 2:
        return Strength(sum(reason.weight for reason in ordered), tuple(ordered))
    # Exact numbers: the order of floating-point products would be seen.
    return Strength(float(1 - prod(1 - Fraction(str(reason.weight)) for reason in ordered)), tuple(ordered))


def _shared(new: Trace, other: Trace, days: int) -> Iterator[Reason]:
    theirs = other.by_key
    for key, mark in new.by_key.items():
        if key in theirs:
            yield Reason(f"{_SAID[key.kind]}（{mark.shown}）", _weight(_WEIGHINGS[key.kind], days))


def _alike(new: Trace, other: Trace, days: int) -> Iterator[Reason]:
    alike = similarity(new.signature, other.signature)
    if alike > _LEAST_ALIKE:
        share = min(1.0, (alike - _LEAST_ALIKE) / (_WHOLLY_ALIKE - _LEAST_ALIKE))
        yield Reason(f"近似文字（约 {alike:.0%} 相同）", _weight(_TEXT, days, share))


def _namesakes(new: Trace, other: Trace, days: int) -> Iterator[Reason]:
    theirs = {name.value_hash for name in other.names}
    for name in new.names:
        if name.value_hash in theirs:
            said = "同名" if name.full else "同姓"
            yield Reason(f"{said}（{name.shown}）", _weight(_FULL_NAME if name.full else _REDUCED_NAME, days))


def _weight(weighing: Weighing, days: int, share: float = 1.0) -> float:
    faded = 0.5 ** (days / weighing.half_life) if weighing.half_life else 1.0
    return round(weighing.weight * share * faded, 4)
