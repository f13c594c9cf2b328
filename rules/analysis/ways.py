"""A condition comes in; the ways in which it can hold go out, each a list of comparisons that hold or don't."""

from __future__ import annotations

from dataclasses import dataclass

from rules.rulebook import AllOf, AnyOf, Compare, Condition, Not
from rules.trace import describe_compare


@dataclass(frozen=True, slots=True)
class Literal:
    """One comparison, and whether it is asked to hold."""

    compare: Compare
    holds: bool

    def __str__(self) -> str:
        said = describe_compare(self.compare)
        return f"「{said}」" if self.holds else f"「非 {said}」"


Way = tuple[Literal, ...]


def ways_of(condition: Condition, *, holds: bool = True) -> list[Way]:
    """The conjunctions of which one at least must be true. At most `plan.count_ways`, so at most 16 a rule."""
    match condition:
        case Compare():
            return [(Literal(condition, holds),)]
        case Not(part=part):
            return ways_of(part, holds=not holds)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            each = [ways_of(part, holds=holds) for part in parts]
            if isinstance(condition, AnyOf) is holds:
                return [way for ways in each for way in ways]
            joined: list[Way] = [()]
            for ways in each:
                joined = [way + more for way in joined for more in ways]
            return joined
