"""What a rule set says, typed: facts, decisions, rules and their tests. Pure values; nothing here decides."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cached_property

from rules.problem import Place
from rules.vocabulary import Fact, Value

DEPARTMENT = "接收部门"
CO_DEPARTMENTS = "协办部门"
COLOUR = "预警颜色"
ADVICE = "提示"
DISPUTE_TYPE = "纠纷类型"


class Operator(StrEnum):
    EQUALS = "等于"  # written as a bare value
    ONE_OF = "属于"
    NONE_OF = "不属于"
    AT_LEAST = "至少"
    AT_MOST = "至多"
    MORE_THAN = "大于"
    LESS_THAN = "小于"
    BETWEEN = "介于"
    CONTAINS_ANY = "含任一"
    CONTAINS_ALL = "含全部"
    CONTAINS_NONE = "均不含"


@dataclass(frozen=True, slots=True)
class Compare:
    """One fact against its operands: one value, two bounds, or a list of values or words."""

    fact: str
    operator: Operator
    operands: tuple[Value, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition
    place: Place


Condition = Compare | AllOf | AnyOf | Not


def comparisons(condition: Condition) -> Iterator[Compare]:
    """Every comparison in a condition, in the order it is written."""
    match condition:
        case Compare():
            yield condition
        case Not(part=part):
            yield from comparisons(part)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from comparisons(part)


class HitPolicy(StrEnum):
    FIRST = "取首条"
    HEAVIEST = "取最重"
    UNION = "全部"


@dataclass(frozen=True, slots=True)
class DecisionField:
    """One thing that is decided. `values` is None for free text; `same_as` is the field that lends them."""

    name: str
    policy: HitPolicy
    values: tuple[str, ...] | None
    default: str | None
    same_as: str | None = None


class Status(StrEnum):
    ACTIVE = "启用"
    TRIAL = "试行"
    RETIRED = "停用"


Conclusion = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RuleTest:
    """An example inside a rule. Facts that are not given take their default."""

    name: str
    given: dict[str, Value]
    expected: Conclusion
    hits: tuple[str, ...]
    misses: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    title: str
    owner: str
    basis: str
    status: Status
    priority: int
    floor: bool
    effective: datetime.date | None
    expires: datetime.date | None
    condition: Condition
    conclusion: Conclusion
    reason: str
    tests: tuple[RuleTest, ...]
    place: Place

    def in_force(self, day: datetime.date) -> bool:
        """Whether the day lies between 生效 and 失效, both included. A retired rule is never in force."""
        begun = self.effective is None or self.effective <= day
        ended = self.expires is not None and self.expires < day
        return begun and not ended and self.status is not Status.RETIRED


@dataclass(frozen=True)
class Rulebook:
    """A whole rule set. Rules stand in deciding order: higher priority first, then by 编号."""

    name: str
    facts: dict[str, Fact]
    fields: dict[str, DecisionField]
    rules: tuple[Rule, ...]
    description: str = ""

    @cached_property
    def content_hash(self) -> str:
        """sha256 over what is said, whatever file, order or layout it is said in."""
        said = json.dumps(_without_places(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def version(self) -> str:
        return f"{self.name}@{self.content_hash[:12]}"


def in_deciding_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(rules, key=lambda rule: (-rule.priority, rule.id)))


def _without_places(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case datetime.date():
            return value.isoformat()
        case dict():
            return {key: _without_places(item) for key, item in value.items()}
        case tuple():
            return [_without_places(item) for item in value]
        case _ if dataclasses.is_dataclass(value):
            said = {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if f.name != "place"}
            return {"is": type(value).__name__, **{key: _without_places(item) for key, item in said.items()}}
        case _:
            return value
