"""A regular expression → what a text must hold for it to match, so that most expressions need not be tried on a text.

A need is a set of strings: wherever the expression matches, the text holds at least one of them. Needs are sound, not
complete: what is hard to say (a wide class of characters, a long repetition, a reference) is left out.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence

# Python's own parser of expressions, which has no public name.
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

Need = frozenset[str]

# Runs of characters are followed while there are at most so many of them.
_MOST = 160
_WIDEST_CLASS = 40
_NOTHING: Need = frozenset([""])
_NONE: Need = frozenset()


class _Known(NamedTuple):
    """Of one part: all the strings that it can match, None where that can't be said; and what it needs besides."""

    exact: Need | None
    needs: tuple[Need, ...] = ()


_UNKNOWN = _Known(None)


def needs(regex: str) -> list[Need]:
    """Every need of the expression that can be told; a text without any string of one can't match."""
    known = _sequence(parser.parse(regex))
    return list(dict.fromkeys((*known.needs, *_as_need(known.exact))))


def _sequence(parts: Iterable[tuple[Any, Any]]) -> _Known:
    run, found, whole = _NOTHING, list[Need](), True
    for kind, argument in parts:
        part = _part(kind, argument)
        found += part.needs
        if part.exact is not None and len(run) * len(part.exact) <= _MOST:
            run = frozenset(before + after for before, after in itertools.product(run, part.exact))
        else:
            found += _as_need(run)
            run, whole = part.exact or _NOTHING, False
    if whole:
        return _Known(run, tuple(found))
    return _Known(None, (*found, *_as_need(run)))


def _part(kind: Any, argument: Any) -> _Known:
    if kind is code.LITERAL:
        return _Known(frozenset([chr(argument)]))
    if kind is code.IN:
        return _Known(_class(argument))
    if kind is code.BRANCH:
        return _branch([_sequence(choice) for choice in argument[1]])
    if kind is code.SUBPATTERN:
        _, add_flags, drop_flags, parts = argument
        return _UNKNOWN if add_flags or drop_flags else _sequence(parts)
    if kind in (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT):
        return _repeated(*argument)
    if kind is code.ATOMIC_GROUP:
        return _sequence(argument)
    if kind is code.ASSERT:  # what it looks at stands in the text, but not in the match
        looked_at = _sequence(argument[1])
        return _Known(_NOTHING, (*looked_at.needs, *_as_need(looked_at.exact)))
    if kind in (code.ASSERT_NOT, code.AT):
        return _Known(_NOTHING)
    return _UNKNOWN


def _class(items: Sequence[tuple[Any, Any]]) -> Need | None:
    """The characters of a class, where they are few."""
    characters: set[str] = set()
    for kind, argument in items:
        if kind is code.LITERAL:
            characters.add(chr(argument))
        elif kind is code.RANGE and argument[1] - argument[0] < _WIDEST_CLASS:
            characters.update(map(chr, range(argument[0], argument[1] + 1)))
        else:
            return None
    return frozenset(characters) if len(characters) <= _WIDEST_CLASS else None


def _branch(choices: Sequence[_Known]) -> _Known:
    if all(choice.exact is not None for choice in choices):
        exact = frozenset(itertools.chain.from_iterable(choice.exact or () for choice in choices))
        if len(exact) <= _MOST and not any(choice.needs for choice in choices):
            return _Known(exact)
    best = [min((*choice.needs, *_as_need(choice.exact)), key=chance, default=_NONE) for choice in choices]
    return _Known(None, tuple(_as_need(frozenset().union(*best))) if all(best) else ())


def _repeated(least: int, most: Any, parts: Any) -> _Known:
    known = _sequence(parts)
    if least == 0:
        return _Known(known.exact | _NOTHING) if most == 1 and known.exact is not None else _UNKNOWN
    if least == most == 1:
        return known
    return _Known(None, (*known.needs, *_as_need(known.exact)))


def _as_need(exact: Need | None) -> Iterator[Need]:
    """The strings as a need: none where one is empty; without those that hold another one."""
    if exact and "" not in exact:
        yield frozenset(text for text in exact if not any(other in exact for other in _within(text)))


def _within(text: str) -> Iterator[str]:
    """The shorter strings that the text holds."""
    for start, end in itertools.combinations(range(len(text) + 1), 2):
        if end - start < len(text):
            yield text[start:end]


# Characters that nearly every text has: to look for one of them alone tells nothing.
COMMON = frozenset(
    "的了在不要被拿我打车用就人给他来让门将称去没头上对说把到有是着过一二两三个地家得出下也都还后前里往从与和到叫"
)


def commonness(need: Iterable[str]) -> tuple[int, int]:
    """How little it tells that a text has one of these: how many are everyday characters, and how many short."""
    words = list(need)
    return sum(word in COMMON for word in words), sum(len(word) == 1 for word in words)


def chance(need: Iterable[str]) -> float:
    """Roughly, how many of the words a text has: a guess by their kind."""
    return sum(0.2 if word in COMMON else 0.02 if len(word) == 1 else 0.002 for word in need)
