"""Words of a text → the features that both models weigh: words, single characters, character pairs, concepts.

Single characters earn their place: a Chinese character carries meaning of its own, so that a word never seen
in training (薪资, 租约) still leans the right way by its parts. Concepts gather words of one meaning.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import yaml
from ahocorasick_rs import AhoCorasick


def features(words: Sequence[str]) -> list[str]:
    """Every occurrence, so that the counts are term frequencies. Prefixes keep the kinds apart."""
    characters = "".join(words)
    return [
        *(f"w{word}" for word in words),
        *(f"c{character}" for character in characters),
        *(f"c{characters[i : i + 2]}" for i in range(len(characters) - 1)),
        *concepts(characters),
    ]


def concepts(characters: str) -> list[str]:
    """The concepts of `lexicon/concepts.yaml` that the text speaks of, once for every word of them in it."""
    automaton, names = _lexicon()
    found = automaton.find_matches_as_indexes(characters, overlapping=True)
    return [f"k{name}" for index, _, _ in found for name in names[index]]


@cache
def _lexicon() -> tuple[AhoCorasick, list[tuple[str, ...]]]:
    text = (files("classifier") / "lexicon" / "concepts.yaml").read_text(encoding="utf-8")
    concepts_of: dict[str, list[str]] = {}
    for name, words in yaml.safe_load(text).items():
        for word in dict.fromkeys(words):
            concepts_of.setdefault(word, []).append(name)
    return AhoCorasick(list(concepts_of)), [tuple(names) for names in concepts_of.values()]
