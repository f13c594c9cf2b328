"""Many cases under one rule set at once: each comparison is made once for every different value, over all cases.

A comparison's outcome over n cases is one whole number of n bits, so that 全部, 任一 and 非 are one operation each.
It is what the reference evaluator answers, a case at a time; a test holds them equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_

from rules.decision import Decision
from rules.outcomes import compile_compare
from rules.reference import Values
from rules.rulebook import AllOf, AnyOf, Compare, Condition, Not, Operator
from rules.ruleset import Ruleset
from rules.vocabulary import Value

# A decision with its key takes some 3 kB.
_MOST_REMEMBERED = 50_000
_OF_WORDS = (Operator.CONTAINS_ANY, Operator.CONTAINS_ALL, Operator.CONTAINS_NONE)


class ManyCases:
    """Decides portion after portion; what follows from the same matching rules is concluded once."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._known: dict[tuple[str, ...], Decision] = {}

    def decide(self, cases: Sequence[Values]) -> list[Decision]:
        """The decision of every case, by the reference evaluator. `Ruleset.complete` makes a case of facts."""
        if not cases:
            return []
        table = _Table(cases)
        # A row a rule, a character a case; turned, a row a case.
        rows = [format(table.bits(rule.condition), f"0{len(cases)}b") for rule in self._ruleset.deciding]
        return [self._concluded(matched) for matched in (zip(*rows, strict=True) if rows else [()] * len(cases))]

    def _concluded(self, matched: tuple[str, ...]) -> Decision:
        decision = self._known.get(matched)
        if decision is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            hits = [index for index, bit in enumerate(matched) if bit == "1"]
            decision = self._known[matched] = self._ruleset.conclude(hits)
        return decision


class _Table:
    def __init__(self, cases: Sequence[Values]) -> None:
        self._cases = cases
        self._everywhere = (1 << len(cases)) - 1
        self._columns: dict[str, list[Value]] = {}
        self._words: dict[tuple[str, str], int] = {}
        self._known: dict[tuple[str, Operator, tuple[Value, ...]], int] = {}

    def bits(self, condition: Condition) -> int:
        """One bit a case, the first case's the highest."""
        match condition:
            case Compare():
                return self._compared(condition)
            case Not(part=part):
                return self._everywhere ^ self.bits(part)
            case AllOf(parts=parts):
                every = self._everywhere
                for part in parts:
                    every &= self.bits(part)
                return every
            case AnyOf(parts=parts):
                some = 0
                for part in parts:
                    some |= self.bits(part)
                return some

    def _compared(self, compare: Compare) -> int:
        key = compare.fact, compare.operator, compare.operands
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (
                self._searched(compare) if compare.operator in _OF_WORDS else self._tested(compare)
            )
        return known

    def _tested(self, compare: Compare) -> int:
        column = self._column(compare.fact)
        holds = compile_compare(compare)
        outcome = {value: "1" if holds(value) else "0" for value in set(column)}
        return int("".join(map(outcome.__getitem__, column)), 2)

    def _searched(self, compare: Compare) -> int:
        """A word is looked for once, whatever comparisons it stands in."""
        found = [self._word(compare.fact, str(word)) for word in compare.operands]
        if compare.operator is Operator.CONTAINS_ALL:
            return reduce(and_, found)
        some = reduce(or_, found)
        return some if compare.operator is Operator.CONTAINS_ANY else self._everywhere ^ some

    def _word(self, fact: str, word: str) -> int:
        known = self._words.get((fact, word))
        if known is None:
            bits = "".join(["1" if word in text else "0" for text in map(str, self._column(fact))])
            known = self._words[fact, word] = int(bits, 2)
        return known

    def _column(self, fact: str) -> list[Value]:
        if fact not in self._columns:
            self._columns[fact] = [case[fact] for case in self._cases]
        return self._columns[fact]
