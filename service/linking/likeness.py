"""A description and others come in; how alike each is goes out: cosine of tf-idf over pairs of characters."""

import math
import re
from collections import Counter
from collections.abc import Mapping

from classifier.text import normalise

# Of two matters of one type that have nothing else in common, nearly all stay below.
LEAST_ALIKE = 0.15


def alike(text: str, others: Mapping[str, str]) -> list[tuple[str, float]]:
    """Those at least so alike, by their names, the most alike first; of equal ones in the order given."""
    mine, theirs = _pairs(text), {name: _pairs(other) for name, other in others.items()}
    found_in = Counter(pair for pairs in theirs.values() for pair in pairs)
    rarity = {pair: math.log((1 + len(theirs)) / (1 + found_in[pair])) + 1 for pair in (*found_in, *mine)}

    def length(pairs: Counter[str]) -> float:
        return math.sqrt(sum((count * rarity[pair]) ** 2 for pair, count in pairs.items()))

    own, scored = length(mine), []
    for name, pairs in theirs.items():
        dot = sum(count * pairs[pair] * rarity[pair] ** 2 for pair, count in mine.items() if pair in pairs)
        if dot:
            scored.append((name, dot / (own * length(pairs))))
    return sorted((one for one in scored if one[1] >= LEAST_ALIKE), key=lambda one: -one[1])


def _pairs(text: str) -> Counter[str]:
    signs = re.sub(r"[\W\d_]", "", normalise(text))
    return Counter(signs[start : start + 2] for start in range(len(signs) - 1))
