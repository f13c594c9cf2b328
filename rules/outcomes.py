"""Every different comparison of some rules, made once a case: the facts come in, whole numbers of a bit each go out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from rules.rulebook import Compare, Operator
from rules.vocabulary import Choice, Fact, Text, Value, YesNo
from rules.words import Words

_Reader = Callable[[Value], int]


class Outcomes:
    """`of` a case, bit i of the first number says that comparison i fails.

    That of the second says that it holds, and by what this case says rather than by the fact's default.
    """

    def __init__(self, compares: Iterable[Compare], facts: Mapping[str, Fact]) -> None:
        self._bits: dict[tuple[str, Operator, tuple[Value, ...]], int] = {}
        by_fact: dict[str, list[Compare]] = {}
        for compare in compares:
            if _said(compare) not in self._bits:
                self._bits[_said(compare)] = 1 << len(self._bits)
                by_fact.setdefault(compare.fact, []).append(compare)
        self._all = (1 << len(self._bits)) - 1
        self._readers = [
            (name, facts[name].default, self._reader(facts[name], compares)) for name, compares in by_fact.items()
        ]

    def bit(self, compare: Compare) -> int:
        """The bit of a comparison, as a number."""
        return self._bits[_said(compare)]

    def of(self, values: Mapping[str, Value]) -> tuple[int, int]:
        """The outcomes of one case, whose facts are complete."""
        held = by_case = 0
        for name, default, read in self._readers:
            value = values[name]
            found = read(value)
            held |= found
            if value != default:
                by_case |= found
        return self._all ^ held, by_case

    def _reader(self, fact: Fact, compares: Sequence[Compare]) -> _Reader:
        """Which comparisons with one fact hold."""
        tests = [(compile_compare(compare), self.bit(compare)) for compare in compares]

        def read(value: Value) -> int:
            held = 0
            for holds, bit in tests:
                if holds(value):
                    held |= bit
            return held

        if isinstance(fact, Text):
            return self._reader_of_text(compares)
        if not isinstance(fact, Choice | YesNo):
            return read
        few: tuple[Value, ...] = fact.values if isinstance(fact, Choice) else (False, True)
        return {value: read(value) for value in few}.__getitem__

    def _reader_of_text(self, compares: Sequence[Compare]) -> _Reader:
        words = Words(str(word) for compare in compares for word in compare.operands)
        # What one word settles: 含任一, and 均不含 the other way round.
        settled: defaultdict[str, int] = defaultdict(int)
        every: list[tuple[frozenset[str], int]] = []
        none = 0
        for compare in compares:
            wanted, bit = frozenset(map(str, compare.operands)), self.bit(compare)
            if compare.operator is Operator.CONTAINS_ALL:
                every.append((wanted, bit))
                continue
            none |= bit if compare.operator is Operator.CONTAINS_NONE else 0
            for word in wanted:
                settled[word] |= bit

        def read(value: Value) -> int:
            found, held = words.found_in(str(value)), 0
            for word in found:
                held |= settled.get(word, 0)
            for wanted, bit in every:
                if wanted <= found:
                    held |= bit
            return held ^ none

        return read


def compile_compare(compare: Compare) -> Callable[[Value], bool]:
    """Whether one value of the fact fulfils the comparison."""
    return _test_of(compare.operator, compare.operands)


def _said(compare: Compare) -> tuple[str, Operator, tuple[Value, ...]]:
    """What it says, wherever it stands."""
    return compare.fact, compare.operator, compare.operands


def _test_of(operator: Operator, operands: tuple[Value, ...]) -> Callable[[Value], bool]:
    match operator:
        case Operator.EQUALS:
            wanted = operands[0]
            return lambda value: value == wanted
        case Operator.ONE_OF:
            return lambda value: value in operands
        case Operator.NONE_OF:
            return lambda value: value not in operands
        case Operator.CONTAINS_ANY | Operator.CONTAINS_ALL | Operator.CONTAINS_NONE:
            return _test_of_words(operator, tuple(map(str, operands)))
        case _:
            return _test_of_numbers(operator, tuple(map(float, operands)))


def _test_of_words(operator: Operator, words: tuple[str, ...]) -> Callable[[Value], bool]:
    match operator:
        case Operator.CONTAINS_ANY:
            return lambda text: any(word in str(text) for word in words)
        case Operator.CONTAINS_ALL:
            return lambda text: all(word in str(text) for word in words)
        case _:
            return lambda text: not any(word in str(text) for word in words)


def _test_of_numbers(operator: Operator, bounds: tuple[float, ...]) -> Callable[[Value], bool]:
    bound = bounds[0]
    match operator:
        case Operator.AT_LEAST:
            return lambda number: float(number) >= bound
        case Operator.AT_MOST:
            return lambda number: float(number) <= bound
        case Operator.MORE_THAN:
            return lambda number: float(number) > bound
        case Operator.LESS_THAN:
            return lambda number: float(number) < bound
        case Operator.BETWEEN:
            return lambda number: bound <= float(number) <= bounds[1]
        case _:
            raise ValueError(f"{operator} does not compare numbers")
