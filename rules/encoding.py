"""Facts as whole numbers from 0 up: no text, list, sign or decimal ever reaches durable_rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.reference import Values
from rules.rulebook import Operator
from rules.vocabulary import DECIMALS, Choice, Fact, Fraction, Value, Whole, YesNo

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


def column_reader(column: Column, facts: Mapping[str, Fact]) -> Callable[[Values], int]:
    """How to compute a column from the facts of a case."""
    if isinstance(column, Flag):
        return _flag_reader(column)
    name, fact = column, facts[column]
    if not isinstance(fact, Choice | YesNo):
        return lambda values: encode(fact, values[name])
    few: tuple[Value, ...] = fact.values if isinstance(fact, Choice) else (False, True)
    numbers = {value: encode(fact, value) for value in few}
    return lambda values: numbers[values[name]]


def _flag_reader(flag: Flag) -> Callable[[Values], int]:
    name, members = flag.fact, frozenset(flag.operands)
    if flag.kind is Operator.ONE_OF:
        return lambda values: int(values[name] in members)
    words = tuple(map(str, flag.operands))
    wanted = 1 if flag.kind is Operator.CONTAINS_ANY else 0

    # 含任一 is settled by the first word that occurs, 含全部 by the first that does not.
    def read(values: Values) -> int:
        text = str(values[name])
        for word in words:
            if (word in text) == wanted:
                return wanted
        return 1 - wanted

    return read


def _scaled(number: float) -> int:
    return round(number * _SCALE)
