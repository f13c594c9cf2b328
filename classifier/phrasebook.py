"""Phrases, each with a label → where they stand in a text.

Working out how phrases may open and what they need takes seconds, so that it is done in training; a `Phrasebook` is
what comes of it, in plain values that a model file can hold.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from classifier.expression import Expression
from classifier.gate import Gate, bits
from classifier.phrases import Groups, compiled, expand, openings
from classifier.required import needs

# An opening that many phrases share is tried as one, the first that fits; so is a single character.
_FEW = 3


class Hit(NamedTuple):
    """One phrase found at characters [start, end); `label` is what the caller gave with the phrase."""

    label: str
    start: int
    end: int


class Tail(NamedTuple):
    """What may follow an opening, or stand anywhere: a regular expression and what a text needs for it."""

    regex: str
    needs: list[list[str]]

    @classmethod
    def of(cls, regex: str) -> "Tail":
        """Raises PhraseError where the expression is faulty."""
        compiled(regex)
        return cls(regex, [sorted(need) for need in needs(regex)])


class Chain(NamedTuple):
    """Tails by number, tried in turn after any of the openings; without tails, the opening is the whole phrase."""

    label: str
    openings: list[str]
    tails: list[int]


class Phrasebook(NamedTuple):
    """All phrases of a lexicon, and its regular expressions that need no opening: a label and the number of a tail."""

    tails: list[Tail]
    chains: list[Chain]
    anywhere: list[tuple[str, int]]

    @classmethod
    def of(
        cls,
        phrases: Iterable[tuple[str, str]],
        groups: Groups | None = None,
        patterns: Iterable[tuple[str, str]] = (),
    ) -> "Phrasebook":
        """From phrases in the notation and from regular expressions, each after its label."""
        literal: dict[str, dict[str, None]] = {}
        opened: dict[tuple[str, str, tuple[str, ...]], dict[str, None]] = {}
        for label, written in phrases:
            for word, rest, telling in openings(expand(written, groups or {})):
                if rest:
                    opened.setdefault((word, label, telling), {})[rest] = None
                else:
                    literal.setdefault(label, {})[word] = None
        tails: dict[tuple[str, bool], int] = {}
        chains: dict[tuple[str, tuple[int, ...]], dict[str, None]] = {}
        for (word, label, _), rests in opened.items():
            numbers = [tails.setdefault((rest, True), len(tails)) for rest in rests]
            together = len(word) == 1 or len(numbers) > _FEW
            for chain in [tuple(numbers)] if together else [(number,) for number in numbers]:
                chains.setdefault((label, chain), {})[word] = None
        anywhere = [
            (label, tails.setdefault((expand(pattern, groups or {}, regex=True), False), len(tails)))
            for label, pattern in patterns
        ]
        return cls(
            [Tail.of(regex) for regex, _ in tails],
            [Chain(label, list(words), []) for label, words in literal.items()]
            + [Chain(label, list(words), list(numbers)) for (label, numbers), words in chains.items()],
            anywhere,
        )

    @classmethod
    def stored(cls, told: Sequence[Sequence[Any]]) -> "Phrasebook":
        """From its JSON."""
        tails, chains, anywhere = told
        return cls([Tail(*tail) for tail in tails], [Chain(*chain) for chain in chains], [(a, b) for a, b in anywhere])


class _Begun(NamedTuple):
    """What a word begins: the labels of which it is a whole phrase, and tails, with a bit for each in `mask`.

    `alone` holds the labels of each tail that makes up a chain of its own, `chains` those of several tails.
    """

    labels: tuple[str, ...]
    mask: int
    alone: dict[int, list[str]]
    chains: list[tuple[str, tuple[int, ...]]]

    @classmethod
    def of(cls, labels: tuple[str, ...], chains: tuple[tuple[str, tuple[int, ...]], ...]) -> "_Begun":
        alone: defaultdict[int, list[str]] = defaultdict(list)
        for label, tails in chains:
            if len(tails) == 1:
                alone[tails[0]].append(label)
        mask = sum(1 << tail for tail in {tail for _, tails in chains for tail in tails})
        return cls(labels, mask, dict(alone), [chain for chain in chains if len(chain[1]) > 1])


class PhraseFinder:
    """Finds labelled phrases; a hit is never empty, and hits of different phrases may overlap.

    A tail is tried after its openings only where the text meets all its needs.
    """

    def __init__(self, book: Phrasebook) -> None:
        self._tails = [Expression(tail.regex) for tail in book.tails]
        self._anywhere = book.anywhere
        # What follows an opening needs one of its openings too.
        opened: list[list[str]] = [[] for _ in book.tails]
        for chain in book.chains:
            for number in chain.tails:
                opened[number] += chain.openings
        all_needs = [[*tail.needs, *([words] if words else [])] for tail, words in zip(book.tails, opened, strict=True)]
        self._gate = Gate(all_needs, (word for chain in book.chains for word in chain.openings))
        words = self._gate.words
        whole: list[list[str]] = [[] for _ in words]
        chains: list[list[tuple[str, tuple[int, ...]]]] = [[] for _ in words]
        for label, following, tails in book.chains:
            for word in following:
                if tails:
                    chains[words[word]].append((label, tuple(tails)))
                else:
                    whole[words[word]].append(label)
        # Thousands of words begin the same: one value for all of them stays at hand in the processor.
        begun = cache(_Begun.of)
        self._words = [begun(tuple(labels), tuple(of_word)) for labels, of_word in zip(whole, chains, strict=True)]

    def find(self, text: str) -> list[Hit]:
        """Every hit in the text, in no particular order."""
        hits: list[Hit] = []
        places = self._gate.places(text)
        opened = self._gate.open_for(places)
        numbers = set(bits(opened))
        for word, start, end in places:
            labels, mask, alone, chains = self._words[word]
            for label in labels:
                hits.append(Hit(label, start, end))
            if mask & opened:
                for number in alone.keys() & numbers:
                    if match := self._tails[number].pattern.match(text, end):
                        hits += [Hit(label, start, match.end()) for label in alone[number]]
                for label, tails in chains:
                    for number in tails:
                        if number in numbers and (match := self._tails[number].pattern.match(text, end)):
                            hits.append(Hit(label, start, match.end()))
                            break
        for label, number in self._anywhere:
            if number in numbers:
                hits += [Hit(label, match.start(), match.end()) for match in self._tails[number].pattern.finditer(text)]
        return hits
