"""Reads a rule's condition into a tree of comparisons, 全部, 任一 and 非."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rules.document import ListNode, MapNode, Node, TextNode
from rules.problem import Place, Problem, count_errors, did_you_mean, problem_at
from rules.reading import known_fact, read_entries, read_rows, read_texts, read_value, remind_of_joints, report_slip
from rules.rulebook import AllOf, AnyOf, Compare, Condition, Not, Operator
from rules.schema_facts import CONNECTIVES
from rules.slips import slip_in_key
from rules.vocabulary import Choice, Fact, Fault, Fraction, Text, Value, Whole, YesNo

DEEPEST = 4

_LISTS = frozenset({Operator.ONE_OF, Operator.NONE_OF})
_ORDER = frozenset({Operator.AT_LEAST, Operator.AT_MOST, Operator.MORE_THAN, Operator.LESS_THAN})
_WORDS = frozenset({Operator.CONTAINS_ANY, Operator.CONTAINS_ALL, Operator.CONTAINS_NONE})
_ALLOWED: dict[type[Fact], frozenset[Operator]] = {
    Choice: _LISTS,
    YesNo: frozenset(),
    Whole: _LISTS | _ORDER | {Operator.BETWEEN},
    Fraction: _LISTS | _ORDER | {Operator.BETWEEN},
    Text: _WORDS,
}
# What people write instead, and what this language calls it.
_OTHER_NAMES = {
    **dict.fromkeys(("等于", "=", "==", "为"), "相等直接写值，如「近90天重复次数: 2」"),
    **dict.fromkeys(("不等于", "!=", "≠", "不是"), "请写「非: {事实: 值}」，或用「不属于」"),
    **dict.fromkeys((">=", "≥", "大于等于", "不少于", "不小于", "不低于"), "请写「至少」"),
    **dict.fromkeys(("<=", "≤", "小于等于", "不多于", "不大于", "不高于"), "请写「至多」"),
    **dict.fromkeys((">", "多于", "高于", "超过"), "请写「大于」"),
    **dict.fromkeys(("<", "少于", "低于", "不足", "不到"), "请写「小于」"),
    **dict.fromkeys(("包含", "含有", "含", "匹配", "正则"), "请写「含任一: [词]」「含全部: [词]」或「均不含: [词]」"),
    **dict.fromkeys(("在", "之一"), "请写「属于」"),
    **dict.fromkeys(("之间", "区间", "范围"), "请写「介于: [下限, 上限]」，两头都算"),
}
_OTHER_CONNECTIVES = {
    **dict.fromkeys(("并且", "且", "而且", "同时", "都", "所有", "AND", "and"), "全部"),
    **dict.fromkeys(("或者", "或", "任意", "任何", "之一", "OR", "or"), "任一"),
    **dict.fromkeys(("不是", "不", "没有", "除非", "除了", "NOT", "not"), "非"),
}
# A comparison written as one text, like 至少 2 or >= 2.
_IN_ONE_TEXT = re.compile(r"([^\d\s:：.+-]{1,4})\s*[:：]?\s*(\S.*)")


def operators_for(fact: Fact) -> tuple[Operator, ...]:
    """The comparisons that may be written for a fact, besides the bare value."""
    return tuple(operator for operator in Operator if operator in _ALLOWED[type(fact)])


def read_condition(
    node: Node, facts: Mapping[str, Fact | None], problems: list[Problem], depth: int = 0
) -> Condition | None:
    """`depth` counts the connectives around this node. Returns None where nothing usable was written."""
    if remedy := _not_a_table(node, facts):
        problems.append(problem_at(node.place, "R022", "条件要写成键值对", remedy))
        return None
    entries = read_entries(node, "条件", problems)
    if entries is None:
        return None
    if not entries:
        problems.append(problem_at(node.place, "R037", "条件是空的", "请至少写一个事实，如「凶器: 是」"))
        return None
    parts: list[Condition] = []
    for key, value in entries:
        if key.text in CONNECTIVES:
            part = _read_connective(key, value, facts, problems, depth + 1)
            parts += [part] if part else []
        else:
            parts += _read_fact(key, value, facts, problems)
    return _all_of(parts, node.place)


def _not_a_table(node: Node, facts: Mapping[str, Fact | None]) -> str:
    """The remedy for a condition written as a list or as a fact's bare name."""
    if isinstance(node, ListNode):
        return "请去掉方括号和「- 」：几个事实都要成立的，一行写一个；有一个就行的，写「任一: [{…}, {…}]」"
    if isinstance(node, TextNode) and node.text in facts:
        return f"请写成「{node.text}: 值」，如「凶器: 是」"
    return ""


def _all_of(parts: list[Condition], place: Place) -> Condition | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts), place)


def _read_connective(
    key: TextNode, value: Node, facts: Mapping[str, Fact | None], problems: list[Problem], depth: int
) -> Condition | None:
    if depth > DEEPEST:
        message = f"「{key.text}」套了 {depth} 层，最多 {DEEPEST} 层"
        problems.append(problem_at(key.place, "R036", message, "请拆成两条规则"))
        return None
    if key.text == "非":
        part = read_condition(value, facts, problems, depth)
        return Not(part, key.place) if part else None
    if isinstance(value, ListNode) and not value.items:
        problems.append(problem_at(value.place, "R037", f"「{key.text}」的列表是空的", "请至少写一个条件"))
        return None
    remedy = f"请把每个条件写成一项：「{key.text}: [{{凶器: 是}}, {{家暴: 是}}]」"
    rows = read_rows(value, f"「{key.text}」", problems, remedy) or ()
    read = [read_condition(row, facts, problems, depth) for row in rows]
    parts = tuple(part for part in read if part)
    if not parts:
        return None
    return AllOf(parts, key.place) if key.text == "全部" else AnyOf(parts, key.place)


def _read_fact(
    key: TextNode, value: Node, facts: Mapping[str, Fact | None], problems: list[Problem]
) -> list[Condition]:
    if key.text not in facts and (connective := _OTHER_CONNECTIVES.get(key.text)):
        message = f"条件里没有「{key.text}」这个事实"
        problems.append(problem_at(key.place, "R028", message, f"您是不是想写「{connective}」？"))
        return []
    fact = known_fact(key, "条件", facts, problems, also=CONNECTIVES)
    if fact is None:
        return []
    match value:
        case TextNode(text=text) if meant := _said_in_one_text(text.strip(), fact):
            remedy = f"请写成「{key.text}: {{{meant}}}」"
            message = f"「{key.text}」的比较「{text}」不能连写"
            problems.append(problem_at(value.place, "R022", message, remedy))
            return []
        case TextNode() if isinstance(fact, Text):
            message = f"「{key.text}」是文本，不能直接比较"
            remedy = f"请写「{key.text}: {{含任一: [词, 词]}}」"
            problems.append(problem_at(value.place, "R030", message, remedy))
            return []
        case TextNode():
            operand = read_value(value, key.text, fact, problems)
            return [] if operand is None else [Compare(key.text, Operator.EQUALS, (operand,), key.place)]
        case ListNode():
            remedy = f"几个值都可以的，请写「{key.text}: {{属于: [甲, 乙]}}」"
            problems.append(problem_at(value.place, "R022", f"「{key.text}」后面不能直接写列表", remedy))
            return []
        case MapNode():
            if not value.entries:
                remedy = "请写一个值，或「{至少: 2}」这样的比较"
                problems.append(problem_at(value.place, "R037", f"「{key.text}」的条件是空的", remedy))
            compared = (_read_compare(key, fact, op, operand, problems) for op, operand in value.entries)
            return [comparison for comparison in compared if comparison]


def _said_in_one_text(text: str, fact: Fact) -> str:
    """The comparison that was written as one text, as it should be written; nothing where it is none or a value."""
    found = _IN_ONE_TEXT.fullmatch(text)
    if found is None or not isinstance(fact.parse(text), Fault):
        return ""
    word = found[1].strip()
    known = _OTHER_NAMES.get(word, "").removeprefix("请写「").removesuffix("」")
    operator = word if word in set(Operator) else known
    return f"{operator}: {found[2]}" if operator in set(Operator) - {Operator.EQUALS} else ""


def _read_compare(
    fact_key: TextNode, fact: Fact, key: TextNode, value: Node, problems: list[Problem]
) -> Compare | None:
    writable = [operator.value for operator in operators_for(fact)]
    if slip := slip_in_key(key.text, list(Operator)):
        report_slip(key, slip, problems)
        return None
    if key.text not in set(Operator) - {Operator.EQUALS}:
        candidates = writable or [operator.value for operator in Operator if operator is not Operator.EQUALS]
        remedy = _OTHER_NAMES.get(key.text) or did_you_mean(key.text, candidates)
        problems.append(problem_at(key.place, "R029", f"没有「{key.text}」这个比较词", remedy))
        return None
    if key.text not in writable:
        may = f"可以用：{'、'.join(writable)}" if writable else "请直接写 是 或 否"
        message = f"「{fact_key.text}」不能用「{key.text}」比较"
        problems.append(problem_at(key.place, "R030", message, may))
        return None
    operator = Operator(key.text)
    operands = _read_operands(fact_key.text, fact, operator, value, problems)
    return Compare(fact_key.text, operator, operands, fact_key.place) if operands else None


def _read_operands(name: str, fact: Fact, operator: Operator, node: Node, problems: list[Problem]) -> tuple[Value, ...]:
    """No operands where any of them is wrong."""
    if operator in _ORDER:
        value = read_value(node, name, fact, problems)
        return () if value is None else (value,)
    before = count_errors(problems)
    if operator is Operator.BETWEEN:
        rows = read_rows(node, f"「{operator}」", problems, "请写成「介于: [下限, 上限]」，两头都算") or ()
        read = [read_value(row, name, fact, problems) for row in rows]
    else:
        texts = read_texts(node, f"「{operator}」", problems)
        if isinstance(fact, Text):
            remind_of_joints(texts, f"「{operator}」", problems)
        read = [read_value(row, name, fact, problems) for _, row in texts]
    operands = tuple(value for value in read if value is not None)
    if count_errors(problems) > before:
        return ()
    return _checked_bounds(operands, node, problems) if operator is Operator.BETWEEN else operands


def _checked_bounds(bounds: tuple[Value, ...], node: Node, problems: list[Problem]) -> tuple[Value, ...]:
    match bounds:
        case (int() | float() as low, int() | float() as high) if low <= high:
            return bounds
        case _, _:
            problems.append(problem_at(node.place, "R039", "「介于」的下限大于上限", "请把小的写在前面"))
        case _:
            remedy = "请写成「介于: [下限, 上限]」，两头都算"
            problems.append(problem_at(node.place, "R022", "「介于」要写两个数", remedy))
    return ()
