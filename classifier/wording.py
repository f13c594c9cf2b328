"""A text as typed → its words without gender, origin or place names, and the clauses they stand in."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.neutral import neutral_text, neutral_words
from classifier.phrases import CLAUSE_MARKS
from classifier.text import closed_up, normalise
from classifier.tokenizer import Tokenizer

# A letter states its matter first; what follows is history. Signals and dangers are read from the whole text.
OPENING = 400
# Dictation goes on without a mark: a clause longer than this is taken in pieces.
_LONGEST_CLAUSE = 28
_MARK = re.compile(f"[{re.escape(CLAUSE_MARKS)}]")


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """The n words of a text: as models see them, where each stands in the text as typed, and its clause."""

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    clauses: list[int]

    @property
    def opening(self) -> int:
        """How many words begin within the opening of the text."""
        return bisect_left(self.starts, OPENING)

    @property
    def typed(self) -> list[str]:
        """Each word in the writer's own letters."""
        return [self.text[start:end] for start, end in zip(self.starts, self.ends, strict=True)]

    def clause(self, number: int) -> tuple[int, int]:
        """Where clause `number` stands in the text as typed."""
        first, after = bisect_left(self.clauses, number), bisect_right(self.clauses, number)
        return self.starts[first], self.ends[after - 1]


def read_words(text: str, tokenizer: Tokenizer) -> Wording:
    """Cut a text. Every word keeps its place, whatever was folded, closed up or blanked."""
    closed, places = closed_up(normalise(text))
    plain = neutral_text(closed)
    words, runs = tokenizer.words_and_runs(plain)
    starts = _starts(words, runs)
    return Wording(
        text=text,
        words=neutral_words(words),
        starts=[places[start] for start in starts],
        ends=[places[start + len(word) - 1] + 1 for start, word in zip(starts, words, strict=True)],
        clauses=_clauses(plain, starts),
    )


def _starts(words: Iterable[str], runs: Iterable[tuple[int, int]]) -> list[int]:
    """Where each word starts; the words cover the runs without a gap."""
    starts, following = [], iter(words)
    for place, end in runs:
        while place < end:
            starts.append(place)
            place += len(next(following))
    return starts


def _clauses(text: str, starts: Sequence[int]) -> list[int]:
    """The clause of each word, counted from 0 without gaps; see `clauses_between`."""
    begins = [0, *(mark.end() for mark in _MARK.finditer(text))]
    numbers: dict[int, int] = {}
    clauses = []
    for start in starts:
        into = (start - begins[bisect_right(begins, start) - 1]) % _LONGEST_CLAUSE
        clauses.append(numbers.setdefault(start - into, len(numbers)))
    return clauses


def clauses_between(marks: NDArray[np.intp], starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """The clause of each word (n,) that starts at `starts` (n,), counted from 0 without gaps; marks end clauses."""
    begins = np.concatenate(([0], marks + 1))[np.searchsorted(marks, starts)]
    pieces = starts - (starts - begins) % _LONGEST_CLAUSE
    return np.concatenate(([0], np.cumsum(np.diff(pieces) != 0))) if len(starts) else starts
