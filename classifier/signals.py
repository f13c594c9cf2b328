"""Text → risk signals with evidence span and status, from the editable word lists in `lexicon/signals/`."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, get_args

import yaml

from classifier.assessment import Signal, SignalStatus
from classifier.lexicon import read
from classifier.phrasebook import Hit, Phrasebook, PhraseFinder
from classifier.phrases import PhraseError
from classifier.scope import JOKE, Reading, Scope
from classifier.text import closed_up, normalise

_GROUPS, _SUFFIX = "词组", ".yaml"
# The fields that hold phrases, and those that hold regular expressions, each with its kind.
_WORDS = {"词": "词", "原话": "原话", "他意": "他意"}
_PATTERNS = {"正则": "词", "原话正则": "原话", "他意正则": "他意"}
_EVERY_STATUS = frozenset(get_args(SignalStatus))
_LISTS = (*_WORDS, *_PATTERNS, "看")

# One of these, present, makes a high risk whatever the tone (domain: 再发风险 高).
GRAVE: tuple[str, ...] = ("暴力", "家暴", "威胁", "凶器", "纵火爆炸", "自伤轻生", "限制自由")
# These speak for calm; they never outweigh a grave one.
REASSURING: tuple[str, ...] = ("已化解", "未接触")


class SignalFinder:
    """The compiled lexicon. `find` is pure and may be called from any thread."""

    def __init__(
        self, heeded: Mapping[str, Collection[str]], yields: Mapping[str, str], book: Phrasebook, scope: Scope
    ) -> None:
        """`heeded` are the tones that each signal heeds, `yields` the signal that one yields to, where it does."""
        self.names = tuple(heeded)
        self._heeded = {name: frozenset(tones) for name, tones in heeded.items()}
        self._yields, self._book, self._scope = yields, book, scope
        self._phrases = PhraseFinder(book)

    @classmethod
    def of(cls, lexicon: dict[str, dict[str, Any]], scope: Scope) -> "SignalFinder":
        """From what the files say, by name. Takes seconds; raises PhraseError."""
        entries = {name: entry for name, entry in lexicon.items() if name != _GROUPS}
        return cls(
            {name: entry.get("看", _EVERY_STATUS) for name, entry in entries.items()},
            {name: str(entry["让给"]) for name, entry in entries.items() if "让给" in entry},
            Phrasebook.of(_listed(entries, _WORDS), lexicon.get(_GROUPS, {}), _listed(entries, _PATTERNS)),
            scope,
        )

    @classmethod
    def stored(cls, told: Mapping[str, Any]) -> "SignalFinder":
        """What `to_store` gave, with the cues that ship with the package: nothing need be worked out again."""
        return cls(told["heeded"], told["yields"], Phrasebook.stored(told["phrases"]), Scope.shipped())

    def to_store(self) -> dict[str, Any]:
        """The lexicon as JSON can hold it."""
        heeded = {name: sorted(tones) for name, tones in self._heeded.items()}
        return {"heeded": heeded, "yields": dict(self._yields), "phrases": self._book}

    @classmethod
    def shipped(cls) -> "SignalFinder":
        """The lexicon that ships with the package."""
        return cls.load(files("classifier") / "lexicon" / "signals", Scope.shipped())

    @classmethod
    def load(cls, folder: Traversable, scope: Scope) -> "SignalFinder":
        """One file a signal, in the order of their names; raises PhraseError, in Chinese, naming the faulty file."""
        names = sorted(file.name for file in folder.iterdir() if file.name.endswith(_SUFFIX))
        lexicon = {name.removesuffix(_SUFFIX): _entry(folder / name) for name in names}
        for name, entry in lexicon.items():
            if name != _GROUPS and (above := entry.get("让给", name)) not in lexicon:
                raise PhraseError(f"{name}{_SUFFIX}：“让给”的信号“{above}”没有自己的文件")
        try:
            return cls.of(lexicon, scope)
        except PhraseError:
            groups = lexicon.get(_GROUPS, {})
            for name, entry in lexicon.items():
                try:
                    cls.of({_GROUPS: groups, name: entry}, scope)
                except PhraseError as error:
                    raise PhraseError(f"{name}{_SUFFIX}：{error}") from None
            raise

    def find(self, text: str) -> tuple[Signal, ...]:
        """Signals in order of appearance; overlapping hits of one signal become the longest of them."""
        return self.find_in(text, *closed_up(normalise(text)))

    def find_in(self, text: str, closed: str, places: Sequence[int]) -> tuple[Signal, ...]:
        """The same where the text was already normalised and closed up."""
        reading = Reading(closed)
        found: dict[str, list[Hit]] = {}
        for hit in self._phrases.find(reading.text):
            found.setdefault(hit.label, []).append(hit)
        names = dict.fromkeys(label.partition("/")[0] for label in found)
        signals: list[Signal] = []
        for name in names:
            above = self._yields.get(name)
            winners = self._judged(above, found, reading) if above in names else []
            for hit, status in self._judged(name, found, reading, winners):
                start, end = places[hit.start], places[hit.end - 1] + 1
                signals.append(Signal(name, status, start, end, text[start:end]))
        return tuple(sorted(signals, key=lambda signal: (signal.start, signal.end, signal.name)))

    def _judged(
        self, name: str, found: dict[str, list[Hit]], reading: Reading, winners: Sequence[tuple[Hit, SignalStatus]] = ()
    ) -> list[tuple[Hit, SignalStatus]]:
        """The hits of one signal with their status, but those that yield to a winner that holds."""
        plain, quoted = found.get(f"{name}/词", []), found.get(f"{name}/原话", [])
        idioms = found.get(f"{name}/他意", [])
        judged: list[tuple[Hit, SignalStatus]] = []
        for hit in _longest(quoted + plain):
            if any(won == "成立" and other.start < hit.end and hit.start < other.end for other, won in winners):
                continue
            heeded = self._heeded[name] - {"假设"} if hit in quoted else self._heeded[name]
            idiom = any(other.start <= hit.start and hit.end <= other.end for other in idioms)
            status = "他意" if idiom else self._scope.status(reading, hit.start, hit.end, heeded)
            judged.append((hit, status))
        return judged


def _listed(entries: Mapping[str, dict[str, Any]], fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What stands in these fields, each after its label."""
    for name, entry in entries.items():
        for field, kind in fields.items():
            for written in entry.get(field, ()):
                yield f"{name}/{kind}", written


def _entry(file: Traversable) -> dict[str, Any]:
    """What one file of the lexicon says, its form checked."""
    try:
        entry = read(file)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第 {mark.line + 1} 行：" if mark else ""
        raise PhraseError(f"{file.name}：{place}不是合法的 YAML(UTF-8)") from error
    if not isinstance(entry, dict) or not entry:
        raise PhraseError(f"{file.name}：应当是“栏: [词, …]”")
    grouped = file.name == _GROUPS + _SUFFIX
    for field, value in entry.items():
        if field == "让给" and not grouped:
            if not isinstance(value, str):
                raise PhraseError(f"{file.name}：“让给”应当是一个信号名")
        elif not grouped and field not in _LISTS:
            raise PhraseError(f"{file.name}：没有名为“{field}”的栏；可用的栏：{'、'.join((*_LISTS, '让给'))}")
        elif not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise PhraseError(f"{file.name}：“{field}”应当是一列文字；像数字的要加引号")
    if unknown := set(entry.get("看", ())) - _EVERY_STATUS - {JOKE}:
        raise PhraseError(f"{file.name}：“看”里没有这种语气：{'、'.join(sorted(unknown))}")
    return entry


def _longest(hits: list[Hit]) -> list[Hit]:
    """Hits that overlap no longer hit, in order of appearance; equal lengths keep the first."""
    kept: list[Hit] = []  # never overlapping, so that a neighbour on each side is all there is to look at
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        at = bisect_left(kept, hit.start, key=lambda other: other.start)
        after_left = at == 0 or kept[at - 1].end <= hit.start
        if after_left and (at == len(kept) or hit.end <= kept[at].start):
            kept.insert(at, hit)
    return kept
