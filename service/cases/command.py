"""What every command to a case has: the moment it is carried out, the change it comes to, and the words it checks."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol

from service import clock
from service.cases.life import IN_HAND, STEPS, Act
from service.cases.model import Case
from service.errors import InputError, RefusedError
from service.timing.deadlines import Deadlines
from service.timing.policy import Level, Policy

_MOST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Moment:
    """When a command is carried out, by whom, and under which deadlines."""

    at: datetime
    policy: Policy
    actor_id: str = ""
    actor_name: str = ""

    @property
    def stamp(self) -> str:
        """As it is stored."""
        return clock.stamp(self.at)


@dataclass(frozen=True, slots=True)
class Change:
    """What a command comes to: what people read of it, and what it makes of the case."""

    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)


class Command(Protocol):
    """One wish. `act` says which step of a case's life it is."""

    @property
    def act(self) -> Act: ...

    def change(self, case: Case, moment: Moment) -> Change:
        """Raises InputError for what is missing or wrong, RefusedError for what can't be."""
        ...


def check_step(case: Case, act: Act) -> None:
    """Raises RefusedError where the case's state doesn't allow the act; an erased case allows none."""
    if case.erased_at:
        raise RefusedError(f"档案 {case.number} 已经到期清除，不能再办")
    if case.state not in STEPS[act].sources:
        raise RefusedError(f"档案 {case.number} 现在是“{case.state}”，不能{act}；页面可能旧了，请刷新后再看")


def words(text: str, what: str, *, needed: bool = True) -> str:
    """What somebody wrote, checked; raises InputError."""
    text = text.strip()
    if needed and not any(char.isalnum() for char in text):
        raise InputError(f"请写明{what}")
    if len(text) > _MOST_WORDS:
        raise InputError(f"{what}太长，最多 {_MOST_WORDS} 字")
    if any(char not in "\n\t" and not char.isprintable() for char in text):
        raise InputError(f"{what}里有无法识别的字符")
    return text


def heavier(first: str, second: str, colours: tuple[str, ...]) -> str:
    """The heavier of two colours; one that the policy no longer knows is the heaviest."""
    return min(first, second, key=lambda colour: colours.index(colour) if colour in colours else -1)


def check_colour(colour: str, colours: tuple[str, ...]) -> None:
    """Raises InputError for a colour that the policy doesn't know."""
    if colour not in colours:
        raise InputError(f"没有“{colour}”这个颜色。可选：{'、'.join(colours)}")


def guarded(colour: str, colours: tuple[str, ...]) -> bool:
    """Whether it takes two to lower this colour: the heaviest, and one that nobody knows any more."""
    return colour not in colours[1:]


def taken_for(policy: Policy, colour: str) -> str:
    """The colour itself; the heaviest where the policy no longer knows it."""
    return colour if colour in policy.colours else policy.colours[0]


def level_of(policy: Policy, colour: str) -> Level:
    """What a colour asks for, as `taken_for` takes it."""
    return policy.level(taken_for(policy, colour))


def recoloured(case: Case, colour: str, moment: Moment) -> dict[str, Any]:
    """The changes that another colour brings: what is owed moves with it, and what was asked of the old one falls."""
    if colour == case.colour:
        return {}
    changes: dict[str, Any] = {"colour": colour, "lowering": {}}
    if case.colour not in moment.policy.colours:
        return {**changes, "review_by": moment.policy.reviewed(colour, moment.at)}
    owed = moment.policy.recoloured(standing(case), case.colour, colour, moment.at)
    # Only whoever has a case in hand can report on it.
    report_by = owed.report_by if case.state in IN_HAND else None
    return {**changes, **asdict(replace(owed, report_by=report_by))}


def standing(case: Case) -> Deadlines:
    """What a case owes now."""

    def moment(stamp: str | None) -> datetime | None:
        return clock.in_china(datetime.fromisoformat(stamp)) if stamp else None

    def day(written: str | None) -> date | None:
        return date.fromisoformat(written) if written else None

    return Deadlines(
        accept_by=moment(case.accept_by),
        finish_by=moment(case.finish_by),
        report_by=day(case.report_by),
        review_by=day(case.review_by),
        visit_by=day(case.visit_by),
    )


def written(part: Mapping[str, Any]) -> dict[str, Any]:
    """Detail or changes as they are stored and sealed: moments as stamps, days as ISO dates, lists for tuples."""
    found: dict[str, Any] = json.loads(json.dumps(part, ensure_ascii=False, default=_written))
    return found


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return clock.stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not to be stored: {value!r}")


def no_clock() -> dict[str, Any]:
    """A closed case owes nothing, and nobody is still to answer."""
    owed = ("accept_by", "finish_by", "report_by", "review_by", "visit_by", "paused_at")
    return {**dict.fromkeys(owed), "lowering": {}}
