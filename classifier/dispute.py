"""A text's row and signals → calibrated probability of every dispute type, and whether to abstain.

scikit-learn is imported where it trains: reading a text needs only its numbers, and starts a second sooner.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.assessment import TypeProbability
from classifier.blend import blend
from classifier.calibration import Calibration, calibrate
from classifier.linear import Array, LinearScorer, SparseRow, flags
from classifier.parallel import spread

# Of the answers that the service gives for a type, at least this share is to be right; what is less sure goes to a
# person. Ours; measured out of fold.
WANTED_PRECISION = 0.85
# What a signal that holds counts beside the words, whose row has length one.
SIGNAL = 0.3
# A dispute read as none reaches nobody, so that none has to win by this much; scores deviate by about two. On rows of
# our own it costs nothing, and writers not yet learnt from lose fewer disputes.
NO_DISPUTE, _HANDICAP = "非纠纷", 0.2
# A threshold resting on fewer answers than this is chance.
_FEWEST_ANSWERS = 20


@dataclass(frozen=True, slots=True, eq=False)
class DisputeModel:
    """A linear scorer over K labels, what turns its scores into probabilities, and a threshold (K,) a label.

    `signals` holds what each signal adds to the scores (K,) of a text where it holds.
    """

    labels: tuple[str, ...]
    scorer: LinearScorer
    signals: Mapping[str, Array]
    calibration: Calibration
    thresholds: Array

    def of_signals(self, present: Collection[str]) -> Array:
        """What these signals add to the scores (K,)."""
        # In one order, so that the same text has the same digits in every process.
        added: Array = sum(
            (self.signals[name] for name in sorted(self.signals.keys() & present)), np.zeros(len(self.labels))
        )
        return added

    def probabilities(self, row: SparseRow, present: Collection[str]) -> tuple[TypeProbability, ...]:
        """Every label with its probability, most probable first; they sum to one. `present` are signals that hold."""
        chances = self.calibration.chances(self.scorer.scores(row) + self.of_signals(present))
        order, known = np.argsort(-chances, kind="stable").tolist(), chances.tolist()
        return tuple([TypeProbability(self.labels[place], known[place]) for place in order])

    def abstains(self, best: TypeProbability) -> bool:
        """Whether the best label is not sure enough to be suggested."""
        return best.probability < float(self.thresholds[self.labels.index(best.name)])


def train_dispute(
    rows: Any,
    present: Sequence[Collection[str]],
    labels: Sequence[str],
    acceptable: Sequence[Collection[str]],
    folds: Sequence[tuple[NDArray[np.intp], NDArray[np.intp]]],
) -> tuple[DisputeModel, Array]:
    """Fit on a sparse matrix (N, F); also the out-of-fold probabilities (N, K), for calibration and report.

    For each row, `present` holds the signals that hold, and `acceptable` every label that counts as right:
    probabilities mean that.
    """
    from scipy.sparse import hstack

    names, signals = tuple(sorted(set(labels))), sorted(frozenset().union(*present))
    everything = hstack([rows, SIGNAL * flags(present, signals)]).tocsr()
    target = np.array([names.index(label) for label in labels])
    scores = np.empty((len(target), len(names)))
    scorer, *of_folds = spread(
        blend, [(everything, target), *((everything[train], target[train]) for train, _ in folds)]
    )
    handicap = np.array([_HANDICAP * (name == NO_DISPUTE) for name in names])
    for (_, test), fitted in zip(folds, of_folds, strict=True):
        scores[test] = everything[test] @ fitted.weights + fitted.intercept - handicap
    right = np.array([[name in good for name in names] for good in acceptable])
    calibration = calibrate(scores, right)
    chances = calibration.chances(scores)
    words = LinearScorer(scorer.weights[: rows.shape[1]], scorer.intercept - handicap)
    added = dict(zip(signals, SIGNAL * scorer.weights[rows.shape[1] :], strict=True))
    return DisputeModel(names, words, added, calibration, _thresholds(chances, right)), chances


def _thresholds(chances: Array, right: NDArray[np.bool_]) -> Array:
    """For each label the lowest confidence from which on the wanted precision holds; 1 if nowhere."""
    given, sure = chances.argmax(axis=1), chances.max(axis=1)
    hit = right[np.arange(len(right)), given]
    return np.array([_threshold(sure[given == label], hit[given == label]) for label in range(chances.shape[1])])


def _threshold(sure: Array, hit: NDArray[np.bool_]) -> float:
    order = np.argsort(-sure, kind="stable")
    answers = np.arange(1, len(order) + 1)
    enough = np.flatnonzero((np.cumsum(hit[order]) >= WANTED_PRECISION * answers) & (answers >= _FEWEST_ANSWERS))
    return float(sure[order][enough[-1]]) if len(enough) else 1.0
