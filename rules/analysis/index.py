"""An index over boxes: which of them a case or a box lies in, meets or misses, all of them at once.

A set of boxes is a whole number with a bit a box. The index has such a number for every class of every fact, and
for every clause that is asked of a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rules.analysis.space import Box, Domain, Point, Space
from rules.analysis.words import Clause, Clauses

_CACHED = 50_000


class Standing(NamedTuple):
    """How the boxes stand to a domain of one axis, or to a whole box: sets of boxes.

    Those that are missed hold nowhere in it. Of the rest, `once`, `twice` and `thrice` are those of which as many
    pieces or more are not certain to hold in it.
    """

    missed: int = 0
    once: int = 0
    twice: int = 0
    thrice: int = 0

    def and_also(self, other: Standing) -> Standing:
        """The standing to both together, for domains of different axes or clauses of one."""
        return Standing(
            self.missed | other.missed,
            self.once | other.once,
            self.twice | other.twice | self.once & other.once,
            self.thrice | other.thrice | self.twice & other.once | self.once & other.twice,
        )


class Index:
    def __init__(self, space: Space, boxes: Sequence[Box]) -> None:
        self._space = space
        self._all = (1 << len(boxes)) - 1
        self._by_class: dict[str, list[int]] = {}
        self._by_clause: dict[str, dict[Clause, int]] = {}
        for number, box in enumerate(boxes):
            for axis, domain in box.items():
                self._add(number, axis, domain)
        self._standing = lru_cache(maxsize=_CACHED)(self._to_domain)
        self._standing_beside = lru_cache(maxsize=_CACHED)(self._to_other_axes)
        self._failing = lru_cache(maxsize=_CACHED)(self._failing_text)

    def matching(self, point: Point) -> int:
        """The boxes that a case lies in."""
        missed = 0
        for axis, refusing in self._by_class.items():
            missed |= refusing[int(point[axis])]
        for axis in self._by_clause:
            missed |= self._failing(axis, str(point[axis]))
        return self._all & ~missed

    def standing(self, box: Box) -> Standing:
        """How all boxes stand to this one."""
        standing = self._standing_beside(frozenset(box))
        for axis, domain in box.items():
            if axis in self._by_class or axis in self._by_clause:
                standing = standing.and_also(self._standing(axis, domain))
        return standing

    def _add(self, number: int, axis: str, domain: Domain) -> None:
        if isinstance(domain, int):
            full = self._space.full[axis]
            refusing = self._by_class.setdefault(axis, [0] * full.bit_length())
            for at in bits(full & ~domain):
                refusing[at] |= 1 << number
        else:
            asking = self._by_clause.setdefault(axis, {})
            for clause in domain:
                asking[clause] = asking.get(clause, 0) | 1 << number

    def _to_other_axes(self, axes: frozenset[str]) -> Standing:
        """To a box with just these axes, as far as it leaves all others open."""
        standing = Standing()
        for axis in (*self._by_class, *self._by_clause):
            if axis not in axes:
                standing = standing.and_also(self._standing(axis, None))
        return standing

    def _to_domain(self, axis: str, domain: Domain | None) -> Standing:
        if axis in self._by_clause:
            return self._to_clauses(axis, frozenset() if domain is None or isinstance(domain, int) else domain)
        missed, once = self._all, 0
        for at in bits(domain if isinstance(domain, int) else self._space.full[axis]):
            missed &= self._by_class[axis][at]
            once |= self._by_class[axis][at]
        return Standing(missed, once)

    def _to_clauses(self, axis: str, clauses: Clauses) -> Standing:
        standing = Standing()
        for clause, asking in self._by_clause[axis].items():
            certain = self._space.certainty(clauses, clause)
            if certain is not True:
                standing = standing.and_also(Standing(0 if certain is None else asking, asking))
        return standing

    def _failing_text(self, axis: str, text: str) -> int:
        failing = 0
        for clause, asking in self._by_clause[axis].items():
            if not any((word in text) is clause.some for word in clause.words):
                failing |= asking
        return failing


def bits(number: int) -> Iterator[int]:
    """The positions of the bits that are set, lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
