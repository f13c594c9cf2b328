"""Conditions, conclusions, tests, facts and decision fields come in; lines to read go out.

Different things never read the same: values that hold a separator or a space are quoted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from rules.rulebook import (
    ADVICE,
    CO_DEPARTMENTS,
    COLOUR,
    DEPARTMENT,
    AllOf,
    AnyOf,
    Compare,
    Conclusion,
    Condition,
    DecisionField,
    Not,
    RuleTest,
)
from rules.trace import describe_compare
from rules.vocabulary import Choice, Fact, Fraction, Text, Value, Whole, YesNo, show

Lines = tuple[str, ...]

NOTHING = "（空）"
_READING_ORDER = (DEPARTMENT, CO_DEPARTMENTS, COLOUR, ADVICE)
_AMBIGUOUS = re.compile(r'[\s、：；"]')


def condition_lines(condition: Condition) -> Lines:
    """The condition line by line; an outermost 全部 of several goes without saying."""
    if isinstance(condition, AllOf) and len(condition.parts) > 1:
        return tuple(line for part in condition.parts for line in _outline(part, 0))
    return tuple(_outline(condition, 0))


def _outline(condition: Condition, depth: int) -> Iterator[str]:
    indent = "  " * depth
    match condition:
        case Compare():
            yield indent + describe_compare(replace(condition, operands=tuple(map(_said, condition.operands))))
        case Not(part=part):
            yield f"{indent}非"
            yield from _outline(part, depth + 1)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            yield indent + ("全部" if isinstance(condition, AllOf) else "任一")
            for part in parts:
                yield from _outline(part, depth + 1)


def conclusion_lines(conclusion: Conclusion) -> Lines:
    return tuple(f"{name}：{_joined(conclusion[name])}" for name in _in_reading_order(conclusion))


def example_lines(test: RuleTest) -> Lines:
    given = "；".join(f"{name} {_said(test.given[name])}" for name in sorted(test.given))
    expected = [f"{name} {_joined(test.expected[name])}" for name in _in_reading_order(test.expected)]
    expected += [f"{word} {_joined(ids)}" for word, ids in (("命中", test.hits), ("未命中", test.misses)) if ids]
    return f"给定 {given or NOTHING}", f"期望 {'；'.join(expected)}"


def fact_lines(fact: Fact) -> dict[str, Lines]:
    """What a fact's declaration says, by key."""
    match fact:
        case YesNo():
            return {"类型": ("是否",)}
        case Text():
            return {"类型": ("文本",)}
        case Choice(values=values, default=default):
            return {"类型": ("取值",), "取值": (_joined(values),), "缺省": (default,)}
        case Whole(low=low, high=high, default=default) | Fraction(low=low, high=high, default=default):
            kind = "整数" if isinstance(fact, Whole) else "范围"
            return {"类型": (kind,), "范围": (f"{show(low)} 到 {show(high)}",), "缺省": (show(default),)}


def field_lines(field: DecisionField) -> dict[str, Lines]:
    """What a decision field's declaration says, by key."""
    if field.same_as is not None:
        values = f"同 {field.same_as}"
    else:
        values = "文本" if field.values is None else f"取值 {_joined(field.values)}"
    default = () if field.default is None else (field.default,)
    return {"命中方式": (field.policy.value,), "取值": (values,), "缺省": default}


def _in_reading_order(names: Iterable[str]) -> list[str]:
    known = {name: rank for rank, name in enumerate(_READING_ORDER)}
    return sorted(names, key=lambda name: (known.get(name, len(known)), name))


def _joined(values: Iterable[Value]) -> str:
    return "、".join(map(_said, values)) or NOTHING


def _said(value: Value) -> str:
    text = show(value)
    return json.dumps(text, ensure_ascii=False) if text in ("", NOTHING) or _AMBIGUOUS.search(text) else text
