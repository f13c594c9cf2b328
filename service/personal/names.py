"""A text comes in; where people are named in it goes out, by a rule of thumb: some names it will miss.

A surname with one or two characters after it is a name only where enough speaks for it: what stands before (村民),
what stands after (称、（男，), characters that names like. What is a word of the language needs far more.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files

from service.personal.dictionary import is_listed

_LISTS = tomllib.loads((files("service.personal") / "names.toml").read_text(encoding="utf-8"))


def _signs(name: str) -> frozenset[str]:
    return frozenset(sign for sign in _LISTS["signs"][name] if not sign.isspace())


def _words(name: str) -> frozenset[str]:
    return frozenset(_LISTS["words"][name].split())


_ENOUGH = 3  # points at which something is a name
_MOST_AFTER = 4

_COMPOUND, _PART, _THEMSELVES = _words("compound_surnames"), _signs("part_of_words"), _signs("words_themselves")
_SURNAMES = dict.fromkeys(_THEMSELVES, -1) | dict.fromkeys(_PART, 0) | dict.fromkeys(_signs("surnames") | _COMPOUND, 1)
_SURNAME = re.compile("|".join(sorted(_SURNAMES, key=len, reverse=True)))
_GIVEN, _NOT_GIVEN = _signs("given"), _signs("not_given")
_NEVER_FIRST, _NEVER_LAST = _NOT_GIVEN - _signs("may_begin"), _NOT_GIVEN - _signs("may_end")
_BEFORE, _AFTER, _TELLING = _signs("before") | _words("before"), _signs("after"), _words("telling")
_ROLES, _NAMING, _TITLES = _words("roles"), _words("naming"), _words("titles")
_PLACES, _NO_PLACES, _ORDINARY = _words("places"), _words("no_places"), _words("ordinary")
_LONGEST_ROLE, _ROLE_ENDS = max(map(len, _ROLES)), frozenset(role[-1] for role in _ROLES)
# Said of a person only: age, sex, what is in the papers.
_PARTICULARS = re.compile(
    r"\s?[（(]\s?(?:男|女|身份|电话|手机|系|报警|另|已|现|住|[0-9])"
    r"|[，,、\s](?:男|女)(?![子人友方孩儿士])|[，,、\s]?[0-9]{1,2}岁|身份证"
)
_NUMERALS = frozenset("一二两三四五六七八九十")
_ENDS = frozenset("的了")  # a word ends with them
_JOINT = frozenset('：: （(“"')


def find_names(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of every name, in order; none overlaps another. What is masked (王某、王**、小王) is no name."""
    if not (found := names_in(text)):
        return ()
    # Once known for a name, it is one wherever it stands.
    everywhere = re.compile("|".join(sorted(map(re.escape, found), key=len, reverse=True)))
    return tuple(match.span() for match in everywhere.finditer(text))


def names_in(text: str) -> frozenset[str]:
    """The names that the text tells for such."""
    taken = [False] * len(text)
    found: set[str] = set()
    for _, start, end in sorted(_candidates(text), reverse=True):
        if not any(taken[start:end]):
            found.add(text[start:end])
            taken[start:end] = [True] * (end - start)
    return frozenset(found)


def _candidates(text: str) -> Iterator[tuple[int, int, int]]:
    """Points, start and end of all that may be a name."""
    for match in _SURNAME.finditer(text):
        start, given = match.span()
        if text[given : given + 2] in _TITLES:
            continue
        before = _before(text, start)
        for end in (given + 1, given + 2):
            if not _may_be_given(text[given:end], end - given):
                continue
            points = before + _shape(text, start, given, end)
            if points + _MOST_AFTER >= _ENOUGH and (points := points + _after(text, end)) >= _ENOUGH:
                yield points, start, end


def _may_be_given(name: str, length: int) -> bool:
    if len(name) != length or not all(map(_is_han, name)):
        return False
    return name[-1] not in _NEVER_LAST and (length == 1 or name[0] not in _NEVER_FIRST)


def _shape(text: str, start: int, given: int, end: int) -> int:
    """What speaks for a name in its characters."""
    name = text[given:end]
    surname = _SURNAMES[text[start:given]]
    points = surname + _given(name)
    if _is_word(text[start:end]):
        points -= 5
    if len(name) > 1:
        usual = _GIVEN.issuperset(name)
        points += usual and surname < 0
        if (beginning := text[start : given + 1]) in _ORDINARY:
            points -= 3
        elif is_listed(beginning):
            points -= 1 if usual and surname >= 0 else 3
        if surname < 0 and _is_word(name):
            points -= 3
    return points


def _given(name: str) -> int:
    first, last = name[:-1], name[-1]
    points = 1 if last in _GIVEN else -2
    # 龙飞|来要债: perhaps the name is over before.
    if first and points > 0 and last in _AFTER:
        points = 0
    for char in first:
        points += 1 if char in _GIVEN else -1
        points -= 2 * (char == "家")
    return points - sum(char in _NUMERALS for char in name)


def _before(text: str, start: int) -> int:
    """What speaks for a name in what stands before it."""
    if start == 0:
        return 1
    last = text[start - 1]
    straddling = _is_word(text[start - 1 : start + 1])
    if _is_introduced(text, start):
        return 1 if straddling else 3
    if last in _BEFORE or text[max(0, start - 2) : start] in _BEFORE or _ends_words(last):
        return -1 if straddling else 1
    if straddling:
        return -3
    return 0 if last in _ENDS else -1


def _is_introduced(text: str, start: int) -> bool:
    while start and text[start - 1] in _JOINT:
        start -= 1
    if _ends_with_role(text, start) or text[max(0, start - 2) : start] in _NAMING:
        return True
    if text[start - 1 : start] in _NAMING:
        return _ends_with_role(text, start - 1) or not _is_word(text[max(0, start - 2) : start])
    return text[start - 1 : start] in {"是", "为"} and _ends_with_role(text, start - 1)


def _ends_with_role(text: str, end: int) -> bool:
    if text[end - 1 : end] not in _ROLE_ENDS:
        return False
    return any(text[end - length : end] in _ROLES for length in range(2, min(end, _LONGEST_ROLE) + 1))


def _after(text: str, end: int) -> int:
    """What speaks for a name in what stands after it."""
    if end == len(text):
        return 1
    if _PARTICULARS.match(text, end):
        return _MOST_AFTER
    one, two = text[end], text[end : end + 2]
    if two not in _NO_PLACES and (one in _PLACES or two in _PLACES):
        return -6
    if one in _TELLING or two in _TELLING:
        return 2
    if one in _AFTER or _ends_words(one):
        return 1
    # A word may begin in the name and end beyond it: 王强|行驶 is no 王强.
    return -_is_word(text[end - 1 : end + 1]) - (not _is_word(two))


def _ends_words(sign: str) -> bool:
    """Whether no word reaches across it. What is masked may have been anything: it must not tell of its neighbour."""
    return not _is_han(sign) and sign != "*"


def _is_han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


def _is_word(signs: str) -> bool:
    return signs in _ORDINARY or is_listed(signs)
