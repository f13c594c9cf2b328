"""A text as typed → its words without gender, origin or place names, and the clauses they stand in."""

import re
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
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]
    clauses: NDArray[np.intp]

    @property
    def opening(self) -> int:
        """How many words begin within the opening of the text."""
        return int(np.searchsorted(self.starts, OPENING))

    @property
    def typed(self) -> list[str]:
        """Each word in the writer's own letters."""
        places = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        return [self.text[start:end] for start, end in places]

    def clause(self, number: int) -> tuple[int, int]:
        """Where clause `number` stands in the text as typed."""
        places = np.flatnonzero(self.clauses == number)
        return int(self.starts[places[0]]), int(self.ends[places[-1]])


def read_words(text: str, tokenizer: Tokenizer) -> Wording:
    """Cut a text. Every word keeps its place, whatever was folded, closed up or blanked."""
    closed, places = closed_up(normalise(text))
    plain = neutral_text(closed)
    words, starts = tokenizer.words_and_places(plain)
    lengths = np.array([len(word) for word in words], dtype=np.intp)
    typed = np.asarray(places, dtype=np.intp)
    return Wording(
        text=text,
        words=neutral_words(words),
        starts=typed[starts],
        ends=typed[starts + lengths - 1] + 1 if words else starts,
        clauses=_clauses(plain, starts),
    )


def _clauses(text: str, starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """The clause of each word, counted from 0 without gaps."""
    return clauses_between(np.array([match.start() for match in _MARK.finditer(text)], dtype=np.intp), starts)


def clauses_between(marks: NDArray[np.intp], starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """The clause of each word (n,) that starts at `starts` (n,), counted from 0 without gaps; marks end clauses."""
    clause = np.searchsorted(marks, starts)
    begins = np.concatenate(([0], marks + 1))[clause]
    piece = (starts - begins) // _LONGEST_CLAUSE
    changes = (np.diff(clause) != 0) | (np.diff(piece) != 0)
    return np.concatenate(([0], np.cumsum(changes))) if len(starts) else starts
