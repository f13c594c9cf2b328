"""Colours by month, before and now → the bars of a chart, whose lengths are percents of the page's width."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.rescoring.change import Changes
from service.rescoring.change_tables import colour_names, months
from service.rescoring.moved import Pair

MOST_MONTHS = 24
_ROOM_FOR_CHARACTER = 5.0  # percent, on the narrowest screen


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar, in percents of the width; `worded` where its name has room in it."""

    name: str
    count: int
    start: float
    width: float

    @property
    def worded(self) -> bool:
        return self.width >= _ROOM_FOR_CHARACTER * len(self.name)

    @property
    def middle(self) -> float:
        return round(self.start + self.width / 2, 2)


@dataclass(frozen=True, slots=True)
class Bar:
    when: str
    segments: tuple[Segment, ...]

    @property
    def words(self) -> str:
        """The same in words."""
        return "　".join(f"{part.name} {part.count}" for part in self.segments)


@dataclass(frozen=True, slots=True)
class Month:
    name: str
    bars: tuple[Bar, Bar]


def chart(changes: Changes) -> list[Month]:
    """The last months; the longest bar among them fills the width."""
    shown = months(changes)[-MOST_MONTHS:]
    longest = max((tally.rows for _, tally in shown), default=1)
    names = colour_names(changes)
    return [
        Month(
            month,
            (
                _bar("原先", month, changes.months_before, names, longest),
                _bar("现在", month, changes.months_now, names, longest),
            ),
        )
        for month, _ in shown
    ]


def _bar(when: str, month: str, counts: Mapping[Pair, int], names: tuple[str, ...], longest: int) -> Bar:
    segments: list[Segment] = []
    start = 0.0
    for name in names:
        if count := counts.get((month, name), 0):
            width = 100 * count / longest
            segments.append(Segment(name, count, round(start, 2), round(width, 2)))
            start += width
    return Bar(when, tuple(segments))
