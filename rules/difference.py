"""Two rule sets come in; what the later says otherwise goes out, as a person would say it.

What moved between files, or was only written in another order or layout, is no change.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from rules.rulebook import Rule, Rulebook, RuleTest
from rules.vocabulary import show
from rules.wording import Lines, conclusion_lines, condition_lines, example_lines, fact_lines, field_lines


class Kind(StrEnum):
    RULESET = "规则集"
    FACT = "事实"
    DECISION = "决策"
    RULE = "规则"


class Action(StrEnum):
    ADDED = "新增"
    REMOVED = "删除"
    CHANGED = "修改"


@dataclass(frozen=True, slots=True)
class Detail:
    """One key, in the lines that it said before and says after; no lines where it was or is not there."""

    key: str
    before: Lines
    after: Lines


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one rule, fact or decision field. `title` is a rule's 名称."""

    kind: Kind
    action: Action
    name: str
    title: str
    details: tuple[Detail, ...]


def differences(before: Rulebook, after: Rulebook) -> list[Change]:
    """Every change, by kind and then by name. Empty exactly where both have the same content hash."""
    return [
        *_ruleset(before, after),
        *_each(Kind.FACT, before.facts, after.facts, fact_lines),
        *_each(Kind.DECISION, before.fields, after.fields, field_lines),
        *_each(Kind.RULE, _by_id(before), _by_id(after), _rule_says, lambda rule: rule.title),
    ]


def text_difference(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The unified diff of the files, by name; for those who read YAML."""
    changed: list[str] = []
    for name in sorted(before.keys() | after.keys()):
        old, new = (files.get(name, "").splitlines() for files in (before, after))
        changed += difflib.unified_diff(old, new, f"旧/{name}", f"新/{name}", lineterm="")
    return "\n".join(changed)


# What something says: its keys in reading order, each with its lines.
Sayings = dict[str, Lines]

_Said = TypeVar("_Said")
_TEST = "测试「"


def _ruleset(before: Rulebook, after: Rulebook) -> Iterator[Change]:
    if details := _details(_ruleset_says(before), _ruleset_says(after)):
        yield Change(Kind.RULESET, Action.CHANGED, after.name, "", details)


def _each(
    kind: Kind,
    before: Mapping[str, _Said],
    after: Mapping[str, _Said],
    says: Callable[[_Said], Sayings],
    title: Callable[[_Said], str] = lambda _: "",
) -> Iterator[Change]:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        shown = new if new is not None else old
        details = _details({} if old is None else says(old), {} if new is None else says(new))
        action = Action.ADDED if old is None else Action.REMOVED if new is None else Action.CHANGED
        if shown is not None and details:
            yield Change(kind, action, name, title(shown), details)


def _details(before: Sayings, after: Sayings) -> tuple[Detail, ...]:
    keys = dict.fromkeys([*after, *before])
    pairs = ((key, before.get(key, ()), after.get(key, ())) for key in keys)
    return tuple(Detail(key, old, new) for key, old, new in pairs if old != new) + _moved_tests(before, after)


def _moved_tests(before: Sayings, after: Sayings) -> tuple[Detail, ...]:
    """Tests that both have, in another order."""
    common = [
        tuple(key for key in one if key.startswith(_TEST) and key in other)
        for one, other in ((before, after), (after, before))
    ]
    return () if common[0] == common[1] else (Detail("测试的次序", *common),)


def _ruleset_says(rulebook: Rulebook) -> Sayings:
    return {"名称": (rulebook.name,), "说明": (rulebook.description,) if rulebook.description else ()}


def _by_id(rulebook: Rulebook) -> dict[str, Rule]:
    return {rule.id: rule for rule in rulebook.rules}


def _rule_says(rule: Rule) -> Sayings:
    return {
        "名称": (rule.title,),
        "责任人": (rule.owner,),
        "依据": (rule.basis,),
        "状态": (rule.status.value,),
        "优先级": (str(rule.priority),),
        "底线": (show(rule.floor),),
        "生效": (rule.effective.isoformat(),) if rule.effective else (),
        "失效": (rule.expires.isoformat(),) if rule.expires else (),
        "条件": condition_lines(rule.condition),
        "结论": conclusion_lines(rule.conclusion),
        "理由": (rule.reason,),
        **_tests(rule.tests),
    }


def _tests(tests: tuple[RuleTest, ...]) -> Sayings:
    """Tests by their name; of two with one name the second is counted."""
    seen: Counter[str] = Counter()
    says: Sayings = {}
    for test in tests:
        seen[test.name] += 1
        again = f"（第 {seen[test.name]} 条）" if seen[test.name] > 1 else ""
        says[f"{_TEST}{test.name}」{again}"] = example_lines(test)
    return says
