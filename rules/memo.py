"""Many cases under one rule set: every class of cases that look alike to the rules is decided once.

Rules see a case only through their thresholds, lists and words, so that a whole archive falls into few classes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from operator import itemgetter

from rules.decision import Decision
from rules.facts import complete_facts
from rules.reference import Values
from rules.rulebook import Rule, comparisons
from rules.ruleset import Ruleset
from rules.vocabulary import Choice, Fact, Text, Value, YesNo

# A decision with its key takes some 2 kB.
MOST_REMEMBERED = 50_000


class DecisionMemo:
    """Answers as `ruleset.decide` does, from memory where the rules can't tell the case from an earlier one."""

    def __init__(self, ruleset: Ruleset, *, most: int = MOST_REMEMBERED) -> None:
        self._ruleset = ruleset
        self._class_of = case_class(ruleset.deciding, ruleset.facts)
        self._most = most
        self._known: OrderedDict[Hashable, Decision] = OrderedDict()

    def __len__(self) -> int:
        """How many classes are remembered."""
        return len(self._known)

    def decide(self, facts: Mapping[str, object]) -> Decision:
        """As Ruleset.decide; raises FactError for facts that don't fit. A degraded answer is not remembered."""
        values = complete_facts(self._ruleset.facts, facts)
        key = self._class_of(values)
        decision = self._known.get(key)
        if decision is None:
            decision = self._ruleset.decide(values)
            if not decision.degraded:
                self._known[key] = decision
                if len(self._known) > self._most:
                    self._known.popitem(last=False)
        return decision


def case_class(rules: Iterable[Rule], facts: Mapping[str, Fact]) -> Callable[[Values], Hashable]:
    """What the rules can tell of a case: equal exactly where every comparison in them comes out equal."""
    operands: dict[str, set[Value]] = {}
    for rule in rules:
        for compare in comparisons(rule.condition):
            operands.setdefault(compare.fact, set()).update(compare.operands)
    # Facts of few values are taken as they are, all in one step.
    few = [name for name in sorted(operands) if isinstance(facts[name], Choice | YesNo)]
    other = [_reader(name, facts[name], operands[name]) for name in sorted(operands) if name not in few]
    if not few:
        return lambda values: tuple([read(values) for read in other])
    taken = itemgetter(*few)
    return lambda values: (taken(values), *[read(values) for read in other])


def _reader(name: str, fact: Fact, compared: set[Value]) -> Callable[[Values], Hashable]:
    if isinstance(fact, Text):
        words = sorted(map(str, compared))

        def found(values: Values) -> Hashable:
            text = str(values[name])
            return tuple([word in text for word in words])

        return found
    bounds = sorted(map(float, compared))

    def region(values: Values) -> Hashable:
        """Below, at or above each bound: an even number between two bounds, an odd one at a bound."""
        number = float(values[name])
        return bisect_left(bounds, number) + bisect_right(bounds, number)

    return region
