"""The parts of a linear score → Reasons: the heaviest words, signals and clauses, and the rest as one number."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from classifier.assessment import Part, PartKind, Reasons
from classifier.linear import Array

_MOST_PARTS = 12


# A part while it is not yet known whether it is shown: kind, name and weight.
Weighed = tuple[PartKind, str, float]


def word_parts(words: Sequence[str], shares: Array) -> list[Weighed]:
    """One part a different word, as typed; a word that stands several times adds up."""
    weights: defaultdict[str, float] = defaultdict(float)
    for word, share in zip(words, shares.tolist(), strict=True):
        weights[word] += share
    return [("词", name, weight) for name, weight in weights.items() if weight]


def signal_parts(weights: Iterable[tuple[str, float]]) -> list[Weighed]:
    """One part a signal mark."""
    return [("信号", name, weight) for name, weight in weights if weight]


def reasons(bias: float, parts: Iterable[Weighed]) -> Reasons:
    """The score that all parts and the bias add up to, with the heaviest parts by name."""
    everything = sorted(parts, key=lambda part: (-abs(part[2]), part[1]))
    weights = [weight for _, _, weight in everything]
    shown = tuple([Part(*part) for part in everything[:_MOST_PARTS]])
    return Reasons(bias + sum(weights), bias, shown, sum(weights[_MOST_PARTS:]))
