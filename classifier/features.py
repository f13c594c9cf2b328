"""Words of a text → the features that both models weigh: words, single characters, character pairs, concepts.

Single characters earn their place: a Chinese character carries meaning of its own, so that a word never seen
in training (薪资, 租约) still leans the right way by its parts. Concepts gather words of one meaning.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import yaml
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray


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


def _concepts(characters: str) -> list[tuple[str, int, int]]:
    """The concepts of the lexicon that the text speaks of, once for every word of them in it, and where."""
    automaton, names = _lexicon()
    found = automaton.find_matches_as_indexes(characters, overlapping=True)
    return [(name, start, end) for index, start, end in found for name in names[index]]


@cache
def _lexicon() -> tuple[AhoCorasick, list[tuple[str, ...]]]:
    text = (files("classifier") / "lexicon" / "concepts.yaml").read_text(encoding="utf-8")
    concepts_of: dict[str, list[str]] = {}
    for name, words in yaml.safe_load(text).items():
        for word in dict.fromkeys(words):
            concepts_of.setdefault(word, []).append(name)
    return AhoCorasick(list(concepts_of)), [tuple(names) for names in concepts_of.values()]
