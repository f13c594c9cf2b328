"""A rule or a whole rulebook comes in; YAML text in our own format goes out. Reading it gives an equal rulebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rules.layout import Plain, block_item_lines, mapping_lines
from rules.rulebook import AllOf, AnyOf, Compare, Condition, DecisionField, Not, Operator, Rule, Rulebook, RuleTest
from rules.schema_condition import DEEPEST
from rules.vocabulary import Choice, Fact, Fraction, Text, Value, Whole, YesNo, show

_SINGLE = frozenset({Operator.AT_LEAST, Operator.AT_MOST, Operator.MORE_THAN, Operator.LESS_THAN})


def write_rule(rule: Rule) -> str:
    """One rule as an item of a rule file, ending in a line break."""
    return "\n".join(block_item_lines(rule_data(rule))) + "\n"


def write_rules(rules: Iterable[Rule]) -> str:
    """A rule file: the rules in the order given, an empty line between."""
    return "\n".join(map(write_rule, rules))


def write_head(rulebook: Rulebook) -> str:
    """The head of the rule set: what it is called, its facts and its decisions."""
    return "\n".join(mapping_lines(_head_data(rulebook))) + "\n"


def write_rulebook(rulebook: Rulebook, *, head_file: str = "ruleset.yaml") -> dict[str, str]:
    """Texts by file name: every rule in the file that its place names, in the order of its place there.

    Rules whose place is the head's own file stay there, below 规则.
    """
    by_file: dict[str, list[Rule]] = {}
    for rule in sorted(rulebook.rules, key=lambda rule: rule.place):
        by_file.setdefault(rule.place.file, []).append(rule)
    beside_head = [rule_data(rule) for rule in by_file.pop(head_file, [])]
    head = _head_data(rulebook) | ({"规则": beside_head} if beside_head else {})
    return {head_file: "\n".join(mapping_lines(head)) + "\n"} | {
        name: write_rules(rules) for name, rules in by_file.items()
    }


def rule_data(rule: Rule) -> dict[str, Plain]:
    """A rule as plain data, its keys in the order of the shipped files; what goes without saying is left out."""
    data: dict[str, Plain] = {
        "编号": rule.id,
        "名称": rule.title,
        "责任人": rule.owner,
        "依据": rule.basis,
        "状态": rule.status.value,
        "优先级": str(rule.priority),
    }
    if rule.floor:
        data["底线"] = "是"
    if rule.effective:
        data["生效"] = rule.effective.isoformat()
    if rule.expires:
        data["失效"] = rule.expires.isoformat()
    data["条件"] = condition_data(rule.condition)
    data["结论"] = {name: _one_or_list(values) for name, values in rule.conclusion.items()}
    data["理由"] = rule.reason
    data["测试"] = [_test_data(test) for test in rule.tests]
    return data


def condition_data(condition: Condition, depth: int = 0) -> dict[str, Plain]:
    """A condition as plain data. `depth` counts the connectives around it."""
    match condition:
        case Compare(fact=fact):
            return {fact: _comparison_data([condition])}
        case Not(part=part):
            return {"非": condition_data(part, depth + 1)}
        case AnyOf(parts=parts):
            return {"任一": _parts_data(parts, depth)}
        case AllOf(parts=parts):
            groups = _as_mapping(parts)
            # 全部 beside its own 全部 reads badly; it is written only where a list would nest too deep.
            deepest = depth + 1 + max(map(levels, parts))
            if groups is None or (any(isinstance(part, AllOf) for part in parts) and deepest <= DEEPEST):
                return {"全部": _parts_data(parts, depth)}
            return {key: _group_data(group, depth) for key, group in groups.items()}


def levels(condition: Condition) -> int:
    """How many connectives are nested in a condition, written with as few as it can be."""
    match condition:
        case Compare():
            return 0
        case Not(part=part):
            return 1 + levels(part)
        case AnyOf(parts=parts):
            return 1 + max(map(levels, parts))
        case AllOf(parts=parts):
            as_list = 1 + max(map(levels, parts))
            if _as_mapping(parts) is None:
                return as_list
            below = (1 + max(map(levels, part.parts)) if isinstance(part, AllOf) else levels(part) for part in parts)
            return min(as_list, max(below))


def _as_mapping(parts: Sequence[Condition]) -> dict[str, list[Condition]] | None:
    """The parts by the key that would stand for them, if a mapping can say them in this order and no otherwise."""
    groups: dict[str, list[Condition]] = {}
    before = ""
    for part in parts:
        key = _key(part)
        if key in groups and not (key == before and _combine([*groups[key], part])):
            return None
        groups.setdefault(key, []).append(part)
        before = key
    return groups if len(parts) > 1 else None


def _key(part: Condition) -> str:
    match part:
        case Compare(fact=fact):
            return fact
        case Not():
            return "非"
        case AllOf():
            return "全部"
        case AnyOf():
            return "任一"


def _combine(parts: Sequence[Condition]) -> bool:
    """Whether comparisons of one fact can share a mapping: {至少: 2, 至多: 5}."""
    operators = [part.operator for part in parts if isinstance(part, Compare)]
    return len(set(operators)) == len(parts) and Operator.EQUALS not in operators


def _group_data(group: Sequence[Condition], depth: int) -> Plain:
    match group[0]:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return _parts_data(parts, depth)
        case Not(part=part):
            return condition_data(part, depth + 1)
        case Compare():
            return _comparison_data([part for part in group if isinstance(part, Compare)])


def _parts_data(parts: Iterable[Condition], depth: int) -> list[Plain]:
    return [condition_data(part, depth + 1) for part in parts]


def _comparison_data(compares: Sequence[Compare]) -> Plain:
    if compares[0].operator is Operator.EQUALS:
        return show(compares[0].operands[0])
    return {compare.operator.value: _operands_data(compare) for compare in compares}


def _operands_data(compare: Compare) -> Plain:
    shown = [show(operand) for operand in compare.operands]
    return shown[0] if compare.operator in _SINGLE else shown


def _test_data(test: RuleTest) -> dict[str, Plain]:
    expected: dict[str, Plain] = {name: _one_or_list(values) for name, values in test.expected.items()}
    mentioned = {"命中": test.hits, "未命中": test.misses}
    expected |= {word: _one_or_list(ids) for word, ids in mentioned.items() if ids}
    given: Mapping[str, Plain] = {name: show(value) for name, value in test.given.items()}
    return {"名": test.name, "给定": given, "期望": expected}


def _one_or_list(values: tuple[str, ...]) -> Plain:
    return values[0] if len(values) == 1 else list(values)


def _head_data(rulebook: Rulebook) -> dict[str, Plain]:
    data: dict[str, Plain] = {"规则集": rulebook.name}
    if rulebook.description:
        data["说明"] = rulebook.description
    data["事实"] = {name: _fact_data(fact) for name, fact in rulebook.facts.items()}
    data["决策"] = {name: _field_data(field) for name, field in rulebook.fields.items()}
    return data


def _fact_data(fact: Fact) -> Plain:
    match fact:
        case YesNo():
            return "是否"
        case Text():
            return "文本"
        case Choice(values=values, default=default):
            return {"取值": list(values), "缺省": default}
        case Whole(low=low, high=high, default=default):
            return {"整数": _shown(low, high), "缺省": show(default)}
        case Fraction(low=low, high=high, default=default):
            return {"范围": _shown(low, high), "缺省": show(default)}


def _shown(*values: Value) -> list[Plain]:
    return [show(value) for value in values]


def _field_data(field: DecisionField) -> Plain:
    data: dict[str, Plain] = {"命中方式": field.policy.value}
    if field.default is not None:
        data["缺省"] = field.default
    if field.values is None:
        data["文本"] = "是"
    else:
        data["取值"] = f"同 {field.same_as}" if field.same_as else list(field.values)
    return data
