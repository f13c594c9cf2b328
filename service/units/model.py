"""Units, members and stand-ins as values: what is typed comes in, values to keep or a Chinese refusal go out."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from rules.problem import did_you_mean
from service.accounts.model import Role, check_name
from service.errors import InputError

LONGEST_ABSENCE = 366  # days


class Kind(StrEnum):
    """What a unit is; units that hang side by side are listed in this order."""

    STREET = "镇街"
    STATION = "派出所"
    CENTRE = "矛调中心"
    DEPARTMENT = "部门"
    VILLAGE = "村(社区)"
    MEDIATION = "第三方调解"
    VOLUNTEERS = "志愿队"


class Post(StrEnum):
    """What somebody is in their unit."""

    HEAD = "负责人"
    LEADER = "分管领导"
    MEMBER = "成员"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit. `departments` are the receiving departments of the rule set that it stands for.

    It is never deleted, only disabled: what it had to do, and did, stays under its name.
    """

    id: str
    name: str
    kind: Kind
    parent_id: str | None = None
    departments: tuple[str, ...] = ()
    created_at: str = ""
    disabled_at: str | None = None

    @property
    def enabled(self) -> bool:
        """Whether it takes anything new."""
        return self.disabled_at is None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a unit, by the names that people read."""

    account_id: str
    login: str
    name: str
    unit_id: str
    post: Post


@dataclass(frozen=True, slots=True)
class Seat:
    """The unit of an account and the account's roles: all that decides what it sees."""

    unit_id: str
    roles: frozenset[Role]


State = Literal["未开始", "代班中", "已结束"]


@dataclass(frozen=True, slots=True)
class StandIn:
    """`stand_in_id` stands in for `account_id` from the first day to the last, both in China and both counted."""

    id: str
    account_id: str
    stand_in_id: str
    first_day: str
    last_day: str
    made_at: str
    ended_at: str | None = None

    def state(self, day: date) -> State:
        """How it stands on a day."""
        today = day.isoformat()
        if self.ended_at is not None or self.last_day < today:
            return "已结束"
        return "代班中" if self.first_day <= today else "未开始"

    def overlaps(self, first_day: str, last_day: str) -> bool:
        """Whether it holds on one of these days."""
        return self.ended_at is None and self.first_day <= last_day and first_day <= self.last_day


def check_kind(typed: str) -> Kind:
    """The kind of that name; raises InputError."""
    try:
        return Kind(typed.strip())
    except ValueError as error:
        raise InputError(f"没有“{typed}”这种单位。可选：{'、'.join(Kind)}") from error


def check_post(typed: str) -> Post:
    """The post of that name; raises InputError."""
    try:
        return Post(typed.strip())
    except ValueError as error:
        raise InputError(f"没有“{typed}”这个职务。可选：{'、'.join(Post)}") from error


def check_unit_name(typed: str) -> str:
    """The name to keep; raises InputError."""
    return check_name(typed, "单位名称")


def check_departments(typed: Iterable[str], known: Sequence[str], kept: Collection[str] = ()) -> tuple[str, ...]:
    """Departments, each once, that the rule set names or that the unit had before; raises InputError."""
    wanted = tuple(dict.fromkeys(filter(None, map(str.strip, typed))))
    for name in wanted:
        if name not in known and name not in kept:
            meant = did_you_mean(name, known, otherwise=f"可选：{'、'.join(known)}")
            raise InputError(f"规则集里没有“{name}”这个部门。{meant}")
    return wanted


def check_days(first_day: date, last_day: date, today: date) -> None:
    """Raises InputError for days that nobody can be stood in for."""
    if first_day < today:
        raise InputError("代班不能从过去开始，最早是今天")
    if last_day < first_day:
        raise InputError("代班的最后一天早于第一天")
    if (last_day - first_day).days >= LONGEST_ABSENCE:
        raise InputError(f"代班最长 {LONGEST_ABSENCE} 天；更久的请管理员调整人员")


def departments_text(departments: Iterable[str]) -> str:
    """Departments as they are stored."""
    return json.dumps(list(departments), ensure_ascii=False)


@lru_cache(maxsize=1024)  # few differ, and every page reads those of every unit
def departments_of(text: str) -> tuple[str, ...]:
    """The departments that `departments_text` wrote."""
    return tuple(json.loads(text))
