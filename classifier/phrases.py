"""Phrases in the lexicon's notation, found in a text in one Aho–Corasick pass.

Notation: `(a|b)` one of these, `(a|b)?` possibly, `…` up to six characters within a clause (`……` twelve),
`<name>` any word of the group of that name, and for developers `{regex}`, anywhere but at the beginning.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

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
_FEW = 3
# Characters that nearly every text has: to look for one of them alone tells nothing.
_COMMON = frozenset(
    "的了在不要被拿我打车用就人给他来让门将称去没头上对说把到有是着过一二两三个地家得出下也都还后前里往从与和到叫"
)

Groups = Mapping[str, Sequence[str]]


class PhraseError(ValueError):
    """A phrase is not in the notation; the message is Chinese and names it."""


class Hit(NamedTuple):
    """One phrase found at characters [start, end); `label` is what the caller gave with the phrase."""

    label: str
    start: int
    end: int


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
    return min(known, key=_commonness, default=())


def _commonness(literals: Sequence[str]) -> tuple[int, int]:
    """How little it tells that a text has one of these: how many are everyday characters, and how many short."""
    return sum(literal in _COMMON for literal in literals), sum(len(literal) == 1 for literal in literals)


def must_have(phrases: Iterable[str]) -> frozenset[str]:
    """Words without all of which a text matches none of the phrases; empty where that can't be said."""
    found = [_literals(_elements(phrase)) for phrase in phrases]
    return frozenset(itertools.chain(*found)) if all(found) else frozenset()


def _openings(phrase: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Literal openings of the phrase, each with the regular expression of what follows it, "" for nothing.

    Third come words of which one must follow too, where they tell more than the opening.
    """
    elements = _elements(phrase)
    telling = _literals(elements[1:])
    openings = [("", "")]
    for index, element in enumerate(elements):
        choices = element.choices
        known = all(opening for opening, _ in openings)
        if known and len(openings) * len(choices) > _MOST_VARIANTS:
            openings = [(opening, _join(elements[index:])) for opening, _ in openings]
            break
        openings = [
            (opening + choice.literal, choice.rest) for (opening, _), choice in itertools.product(openings, choices)
        ]
        if any(choice.rest for choice in choices):
            following = _join(elements[index + 1 :])
            openings = [(opening, rest + following) for opening, rest in openings]
            break
    if not all(opening for opening, _ in openings):
        raise PhraseError(f"词表写法有误：“{phrase}”，开头至少要有一个字")
    for opening, rest in openings:
        better = _commonness(telling) < _commonness((opening,)) if len(opening) == 1 else not _commonness(telling)[0]
        yield opening, rest, telling if better else ()


def compiled(regex: str) -> re.Pattern[str]:
    """The regular expression, compiled; what is wrong with it is a PhraseError."""
    try:
        return re.compile(regex)
    except re.error as error:
        raise PhraseError(f"词表写法有误：正则表达式“{error.pattern!s}”，{error}") from None


class _Continuation:
    """What may follow an opening; compiled when a text first has the opening, since few openings ever occur."""

    __slots__ = ("_regex", "match_at")

    def __init__(self, regex: str) -> None:
        self._regex = regex
        self.match_at: Callable[[str, int], re.Match[str] | None] = self._first

    def _first(self, text: str, start: int) -> re.Match[str] | None:
        self.match_at = compiled(self._regex).match
        return self.match_at(text, start)


class PhraseFinder:
    """Finds labelled phrases; a hit is never empty, and hits of different phrases may overlap.

    One pass finds the literal words of a text. A phrase is then tried where its opening stands, and only if the text
    has a more telling word of it as well: many openings are met often.
    """

    def __init__(self, phrases: Iterable[tuple[str, str]], groups: Groups | None = None) -> None:
        literal: dict[str, dict[str, None]] = {}
        opened: dict[tuple[str, str, tuple[str, ...]], dict[str, None]] = {}
        for label, written in phrases:
            for word, rest, telling in _openings(expand(written, groups or {})):
                if rest:
                    opened.setdefault((word, label, telling), {})[rest] = None
                else:
                    literal.setdefault(word, {})[label] = None
        known: dict[str, _Continuation] = {}
        # A single character with a telling word is not looked for by itself: the word leads to it.
        openings = {word for word, _, telling in opened if len(word) > 1 or not telling}
        words = sorted({*literal, *openings, *itertools.chain(*(telling for _, _, telling in opened))})
        number = {word: index for index, word in enumerate(words)}
        self._led: list[tuple[str, str, _Continuation]] = []
        leading: list[list[int]] = [[] for _ in words]
        continued: list[list[tuple[str, _Continuation, frozenset[int]]]] = [[] for _ in words]
        for (word, label, telling), rests in opened.items():
            # One pattern for all that follows a single character, or for many; else the patterns of the phrases
            # themselves, compiled once for all their openings.
            for regex in ["|".join(rests)] if len(word) == 1 or len(rests) > _FEW else rests:
                continuation = known.setdefault(regex, _Continuation(regex))
                if len(word) == 1 and telling:
                    for other in telling:
                        leading[number[other]].append(len(self._led))
                    self._led.append((word, label, continuation))
                else:
                    needed = frozenset(number[other] for other in telling)
                    continued[number[word]].append((label, continuation, needed))
        self._found = [
            (tuple(sorted(literal.get(word, ()))), tuple(continued[index]), tuple(leading[index]))
            for index, word in enumerate(words)
        ]
        self._automaton = AhoCorasick(words, matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA)

    def find(self, text: str) -> list[Hit]:
        """Every hit in the text, in no particular order."""
        hits: list[Hit] = []
        led: set[int] = set()
        places = self._automaton.find_matches_as_indexes(text, overlapping=True)
        present = {index for index, _, _ in places}
        for index, start, end in places:
            labels, continued, leading = self._found[index]
            for label in labels:
                hits.append(Hit(label, start, end))
            for label, rest, telling in continued:
                if (not telling or not telling.isdisjoint(present)) and (match := rest.match_at(text, end)):
                    hits.append(Hit(label, start, match.end()))
            led.update(leading)
        for number in led:
            character, label, rest = self._led[number]
            start = text.find(character)
            while start >= 0:
                if match := rest.match_at(text, start + 1):
                    hits.append(Hit(label, start, match.end()))
                start = text.find(character, start + 1)
        return hits
