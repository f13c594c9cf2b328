"""What is asked of a free text, as clauses over words; a text that satisfies them all goes out, or None.

Words may contain one another: a text with 打砸 in it has 打 and 砸 in it, and that is reckoned with exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

MOST_TRIES = 5_000


class UndecidedError(Exception):
    """More cases than the bound allows would have to be gone through; nothing may be claimed."""


@dataclass(frozen=True, slots=True)
class Clause:
    """With `some`, at least one of the words is in the text; without, at least one of them is missing."""

    words: frozenset[str]
    some: bool


Clauses = frozenset[Clause]


@lru_cache(maxsize=50_000)
def opposite(clause: Clause) -> Clauses:
    """The clauses that hold together exactly where this one does not."""
    return frozenset(Clause(frozenset({word}), not clause.some) for word in clause.words)


def separator_for(words: Iterable[str]) -> str:
    """A character that is in none of the words, so that joining words makes no new word."""
    used = set().union(*map(set, words))
    return next(mark for mark in itertools.chain("，。；、 ", map(chr, range(0x2500, 0xD800))) if mark not in used)


@lru_cache(maxsize=200_000)
def text_with(clauses: Clauses, separator: str) -> str | None:
    """The text of fewest words that satisfies the clauses; raises UndecidedError beyond MOST_TRIES.

    A text has fewest unwanted words where it holds, for every clause with `some`, one of its words and no more:
    so going through such choices, and no others, misses nothing.
    """
    absent = [word for clause in clauses if not clause.some and len(clause.words) == 1 for word in clause.words]
    not_all = [clause.words for clause in clauses if not clause.some and len(clause.words) > 1]
    wanted = [
        sorted(word for word in clause.words if not any(other in word for other in absent))
        for clause in clauses
        if clause.some
    ]
    wanted.sort(key=lambda words: (len(words), words))
    tries = itertools.count(1)
    return next(_texts("", wanted, not_all, separator, tries), None)


def _texts(
    text: str, wanted: list[list[str]], not_all: list[frozenset[str]], separator: str, tries: Iterator[int]
) -> Iterator[str]:
    if next(tries) > MOST_TRIES:
        raise UndecidedError
    if any(all(word in text for word in words) for words in not_all):
        return
    for at, words in enumerate(wanted):
        if not any(word in text for word in words):
            for word in words:
                longer = f"{text}{separator}{word}" if text else word
                yield from _texts(longer, wanted[at + 1 :], not_all, separator, tries)
            return
    yield text
