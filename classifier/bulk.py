"""Many texts → what the model reads in each, without reasons: the same numbers as one by one, a few times faster.

The texts are read as one (`joined`); what is counted, weighed and added up is one array operation over all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.assessment import Risk, Signal, holding
from classifier.features import concept_names, concept_places, is_area_of_life
from classifier.joined import Letters, Whole, Written, stretches
from classifier.linear import Array, firsts
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
    def ranked(self) -> Whole:
        """The labels of each text (n, K), most probable first."""
        order: Whole = np.argsort(-self.probabilities, axis=1, kind="stable")
        return order


class BulkReader:
    """A model set up to read many texts at once. `read` is pure, and answers as `Model.classify` does of each."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._vocabulary = _Vocabulary(model.vectorizer.vocabulary)
        self._weights = np.hstack((model.dispute.scorer.weights, model.risk.scorer.weights))
        self._intercept = np.concatenate((model.dispute.scorer.intercept, model.risk.scorer.intercept))

    def read(self, texts: Sequence[str]) -> Readings:
        """Every text, in order."""
        model, labels = self._model, self._model.dispute.labels
        if not texts:
            return Readings(labels, np.empty((0, len(labels))), np.empty(0, dtype=bool), [], [])
        written = Written.of(texts)
        letters = Letters.of(written, model.tokenizer)
        found = self._vocabulary.find(letters, len(texts))
        opened = found.until(letters.openings)
        scores = _scores(opened, len(texts), self._weights, model.vectorizer.idf) + self._intercept
        signals = [
            model.signals.find_in(text, closed, places)
            for text, closed, places in zip(texts, written.closed, written.places, strict=True)
        ]
        of_signals = np.array([model.dispute.of_signals(holding(of_text)) for of_text in signals])
        chances = model.dispute.calibration.chances(scores[:, : len(labels)] + of_signals)
        best = chances.argmax(axis=1)
        unsure = chances[np.arange(len(texts)), best] < model.dispute.thresholds[best]
        danger = self._danger(found, letters, len(texts))
        risks = [
            model.risk.at(words, evidence_of(found_in, worst))
            for words, found_in, worst in zip(scores[:, len(labels) :].tolist(), signals, danger.tolist(), strict=True)
        ]
        return Readings(labels, chances, unsure | ~found.spoken, risks, signals)

    def _danger(self, found: "_Found", letters: Letters, texts: int) -> Array:
        """The danger (texts,) of the worst clause of each text; see `DangerModel.worst`."""
        model, size = self._model.danger, len(self._model.danger.idf)
        inside = letters.clauses[found.starts] == letters.clauses[found.ends - 1]
        keys, _ = _distinct(letters.clauses[found.starts[inside]] * size + found.indices[inside])
        clauses, indices = np.divmod(keys, size)
        values = model.idf[indices]
        norms = np.sqrt(np.bincount(clauses, values * values))
        scores = np.bincount(clauses, values / norms[clauses] * model.weights[indices]) + model.intercept
        result = np.zeros(texts)
        # Of each text, the clauses from its first to the last that has a feature.
        owner = letters.owners[clauses]
        with_any, last = np.unique(owner[::-1], return_index=True)
        ends = clauses[len(clauses) - 1 - last] + 1
        bounds = np.column_stack((letters.first_clauses[with_any], ends)).ravel()
        if len(bounds):
            worst = np.maximum.reduceat(np.append(scores, -np.inf), bounds)[::2]
            result[with_any] = 1 / (1 + np.exp(-worst))
        return result


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Features found in n texts, each with its text, index and letters; and which texts speak of anything (n,)."""

    texts: Whole
    indices: Whole
    starts: Whole
    ends: Whole
    spoken: NDArray[np.bool_]

    def until(self, letters: Whole) -> "_Found":
        """Those that end within the first letters of their text."""
        within = self.ends <= letters[self.texts]
        return _Found(self.texts[within], self.indices[within], self.starts[within], self.ends[within], self.spoken)


class _Vocabulary:
    """The features that a model knows, by kind, so that each kind is looked up at once; see `features.features`."""

    def __init__(self, vocabulary: dict[str, int]) -> None:
        self._words = {name[1:]: index for name, index in vocabulary.items() if name[0] == "w"}
        written = {name[1:]: index for name, index in vocabulary.items() if name[0] == "c"}
        self._singles = _Table({ord(name): index for name, index in written.items() if len(name) == 1})
        self._pairs = _Table({_pair(*map(ord, name)): index for name, index in written.items() if len(name) == 2})
        self._concepts = {name[1:]: index for name, index in vocabulary.items() if name[0] == "k"}

    @cached_property
    def _meant(self) -> tuple[Whole, Whole, NDArray[np.bool_]]:
        """For each word of the lexicon where its features begin, those features in a row, and whether it is of life."""
        names = concept_names()
        counts = np.cumsum([0, *map(len, names)])
        indices = np.array([self._concepts.get(name, -1) for name in chain.from_iterable(names)], dtype=np.intp)
        return counts, indices, np.array([any(map(is_area_of_life, of_word)) for of_word in names])

    def find(self, letters: Letters, texts: int) -> _Found:
        """All known features of the letters."""
        codes = letters.codes.astype(np.int64)
        lengths = np.fromiter(map(len, letters.words), np.intp, len(letters.words))
        mark = ord(letters.mark)
        places = np.flatnonzero(codes != mark)
        pairs = np.flatnonzero((codes[:-1] != mark) & (codes[1:] != mark))
        concepts, starts, ends, spoken = self._concepts_in(letters, texts)
        get = self._words.get
        indices = np.concatenate(
            (
                np.fromiter([get(word, -1) for word in letters.words], np.intp, len(letters.words)),
                self._singles.find(codes[places]),
                self._pairs.find(_pair(codes[pairs], codes[pairs + 1])),
                concepts,
            )
        )
        starts = np.concatenate((letters.starts, places, pairs, starts))
        ends = np.concatenate((letters.starts + lengths, places + 1, pairs + 2, ends))
        known = indices >= 0
        indices, starts, ends = indices[known], starts[known], ends[known]
        return _Found(np.searchsorted(letters.begins, starts, side="right") - 1, indices, starts, ends, spoken)

    def _concepts_in(self, letters: Letters, texts: int) -> tuple[Whole, Whole, Whole, NDArray[np.bool_]]:
        counts, features, of_life = self._meant
        words, starts, ends = concept_places(letters.joined).T
        texts_of = np.searchsorted(letters.begins, starts, side="right") - 1
        spoken = np.zeros(texts, dtype=bool)
        spoken[texts_of[of_life[words]]] = True
        # Only the first place of a word in a text counts; what is found first comes first.
        first = np.unique(texts_of * len(of_life) + words, return_index=True)[1]
        words, starts, ends = words[first], starts[first], ends[first]
        many = counts[words + 1] - counts[words]
        return features[stretches(counts[words], many)], np.repeat(starts, many), np.repeat(ends, many), spoken


def _pair(first: Any, second: Any) -> Any:
    return first << 21 | second


class _Table:
    """Whole numbers → indices, -1 where there is none."""

    def __init__(self, known: dict[int, int]) -> None:
        self._keys = np.array(sorted(known), dtype=np.int64)
        self._values = np.array([*(known[key] for key in sorted(known)), -1], dtype=np.intp)

    def find(self, wanted: NDArray[np.int64]) -> Whole:
        place = np.searchsorted(self._keys, wanted)
        place[place == len(self._keys)] = -1
        if not len(self._keys):
            return np.full(len(wanted), -1, dtype=np.intp)
        result: Whole = np.where(self._keys[place] == wanted, self._values[place], -1)
        return result


def _distinct(numbers: Whole) -> tuple[Whole, Whole]:
    """The different numbers in order, and how often each occurs."""
    ordered = np.sort(numbers)
    first = np.flatnonzero(firsts(ordered))
    return ordered[first], np.diff(np.append(first, len(ordered)))


def _scores(found: _Found, texts: int, weights: Array, idf: Array) -> Array:
    """The linear scores (texts, K) under weights (F, K); see `Vectorizer.row`."""
    from scipy.sparse import csr_matrix

    keys, times = _distinct(found.texts * len(idf) + found.indices)
    owner, indices = np.divmod(keys, len(idf))
    values = (1.0 + np.log(times)) * idf[indices]
    values /= np.sqrt(np.bincount(owner, values * values, texts))[owner]
    begins = np.searchsorted(owner, np.arange(texts + 1))
    scores: Array = csr_matrix((values, indices, begins), shape=(texts, len(idf))) @ weights
    return scores
