"""A signal's surroundings → its status: denied, supposed, hearsay, past, or present."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from classifier.assessment import SignalStatus
from classifier.lexicon import read
from classifier.phrases import CLAUSE_MARKS, must_have, to_regex

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
    """One text and, found once, the places of far-reaching cues in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.checks: frozenset[int] | None = None  # those that it may meet, once somebody asked
        self._places: dict[int, list[tuple[int, int]]] = {}

    def near(self, cue: re.Pattern[str], start: int, end: int) -> bool:
        """Whether the cue stands wholly within [start, end)."""
        return any(start <= first and last <= end for first, last in self._spans(cue))

    def touches(self, cue: re.Pattern[str], start: int, end: int) -> bool:
        """Whether the cue overlaps [start, end)."""
        return any(first < end and start < last for first, last in self._spans(cue))

    def _spans(self, cue: re.Pattern[str]) -> list[tuple[int, int]]:
        # By identity: the hash of a pattern is worked out anew each time, from all of it.
        found = self._places.get(id(cue))
        if found is None:
            found = self._places[id(cue)] = [match.span() for match in cue.finditer(self.text)]
        return found


@dataclass(frozen=True, slots=True)
class _Place:
    """A phrase at [start, end) of the text, with what stands before it and after it."""

    reading: Reading
    start: int
    end: int
    clause: str
    sentence: str
    after: str
    this_end: int
    next_end: int

    def cut(self, breaker: re.Pattern[str], since: int) -> bool:
        """Whether a breaker stands between `since` and the end of the phrase itself."""
        return bool(breaker.search(self.reading.text, since, self.end))


_Check = Callable[[_Place], bool]


class _Gate:
    """Which checks a text can meet at all: those that it has a word for. One pass instead of a search each."""

    def __init__(self, needs: Sequence[Collection[str]]) -> None:
        """`needs` holds, for each check, the words without all of which it can't be met; none: it always may."""
        self._always = frozenset(number for number, words in enumerate(needs) if not words)
        asking: dict[str, set[int]] = {}
        for number, words in enumerate(needs):
            for word in words:
                asking.setdefault(word, set()).add(number)
        self._asking = list(asking.values())
        self._words = AhoCorasick(list(asking), matchkind=MatchKind.Standard)

    def open_for(self, text: str) -> frozenset[int]:
        """The numbers of the checks that the text may meet."""
        found = {index for index, _, _ in self._words.find_matches_as_indexes(text, overlapping=True)}
        return self._always.union(*(self._asking[index] for index in found))


def _any(phrases: Iterable[str]) -> str:
    return "(?:" + "|".join(to_regex(str(phrase)) for phrase in sorted(phrases, key=len, reverse=True)) + ")"


def _before(text: str, end: int, split: re.Pattern[str], reach: int) -> str:
    """What stands before `end` in the same clause or sentence, at most `reach` characters."""
    window = text[max(0, end - reach) : end]
    return split.split(window)[-1]


def _ahead(text: str, start: int) -> int:
    """Where the sentence that holds `start` ends."""
    mark = _SENTENCE_SPLIT.search(text, start, start + _FAR_REACH)
    return mark.start() if mark else min(len(text), start + _FAR_REACH)


def _adjacent(phrases: list[str], filler: str, cut: re.Pattern[str]) -> _Check:
    pattern = re.compile(f"({_any(phrases)})(?:{filler}|、){{0,3}}$")

    def check(place: _Place) -> bool:
        match = pattern.search(place.clause)
        return match is not None and not place.cut(cut, place.start - len(place.clause) + match.end(1))

    return check


def _same_clause(phrases: list[str], broken: re.Pattern[str], cut: re.Pattern[str]) -> _Check:
    pattern = re.compile(_any(phrases))
    return lambda place: any(
        not broken.search(place.clause, match.end())
        and not place.cut(cut, place.start - len(place.clause) + match.end())
        for match in pattern.finditer(place.clause)
    )


def _same_sentence(phrases: list[str], cut: re.Pattern[str]) -> _Check:
    pattern = re.compile(_any(phrases))
    return lambda place: any(
        not place.cut(cut, place.start - len(place.sentence) + match.end())
        for match in pattern.finditer(place.sentence)
    )


def _after(phrases: list[str]) -> _Check:
    pattern = re.compile(_any(phrases))
    return lambda place: bool(pattern.match(place.after))


def _within(phrases: list[str]) -> _Check:
    cue = re.compile(_any(phrases))
    return lambda place: place.reading.near(cue, place.start - len(place.sentence), place.this_end)


def _following(phrases: list[str]) -> _Check:
    cue = re.compile(_any(phrases))
    return lambda place: place.reading.near(cue, place.this_end, place.next_end)


def _refuted(report: list[str], finding: list[str], harm: list[str]) -> _Check:
    reported, found, still = re.compile(_any(report)), re.compile(_any(finding)), re.compile(_any(harm))
    return lambda place: (
        place.reading.near(reported, place.start - _SENTENCE_REACH, place.start + 1)
        and place.reading.near(found, place.end, place.end + _FAR_REACH)
        and not place.reading.near(still, place.end, place.end + _FAR_REACH)
    )


def _withdrawn(said: list[str], harm: list[str]) -> _Check:
    taken_back, still = re.compile(_any(said)), re.compile(_any(harm))

    def check(place: _Place) -> bool:
        whole = len(place.reading.text)
        return place.reading.near(taken_back, 0, whole) and not place.reading.near(still, 0, whole)

    return check


def _asked(questions: list[str], told: list[str]) -> _Check:
    question, story = re.compile(_any(questions)), re.compile(_any(told))
    return lambda place: (
        place.reading.near(question, place.start - _SENTENCE_REACH, place.end + _SENTENCE_REACH)
        and not place.reading.near(story, 0, len(place.reading.text))
    )


def _groups(kinds: dict[str, Any], name: str) -> Iterator[tuple[list[str], re.Pattern[str]]]:
    """The cues of one kind with what cuts them off: a plain list, or groups with breakers of their own."""
    plain: list[str] = []
    for item in kinds.get(name, ()):
        if isinstance(item, dict):
            yield item["词"], _breakers([*kinds.get("截断", ()), *item.get("截断", ())])
        else:
            plain.append(item)
    if plain:
        yield plain, _breakers(kinds.get("截断", ()))


def _parted(phrases: list[str]) -> list[list[str]]:
    """Those that a text must have certain words for, and the others, which have to be tried on every text."""
    told = [phrase for phrase in phrases if must_have([phrase])]
    return [part for part in (told, [phrase for phrase in phrases if phrase not in told]) if part]


def _breakers(phrases: Collection[str]) -> re.Pattern[str]:
    return re.compile(_any(phrases) if phrases else "(?!)")


class Scope:
    """The cues of `lexicon/scope.yaml`, compiled."""

    def __init__(self, cues: dict[str, Any]) -> None:
        filler = _any(cues["虚词"])
        self._checks: dict[str, list[tuple[int, _Check]]] = {}
        needs: list[Collection[str]] = []
        self._exempt: dict[str, re.Pattern[str]] = {}
        for tone, _ in _ORDER:
            kinds = cues.get(tone, {})
            broken = re.compile(_any([*cues["断开"], *kinds.get("断开", ())]))
            if phrases := kinds.get("除外"):
                self._exempt[tone] = re.compile(_any(phrases))
            checks: list[tuple[list[str], Callable[[list[str]], _Check]]] = [
                *((phrases, partial(_adjacent, filler=filler, cut=cut)) for phrases, cut in _groups(kinds, "紧前")),
                *((phrases, partial(_same_clause, broken=broken, cut=cut)) for phrases, cut in _groups(kinds, "隔前")),
                *((phrases, partial(_same_sentence, cut=cut)) for phrases, cut in _groups(kinds, "同句前")),
                (kinds.get("紧后", []), _after),
                (kinds.get("同句", []), _within),
                (kinds.get("次句", []), _following),
                *((pair["否"], partial(_refuted, pair["报"], harm=pair["仍算"])) for pair in kinds.get("先报后否", ())),
            ]
            if pair := kinds.get("全文"):
                checks.append((pair["说"], partial(_withdrawn, harm=pair["仍算"])))
            if pair := kinds.get("问法"):
                checks.append((pair["问"], partial(_asked, told=pair["叙事"])))
            self._checks[tone] = []
            for phrases, check in checks:
                for some in _parted(list(map(str, phrases))):
                    self._checks[tone].append((len(needs), check(some)))
                    needs.append(must_have(some))
        self._gate = _Gate(needs)

    @classmethod
    def shipped(cls) -> "Scope":
        """The cues that ship with the package."""
        return cls(read(files("classifier") / "lexicon" / "scope.yaml"))

    def status(self, reading: Reading, start: int, end: int, heeded: Collection[str]) -> SignalStatus:
        """The status of the phrase at [start, end); only tones in `heeded` can unseat 成立."""
        text = reading.text
        if reading.checks is None:
            reading.checks = self._gate.open_for(text)
        this_end = _ahead(text, end)
        place = _Place(
            reading,
            start,
            end,
            _before(text, start, _CLAUSE_SPLIT, _CLAUSE_REACH),
            _before(text, start, _SENTENCE_SPLIT, _SENTENCE_REACH),
            text[end : end + _AFTER_REACH],
            this_end,
            _ahead(text, this_end + 1),
        )
        for tone, status in _ORDER:
            if tone not in heeded:
                continue
            for number, check in self._checks[tone]:
                if number in reading.checks and check(place):
                    exempt = self._exempt.get(tone)
                    if exempt is None or not reading.touches(exempt, start, end):
                        return status
                    break
        return "成立"
