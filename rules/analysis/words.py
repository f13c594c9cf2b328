"""What is asked of a free text, as clauses over words; a text that satisfies them all goes out, or None.

Words may contain one another: a text with 打砸 in it has 打 and 砸 in it, and that is reckoned with exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """Clauses by what they ask: words that are absent, of each of `wanted` one word, of `not_all` never all."""

    absent: tuple[str, ...]
    wanted: tuple[tuple[str, ...], ...]
    not_all: tuple[frozenset[str], ...]

    def blocks(self, word: str) -> bool:
        return any(other in word for other in self.absent)


@lru_cache(maxsize=50_000)
def _asked(clauses: Clauses) -> _Asked:
    absent = tuple(word for clause in clauses if not clause.some and len(clause.words) == 1 for word in clause.words)
    blocked = _Asked(absent, (), ()).blocks
    wanted = [tuple(sorted(word for word in clause.words if not blocked(word))) for clause in clauses if clause.some]
    not_all = tuple(clause.words for clause in clauses if not clause.some and len(clause.words) > 1)
    return _Asked(absent, tuple(sorted(wanted, key=lambda words: (len(words), words))), not_all)


def certainty(clauses: Clauses, clause: Clause, separator: str) -> bool | None:
    """Whether a text of the clauses, which must be possible, satisfies this one too: always, never, or it depends."""
    asked = _asked(clauses)
    if asked.not_all or not (clause.some or len(clause.words) == 1):
        if text_with(clauses | opposite(clause), separator) is None:
            return True
        return None if text_with(clauses | {clause}, separator) is not None else False
    # Nothing but single words is forbidden here, so a text need not be looked for.
    blocked = all(asked.blocks(word) for word in clause.words)
    forced = any(all(any(word in one for word in clause.words) for one in words) for words in asked.wanted)
    return clause.some if forced else not clause.some if blocked else None


@lru_cache(maxsize=50_000)
def text_with(clauses: Clauses, separator: str) -> str | None:
    """The text of fewest words that satisfies the clauses; raises UndecidedError beyond MOST_TRIES.

    A text has fewest unwanted words where it holds, for every clause with `some`, one of its words and no more:
    so going through such choices, and no others, misses nothing.
    """
    asked = _asked(clauses)
    return next(_texts("", asked.wanted, asked.not_all, separator, itertools.count(1)), None)


def _texts(
    text: str,
    wanted: Sequence[Sequence[str]],
    not_all: Sequence[frozenset[str]],
    separator: str,
    tries: Iterator[int],
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
