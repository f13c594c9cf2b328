"""The parts of a linear score → Reasons: the heaviest words, signals and clauses, and the rest as one number."""

from collections import defaultdict
from collections.abc import Iterable

from classifier.assessment import Part, PartKind, Reasons
from classifier.linear import Array
from classifier.wording import Wording

_MOST_PARTS = 12


def word_parts(wording: Wording, shares: Array) -> list[Part]:
    """One part a different word, as typed; a word that stands several times adds up."""
    weights: defaultdict[str, float] = defaultdict(float)
    for place, share in enumerate(shares.tolist()):
        weights[wording.as_typed(place)] += share
    return _parts("词", weights.items())


def signal_parts(weights: Iterable[tuple[str, float]]) -> list[Part]:
    """One part a signal mark."""
    return _parts("信号", weights)


def reasons(bias: float, parts: Iterable[Part]) -> Reasons:
    """The score that all parts and the bias add up to, with the heaviest parts by name."""
    everything = sorted(parts, key=lambda part: (-abs(part.weight), part.name))
    shown, rest = everything[:_MOST_PARTS], sum(part.weight for part in everything[_MOST_PARTS:])
    return Reasons(bias + sum(part.weight for part in everything), bias, tuple(shown), rest)


def _parts(kind: PartKind, weights: Iterable[tuple[str, float]]) -> list[Part]:
    return [Part(kind, name, weight) for name, weight in weights if weight]
