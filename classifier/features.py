"""Words of a text → the features that both models weigh: words, single characters, character pairs, concepts.

Single characters earn their place: a Chinese character carries meaning of its own, so that a word never seen
in training (薪资, 租约) still leans the right way by its parts. Concepts gather words of one meaning, and areas
gather concepts, so that it leans the right way by its company too.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray

from classifier.lexicon import read
from classifier.text import normalise

# The area of the lexicon that says how people write, not what about.
_SET_PHRASES = "套语"


def features(words: Sequence[str]) -> list[str]:
    """Every occurrence, so that the counts are term frequencies. Prefixes keep the kinds apart."""
    characters = "".join(words)
    return [
        *(f"w{word}" for word in words if word),
        *(f"c{character}" for character in characters),
        *(f"c{characters[i : i + 2]}" for i in range(len(characters) - 1)),
        *(f"k{name}" for name, _, _ in _concepts(characters)),
    ]


def spans(words: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Start and end of the characters of the joined words that each of `features(words)` was read from, in order."""
    characters = "".join(words)
    lengths = np.array([len(word) for word in words], dtype=np.intp)
    places = np.arange(len(characters) + 1)
    ends = np.cumsum(lengths, dtype=np.intp)
    meant = np.array([(start, end) for _, start, end in _concepts(characters)], dtype=np.intp).reshape(-1, 2)
    written = lengths > 0
    return (
        np.concatenate(((ends - lengths)[written], places[:-1], places[:-2], meant[:, 0])),
        np.concatenate((ends[written], places[1:], places[2:], meant[:, 1])),
    )


def areas(words: Sequence[str]) -> frozenset[str]:
    """The areas of life that the words speak of; set phrases of letters and reports are none."""
    return frozenset(name for name, _, _ in _concepts("".join(words)) if is_area_of_life(name))


def _concepts(characters: str) -> list[tuple[str, int, int]]:
    """The concepts of the lexicon that the text speaks of and their areas, once for every different word, and where.

    Only the first place of a word counts: what tells is how many ways a text has of speaking of a thing.
    """
    automaton, names = _lexicon()
    first: dict[int, tuple[int, int]] = {}
    for index, start, end in automaton.find_matches_as_indexes(characters, overlapping=True):
        first.setdefault(index, (start, end))
    return [(name, start, end) for index, (start, end) in first.items() for name in names[index]]


def concept_places(characters: str) -> NDArray[np.intp]:
    """Every place of every word of the lexicon in the text (m, 3): number of the word, start, end."""
    found = itertools.chain.from_iterable(_lexicon()[0].find_matches_as_indexes(characters, overlapping=True))
    return np.fromiter(found, dtype=np.intp).reshape(-1, 3)


def concept_names() -> list[tuple[str, ...]]:
    """The names that each word of the lexicon stands for, by its number."""
    return _lexicon()[1]


def is_area_of_life(name: str) -> bool:
    """Whether a name of a concept is an area that a dispute may be about."""
    return "/" not in name and name != _SET_PHRASES


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
