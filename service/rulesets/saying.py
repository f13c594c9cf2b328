"""Conditions, given facts and lists come in; the text of a cell goes out, in the notation that `notation` reads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rules.problem import columns
from rules.rulebook import AllOf, AnyOf, Compare, Condition, Not, Operator
from rules.vocabulary import Value, show

NOTHING = "（空）"

_INLINE = 64  # terminal columns that a group may take on one line
_BARE_NAME = re.compile(r"[^\s：:=＝≠!≥≤<>＜＞；;、，,（）()「」]+")
_NEEDS_QUOTES = re.compile(r"[\s；;、，,「」]|^[：:=＝≠!≥≤<>＜＞]|^(至少|至多|大于|小于|介于)[：:]?[0-9-]")


def say_condition(condition: Condition) -> str:
    """One condition a line; an outermost 全部 of several goes without saying."""
    if isinstance(condition, AllOf) and len(condition.parts) > 1:
        return "\n".join(line for part in condition.parts for line in _lines(part))
    return "\n".join(_lines(condition))


def say_given(given: Mapping[str, Value]) -> str:
    """One fact a line, the value up to its end."""
    return "\n".join(f"{_name(name)} {_line(show(value))}" for name, value in given.items())


def say_values(values: Sequence[str], *, free: bool) -> str:
    """Fixed values on one line, free texts a line each; nothing at all as （空）."""
    if not values:
        return NOTHING
    if free:
        return "\n".join(_quote(value) if value == NOTHING else _line(value) for value in values)
    return "、".join(_quote(value) if value == NOTHING else _operand(value) for value in values)


def _lines(condition: Condition) -> list[str]:
    """The lines of one condition. A quoted text may hold line breaks of its own, which are never indented."""
    match condition:
        case Compare():
            return [_comparison(condition)]
        case Not(part=AllOf(parts=parts)) if len(parts) > 1:
            return _group("非", parts)
        case Not(part=part):
            return _group("非", (part,))
        case AllOf(parts=parts):
            return _group("全部", parts)
        case AnyOf(parts=parts):
            return _group("任一", parts)


def _group(word: str, parts: Sequence[Condition]) -> list[str]:
    lines = [line for part in parts for line in _lines(part)]
    inline = f"{word}（{'；'.join(lines)}）"
    plain = all(isinstance(part, Compare) for part in parts)
    if (plain or len(lines) == 1) and "\n" not in inline and columns(inline) <= _INLINE:
        return [inline]
    return [f"{word}（", *(f"  {line}" for line in lines), "）"]


def _comparison(compare: Compare) -> str:
    name, said = _name(compare.fact), [_operand(show(operand)) for operand in compare.operands]
    match compare.operator:
        case Operator.EQUALS:
            return f"{name} {said[0]}"
        case Operator.BETWEEN:
            return f"{name} {compare.operator} {said[0]} 和 {said[1]}"
        case _:
            return f"{name} {compare.operator} {'、'.join(said)}"


def _name(text: str) -> str:
    return text if _BARE_NAME.fullmatch(text) else _quote(text)


def _operand(text: str) -> str:
    return _quote(text) if not text or _NEEDS_QUOTES.search(text) or not _balanced(text) else text


def _line(text: str) -> str:
    """A text that takes a line of its own."""
    return _quote(text) if "\n" in text or re.match(r"[「：:=＝]", text) else text


def _quote(text: str) -> str:
    return f"「{text.replace('」', '」」')}」"


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char in "（(") - (char in "）)")
        if depth < 0:
            return False
    return depth == 0
