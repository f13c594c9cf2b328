"""The rules that decide, in deciding order, each as the boxes of its ways; cases that avoid given ways come out.

A way is a number; a set of ways is a whole number with a bit a way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rules.analysis.index import Index, bits
from rules.analysis.space import Box, Point, Space, pieces_of
from rules.analysis.words import UndecidedError
from rules.rulebook import Rule

MOST_STEPS = 5_000  # of one search
MOST_STEPS_IN_ALL = 1_000_000


class Landscape:
    """The given rules, each with the boxes of its ways on the days on which it is in force."""

    def __init__(self, space: Space, rules: Sequence[tuple[Rule, Sequence[Box]]]) -> None:
        self.space = space
        self.rules = tuple(rule for rule, _ in rules)
        self._boxes = tuple(box for _, boxes in rules for box in boxes)
        self._rule_of = tuple(number for number, (_, boxes) in enumerate(rules) for _ in boxes)
        self.ways = [0] * len(self.rules)
        for way, number in enumerate(self._rule_of):
            self.ways[number] |= 1 << way
        self._index = Index(space, self._boxes)
        self._steps = 0

    def ways_of(self, numbers: Iterable[int]) -> int:
        """The ways of these rules."""
        ways = 0
        for number in numbers:
            ways |= self.ways[number]
        return ways

    def rules_of(self, ways: int) -> tuple[int, ...]:
        """The rules that these ways belong to, in deciding order."""
        return tuple(dict.fromkeys(self._rule_of[way] for way in bits(ways)))

    def boxes_of(self, number: int) -> Sequence[Box]:
        return [self._boxes[way] for way in bits(self.ways[number])]

    def matching(self, point: Point) -> int:
        """The ways that hold in this case."""
        return self._index.matching(point)

    def meeting(self, box: Box) -> int:
        """The ways that may hold somewhere in the box: none is missing, though a few too many may be named."""
        return ((1 << len(self._boxes)) - 1) & ~self._index.standing(box).missed

    def avoiding(self, box: Box, ways: int, used: set[int] | None = None) -> Point | None:
        """A case in the box in which none of these ways holds, or None; raises UndecidedError.

        `used` takes up the rules by which it was found that the ways cover the box.
        """
        point = self.space.point(box)
        if not self.matching(point) & ways:
            return point
        left = self._escape(box, ways, set() if used is None else used)
        return None if left is None else self.space.point(left)

    def _escape(self, whole: Box, ways: int, used: set[int]) -> Box | None:
        """A part of the box that none of the ways meets.

        One of the ways in it is taken, one with few pieces that are not certain to hold, and the box is parted by
        its pieces: where the first does not hold, where the first holds but not the second, and so on.
        """
        open_parts = [(whole, ways)]
        for step in range(MOST_STEPS + 1):
            if not open_parts:
                return None
            self._steps += 1
            if step == MOST_STEPS or self._steps > MOST_STEPS_IN_ALL:
                break
            box, ways = open_parts.pop()
            standing = self._index.standing(box)
            ways &= ~standing.missed
            if not ways:
                return box
            certain = ways & ~standing.once
            way = next(bits(certain or ways & ~standing.twice or ways & ~standing.thrice or ways))
            used.add(self._rule_of[way])
            if not certain:
                open_parts += [(part, ways) for part in self._outside(box, way)]
        raise UndecidedError

    def _outside(self, box: Box, way: int) -> list[Box]:
        """The box without what lies in this way, in parts, the first of them last."""
        parts: list[Box] = []
        for piece in pieces_of(self._boxes[way]):
            outside, inside = self.space.without(box, piece), self.space.within(box, piece)
            if outside is not None:
                parts.append(outside)
            if inside is None:
                break
            box = inside
        return parts[::-1]
