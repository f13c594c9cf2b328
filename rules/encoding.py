"""Facts as whole numbers from 0 up: no text, list, sign or decimal ever reaches durable_rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from rules.reference import Values
from rules.rulebook import Operator
from rules.vocabulary import DECIMALS, Choice, Fact, Fraction, Value, Whole, YesNo
from rules.words import Words

_SCALE: int = 10**DECIMALS


@dataclass(frozen=True, slots=True)
class Flag:
    """A predicate that Python computes as 0 or 1: words in a text, or membership in a list."""

    fact: str
    kind: Operator  # CONTAINS_ANY, CONTAINS_ALL or ONE_OF
    operands: tuple[Value, ...]


# What the engine compares: a fact by its name, or a flag.
Column = str | Flag


def encode(fact: Fact, value: Value) -> int:
    """A value's number; greater values have greater numbers."""
    match fact, value:
        case Choice(values=values), str():
            return values.index(value)
        case YesNo(), bool():
            return int(value)
        case Whole(low=low), int():
            return value - low
        case Fraction(low=low), int() | float():
            return _scaled(value) - _scaled(low)
        case _:
            raise TypeError(f"{value!r} has no number as {fact!r}")


def row_reader(columns: Sequence[Column], facts: Mapping[str, Fact]) -> Callable[[Values], list[int]]:
    """How to compute the columns from the facts of a case. A text is searched once, for all flags' words together."""
    words: dict[str, list[str]] = {}
    for column in columns:
        if _asks_for_words(column):
            words.setdefault(column.fact, []).extend(map(str, column.operands))
    texts = [(name, Words(of_fact)) for name, of_fact in words.items()]
    readers = [_column_reader(column, facts) for column in columns]

    def read(values: Values) -> list[int]:
        seen: dict[str, Any] = {**values}
        for name, words in texts:
            seen[name] = words.found_in(str(values[name]))
        return [read_column(seen) for read_column in readers]

    return read


# Of a case, with the words found in a text in its place.
_Reader = Callable[[Mapping[str, Any]], int]


def _column_reader(column: Column, facts: Mapping[str, Fact]) -> _Reader:
    if isinstance(column, Flag):
        return _flag_reader(column)
    name, fact = column, facts[column]
    if not isinstance(fact, Choice | YesNo):
        return lambda seen: encode(fact, seen[name])
    few: tuple[Value, ...] = fact.values if isinstance(fact, Choice) else (False, True)
    numbers = {value: encode(fact, value) for value in few}
    return lambda seen: numbers[seen[name]]


def _flag_reader(flag: Flag) -> _Reader:
    name, members = flag.fact, frozenset(flag.operands)
    match flag.kind:
        case Operator.CONTAINS_ANY:
            return lambda seen: int(not members.isdisjoint(seen[name]))
        case Operator.CONTAINS_ALL:
            return lambda seen: int(members <= seen[name])
        case _:
            return lambda seen: int(seen[name] in members)


def _asks_for_words(column: Column) -> TypeGuard[Flag]:
    return isinstance(column, Flag) and column.kind in (Operator.CONTAINS_ANY, Operator.CONTAINS_ALL)


def _scaled(number: float) -> int:
    return round(number * _SCALE)
