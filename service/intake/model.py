"""The words of intake as values: a kept suggestion, and what a person chose."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from service.errors import InputError, RefusedError

Origin = Literal["接口", "批量", "页面", "输入中", "命令行"]


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
class Vocabulary:
    """What a person may choose from. Colours come heaviest first."""

    dispute_types: Sequence[str]
    departments: Sequence[str]
    colours: Sequence[str]


def check_choice(choice: Choice, kept: KeptSuggestion, vocabulary: Vocabulary) -> None:
    """Raise InputError or RefusedError unless the choice may stand beside the suggestion."""
    if not choice.person.strip():
        raise InputError("请填写办理人")
    if choice.accepted:
        if kept.choices:
            raise RefusedError("这条建议已经有人处理过；要改，请选“另行决定”并写明理由")
        return
    wanted, now = choice.outcome, kept.current
    for value, allowed, name in (
        (wanted.dispute_type, vocabulary.dispute_types, "纠纷类型"),
        (wanted.colour, vocabulary.colours, "预警颜色"),
        *((department, vocabulary.departments, "部门") for department in (wanted.department, *wanted.co_departments)),
    ):
        if value not in allowed:
            raise InputError(f"没有这个{name}：“{value}”。可选：{'、'.join(allowed)}")
    if wanted == now:
        raise InputError("所选与现有决定相同；没有要改的，请直接接受")
    if not choice.reason.strip():
        raise InputError("另行决定要写明理由")
    heaviest = vocabulary.colours[0]
    if now.colour == heaviest and wanted.colour != heaviest:
        second = choice.second_person.strip()
        if not second or second == choice.person.strip():
            raise RefusedError(f"把{heaviest}色调低，须有另一人复核：请填写复核人，且不能与办理人相同")
