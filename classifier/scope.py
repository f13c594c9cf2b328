"""A signal's surroundings → its status: denied, supposed, hearsay, past, or present."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property, partial
from importlib.resources import files
from typing import Any

from classifier.assessment import SignalStatus
from classifier.expression import Expression
from classifier.gate import Gate, Needs
from classifier.lexicon import read
from classifier.phrases import CLAUSE_MARKS, to_regex
from classifier.required import needs

# How far from the signal a cue may stand, in characters.
_CLAUSE_REACH, _SENTENCE_REACH, _AFTER_REACH, _FAR_REACH = 14, 40, 12, 90
_SENTENCE_MARKS = "。！？!?；;\n"
_CLAUSE_SPLIT, _SENTENCE_SPLIT = re.compile(f"[{CLAUSE_MARKS}]"), re.compile(f"[{_SENTENCE_MARKS}]")

# A joke is a figure of speech that only words can be: a blow is none, whatever the one who struck it says.
JOKE = "玩笑"
# A figure of speech outweighs a denial, a denial a supposition, a supposition hearsay, hearsay the past.
_ORDER: tuple[tuple[str, SignalStatus], ...] = (
    ("他意", "他意"),
    (JOKE, "他意"),
    ("否认", "否认"),
    ("假设", "假设"),
    ("转述", "转述"),
    ("过去", "过去"),
)


class Reading:
    """One text and, found once, what is asked of it again and again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tones: Sequence[_Tone] | None = None  # those that it may have, once somebody asked
        self._places: dict[Expression, list[tuple[int, int]]] = {}

    def near(self, cue: Expression, start: int, end: int) -> bool:
        """Whether the cue stands wholly within [start, end)."""
        return any(start <= first and last <= end for first, last in self._spans(cue))

    def touches(self, cue: Expression, start: int, end: int) -> bool:
        """Whether the cue overlaps [start, end)."""
        return any(first < end and start < last for first, last in self._spans(cue))

    def _spans(self, cue: Expression) -> list[tuple[int, int]]:
        found = self._places.get(cue)
        if found is None:
            found = self._places[cue] = [match.span() for match in cue.pattern.finditer(self.text)]
        return found


class _Place:
    """A phrase at [start, end) of the text, with what stands before it and after it."""

    def __init__(self, reading: Reading, start: int, end: int) -> None:
        self.reading, self.start, self.end = reading, start, end

    @cached_property
    def clause(self) -> str:
        return _before(self.reading.text, self.start, _CLAUSE_SPLIT, _CLAUSE_REACH)

    @cached_property
    def sentence(self) -> str:
        return _before(self.reading.text, self.start, _SENTENCE_SPLIT, _SENTENCE_REACH)

    @cached_property
    def sentence_end(self) -> int:
        return _ahead(self.reading.text, self.end)

    def cut(self, breaker: Expression, since: int) -> bool:
        """Whether a breaker stands between `since` and the end of the phrase itself."""
        return bool(breaker.pattern.search(self.reading.text, since, self.end))


_Check = Callable[[_Place], bool]
# A tone, the status that it gives, and what tells that a phrase has it.
_Tone = tuple[str, SignalStatus, Sequence[_Check]]


def _any(phrases: Iterable[str]) -> str:
    return "(?:" + "|".join(map(to_regex, sorted(phrases, key=len, reverse=True))) + ")"


def _before(text: str, end: int, split: re.Pattern[str], reach: int) -> str:
    """What stands before `end` in the same clause or sentence, at most `reach` characters."""
    window = text[max(0, end - reach) : end]
    return split.split(window)[-1]


def _ahead(text: str, start: int) -> int:
    """Where the sentence that holds `start` ends."""
    mark = _SENTENCE_SPLIT.search(text, start, start + _FAR_REACH)
    return mark.start() if mark else min(len(text), start + _FAR_REACH)


def _adjacent(phrases: list[str], filler: str, cut: Expression) -> _Check:
    cue = Expression(f"({_any(phrases)})(?:{filler}|、){{0,3}}$")

    def check(place: _Place) -> bool:
        match = cue.pattern.search(place.clause)
        return match is not None and not place.cut(cut, place.start - len(place.clause) + match.end(1))

    return check


def _same_clause(phrases: list[str], broken: Expression, cut: Expression) -> _Check:
    cue = Expression(_any(phrases))
    return lambda place: any(
        not broken.pattern.search(place.clause, match.end())
        and not place.cut(cut, place.start - len(place.clause) + match.end())
        for match in cue.pattern.finditer(place.clause)
    )


def _same_sentence(phrases: list[str], cut: Expression) -> _Check:
    cue = Expression(_any(phrases))
    return lambda place: any(
        not place.cut(cut, place.start - len(place.sentence) + match.end())
        for match in cue.pattern.finditer(place.sentence)
    )


def _after(phrases: list[str]) -> _Check:
    cue = Expression(_any(phrases))
    return lambda place: bool(cue.pattern.match(place.reading.text[place.end : place.end + _AFTER_REACH]))


def _within(phrases: list[str]) -> _Check:
    cue = Expression(_any(phrases))
    return lambda place: place.reading.near(cue, place.start - len(place.sentence), place.sentence_end)


def _following(phrases: list[str]) -> _Check:
    cue = Expression(_any(phrases))
    return lambda place: place.reading.near(cue, place.sentence_end, _ahead(place.reading.text, place.sentence_end + 1))


def _refuted(finding: list[str], report: list[str], harm: list[str]) -> _Check:
    reported, found, still = Expression(_any(report)), Expression(_any(finding)), Expression(_any(harm))
    return lambda place: (
        place.reading.near(reported, place.start - _SENTENCE_REACH, place.start + 1)
        and place.reading.near(found, place.end, place.end + _FAR_REACH)
        and not place.reading.near(still, place.end, place.end + _FAR_REACH)
    )


def _withdrawn(said: list[str], harm: list[str]) -> _Check:
    taken_back, still = Expression(_any(said)), Expression(_any(harm))

    def check(place: _Place) -> bool:
        whole = len(place.reading.text)
        return place.reading.near(taken_back, 0, whole) and not place.reading.near(still, 0, whole)

    return check


def _asked(questions: list[str], told: list[str]) -> _Check:
    question, story = Expression(_any(questions)), Expression(_any(told))
    return lambda place: (
        place.reading.near(question, place.start - _SENTENCE_REACH, place.end + _SENTENCE_REACH)
        and not place.reading.near(story, 0, len(place.reading.text))
    )


def _groups(kinds: dict[str, Any], name: str) -> Iterator[tuple[list[str], Expression]]:
    """The cues of one kind with what cuts them off: a plain list, or groups with breakers of their own."""
    plain: list[str] = []
    for item in kinds.get(name, ()):
        if isinstance(item, dict):
            yield item["词"], _breakers([*kinds.get("截断", ()), *item.get("截断", ())])
        else:
            plain.append(item)
    if plain:
        yield plain, _breakers(kinds.get("截断", ()))


def _breakers(phrases: Collection[str]) -> Expression:
    return Expression(_any(phrases) if phrases else "(?!)")


class Scope:
    """The cues of `lexicon/scope.yaml`. A check is tried only on texts that have the words for one of its cues."""

    def __init__(self, cues: dict[str, Any]) -> None:
        # Of each tone its checks, each with a bit for every one of its cues.
        self._tones: list[tuple[str, SignalStatus, list[tuple[int, _Check]]]] = []
        self._exempt: dict[str, Expression] = {}
        self._still: dict[str, Expression] = {}
        all_needs: list[Needs] = []
        for tone, status in _ORDER:
            kinds = cues.get(tone, {})
            if phrases := kinds.get("除外"):
                self._exempt[tone] = Expression(_any(phrases))
            if phrases := kinds.get("仍算"):
                self._still[tone] = Expression(_any(phrases))
            checks = []
            for phrases, check in _checks(kinds, cues):
                first = len(all_needs)
                all_needs += [needs(to_regex(phrase)) for phrase in phrases]
                checks.append(((1 << len(all_needs)) - (1 << first), check(phrases)))
            self._tones.append((tone, status, checks))
        self._gate = Gate(all_needs)

    @classmethod
    def shipped(cls) -> "Scope":
        """The cues that ship with the package."""
        return cls(read(files("classifier") / "lexicon" / "scope.yaml"))

    def status(self, reading: Reading, start: int, end: int, heeded: Collection[str]) -> SignalStatus:
        """The status of the phrase at [start, end); only tones in `heeded` can unseat 成立."""
        if reading.tones is None:
            reading.tones = list(self._possible(reading.text))
        place = _Place(reading, start, end)
        for tone, status, checks in reading.tones:
            if tone in heeded and any(check(place) for check in checks):
                exempt, still = self._exempt.get(tone), self._still.get(tone)
                if exempt and reading.touches(exempt, start, end):
                    continue
                if still and reading.near(still, 0, len(reading.text)):
                    continue
                return status
        return "成立"

    def _possible(self, text: str) -> Iterator[_Tone]:
        """The tones that the text may have, each with the checks that may tell."""
        opened = self._gate.open_for(self._gate.places(text))
        for tone, status, checks in self._tones:
            if possible := [check for mask, check in checks if mask & opened]:
                yield tone, status, possible


def _checks(kinds: dict[str, Any], cues: dict[str, Any]) -> Iterator[tuple[list[str], Callable[[list[str]], _Check]]]:
    """The checks of one tone: cues, and what makes a check of them."""
    filler, broken = _any(cues["虚词"]), Expression(_any([*cues["断开"], *kinds.get("断开", ())]))
    for phrases, cut in _groups(kinds, "紧前"):
        yield phrases, partial(_adjacent, filler=filler, cut=cut)
    for phrases, cut in _groups(kinds, "隔前"):
        yield phrases, partial(_same_clause, broken=broken, cut=cut)
    for phrases, cut in _groups(kinds, "同句前"):
        yield phrases, partial(_same_sentence, cut=cut)
    for name, check in (("紧后", _after), ("同句", _within), ("次句", _following)):
        if name in kinds:
            yield kinds[name], check
    for pair in kinds.get("先报后否", ()):
        yield pair["否"], partial(_refuted, report=pair["报"], harm=pair["仍算"])
    if pair := kinds.get("全文"):
        yield pair["说"], partial(_withdrawn, harm=pair["仍算"])
    if pair := kinds.get("问法"):
        yield pair["问"], partial(_asked, told=pair["叙事"])
