"""Many cases under one rule set at once: each comparison is made once for every different value, over all cases.

A comparison's outcome over n cases is one whole number of n bits, so that 全部, 任一 and 非 are one operation each.
It is what the reference evaluator answers, a case at a time; a test holds them equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_

from rules.decision import Decision
from rules.facts import complete_columns
from rules.outcomes import compile_compare
from rules.reference import Values
from rules.rulebook import AllOf, AnyOf, Compare, Condition, Not, Operator, comparisons
from rules.ruleset import Ruleset
from rules.vocabulary import Value
from rules.words import Words

# A decision with its key takes some 3 kB.
_MOST_REMEMBERED = 50_000
_OF_WORDS = (Operator.CONTAINS_ANY, Operator.CONTAINS_ALL, Operator.CONTAINS_NONE)


class ManyCases:
    """Decides portion after portion; what follows from the same matching rules is concluded once."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        compares = [one for rule in ruleset.deciding for one in comparisons(rule.condition)]
        self._facts = {one.fact for one in compares}
        words: defaultdict[str, list[str]] = defaultdict(list)
        for one in compares:
            if one.operator in _OF_WORDS:
                words[one.fact] += map(str, one.operands)
        self._words = {fact: Words(some) for fact, some in words.items()}
        self._known: dict[tuple[str, ...], Decision] = {}

    def decide(self, cases: Sequence[Values]) -> list[Decision]:
        """The decision of every case, by the reference evaluator. `Ruleset.complete` makes a case of facts."""
        return self._decided({fact: [case[fact] for case in cases] for fact in self._facts}, len(cases))

    def decide_columns(self, columns: Mapping[str, Sequence[object]], cases: int) -> list[Decision]:
        """The same where each fact is a column, None where a case does not say; raises FactError for a misfit."""
        return self._decided(complete_columns(self._ruleset.facts, columns, cases), cases)

    def _decided(self, columns: Mapping[str, Sequence[Value]], cases: int) -> list[Decision]:
        if not cases:
            return []
        table = _Table(columns, cases, self._words)
        # A row a rule, a character a case; turned, a row a case.
        rows = [format(table.bits(rule.condition), f"0{cases}b") for rule in self._ruleset.deciding]
        return [self._concluded(matched) for matched in (zip(*rows, strict=True) if rows else [()] * cases)]

    def _concluded(self, matched: tuple[str, ...]) -> Decision:
        decision = self._known.get(matched)
        if decision is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            hits = [index for index, bit in enumerate(matched) if bit == "1"]
            decision = self._known[matched] = self._ruleset.conclude(hits)
        return decision


class _Table:
    def __init__(self, columns: Mapping[str, Sequence[Value]], cases: int, words: Mapping[str, Words]) -> None:
        self._columns, self._cases, self._words = columns, cases, words
        self._everywhere = (1 << cases) - 1
        self._found: dict[str, dict[str, int]] = {}
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
        column = self._columns[compare.fact]
        holds = compile_compare(compare)
        outcome = {value: "1" if holds(value) else "0" for value in set(column)}
        return int("".join(map(outcome.__getitem__, column)), 2)

    def _searched(self, compare: Compare) -> int:
        known = self._words_in(compare.fact)
        found = [known.get(str(word), 0) for word in compare.operands]
        if compare.operator is Operator.CONTAINS_ALL:
            return reduce(and_, found)
        some = reduce(or_, found)
        return some if compare.operator is Operator.CONTAINS_ANY else self._everywhere ^ some

    def _words_in(self, fact: str) -> dict[str, int]:
        """Of each word that any case has in this fact, the cases; all words are looked for at once."""
        if fact not in self._found:
            outcomes: defaultdict[str, bytearray] = defaultdict(lambda: bytearray(b"0" * self._cases))
            for case, text in enumerate(map(str, self._columns[fact])):
                for word in self._words[fact].found_in(text):
                    outcomes[word][case] = ord("1")
            self._found[fact] = {word: int(outcome, 2) for word, outcome in outcomes.items()}
        return self._found[fact]
