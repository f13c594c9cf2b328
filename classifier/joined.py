"""Many texts → one text of all their words, with a mark between texts that none of them has.

What belongs to which text is told by its place, so that looking up and counting need no loop over the texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from classifier.neutral import neutral_text, neutral_words
from classifier.phrases import CLAUSE_MARKS
from classifier.text import closed_up, normalise
from classifier.tokenizer import Tokenizer
from classifier.wording import OPENING, clauses_between

Whole = NDArray[np.intp]

# Characters for private use: somewhere among them is one that no text has.
_MARKS = range(0xE000, 0xF900)


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """Texts normalised and closed up, each character's place as typed, and all in one with a mark between."""

    mark: str
    closed: list[str]
    places: list[Sequence[int]]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Written":
        everything = "".join(texts)
        mark = next(mark for mark in map(chr, _MARKS) if mark not in everything)
        pairs = list(map(closed_up, normalise(mark.join(texts)).split(mark)))
        return cls(mark, [closed for closed, _ in pairs], [places for _, places in pairs])


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
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
    def of(cls, written: Written, tokenizer: Tokenizer) -> "Letters":
        plain = written.mark.join(map(neutral_text, written.closed))
        words, places = tokenizer.words_and_places(plain)
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
        of_letters[stretches(starts, lengths)] = np.repeat(clauses, lengths)
        owners = np.zeros(int(clauses[-1]) + 1 if len(clauses) else 0, dtype=np.intp)
        owners[clauses] = owner
        first = np.searchsorted(owners, np.arange(len(counts)))
        joined = written.mark.join(map("".join, of_texts))
        return cls(joined, written.mark, neutral, starts, of_letters, owners, first, begins, openings)

    @property
    def codes(self) -> NDArray[np.uint32]:
        """The code of every letter."""
        return _codes(self.joined)


def _typed(places: Whole, owner: Whole, written: Written) -> Whole:
    """The places within each text as typed: another one where the text was closed up."""
    typed = places.copy()
    for number, of_text in enumerate(written.places):
        if not isinstance(of_text, range):
            mine = owner == number
            typed[mine] = np.asarray(of_text, dtype=np.intp)[places[mine]]
    return typed


def stretches(starts: Whole, lengths: Whole) -> Whole:
    """Every number of the stretches [start, start + length), one stretch after another."""
    return np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(int(lengths.sum()))


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _marked(text: str, mark: str) -> Whole:
    """Where a clause or a text ends."""
    return np.flatnonzero(np.isin(_codes(text), _codes(CLAUSE_MARKS + mark)))
