"""The words of intake as values: a kept suggestion, and what a person chose."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from service.errors import InputError, RefusedError

# The origin of what was erased when it was due: it came from anywhere.
ERASED = "已清除"
Origin = Literal["接口", "批量", "页面", "输入中", "命令行", "导入"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is decided of an incident: type, receivers and colour."""

    dispute_type: str
    department: str
    co_departments: tuple[str, ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A person's choice beside a suggestion. `reason` is empty only when the suggestion was accepted."""

    outcome: Outcome
    accepted: bool
    reason: str
    person: str
    second_person: str = ""
    seq: int = 0
    chosen_at: str = ""


@dataclass(frozen=True, slots=True)
class KeptSuggestion:
    """A stored suggestion: `body` is its JSON, byte for byte as shown first."""

    id: str
    created_at: str
    body: str
    shown: dict[str, Any]
    choices: tuple[Choice, ...] = ()

    @property
    def erased(self) -> bool:
        """Whether its words were erased when they were due."""
        return bool(self.shown.get("erased"))

    @property
    def suggested(self) -> Outcome:
        """The outcome that was suggested."""
        return Outcome(
            self.shown["dispute_type"],
            self.shown["department"],
            tuple(self.shown["co_departments"]),
            self.shown["colour"],
        )

    @property
    def current(self) -> Outcome:
        """The outcome in force: the latest choice, or what was suggested."""
        return self.choices[-1].outcome if self.choices else self.suggested


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was read in an incident when it came in, and who was suggested to receive it."""

    id: str
    created_at: str
    facts: Mapping[str, object]
    department: str

    @property
    def text(self) -> str:
        """Its description."""
        return str(self.facts.get("描述", ""))


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person wants, before it is checked. What is None stays as it is.

    `seen` is how many choices the person had before their eyes; if there are more by now, somebody was faster.
    """

    accepted: bool
    person: str
    reason: str = ""
    second_person: str = ""
    dispute_type: str | None = None
    department: str | None = None
    co_departments: Sequence[str] | None = None
    colour: str | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a person may choose from. Colours come heaviest first."""

    dispute_types: Sequence[str]
    departments: Sequence[str]
    co_departments: Sequence[str]
    colours: Sequence[str]


_MOST_IN_A_NAME, _MOST_IN_A_REASON = 80, 2000
# The colour that 人 must lower in pairs, whatever else a station adds above it.
_RED = "红"


def by(name: str, proposal: Proposal) -> Proposal:
    """The proposal as made by this person; raises InputError where it names another."""
    if _letters(proposal.person) not in ("", _letters(name)):
        raise InputError(f"办理人就是登录的人“{name}”，不必填写")
    return replace(proposal, person=name)


def decide_choice(proposal: Proposal, kept: KeptSuggestion, vocabulary: Vocabulary, now: str) -> Choice:
    """The choice that may be kept beside the suggestion; raises InputError or RefusedError."""
    _check_words(proposal)
    choice = Choice(
        outcome=kept.suggested if proposal.accepted else _merged(proposal, kept.current, vocabulary),
        accepted=proposal.accepted,
        reason=proposal.reason.strip(),
        person=proposal.person.strip(),
        second_person=proposal.second_person.strip(),
        seq=len(kept.choices) + 1,
        chosen_at=now,
    )
    if kept.choices and _same(kept.choices[-1], choice):
        return kept.choices[-1]
    if proposal.seen is not None and proposal.seen != len(kept.choices):
        raise RefusedError("这条记录刚刚有人改过，请刷新后看过再决定")
    if choice.accepted:
        if kept.choices:
            raise RefusedError("这条建议已经有人处理过；要改，请选“另行决定”并写明理由")
        return choice
    if choice.outcome == kept.current:
        raise InputError("所选与现有决定相同；没有要改的，请直接接受")
    if not _letters(choice.reason):
        raise InputError("另行决定要写明理由")
    if _lowers_guarded(choice.outcome.colour, kept, vocabulary.colours):
        second = _letters(choice.second_person)
        if not second or second == _letters(choice.person):
            raise RefusedError(f"把{kept.current.colour}色调低，须有另一人复核：请填写复核人，且不能与办理人相同")
    return choice


def _check_words(proposal: Proposal) -> None:
    if not _letters(proposal.person):
        raise InputError("请填写办理人")
    for name, value, most in (
        ("办理人", proposal.person, _MOST_IN_A_NAME),
        ("复核人", proposal.second_person, _MOST_IN_A_NAME),
        ("理由", proposal.reason, _MOST_IN_A_REASON),
    ):
        if len(value) > most:
            raise InputError(f"{name}太长，最多 {most} 字")
        if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in value):
            raise InputError(f"{name}里有无法识别的字符")


def _merged(proposal: Proposal, now: Outcome, vocabulary: Vocabulary) -> Outcome:
    """The wanted outcome, with what was left open as it is now; every part must be in the vocabulary."""
    kind = now.dispute_type if proposal.dispute_type is None else proposal.dispute_type
    department = now.department if proposal.department is None else proposal.department
    colour = now.colour if proposal.colour is None else proposal.colour
    helpers = set(now.co_departments if proposal.co_departments is None else proposal.co_departments)
    for value, allowed, name in (
        (kind, vocabulary.dispute_types, "纠纷类型"),
        (department, vocabulary.departments, "部门"),
        *((helper, vocabulary.co_departments, "协办部门") for helper in sorted(helpers)),
        (colour, vocabulary.colours, "预警颜色"),
    ):
        if value not in allowed:
            raise InputError(f"没有这个{name}：“{value}”。可选：{'、'.join(allowed)}")
    if helpers == set(now.co_departments) and department == now.department:
        return Outcome(kind, department, now.co_departments, colour)
    return Outcome(kind, department, tuple(h for h in vocabulary.co_departments if h in helpers - {department}), colour)


def _lowers_guarded(colour: str, kept: KeptSuggestion, colours: Sequence[str]) -> bool:
    """Whether this takes a red, the heaviest colour, or a colour that a floor rule gave, down."""
    now = kept.current.colour
    guarded = now in (_RED, colours[0]) or now not in colours
    below_floor = kept.shown["floor"] and _rank(colour, colours) > _rank(kept.suggested.colour, colours)
    return (guarded and _rank(colour, colours) > _rank(now, colours)) or below_floor


def _rank(colour: str, colours: Sequence[str]) -> int:
    """0 is heaviest; a colour that the rule set no longer knows is heavier still."""
    return colours.index(colour) if colour in colours else -1


def _letters(name: str) -> str:
    """What tells one name from another: letters and digits, whatever their width, case and spacing."""
    return "".join(char for char in unicodedata.normalize("NFKC", name).casefold() if char.isalnum())


def _same(before: Choice, now: Choice) -> bool:
    return replace(before, seq=0, chosen_at="") == replace(now, seq=0, chosen_at="")
