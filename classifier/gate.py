"""A text → which of many regular expressions may match it at all: those all of whose needs it meets (see `required`).

One Aho–Corasick pass finds the words of all needs; a word's mask has a bit for every need that it meets, so that one
OR a word tells which are met. Nothing else is as cheap in Python.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from classifier.required import chance

# Of one expression: words of which a text must have one, then others of which it must have one, and so on.
Needs = Sequence[Collection[str]]
# A word's number and where it stands: [start, end).
Place = tuple[int, int, int]

# More needs than these seldom keep an expression shut.
_MOST = 3
# A need of which a text has so many words, by and large, is none to look for.
_TELLING = 0.8


class Gate:
    """Expressions by number, in the order of their needs. Pure, and may be used from any thread."""

    def __init__(self, all_needs: Sequence[Needs], words: Iterable[str] = ()) -> None:
        """Whatever needs nothing that tells is always open; `words` are looked for besides."""
        self.words = {word: number for number, word in enumerate(dict.fromkeys(words))}
        self._expressions = len(all_needs)
        # Bit number + k * expressions of a mask: whether the k-th need of the expression is met.
        masks = dict.fromkeys(self.words.values(), 0)
        self._given = 0
        for number, needs in enumerate(all_needs):
            telling = sorted((need for need in needs if chance(need) < _TELLING), key=chance)[:_MOST]
            for rank in range(_MOST):
                bit = 1 << number + rank * self._expressions
                if rank >= len(telling):
                    self._given |= bit
                    continue
                for word in telling[rank]:
                    place = self.words.setdefault(word, len(self.words))
                    masks[place] = masks.get(place, 0) | bit
        shared: dict[int, int] = {}
        self._masks = [shared.setdefault(mask, mask) for mask in masks.values()]
        self._all = (1 << self._expressions) - 1
        self._automaton = AhoCorasick(
            list(self.words), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
        )

    def places(self, text: str) -> list[Place]:
        """Every place of every word; words may overlap."""
        return self._automaton.find_matches_as_indexes(text, overlapping=True)

    def open_for(self, places: Iterable[Place]) -> int:
        """The expressions that a text with these places may match: bit n for number n."""
        masks, met = self._masks, self._given
        for word, _, _ in places:
            met |= masks[word]
        opened = self._all
        for _ in range(_MOST):
            opened &= met
            met >>= self._expressions
        return opened


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
