"""A text → the same text with no gender, ethnicity, native place or village name for the models to lean on.

What is read as a fact is what people did, not where they come from. Every replacement keeps its length, so that
places in the text stay true; what is blanked becomes a mark that the tokenizer drops.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from ahocorasick_rs import AhoCorasick, MatchKind

_BLANK = "□"


def neutral_text(text: str) -> str:
    """A normalised text with one word for both genders, and ethnicity and native place blanked."""
    automaton, replacements, _, _ = _lexicon()
    pieces: list[str] = []
    done = 0
    for index, start, end in automaton.find_matches_as_indexes(text):
        pieces += (text[done:start], replacements[index])
        done = end
    return "".join((*pieces, text[done:])) if pieces else text


def neutral_words(words: Sequence[str]) -> list[str]:
    """The words with the names of villages, towns and estates emptied; as many words as before."""
    _, _, suffixes, ordinary = _lexicon()
    found = list(words)
    for place, word in enumerate(words):
        suffix = word if word in suffixes else next((end for end in suffixes if word.endswith(end)), None)
        if suffix is None:
            continue
        if word != suffix:
            found[place] = word if word.removesuffix(suffix) in ordinary else suffix
        elif place and words[place - 1] not in ordinary and words[place - 1] not in suffixes:
            found[place - 1] = ""
    return found


@cache
def _lexicon() -> tuple[AhoCorasick, list[str], tuple[str, ...], frozenset[str]]:
    text = (files("classifier") / "lexicon" / "neutral.yaml").read_text(encoding="utf-8")
    entries: dict[str, Any] = yaml.safe_load(text)
    replaced = dict(entries["性别"]) | {name: _BLANK * len(name) for kind in ("民族", "籍贯") for name in entries[kind]}
    automaton = AhoCorasick(list(replaced), matchkind=MatchKind.LeftmostLongest)
    suffixes = sorted(entries["地名后缀"], key=len, reverse=True)
    return automaton, list(replaced.values()), tuple(suffixes), frozenset(entries["不是名字"])
