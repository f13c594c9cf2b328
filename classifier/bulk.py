"""Many texts → what the model reads in each, without reasons: the same numbers as one by one, a few times faster.

The texts are read as one long text with a mark between them that none of them has; what belongs to which is told
by its place. What is counted, weighed and added up is then one array operation over all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.assessment import Risk, Signal
from classifier.features import concept_names, concept_places, is_area_of_life
from classifier.linear import Array
from classifier.model import Model
from classifier.neutral import neutral_text, neutral_words
from classifier.phrases import CLAUSE_MARKS
from classifier.risk import evidence_of
from classifier.text import closed_up, normalise
from classifier.wording import OPENING, clauses_between

Whole = NDArray[np.intp]

# Characters for private use: somewhere among them is one that no text has.
_MARKS = range(0xE000, 0xF900)


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
        written = _Written.of(texts)
        letters = _Letters.of(written, model)
        found = self._vocabulary.find(letters, len(texts))
        scores = (
            _scores(found.until(letters.openings), len(texts), self._weights, model.vectorizer.idf) + self._intercept
        )
        chances = model.dispute.calibration.chances(scores[:, :-1])
        best = chances.argmax(axis=1)
        unsure = chances[np.arange(len(texts)), best] < model.dispute.thresholds[best]
        signals = [
            model.signals.find_in(text, closed, places)
            for text, closed, places in zip(texts, written.closed, written.places, strict=True)
        ]
        danger = self._danger(found, letters, len(texts))
        risks = [
            self._risk(position, found_in, worst)
            for position, found_in, worst in zip(scores[:, -1].tolist(), signals, danger.tolist(), strict=True)
        ]
        return Readings(labels, chances, unsure | ~found.spoken, risks, signals)

    def _risk(self, position: float, signals: Sequence[Signal], danger: float) -> Risk:
        evidence, model = evidence_of(signals, danger), self._model.risk
        return model.at(position + sum(model.marks.get(mark, 0.0) for mark in evidence.marks), evidence)

    def _danger(self, found: "_Found", letters: "_Letters", texts: int) -> Array:
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
class _Written:
    """Texts normalised and closed up, each character's place as typed, and all in one with a mark between."""

    mark: str
    closed: list[str]
    places: list[Sequence[int]]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "_Written":
        used = set().union(*texts)
        mark = next(chr(code) for code in _MARKS if chr(code) not in used)
        pairs = [
            closed_up(text) if " " in text else (text, range(len(text)))
            for text in normalise(mark.join(texts)).split(mark)
        ]
        return cls(mark, [closed for closed, _ in pairs], [places for _, places in pairs])


@dataclass(frozen=True, slots=True, eq=False)
class _Letters:
    """The words of all texts as `joined` letters, a mark between texts.

    Each of the m `words` has a letter where it starts (m,). Each letter has a clause, numbered through all texts.
    Each clause has the text it `owners`; each text its first clause, and the letter (texts,) where its opening ends.
    """

    joined: str
    mark: str
    words: list[str]
    starts: Whole
    clauses: Whole
    owners: Whole
    first_clauses: Whole
    begins: Whole
    openings: Whole

    @classmethod
    def of(cls, written: _Written, model: Model) -> "_Letters":
        plain = written.mark.join(map(neutral_text, written.closed))
        words, places = model.tokenizer.words_and_places(plain)
        sizes = np.fromiter(map(len, written.closed), dtype=np.intp, count=len(written.closed))
        at = np.cumsum(sizes + 1) - sizes - 1
        counts = np.diff(np.append(np.searchsorted(places, at), len(words)))
        bounds = np.cumsum(np.append(0, counts)).tolist()
        of_texts = [neutral_words(words[start:end]) for start, end in pairwise(bounds)]
        neutral = list(chain.from_iterable(of_texts))
        owner = np.repeat(np.arange(len(counts)), counts)
        clauses = clauses_between(_marked(plain, written.mark), places)
        lengths = np.fromiter(map(len, neutral), dtype=np.intp, count=len(neutral))
        starts = np.cumsum(lengths) - lengths + owner  # a mark before every text but the first
        size_of = np.bincount(owner, lengths, len(counts)).astype(np.intp)
        begins = np.cumsum(size_of + 1) - size_of - 1
        opened = lengths * (_typed(places - at[owner], owner, written) < OPENING)
        openings = begins + np.bincount(owner, opened, len(counts)).astype(np.intp)
        of_letters = np.zeros(int(begins[-1] + size_of[-1]), dtype=np.intp)
        of_letters[_stretches(starts, lengths)] = np.repeat(clauses, lengths)
        owners = np.zeros(int(clauses[-1]) + 1 if len(clauses) else 0, dtype=np.intp)
        owners[clauses] = owner
        first = np.searchsorted(owners, np.arange(len(counts)))
        joined = written.mark.join(map("".join, of_texts))
        return cls(joined, written.mark, neutral, starts, of_letters, owners, first, begins, openings)

    @property
    def codes(self) -> NDArray[np.uint32]:
        """The code of every letter."""
        return _codes(self.joined)


def _typed(places: Whole, owner: Whole, written: _Written) -> Whole:
    """The places within each text as typed: another one where the text was closed up."""
    typed = places.copy()
    for number, of_text in enumerate(written.places):
        if not isinstance(of_text, range):
            mine = owner == number
            typed[mine] = np.asarray(of_text, dtype=np.intp)[places[mine]]
    return typed


def _stretches(starts: Whole, lengths: Whole) -> Whole:
    """Every number of the stretches [start, start + length), one stretch after another."""
    return np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(int(lengths.sum()))


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _marked(text: str, mark: str) -> Whole:
    """Where a clause or a text ends."""
    return np.flatnonzero(np.isin(_codes(text), _codes(CLAUSE_MARKS + mark)))


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

    def find(self, letters: _Letters, texts: int) -> _Found:
        """All known features of the letters."""
        codes, lengths = (
            letters.codes.astype(np.int64),
            np.fromiter(map(len, letters.words), np.intp, len(letters.words)),
        )
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

    def _concepts_in(self, letters: _Letters, texts: int) -> tuple[Whole, Whole, Whole, NDArray[np.bool_]]:
        counts, features, of_life = self._meant
        words, starts, ends = concept_places(letters.joined).T
        texts_of = np.searchsorted(letters.begins, starts, side="right") - 1
        spoken = np.zeros(texts, dtype=bool)
        spoken[texts_of[of_life[words]]] = True
        # Only the first place of a word in a text counts; what is found first comes first.
        first = np.unique(texts_of * len(of_life) + words, return_index=True)[1]
        words, starts, ends = words[first], starts[first], ends[first]
        many = counts[words + 1] - counts[words]
        return features[_stretches(counts[words], many)], np.repeat(starts, many), np.repeat(ends, many), spoken


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
    """The different numbers in order, and how often each occurs. `numpy.unique` takes four times as long."""
    ordered = np.sort(numbers)
    first = np.flatnonzero(np.diff(ordered, prepend=-1))
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
