"""Many texts → what the model reads in each, without reasons: the same numbers as one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.assessment import Risk, Signal
from classifier.linear import Array
from classifier.model import Model
from classifier.risk import evidence_of


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """n texts: the probability (n, K) of each of the K `labels`, whether to abstain (n,), risk and signals."""

    labels: tuple[str, ...]
    probabilities: Array
    abstained: NDArray[np.bool_]
    risks: list[Risk]
    signals: list[tuple[Signal, ...]]

    @property
    def ranked(self) -> NDArray[np.intp]:
        """The labels of each text (n, K), most probable first."""
        order: NDArray[np.intp] = np.argsort(-self.probabilities, axis=1, kind="stable")
        return order


def read_many(model: Model, texts: Sequence[str]) -> Readings:
    """Read every text. Equal to `Model.classify` of each."""
    labels = model.dispute.labels
    probabilities = np.empty((len(texts), len(labels)))
    abstained = np.empty(len(texts), dtype=bool)
    risks, signals = [], []
    for place, text in enumerate(texts):
        reading = model.read(text)
        danger, _ = model.danger.worst(reading.found, reading.letter_clauses)
        kinds = model.dispute.probabilities(reading.row)
        by_name = {kind.name: kind.probability for kind in kinds}
        probabilities[place] = [by_name[label] for label in labels]
        abstained[place] = reading.silent or model.dispute.abstains(kinds[0])
        risks.append(model.risk.assess(reading.row, evidence_of(reading.signals, danger)))
        signals.append(reading.signals)
    return Readings(labels, probabilities, abstained, risks, signals)
