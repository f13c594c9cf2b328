"""The keys of one mapping of a time-limit file come in; their values go out, typed.

Where a value is missing or wrong a problem is added, and something of its type stands in, so that reading goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from rules.document import Node
from rules.problem import Problem
from rules.reading import read_table, read_text, unless_fault
from rules.vocabulary import Choice, Fault, Whole
from service.timing.term import Term, Unit, parse_term

_Value = TypeVar("_Value")


class Fields:
    """A mapping that must have exactly these keys. Without a node nothing is read: its absence was reported."""

    def __init__(self, node: Node | None, what: str, problems: list[Problem], keys: Sequence[str]) -> None:
        self._what = what
        self._problems = problems
        self._nodes = (read_table(node, what, problems, required=keys) or {}) if node else {}

    def node(self, key: str) -> Node | None:
        """None for one that is missing."""
        return self._nodes.get(key)

    def text(self, key: str) -> str:
        return self.value(key, str, "")

    def whole(self, key: str, bounds: Whole) -> int:
        return self.value(key, bounds.parse, bounds.low)

    def choice(self, key: str, values: Sequence[str]) -> str:
        return self.value(key, Choice(tuple(values), values[0]).parse, values[0])

    def term(self, key: str, units: tuple[Unit, ...], *, least: int = 1) -> Term:
        return self.value(key, lambda text: parse_term(text, units, least), Term(least, units[0]))

    def term_or_none(self, key: str, units: tuple[Unit, ...], *, none: str) -> Term | None:
        """A term, or the word that stands for there being none."""

        def parse(text: str) -> Term | Fault | None:
            parsed = None if text == none else parse_term(text, units)
            return replace(parsed, remedy=f"{parsed.remedy}，或 {none}") if isinstance(parsed, Fault) else parsed

        return self.value(key, parse, None)

    def value(self, key: str, parse: Callable[[str], _Value | Fault], instead: _Value) -> _Value:
        """What `parse` makes of the text, or `instead`."""
        node = self.node(key)
        what = f"{self._what}的「{key}」"
        text = read_text(node, what, self._problems) if node else None
        if node is None or text is None:
            return instead
        parsed = parse(text)
        if isinstance(parsed, Fault):
            unless_fault(parsed, node, what, self._problems)
            return instead
        return parsed
