"""A text → the same text with no gender, ethnicity, native place or village name for the models to lean on.

What is read as a fact is what people did, not where they come from. Every replacement keeps its length, so that
places in the text stay true; what is blanked becomes a mark that the tokenizer drops.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from classifier.lexicon import read

_BLANK = "□"
_HAN = "\u4e00-\u9fff"


def neutral_text(text: str) -> str:
    """A normalised text with one word for both genders, and ethnicity, native place and plain place names blanked."""
    lexicon = _lexicon()
    pieces: list[str] = []
    done = 0
    for index, start, end in lexicon.words.find_matches_as_indexes(text):
        pieces += (text[done:start], lexicon.replacements[index])
        done = end
    replaced = "".join((*pieces, text[done:])) if pieces else text
    if not lexicon.any_suffix.search(replaced):
        return replaced
    # A name that is blanked may leave another one behind it.
    while (blanked := lexicon.places.sub(lambda name: _BLANK * len(name[0]), replaced)) != replaced:
        replaced = blanked
    return replaced


def neutral_words(words: Sequence[str]) -> list[str]:
    """The words with the names of villages, towns and estates emptied; as many words as before."""
    lexicon = _lexicon()
    found = list(words)
    for place, word in enumerate(words):
        if not word.endswith(lexicon.suffixes):
            continue
        suffix = next(end for end in lexicon.suffixes if word.endswith(end))
        if word != suffix:
            found[place] = word if word.removesuffix(suffix) in lexicon.ordinary else suffix
        elif place and words[place - 1] not in lexicon.ordinary and words[place - 1] not in lexicon.suffixes:
            found[place - 1] = ""
    return found


@dataclass(frozen=True, slots=True)
class _Lexicon:
    words: AhoCorasick
    replacements: Sequence[str]
    places: re.Pattern[str]
    any_suffix: re.Pattern[str]
    suffixes: tuple[str, ...]
    ordinary: frozenset[str]


@cache
def _lexicon() -> _Lexicon:
    entries: dict[str, Any] = read(files("classifier") / "lexicon" / "neutral.yaml")
    replaced = dict(entries["性别"]) | {name: _BLANK * len(name) for kind in ("民族", "籍贯") for name in entries[kind]}
    suffixes = tuple(sorted(entries["地名后缀"], key=len, reverse=True))
    return _Lexicon(
        words=AhoCorasick(list(replaced), matchkind=MatchKind.LeftmostLongest),
        replacements=list(replaced.values()),
        places=_place_names(entries, suffixes),
        any_suffix=re.compile("|".join(suffixes)),
        suffixes=suffixes,
        ordinary=frozenset(entries["不是名字"]),
    )


def _place_names(entries: Mapping[str, Any], suffixes: Sequence[str]) -> re.Pattern[str]:
    """Two or three characters between what may stand before a place name and its suffix, unless plain words."""
    leads = "|".join(f"(?<={lead})" for lead in (*entries["介词"], *entries["地名之前"]))
    plain = "|".join(sorted(entries["不是名字"], key=len, reverse=True))
    ends = "|".join(suffixes)
    unlike = f"(?!{'|'.join(entries['介词'])}|(?:{plain})+(?:{ends}))"
    return re.compile(rf"(?:^|(?<=[^{_HAN}])|{leads}){unlike}[{_HAN}]{{2,3}}(?={ends})")
