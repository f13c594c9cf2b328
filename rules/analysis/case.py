"""One concrete case that shows a finding: facts that can be fed to any evaluator, and said in Chinese."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from rules.vocabulary import Value, show


@dataclass(frozen=True, slots=True)
class Case:
    """Facts that are not given take their default. The day is said only where it is not today."""

    facts: Mapping[str, Value]
    day: datetime.date
    today: datetime.date

    def __str__(self) -> str:
        said = [f"{name} {_said(value)}" for name, value in self.facts.items()]
        if self.day != self.today:
            said.insert(0, f"日期 {self.day}")
        return "、".join(said) or "所有事实都取缺省"


def _said(value: Value) -> str:
    if value == "":
        return "空"
    return f"「{value}」" if isinstance(value, str) and not value.isalnum() else show(value)
