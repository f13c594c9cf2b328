"""All cases that a rule set can tell apart: every fact's values, and the days, parted into few classes.

Values that every comparison of the rule set treats alike form one class, so what a fact may be is a whole number
with a bit a class. Free text has no classes: what it may be is a set of clauses over words.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from rules.analysis.case import Case
from rules.analysis.words import Clause, Clauses, certainty, opposite, separator_for, text_with
from rules.outcomes import compile_compare
from rules.rulebook import Compare, Operator, Rule, comparisons
from rules.vocabulary import DECIMALS, Choice, Fact, Fraction, Text, Value, Whole

# The axis of days. No fact has an empty name.
DAY = ""

Domain = int | Clauses
Box = Mapping[str, Domain]
"""Cases by axis: what each fact may be. An axis that is not named may be anything. Never empty."""

Piece = tuple[str, int | Clause]
"""One axis and what is asked of it. A box is a conjunction of pieces."""

Point = Mapping[str, int | str]
"""One case: for every axis the number of its class, or its text."""

_SCALE: int = 10**DECIMALS


class Space:
    """Parts the facts by the comparisons of the rules, and the days from today on by their 生效 and 失效."""

    def __init__(self, facts: Mapping[str, Fact], rules: Sequence[Rule], today: datetime.date) -> None:
        asked: dict[str, list[Compare]] = {name: [] for name in facts}
        for compare in (compare for rule in rules for compare in comparisons(rule.condition)):
            asked[compare.fact].append(compare)
        self._facts = facts
        self._texts = frozenset(name for name, fact in facts.items() if isinstance(fact, Text))
        words = [str(word) for name in self._texts for compare in asked[name] for word in compare.operands]
        self._separator = separator_for(words)
        self.days = _parted_days(rules, today)
        self.values: dict[str, tuple[Value, ...]] = {
            name: _parted_values(fact, asked[name]) for name, fact in facts.items() if name not in self._texts
        }
        sizes = {name: len(values) for name, values in self.values.items()} | {DAY: len(self.days)}
        self.full = {axis: (1 << size) - 1 for axis, size in sizes.items()}
        self._usual = {axis: values.index(facts[axis].default) for axis, values in self.values.items()} | {DAY: 0}
        self._pieces: dict[tuple[str, Operator, tuple[Value, ...]], tuple[Piece, ...]] = {}

    # Pieces: what a rule asks.

    def pieces(self, compare: Compare, *, holds: bool = True) -> tuple[Piece, ...]:
        """The pieces that together are one comparison, or its opposite."""
        key = compare.fact, compare.operator, compare.operands
        asked = self._pieces.get(key)
        if asked is None:
            asked = self._pieces[key] = self._pieces_of(compare)
        if holds:
            return asked
        ((axis, first), *others) = asked
        if isinstance(first, int):
            return ((axis, self.full[axis] & ~first),)
        if not others:
            return tuple((axis, clause) for clause in opposite(first))
        words = frozenset().union(*(piece.words for _, piece in asked if isinstance(piece, Clause)))
        return ((axis, Clause(words, not first.some)),)

    def in_force(self, rule: Rule) -> Piece:
        """The days on which a rule is in force; none where it has expired."""
        return DAY, sum(1 << number for number, day in enumerate(self.days) if rule.in_force(day))

    def _pieces_of(self, compare: Compare) -> tuple[Piece, ...]:
        words = frozenset(map(str, compare.operands))
        match compare.operator:
            case Operator.CONTAINS_ANY:
                return ((compare.fact, Clause(words, some=True)),)
            case Operator.CONTAINS_ALL | Operator.CONTAINS_NONE:
                some = compare.operator is Operator.CONTAINS_ALL
                return tuple((compare.fact, Clause(frozenset({word}), some)) for word in sorted(words))
            case _:
                holds = compile_compare(compare)
                values = enumerate(self.values[compare.fact])
                return ((compare.fact, sum(1 << number for number, value in values if holds(value))),)

    # Boxes.

    def box(self, pieces: Iterable[Piece]) -> Box | None:
        """The cases in which all the pieces hold; None where there are none."""
        whole: Box = {}
        for piece in pieces:
            part = self.within(whole, piece)
            if part is None:
                return None
            whole = part
        return whole

    def unchecked_box(self, pieces: Iterable[Piece]) -> Box | None:
        """The same without asking whether a text can be had: None where classes alone exclude each other."""
        pieces = list(pieces)
        box = self.box(piece for piece in pieces if not isinstance(piece[1], Clause))
        if box is None:
            return None
        clauses: dict[str, Clauses] = {}
        for axis, asked in pieces:
            if isinstance(asked, Clause):
                clauses[axis] = clauses.get(axis, frozenset()) | {asked}
        return {**box, **clauses}

    def within(self, box: Box, piece: Piece) -> Box | None:
        axis, asked = piece
        if isinstance(asked, Clause):
            return self._with_clauses(box, axis, frozenset({asked}))
        return self._with_classes(box, axis, asked)

    def without(self, box: Box, piece: Piece) -> Box | None:
        axis, asked = piece
        if isinstance(asked, Clause):
            return self._with_clauses(box, axis, opposite(asked))
        return self._with_classes(box, axis, ~asked)

    def certainty(self, clauses: Clauses, clause: Clause) -> bool | None:
        """Whether texts of the clauses satisfy this one too: always, never, or it depends (None)."""
        return certainty(clauses, clause, self._separator)

    def common(self, one: Box, other: Box) -> Box | None:
        """The cases that are in both boxes; None where there are none."""
        return self.box([*pieces_of(one), *pieces_of(other)])

    def _with_classes(self, box: Box, axis: str, classes: int) -> Box | None:
        before = box.get(axis, self.full[axis])
        assert isinstance(before, int)  # noqa: S101  # the axis of a number is never a text
        left = before & classes
        if left == before:
            return box
        return {**box, axis: left} if left else None

    def _with_clauses(self, box: Box, axis: str, clauses: Clauses) -> Box | None:
        before = box.get(axis, frozenset())
        assert not isinstance(before, int)  # noqa: S101
        together = before | clauses
        return {**box, axis: together} if text_with(together, self._separator) is not None else None

    # Cases.

    def point(self, box: Box) -> Point:
        """The most usual case of a box: defaults wherever it allows them."""
        point: dict[str, int | str] = {**self._usual, **dict.fromkeys(self._texts, "")}
        for axis, domain in box.items():
            if not isinstance(domain, int):
                point[axis] = text_with(domain, self._separator) or ""
            elif not domain >> self._usual[axis] & 1:
                point[axis] = (domain & -domain).bit_length() - 1
        return point

    def case(self, point: Point, shown: Collection[str]) -> Case:
        """A case as facts to be fed to an evaluator: those to be shown, and whatever is not a default."""
        facts = {name: self._value(name, point[name]) for name in self._facts}
        said = {name: value for name, value in facts.items() if name in shown or value != self._facts[name].default}
        day = self.days[int(point[DAY])]
        return Case(said, day, today=self.days[0])

    def _value(self, name: str, at: int | str) -> Value:
        return at if isinstance(at, str) else self.values[name][at]


def pieces_of(box: Box) -> tuple[Piece, ...]:
    """The box taken apart again."""
    pieces: list[Piece] = []
    for axis, domain in box.items():
        pieces += [(axis, domain)] if isinstance(domain, int) else [(axis, clause) for clause in domain]
    return tuple(pieces)


def _parted_days(rules: Iterable[Rule], today: datetime.date) -> tuple[datetime.date, ...]:
    """The first day of each stretch on which the same rules are in force, from today on."""
    begins = {rule.effective for rule in rules if rule.effective}
    ends = {rule.expires for rule in rules if rule.expires and rule.expires < datetime.date.max}
    turns = begins | {end + datetime.timedelta(days=1) for end in ends}
    return (today, *sorted(turn for turn in turns if turn > today))


def _parted_values(fact: Fact, asked: Iterable[Compare]) -> tuple[Value, ...]:
    """One value for each class, in order. The default is among them."""
    match fact:
        case Choice(values=values):
            return values
        case Whole(low=low, high=high, default=default):
            cuts = {int(operand) for compare in asked for operand in compare.operands}
            return _parted_numbers(low, high, {*cuts, default}, 1)
        case Fraction():
            low, high, default = (round(number * _SCALE) for number in (fact.low, fact.high, fact.default))
            cuts = {round(float(operand) * _SCALE) for compare in asked for operand in compare.operands}
            return tuple(number / _SCALE for number in _parted_numbers(low, high, {*cuts, default}, _SCALE))
        case _:
            return (False, True)


def _parted_numbers(low: int, high: int, cuts: Iterable[int], whole: int) -> tuple[int, ...]:
    """Every cut, and one number from each gap between them: the roundest, where `whole` stands for one."""
    points = [low - 1, *sorted(cuts), high + 1]
    gaps = [_roundest(before + 1, after - 1, whole) for before, after in pairwise(points) if after - before > 1]
    return tuple(sorted({*points[1:-1], *gaps}))


def _roundest(first: int, last: int, step: int) -> int:
    while True:
        rounded = -(-first // step) * step
        if rounded <= last:
            return rounded
        step //= 10
