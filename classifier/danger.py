"""A text's clauses → how dangerous the worst of them sounds.

The lexicon knows the ways of saying a danger that somebody thought of; this has learned from marked evidence how
such a clause sounds, and catches others. One clause among many counts in full: a long text can't dilute it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.linear import Array, Occurrences, firsts
from classifier.parallel import spread


@dataclass(frozen=True, slots=True, eq=False)
class DangerModel:
    """A linear scorer of clauses: weights (F,), intercept, and the vectorizer's idf (F,)."""

    weights: Array
    intercept: float
    idf: Array

    def worst(self, found: Occurrences, clauses: NDArray[np.intp]) -> tuple[float, int]:
        """The danger of the worst clause, 0..1, and its number. `clauses` (letters,) numbers every character's."""
        if not len(found.indices):
            return 0.0, 0
        clause, indices, values = clause_features(found, clauses, self.idf)
        scores = np.bincount(clause, values * self.weights[indices]) + self.intercept
        number = int(np.argmax(scores))
        return float(1 / (1 + np.exp(-scores[number]))), number


def clause_features(
    found: Occurrences, clauses: NDArray[np.intp], idf: Array
) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
    """Clause, feature and value of each different feature of each clause; a clause's values have length one."""
    inside = clauses[found.starts] == clauses[found.ends - 1]
    pairs = np.sort((clauses[found.starts] * len(idf) + found.indices)[inside])
    clause, indices = np.divmod(pairs[firsts(pairs)], len(idf))
    values = idf[indices]
    norms = np.sqrt(np.bincount(clause, values * values))
    return clause, indices, values / norms[clause]


def train_danger(
    texts: Sequence[tuple[Occurrences, NDArray[np.intp]]],
    dangerous: Sequence[frozenset[int] | None],
    folds: Sequence[tuple[NDArray[np.intp], NDArray[np.intp]]],
    idf: Array,
) -> tuple[DangerModel, Array]:
    """Fit on texts with their characters' clauses; also each text's danger out of fold (N,).

    `dangerous` holds the numbers of the clauses that state a danger, None where nobody marked which do.
    """
    rows, owners, counts = _matrix(texts, idf)
    starts = np.concatenate(([0], np.cumsum(counts)))
    target = np.zeros(len(owners), dtype=bool)
    for text, numbers in enumerate(dangerous):
        for number in numbers or ():
            target[starts[text] + number] = True
    usable = np.array([numbers is not None for numbers in dangerous])[owners]
    learned = [usable, *(usable & np.isin(owners, train) for train, _ in folds)]
    (weights, intercept), *of_folds = spread(_fit, [(rows[chosen], target[chosen]) for chosen in learned])
    out = np.zeros(len(texts))
    for (_, test), (of_fold, bias) in zip(folds, of_folds, strict=True):
        asked = np.isin(owners, test)
        np.maximum.at(out, owners[asked], 1 / (1 + np.exp(-(rows[asked] @ of_fold + bias))))
    return DangerModel(weights, intercept, idf), out


def _fit(rows: Any, target: NDArray[np.bool_]) -> tuple[Array, float]:
    fitted = _machine().fit(rows, target)
    return fitted.coef_[0].astype(np.float64), float(fitted.intercept_[0])


def _matrix(
    texts: Sequence[tuple[Occurrences, NDArray[np.intp]]], idf: Array
) -> tuple[Any, NDArray[np.intp], NDArray[np.intp]]:
    """All clauses of all texts as a sparse matrix (C, F), the text each belongs to, and how many each text has."""
    from scipy.sparse import csr_matrix

    counts = np.array([int(clauses[-1]) + 1 if len(clauses) else 0 for _, clauses in texts], dtype=np.intp)
    starts = np.concatenate(([0], np.cumsum(counts)))
    parts = [clause_features(found, clauses, idf) for found, clauses in texts]
    rows = np.concatenate([clause + start for (clause, _, _), start in zip(parts, starts, strict=False)])
    columns = np.concatenate([indices for _, indices, _ in parts])
    values = np.concatenate([values for _, _, values in parts])
    matrix = csr_matrix((values, (rows, columns)), shape=(int(starts[-1]), len(idf)))
    return matrix, np.repeat(np.arange(len(texts)), counts), counts


def _machine() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=8.0, solver="liblinear", dual=True, random_state=0, max_iter=1000)
