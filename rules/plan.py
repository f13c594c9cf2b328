"""How rules are laid out for durable_rules: conditions as plain conjunctions, packed into shards.

The limits below are those of rules that the engine was measured to carry without losing a decision.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from rules.encoding import Column, Flag, encode
from rules.rulebook import AllOf, AnyOf, Compare, Condition, Not, Operator, Rule
from rules.vocabulary import Fact

MOST_WAYS = 16  # in which one rule can match
MOST_COMPARISONS = 64  # in one rule
SHARD_PATHS = 60  # conjunctions together: 64 true at once overflow the engine's stack
SHARD_COLUMNS = 200  # properties of one message: the engine takes 255


@dataclass(frozen=True, slots=True)
class Atom:
    """A column compared with a whole number. `test` is one of == != < <= > >=."""

    column: Column
    test: str
    number: int


Path = tuple[Atom, ...]

_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_ORDER = {
    Operator.AT_LEAST: ">=",
    Operator.AT_MOST: "<=",
    Operator.MORE_THAN: ">",
    Operator.LESS_THAN: "<",
}
_NEGATED_FLAGS = {Operator.NONE_OF: Operator.ONE_OF, Operator.CONTAINS_NONE: Operator.CONTAINS_ANY}


def count_ways(condition: Condition, *, negated: bool = False) -> int:
    """In how many ways a condition can hold: how many paths `paths_of` gives, without making them."""
    match condition:
        case Compare(operator=Operator.BETWEEN) if negated:
            return 2
        case Compare():
            return 1
        case Not(part=part):
            return count_ways(part, negated=not negated)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            ways = [count_ways(part, negated=negated) for part in parts]
            return math.prod(ways) if isinstance(condition, AllOf) != negated else sum(ways)


def paths_of(condition: Condition, facts: Mapping[str, Fact], *, negated: bool = False) -> list[Path]:
    """The conjunctions of which one at least must hold. 非 is pushed inward; nothing is left of it."""
    match condition:
        case Compare():
            atoms = _atoms_of(condition, facts[condition.fact])
            if not negated:
                return [tuple(atoms)]
            return [(Atom(atom.column, _OPPOSITE[atom.test], atom.number),) for atom in atoms]
        case Not(part=part):
            return paths_of(part, facts, negated=not negated)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            each = [paths_of(part, facts, negated=negated) for part in parts]
            if isinstance(condition, AllOf) == negated:
                return [path for paths in each for path in paths]
            joined: list[Path] = [()]
            for paths in each:
                joined = [(*path, *more) for path in joined for more in paths]
            return joined


def _atoms_of(compare: Compare, fact: Fact) -> list[Atom]:
    """The atoms that must all hold for one comparison."""
    operator, operands = compare.operator, compare.operands
    if operator in _NEGATED_FLAGS:
        return [Atom(Flag(compare.fact, _NEGATED_FLAGS[operator], operands), "==", 0)]
    if operator in (Operator.ONE_OF, Operator.CONTAINS_ANY, Operator.CONTAINS_ALL):
        return [Atom(Flag(compare.fact, operator, operands), "==", 1)]
    numbers = [encode(fact, operand) for operand in operands]
    if operator is Operator.BETWEEN:
        return [Atom(compare.fact, ">=", numbers[0]), Atom(compare.fact, "<=", numbers[1])]
    return [Atom(compare.fact, _ORDER.get(operator, "=="), numbers[0])]


@dataclass(frozen=True)
class ShardPlan:
    """Conjunctions with the index of their rule: no more than one engine session can safely hold."""

    paths: tuple[tuple[int, Path], ...]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return tuple(dict.fromkeys(atom.column for _, path in self.paths for atom in path))


def plan_shards(rules: tuple[Rule, ...], facts: Mapping[str, Fact]) -> Iterator[ShardPlan]:
    """Pack the rules in their order; one rule's paths may lie in two shards."""
    paths: list[tuple[int, Path]] = []
    columns: set[Column] = set()
    for index, rule in enumerate(rules):
        for path in dict.fromkeys(tuple(dict.fromkeys(path)) for path in paths_of(rule.condition, facts)):
            wanted = {atom.column for atom in path}
            if len(paths) == SHARD_PATHS or len(columns | wanted) > SHARD_COLUMNS:
                yield ShardPlan(tuple(paths))
                paths, columns = [], set()
            paths.append((index, path))
            columns |= wanted
    if paths:
        yield ShardPlan(tuple(paths))
