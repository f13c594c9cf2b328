"""A box and the boxes that cover parts of it come in; what is left of it goes out, or that nothing is left.

It is the search that decides satisfiability: an obstacle that can be avoided in one way only is avoided so at once,
otherwise the ways to avoid the narrowest obstacle are tried one after the other, each without what was tried before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rules.analysis.space import Box, Piece, Space
from rules.analysis.words import Clause, UndecidedError

MOST_CHECKS = 50_000

Obstacle = tuple[int, tuple[Piece, ...]]
"""A box taken apart, under the number of the rule that it belongs to."""


@dataclass(slots=True)
class Search:
    """One question. `used` are the rules by which it was found that nothing is left."""

    space: Space
    checks: int = 0
    used: set[int] = field(default_factory=set)

    def escape(self, box: Box, obstacles: Iterable[Obstacle], changed: str | None = None) -> Box | None:
        """A part of the box that no obstacle touches, or None. Raises UndecidedError beyond MOST_CHECKS.

        `changed` is the only axis in which the obstacles have not yet been held against the box.
        """
        while True:
            unsure = self._in_the_way(box, obstacles, changed)
            if unsure is None:
                return None
            if not unsure:
                return box
            rule, pieces = min(unsure, key=lambda obstacle: len(obstacle[1]))
            self.used.add(rule)
            if len(pieces) > 1:
                return self._branch(box, pieces, unsure)
            rest = self.space.without(box, pieces[0])
            if rest is None:
                return None
            box, obstacles, changed = rest, unsure, pieces[0][0]

    def _branch(self, box: Box, pieces: Sequence[Piece], obstacles: Sequence[Obstacle]) -> Box | None:
        for piece in pieces:
            outside = self.space.without(box, piece)
            found = self.escape(outside, obstacles, piece[0]) if outside is not None else None
            if found is not None:
                return found
            inside = self.space.within(box, piece)
            left = self._in_the_way(inside, obstacles, piece[0]) if inside is not None else None
            if inside is None or left is None:
                return None
            box, obstacles = inside, left
        return None

    def _in_the_way(self, box: Box, obstacles: Iterable[Obstacle], changed: str | None) -> list[Obstacle] | None:
        """The obstacles that touch the box, with the pieces still to be avoided; None where one covers it."""
        touching: list[Obstacle] = []
        for obstacle in obstacles:
            rule, pieces = obstacle
            if changed is not None and not any(axis == changed for axis, _ in pieces):
                touching.append(obstacle)
                continue
            self.checks += 1
            if self.checks > MOST_CHECKS:
                raise UndecidedError
            open_pieces = self._open(box, pieces)
            if open_pieces is None:
                continue
            if not open_pieces:
                self.used.add(rule)
                return None
            touching.append((rule, open_pieces))
        return touching

    def _open(self, box: Box, pieces: Iterable[Piece]) -> tuple[Piece, ...] | None:
        """The pieces that hold in a part of the box only; None where one holds nowhere in it."""
        unsure: list[Piece] = []
        for piece in pieces:
            axis, asked = piece
            if axis not in box:
                unsure.append(piece)  # no piece asks for nothing or for the impossible
                continue
            if isinstance(asked, Clause):
                if self.space.within(box, piece) is None:
                    return None
                if self.space.without(box, piece) is not None:
                    unsure.append(piece)
                continue
            domain = box[axis]
            assert isinstance(domain, int)  # noqa: S101  # the axis of a number is never a text
            if not domain & asked:
                return None
            if domain & ~asked:
                unsure.append(piece)
        return tuple(unsure)
