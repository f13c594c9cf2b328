"""Phrases in the lexicon's notation → how they may open and the regular expressions of what follows.

Notation: `(a|b)` one of these, `(a|b)?` possibly, `…` up to six characters within a clause (`……` twelve),
`<name>` any word of the group of that name, and for developers `{regex}`, anywhere but at the beginning.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from classifier.required import commonness

# Dictated text often has a space where a comma belongs.
CLAUSE_MARKS = "，。；！？：,;!?:\n\r\t "
_GAP = rf"[^{CLAUSE_MARKS}]{{0,6}}?"
_GROUP = re.compile(r"<([\u4e00-\u9fff]+)>")
_REGEX = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_TOKEN = re.compile(rf"\((?P<group>(?:[^(){{}}]|{_REGEX})*)\)(?P<maybe>\?)?|(?P<piece>…|{_REGEX}|[^…(){{}}]+)")
_PIECE = re.compile(rf"(?P<gap>…)|(?P<regex>{_REGEX})|(?P<text>[^…{{}}]+)")
_BRACED, _STRAY = re.compile(_REGEX), re.compile(r"(?<!\))\?|[*+\[\]^$\\]")
_CHOICE = re.compile(rf"(?:[^|{{}}]|{_REGEX})+")
# A trigger longer than this many variants buys nothing: the regular expression does the rest.
_MOST_VARIANTS = 256

Groups = Mapping[str, Sequence[str]]


class PhraseError(ValueError):
    """A phrase is not in the notation; the message is Chinese and names it."""


def expand(phrase: str, groups: Groups, *, regex: bool = False) -> str:
    """`<name>` → the words of that group: bare inside `(…)`, in brackets of its own outside."""

    def words(match: re.Match[str]) -> str:
        if match[1] not in groups:
            raise PhraseError(f"词表写法有误：“{phrase}”，没有名为“{match[1]}”的词组")
        joined = "|".join(sorted(groups[match[1]], key=len, reverse=True))
        if regex:
            return f"(?:{joined})"
        before = phrase[: match.start()]
        return joined if before.count("(") > before.count(")") else f"({joined})"

    return _GROUP.sub(words, phrase)


class _Choice:
    """One way on: literal characters, then perhaps a regular expression."""

    def __init__(self, written: str) -> None:
        parts = [(piece["text"], piece["regex"]) for piece in _PIECE.finditer(written)]
        for _, regex in parts:
            if regex:
                compiled(regex[1:-1])  # the only part of a phrase that can be faulty
        self.literal = parts[0][0] if parts and parts[0][0] else ""
        self.rest = "".join(
            re.escape(text) if text else f"(?:{regex[1:-1]})" if regex else _GAP
            for text, regex in parts[bool(self.literal) :]
        )


class _Element:
    """One step of a phrase: its choices, longest first; an optional group also offers nothing at all."""

    def __init__(self, choices: Sequence[str]) -> None:
        self.choices = [_Choice(written) for written in choices]

    @cached_property
    def regex(self) -> str:
        return "(?:" + "|".join(re.escape(choice.literal) + choice.rest for choice in self.choices) + ")"


@lru_cache(maxsize=4096)
def _element(piece: str, group: str, maybe: bool) -> _Element:
    """Remembered: a group of words stands in many phrases."""
    if piece:
        return _Element([piece])
    written = sorted(set(_CHOICE.findall(group)), key=lambda word: (-len(word), word))
    return _Element([*written, *([""] if maybe else [])])


def _elements(phrase: str) -> list[_Element]:
    elements, position = [], 0
    if mark := _STRAY.search(_BRACED.sub("", phrase)):
        raise PhraseError(f"词表写法有误：“{phrase}”，“{mark[0]}”只能写在花括号里")
    for token in _TOKEN.finditer(phrase):
        if token.start() != position:
            break
        position = token.end()
        elements.append(_element(token["piece"] or "", token["group"] or "", bool(token["maybe"])))
    if position != len(phrase):
        raise PhraseError(f"词表写法有误：“{phrase}”，括号不配对")
    return elements


def _join(elements: Sequence[_Element]) -> str:
    return "".join(element.regex for element in elements)


def to_regex(phrase: str) -> str:
    """The phrase as a regular expression, longest choice first."""
    return _join(_elements(phrase))


def _literals(elements: Iterable[_Element]) -> tuple[str, ...]:
    """Of the steps that can't be left out, the choices of the most telling: a text without any can't match. Or none."""
    known = [
        tuple(choice.literal for choice in element.choices)
        for element in elements
        if all(choice.literal for choice in element.choices)
    ]
    return min(known, key=commonness, default=())


def openings(phrase: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Literal openings of the phrase, each with the regular expression of what follows it, "" for nothing.

    Third come words of which one must follow too, where they tell more than the opening.
    """
    elements = _elements(phrase)
    telling = _literals(elements[1:])
    found = [("", "")]
    for index, element in enumerate(elements):
        choices = element.choices
        known = all(opening for opening, _ in found)
        if known and len(found) * len(choices) > _MOST_VARIANTS:
            found = [(opening, _join(elements[index:])) for opening, _ in found]
            break
        found = [(opening + choice.literal, choice.rest) for (opening, _), choice in itertools.product(found, choices)]
        if any(choice.rest for choice in choices):
            following = _join(elements[index + 1 :])
            found = [(opening, rest + following) for opening, rest in found]
            break
    if not all(opening for opening, _ in found):
        raise PhraseError(f"词表写法有误：“{phrase}”，开头至少要有一个字")
    for opening, rest in found:
        better = commonness(telling) < commonness((opening,)) if len(opening) == 1 else not commonness(telling)[0]
        yield opening, rest, telling if better else ()


def compiled(regex: str) -> re.Pattern[str]:
    """The regular expression, compiled; what is wrong with it is a PhraseError."""
    try:
        return re.compile(regex)
    except re.error as error:
        raise PhraseError(f"词表写法有误：正则表达式“{error.pattern!s}”，{error}") from None
