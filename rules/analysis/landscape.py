"""The rules that decide, as boxes in deciding order, with an index: which ways of which rules a case or a box meets.

A set of ways is a whole number with a bit a way. The index has such a number for every class of every fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rules.analysis.search import Obstacle, Search
from rules.analysis.space import Box, Point, Space, pieces_of
from rules.analysis.words import Clause
from rules.rulebook import Rule


class Landscape:
    """The given rules, each with the boxes of its ways on the days on which it is in force."""

    def __init__(self, space: Space, rules: Sequence[tuple[Rule, Sequence[Box]]]) -> None:
        self.space = space
        self.rules = tuple(rule for rule, _ in rules)
        self.boxes = tuple(box for _, boxes in rules for box in boxes)
        self._rule_of = tuple(number for number, (_, boxes) in enumerate(rules) for _ in boxes)
        self._obstacles: tuple[Obstacle, ...] = tuple(
            (number, pieces_of(box)) for number, box in zip(self._rule_of, self.boxes, strict=True)
        )
        self.ways: list[int] = [0] * len(self.rules)
        for way, number in enumerate(self._rule_of):
            self.ways[number] |= 1 << way
        self._all = (1 << len(self.boxes)) - 1
        self._by_class = self._index_classes()
        self._by_clause = self._index_clauses()
        self._meeting = lru_cache(maxsize=50_000)(self._meeting_classes)
        self._failing = lru_cache(maxsize=50_000)(self._failing_text)

    def ways_of(self, numbers: Iterable[int]) -> int:
        """The ways of these rules."""
        ways = 0
        for number in numbers:
            ways |= self.ways[number]
        return ways

    def rules_of(self, ways: int) -> tuple[int, ...]:
        """The rules that these ways belong to, in deciding order."""
        return tuple(dict.fromkeys(self._rule_of[way] for way in _bits(ways)))

    def boxes_of(self, number: int) -> Sequence[Box]:
        return [self.boxes[way] for way in _bits(self.ways[number])]

    def matching(self, point: Point) -> int:
        """The ways that hold in this case."""
        ways = self._all
        for axis, of_class in self._by_class.items():
            ways &= of_class[int(point[axis])]
        for axis in self._by_clause:
            ways &= ~self._failing(axis, str(point[axis]))
        return ways

    def meeting(self, box: Box) -> int:
        """The ways that may hold somewhere in the box: none is missing, though a few too many are named."""
        ways = self._all
        for axis, domain in box.items():
            if isinstance(domain, int) and axis in self._by_class:
                ways &= self._meeting(axis, domain)
        return ways

    def avoiding(self, box: Box, ways: int, used: set[int] | None = None) -> Point | None:
        """A case in the box in which none of these ways holds, or None; raises UndecidedError.

        `used` takes up the rules of the ways that are needed to cover the box.
        """
        point = self.space.point(box)
        if not self.matching(point) & ways:
            return point
        search = Search(self.space)
        left = search.escape(box, [self._obstacles[way] for way in _bits(ways & self.meeting(box))])
        if used is not None:
            used |= search.used
        return None if left is None else self.space.point(left)

    def _index_classes(self) -> dict[str, list[int]]:
        """For every fact that is asked about, the ways that allow each class."""
        index: dict[str, list[int]] = {}
        for way, box in enumerate(self.boxes):
            for axis, domain in box.items():
                if isinstance(domain, int):
                    refused = index.setdefault(axis, [0] * self.space.full[axis].bit_length())
                    for number in _bits(self.space.full[axis] & ~domain):
                        refused[number] |= 1 << way
        return {axis: [self._all & ~ways for ways in refused] for axis, refused in index.items()}

    def _index_clauses(self) -> dict[str, dict[Clause, int]]:
        """For every text, the ways that ask for each clause."""
        index: dict[str, dict[Clause, int]] = {}
        for way, box in enumerate(self.boxes):
            for axis, domain in box.items():
                if not isinstance(domain, int):
                    asked = index.setdefault(axis, {})
                    for clause in domain:
                        asked[clause] = asked.get(clause, 0) | 1 << way
        return index

    def _meeting_classes(self, axis: str, classes: int) -> int:
        ways = 0
        for number in _bits(classes):
            ways |= self._by_class[axis][number]
        return ways

    def _failing_text(self, axis: str, text: str) -> int:
        ways = 0
        for clause, asking in self._by_clause[axis].items():
            holds = any((word in text) is clause.some for word in clause.words)
            ways |= 0 if holds else asking
        return ways


def _bits(number: int) -> Iterable[int]:
    """The positions of the bits that are set, lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
