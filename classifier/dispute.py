"""A text's row → calibrated probability of every dispute type, and whether to abstain.

scikit-learn is imported where it trains: reading a text needs only its numbers, and starts a second sooner.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.assessment import TypeProbability
from classifier.linear import Array, LinearScorer, SparseRow

_FOLDS = 5
# Below this share of right answers among those as sure, a person decides. Ours; measured out of fold.
_WANTED_PRECISION = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class DisputeModel:
    """A linear scorer over K labels; `sharpness` turns its margins into probabilities."""

    labels: tuple[str, ...]
    scorer: LinearScorer
    sharpness: float
    threshold: float

    def probabilities(self, row: SparseRow) -> tuple[TypeProbability, ...]:
        """Every label with its probability, most probable first; they sum to one."""
        chances = softmax(self.sharpness * self.scorer.scores(row))
        order = np.argsort(-chances, kind="stable")
        return tuple(TypeProbability(self.labels[i], float(chances[i])) for i in order)


def softmax(scores: Array) -> Array:
    """Along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Array = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


def train_dispute(
    rows: Any, labels: Sequence[str], acceptable: Sequence[Collection[str]]
) -> tuple[DisputeModel, Array]:
    """Fit on a sparse matrix (N, F); also the out-of-fold probabilities (N, K), for calibration and report.

    `acceptable` holds, for each row, every label that counts as right: probabilities mean that.
    """
    from sklearn.model_selection import StratifiedKFold

    names = tuple(sorted(set(labels)))
    target = np.array([names.index(label) for label in labels])
    margins = np.empty((len(target), len(names)))
    for train, test in StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(target, target):
        margins[test] = _machine().fit(rows[train], target[train]).decision_function(rows[test])
    right = np.array([[name in good for name in names] for good in acceptable])
    sharpness = _sharpness(margins, right)
    chances = softmax(sharpness * margins)
    fitted = _machine().fit(rows, target)
    scorer = LinearScorer.of(fitted.coef_, fitted.intercept_)
    return DisputeModel(names, scorer, sharpness, _threshold(chances, right)), chances


def _machine() -> Any:
    from sklearn.svm import LinearSVC

    return LinearSVC(C=0.6, class_weight="balanced", random_state=0)


def _sharpness(margins: Array, right: NDArray[np.bool_]) -> float:
    """The factor on the margins under which a right answer out of fold is most likely."""
    from scipy.optimize import minimize_scalar

    def loss(factor: float) -> float:
        chances = (softmax(factor * margins) * right).sum(axis=1)
        return float(-np.log(np.maximum(chances, 1e-12)).mean())

    return float(minimize_scalar(loss, bounds=(0.1, 50.0), method="bounded").x)


def _threshold(chances: Array, right: NDArray[np.bool_]) -> float:
    """The lowest confidence from which on the wanted precision holds; 1 if nowhere."""
    sure, hit = chances.max(axis=1), right[np.arange(len(right)), chances.argmax(axis=1)]
    order = np.argsort(-sure)
    precision = np.cumsum(hit[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= _WANTED_PRECISION)
    return float(sure[order][enough[-1]]) if len(enough) else 1.0
