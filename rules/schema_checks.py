"""What can be wrong between rules, though each is right by itself: numbers and plain conflicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from rules.document import MapNode, Node, TextNode
from rules.problem import Problem, problem_at
from rules.rulebook import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    DecisionField,
    HitPolicy,
    Not,
    Operator,
    Rule,
    Status,
)

_ORDERED_OPERANDS = frozenset({Operator.BETWEEN})


def check_ids(rows: Iterable[Node], problems: list[Problem]) -> frozenset[str]:
    """Report numbers used twice, also on rules that have other faults. Returns all numbers."""
    first: dict[str, TextNode] = {}
    for row in rows:
        entries = row.entries if isinstance(row, MapNode) else ()
        node = next((value for key, value in entries if key.text == "编号"), None)
        if not isinstance(node, TextNode) or not node.text.strip():
            continue
        earlier = first.setdefault(node.text.strip(), node)
        if earlier is not node:
            message = f"编号 {node.text.strip()} 已经用在 {earlier.place}"
            problems.append(problem_at(node.place, "R027", message, "请换一个编号"))
    return frozenset(first)


def check_conflicts(rules: Iterable[Rule], fields: Mapping[str, DecisionField | None], problems: list[Problem]) -> None:
    """Active rules of one priority and one condition, told apart by nothing but their 编号."""
    alike: dict[tuple[int, object], list[Rule]] = {}
    for rule in rules:
        if rule.status is Status.ACTIVE:
            alike.setdefault((rule.priority, canonical(rule.condition)), []).append(rule)
    firsts = [name for name, field in fields.items() if field and field.policy is HitPolicy.FIRST]
    for group in alike.values():
        for earlier, later in combinations(group, 2):
            for name in _differences(earlier, later, firsts):
                both = f"规则 {later.id} 和 {earlier.id}（{earlier.place}）"
                message = f"{both}优先级和条件都相同，「{name}」却不同"
                problems.append(problem_at(later.place, "R049", message, "请调整其中一条的优先级或条件"))


def canonical(condition: Condition) -> object:
    """The same value for conditions that differ only in the order or repetition of their parts."""
    match condition:
        case Compare(fact=fact, operator=operator, operands=operands):
            ordered = operator in _ORDERED_OPERANDS
            return fact, operator, operands if ordered else frozenset(operands)
        case Not(part=part):
            return "非", canonical(part)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            members = frozenset(map(canonical, parts))
            if len(members) == 1:
                return next(iter(members))
            return "全部" if isinstance(condition, AllOf) else "任一", members


def _differences(one: Rule, other: Rule, names: Sequence[str]) -> list[str]:
    if not _overlap(one, other):
        return []
    return [
        name
        for name in names
        if name in one.conclusion and name in other.conclusion and one.conclusion[name] != other.conclusion[name]
    ]


def _overlap(one: Rule, other: Rule) -> bool:
    """Whether there is a day on which both are in force."""
    return not (_over_before(one, other) or _over_before(other, one))


def _over_before(one: Rule, other: Rule) -> bool:
    return bool(one.expires and other.effective and one.expires < other.effective)
