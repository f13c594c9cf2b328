"""Words → sparse row → linear scores: scikit-learn's fitted numbers, run in plain numpy.

One text at a time this is an order of magnitude faster than scikit-learn's own predict, and a test holds
the numbers equal.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.features import Features, features

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Occurrences:
    """The m known features of a text in order: their index, and the characters [start, end) of the joined words.

    `areas` are those of life that the whole text speaks of.
    """

    indices: NDArray[np.intp]
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]
    areas: frozenset[str]

    def until(self, letters: int) -> "Occurrences":
        """Those that end within the first `letters` characters."""
        within = self.ends <= letters
        if within.all():
            return self
        return Occurrences(self.indices[within], self.starts[within], self.ends[within], self.areas)


@dataclass(frozen=True, slots=True, eq=False)
class SparseRow:
    """One text's k different features: their indices (k,) and values (k,), of length one.

    `place` (m,) says which of the k each occurrence is, and `times` (k,) how often each occurs.
    """

    indices: NDArray[np.intp]
    values: Array
    place: NDArray[np.intp]
    times: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Vectorizer:
    """Sublinear tf-idf over F features: vocabulary and idf (F,), as TfidfVectorizer fitted them."""

    vocabulary: dict[str, int]
    idf: Array

    def find(self, words: Sequence[str]) -> Occurrences:
        """The features of the words that the vocabulary knows."""
        named = Features.of(words)
        index_of = self.vocabulary.get
        found = np.array([index_of(name, -1) for name in named.names], dtype=np.intp)
        known = found >= 0
        return Occurrences(found[known], named.starts[known], named.ends[known], named.areas)

    def row(self, found: Occurrences) -> SparseRow:
        """The row of one text."""
        order = found.indices.argsort()
        ordered = found.indices[order]
        first = firsts(ordered)
        indices, place = ordered[first], np.empty_like(order)
        place[order] = first.cumsum() - 1
        times = np.bincount(place)
        values = (1.0 + np.log(times)) * self.idf[indices]
        if len(values):
            values /= np.sqrt(values @ values)
        return SparseRow(indices, values, place, times)


def firsts(ordered: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which of the ordered numbers differ from the one before. numpy's `unique` spends its time elsewhere."""
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def shares(found: Occurrences, row: SparseRow, weights: Array, lengths: Sequence[int]) -> Array:
    """What each of n words adds to a linear score with `weights` (F,): (n,), summing to the score exactly.

    `row` is the row of `found`, `lengths` the words' characters. A feature's part is divided evenly among its
    occurrences, an occurrence's among the characters it covers.
    """
    part = (row.values * weights[row.indices] / row.times)[row.place] / (found.ends - found.starts)
    stops = np.cumsum(lengths, dtype=np.intp)
    letters = int(stops[-1]) if len(stops) else 0
    slope = np.bincount(found.starts, part, letters + 1) - np.bincount(found.ends, part, letters + 1)
    until = np.zeros(letters + 1)
    np.cumsum(slope.cumsum()[:-1], out=until[1:])
    result: Array = until[stops]
    result[1:] -= result[:-1].copy()
    return result


@dataclass(frozen=True, slots=True, eq=False)
class LinearScorer:
    """Weights (F, K) and intercept (K,) of a fitted linear model."""

    weights: Array
    intercept: Array

    @classmethod
    def of(cls, coef: Any, intercept: Any) -> "LinearScorer":
        """From scikit-learn's `coef_` (K, F) and `intercept_` (K,)."""
        return cls(
            weights=np.ascontiguousarray(np.atleast_2d(coef).T, dtype=np.float64),
            intercept=np.atleast_1d(np.asarray(intercept, dtype=np.float64)),
        )

    def scores(self, row: SparseRow) -> Array:
        """The K linear scores of one text."""
        scores: Array = row.values @ self.weights[row.indices] + self.intercept
        return scores


def flags(marked: Sequence[Collection[str]], names: Sequence[str]) -> Any:
    """A sparse matrix (N, S): 1 where one of N texts is marked with one of the S names."""
    from scipy.sparse import csr_matrix

    return csr_matrix([[float(name in marks) for name in names] for marks in marked])


def fit_vectorizer(texts: Sequence[Sequence[str]]) -> tuple[Vectorizer, Any]:
    """Learn vocabulary and idf from texts as word lists; also their rows as a sparse matrix (N, F)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    fitted = TfidfVectorizer(analyzer=features, sublinear_tf=True, min_df=2, dtype=np.float64)
    rows = fitted.fit_transform(texts).tocsr()
    vocabulary = {str(name): index for index, name in enumerate(fitted.get_feature_names_out())}
    return Vectorizer(vocabulary, np.asarray(fitted.idf_, dtype=np.float64)), rows
