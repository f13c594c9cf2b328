"""Words of a text → the features that both models weigh: words, single characters, character pairs, concepts.

Single characters earn their place: a Chinese character carries meaning of its own, so that a word never seen
in training (薪资, 租约) still leans the right way by its parts. Concepts gather words of one meaning, and areas
gather concepts, so that it leans the right way by its company too.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray

from classifier.lexicon import read
from classifier.text import normalise

# The area of the lexicon that says how people write, not what about.
_SET_PHRASES = "套语"


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The m features of a text, every occurrence, and the characters [start, end) of the joined words that each is of.

    Prefixes keep the kinds apart: w a word, c one character or two, k a concept or an area.
    """

    names: list[str]
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]

    @classmethod
    def of(cls, words: Sequence[str]) -> "Features":
        """All features of the words, in order."""
        characters = "".join(words)
        concepts = _concepts(characters)
        names = [f"w{word}" for word in words if word]
        names += [f"c{character}" for character in characters]
        names += [f"c{one}{following}" for one, following in pairwise(characters)]
        names += [f"k{name}" for name, _, _ in concepts]
        lengths = np.array([len(word) for word in words if word], dtype=np.intp)
        written, places = lengths.cumsum(), np.arange(len(characters) + 1)
        starts = np.array([start for _, start, _ in concepts], dtype=np.intp)
        ends = np.array([end for _, _, end in concepts], dtype=np.intp)
        return cls(
            names,
            np.concatenate((written - lengths, places[:-1], places[:-2], starts)),
            np.concatenate((written, places[1:], places[2:], ends)),
        )

    @property
    def areas(self) -> frozenset[str]:
        """The areas of life that the words speak of; set phrases of letters and reports are none."""
        return frozenset(name[1:] for name in self.names if name[0] == "k" and "/" not in name) - {_SET_PHRASES}


def features(words: Sequence[str]) -> list[str]:
    """Every occurrence by name, so that the counts are term frequencies."""
    return Features.of(words).names


def _concepts(characters: str) -> list[tuple[str, int, int]]:
    """The concepts of the lexicon that the text speaks of and their areas, once for every different word, and where.

    Only the first place of a word counts: what tells is how many ways a text has of speaking of a thing.
    """
    automaton, names = _lexicon()
    first: dict[int, tuple[int, int]] = {}
    for index, start, end in automaton.find_matches_as_indexes(characters, overlapping=True):
        first.setdefault(index, (start, end))
    return [(name, start, end) for index, (start, end) in first.items() for name in names[index]]


@cache
def _lexicon() -> tuple[AhoCorasick, list[tuple[str, ...]]]:
    """All words, and for each the names it stands for: its areas, then its concepts as `area/concept`."""
    areas: defaultdict[str, set[str]] = defaultdict(set)
    concepts: defaultdict[str, set[str]] = defaultdict(set)
    for area, name, words in concept_words():
        for word in map(normalise, words):
            areas[word].add(area)
            concepts[word].add(f"{area}/{name}")
    return AhoCorasick(list(areas)), [(*sorted(areas[word]), *sorted(concepts[word])) for word in areas]


def concept_words() -> Iterator[tuple[str, str, list[str]]]:
    """Area, concept and its words, from `lexicon/concepts/*.yaml` in file order."""
    folder = files("classifier") / "lexicon" / "concepts"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml"):
            for area, concepts in read(file).items():
                for name, words in concepts.items():
                    yield area, name, words
