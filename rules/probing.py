"""A rule set is asked at its boundaries whether its two evaluators agree; out go the cases where they do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from rules.rulebook import Compare, Rule, comparisons
from rules.ruleset import Ruleset
from rules.vocabulary import DECIMALS, Choice, Fact, Fraction, Text, Value, Whole, YesNo

MOST_PROBES = 20_000
# Besides one fact at a time around each test, so many random mixtures of boundary values a rule.
_MIXTURES = 20


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A case on which the decision came out degraded, and what was said of it, in Chinese."""

    facts: Mapping[str, Value]
    reason: str


@dataclass(frozen=True, slots=True)
class Probing:
    """How many cases were asked, and the first that went wrong."""

    asked: int
    disagreements: tuple[Disagreement, ...]


def probe(ruleset: Ruleset, *, most: int = MOST_PROBES) -> Probing:
    """Decide every probe, `most` at most, spread over all the rules; the same rule set has the same probes."""
    asked, wrong = 0, []
    each = max(1, most // max(1, len(ruleset.deciding)))
    for rule in ruleset.deciding:
        for number, facts in enumerate(_probes(rule, ruleset.facts)):
            if number == each:
                break
            asked += 1
            decision = ruleset.decide(facts)
            if decision.degraded:
                wrong.append(Disagreement(facts, decision.degraded_reason))
                break
    return Probing(asked, tuple(wrong))


def _probes(rule: Rule, facts: Mapping[str, Fact]) -> Iterator[dict[str, Value]]:
    """Each fact of the rule at each of its boundary values, around each of its tests; then mixtures."""
    boundaries: dict[str, list[Value]] = {}
    for compare in comparisons(rule.condition):
        boundaries.setdefault(compare.fact, []).extend(_boundary_values(compare, facts[compare.fact]))
    given: Sequence[dict[str, Value]] = [test.given for test in rule.tests] or [{}]
    for base in given:
        yield dict(base)
        for name, values in boundaries.items():
            for value in dict.fromkeys(values):
                yield {**base, name: value}
    random = Random(rule.id)  # noqa: S311 - the same rule has the same probes
    for _ in range(_MIXTURES):
        yield {**random.choice(given), **{name: random.choice(values) for name, values in boundaries.items()}}


def _boundary_values(compare: Compare, fact: Fact) -> list[Value]:
    """The operands and what lies just beside them, as far as the fact may have it."""
    match fact:
        case YesNo():
            return [True, False]
        case Choice(values=values):
            others = [value for value in values if value not in compare.operands]
            return [*compare.operands, *others[:1], *others[-1:]]
        case Whole(low=low, high=high):
            beside = [int(operand) + step for operand in compare.operands for step in (-1, 0, 1)]
            return [number for number in beside if low <= number <= high]
        case Fraction(low=low, high=high):
            step = 10**-DECIMALS
            near = [round(float(one) + way * step, DECIMALS) for one in compare.operands for way in (-1, 0, 1)]
            return [number for number in near if low <= number <= high]
        case Text():
            words = list(map(str, compare.operands))
            return ["", *words, "，".join(words), "，".join(words[1:])]
