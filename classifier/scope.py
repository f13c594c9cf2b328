"""A signal's surroundings → its status: denied, supposed, hearsay, past, or present."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from classifier.assessment import SignalStatus
from classifier.phrases import CLAUSE_MARKS, to_regex

# How far from the signal a cue may stand, in characters.
_CLAUSE_REACH, _SENTENCE_REACH, _AFTER_REACH, _FAR_REACH = 14, 40, 12, 90
_SENTENCE_MARKS = "。！？!?；;\n"
_CLAUSE_SPLIT, _SENTENCE_SPLIT = re.compile(f"[{CLAUSE_MARKS}]"), re.compile(f"[{_SENTENCE_MARKS}]")

# A figure of speech outweighs a denial, a denial a supposition, a supposition hearsay, hearsay the past.
_ORDER: tuple[SignalStatus, ...] = ("他意", "否认", "假设", "转述", "过去")


class Reading:
    """One text and, found once, the places of far-reaching cues in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._places: dict[re.Pattern[str], list[tuple[int, int]]] = {}

    def near(self, cue: re.Pattern[str], start: int, end: int) -> bool:
        """Whether the cue stands wholly within [start, end)."""
        if cue not in self._places:
            self._places[cue] = [match.span() for match in cue.finditer(self.text)]
        return any(start <= first and last <= end for first, last in self._places[cue])


@dataclass(frozen=True, slots=True)
class _Place:
    """A phrase at [start, end) of the text, with what stands before it and after it."""

    reading: Reading
    start: int
    end: int
    clause: str
    sentence: str
    after: str


_Check = Callable[[_Place], bool]


def _any(phrases: Iterable[str]) -> str:
    return "(?:" + "|".join(to_regex(str(phrase)) for phrase in sorted(phrases, key=len, reverse=True)) + ")"


def _before(text: str, end: int, split: re.Pattern[str], reach: int) -> str:
    """What stands before `end` in the same clause or sentence, at most `reach` characters."""
    window = text[max(0, end - reach) : end]
    return split.split(window)[-1]


def _adjacent(phrases: list[str], filler: str) -> _Check:
    pattern = re.compile(_any(phrases) + f"(?:{filler}|、){{0,3}}$")
    return lambda place: bool(pattern.search(place.clause))


def _same_clause(phrases: list[str], broken: re.Pattern[str]) -> _Check:
    pattern = re.compile(_any(phrases))
    return lambda place: any(not broken.search(place.clause, match.end()) for match in pattern.finditer(place.clause))


def _same_sentence(phrases: list[str]) -> _Check:
    pattern = re.compile(_any(phrases))
    return lambda place: bool(pattern.search(place.sentence))


def _after(phrases: list[str]) -> _Check:
    pattern = re.compile(_any(phrases))
    return lambda place: bool(pattern.match(place.after))


def _around(phrases: list[str]) -> _Check:
    cue = re.compile(_any(phrases))
    return lambda place: place.reading.near(cue, place.start - _FAR_REACH, place.end + _FAR_REACH)


def _refuted(report: list[str], finding: list[str]) -> _Check:
    reported, found = re.compile(_any(report)), re.compile(_any(finding))
    return lambda place: (
        place.reading.near(reported, place.start - _SENTENCE_REACH, place.start + 1)
        and place.reading.near(found, place.end, place.end + _FAR_REACH)
    )


def _asked(questions: list[str], told: list[str]) -> _Check:
    question, story = re.compile(_any(questions)), re.compile(_any(told))
    return lambda place: (
        place.reading.near(question, place.start - _SENTENCE_REACH, place.end + _SENTENCE_REACH)
        and not place.reading.near(story, 0, len(place.reading.text))
    )


class Scope:
    """The cues of `lexicon/scope.yaml`, compiled."""

    def __init__(self, cues: dict[str, Any]) -> None:
        filler = _any(cues["虚词"])
        self._checks: dict[SignalStatus, list[_Check]] = {}
        for status in _ORDER:
            kinds = cues.get(status, {})
            broken = re.compile(_any([*cues["断开"], *kinds.get("断开", ())]))
            checks: list[_Check] = []
            if phrases := kinds.get("紧前"):
                checks.append(_adjacent(phrases, filler))
            if phrases := kinds.get("隔前"):
                checks.append(_same_clause(phrases, broken))
            if phrases := kinds.get("同句前"):
                checks.append(_same_sentence(phrases))
            if phrases := kinds.get("紧后"):
                checks.append(_after(phrases))
            if phrases := kinds.get("前后"):
                checks.append(_around(phrases))
            if pair := kinds.get("先报后否"):
                checks.append(_refuted(pair["报"], pair["否"]))
            if pair := kinds.get("问法"):
                checks.append(_asked(pair["问"], pair["叙事"]))
            self._checks[status] = checks

    @classmethod
    def shipped(cls) -> "Scope":
        """The cues that ship with the package."""
        text = (files("classifier") / "lexicon" / "scope.yaml").read_text(encoding="utf-8")
        return cls(yaml.safe_load(text))

    def status(self, reading: Reading, start: int, end: int, heeded: Collection[SignalStatus]) -> SignalStatus:
        """The status of the phrase at [start, end); only statuses in `heeded` can unseat 成立."""
        text = reading.text
        place = _Place(
            reading,
            start,
            end,
            _before(text, start, _CLAUSE_SPLIT, _CLAUSE_REACH),
            _before(text, start, _SENTENCE_SPLIT, _SENTENCE_REACH),
            text[end : end + _AFTER_REACH],
        )
        for status in _ORDER:
            if status in heeded and any(check(place) for check in self._checks[status]):
                return status
        return "成立"
