"""Texts and answers of a time → how far they have moved from the training data."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from classifier.examples import Example
from classifier.model import Model

# A share of nothing would make the index infinite; this much is added to every share.
_LEAST = 0.001
# So many training rows tell the unseen share to within half a point; reading all of them takes a minute.
_MOST_READ = 2000


@dataclass(frozen=True, slots=True)
class Profile:
    """How texts and answers are distributed. `unseen` is the share of features that the model doesn't know."""

    count: int
    types: Mapping[str, float]
    risks: Mapping[str, float]
    unseen: float


def training_profile(model: Model, rows: Sequence[Example]) -> Profile:
    """The training data's own. Its unseen share leaves each row out: a feature of one row only is not known."""
    return Profile(
        len(rows),
        shares([row.dispute_type for row in rows]),
        shares([str(row.risk) for row in rows]),
        unseen(model, [row.text for row in rows[:: 1 + len(rows) // _MOST_READ]]),
    )


def shares(values: Sequence[str]) -> dict[str, float]:
    """Each value's share."""
    return {name: count / len(values) for name, count in sorted(Counter(values).items())}


def unseen(model: Model, texts: Sequence[str]) -> float:
    """The share of the texts' features that the model's vocabulary lacks, 0..1."""
    known = total = 0
    for text in texts:
        found, all_of_them = model.coverage(text)
        known, total = known + found, total + all_of_them
    return 1 - known / total if total else 0.0


def stability_index(before: Mapping[str, float], now: Mapping[str, float]) -> float:
    """Population stability index: 0 is the same; by custom below 0.1 is calm, above 0.25 is a shift."""
    pairs = [(before.get(name, 0) + _LEAST, now.get(name, 0) + _LEAST) for name in {*before, *now}]
    return sum((new - old) * log(new / old) for old, new in pairs)
