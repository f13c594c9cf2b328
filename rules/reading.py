"""Reading one node as a table, a list, a text or a date; what does not fit becomes a problem and None."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Mapping

from rules.document import ListNode, MapNode, Node, TextNode
from rules.problem import Problem, did_you_mean, problem_at
from rules.vocabulary import Fact, Fault, Value

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_table(
    node: Node,
    what: str,
    problems: list[Problem],
    *,
    required: Collection[str] = (),
    optional: Collection[str] = (),
) -> dict[str, Node] | None:
    """The values of a mapping by key. Unknown keys are reported and dropped, missing ones reported."""
    entries = read_entries(node, what, problems)
    if entries is None:
        return None
    known = [*required, *optional]
    table: dict[str, Node] = {}
    for key, value in entries:
        if key.text in known:
            table[key.text] = value
        else:
            message = f"{what}里没有「{key.text}」这个键"
            problems.append(problem_at(key.place, "R023", message, did_you_mean(key.text, known)))
    for name in required:
        if name not in table:
            problems.append(problem_at(node.place, "R024", f"{what}缺少「{name}」", f"请补上「{name}: …」"))
    return table


def read_entries(node: Node, what: str, problems: list[Problem]) -> tuple[tuple[TextNode, Node], ...] | None:
    if isinstance(node, MapNode):
        return node.entries
    _wrong_shape(node, f"{what}要写成键值对", "请写成「名称: 值」，冒号用半角，后面空一格", problems)
    return None


def read_rows(node: Node, what: str, problems: list[Problem]) -> tuple[Node, ...] | None:
    if isinstance(node, ListNode):
        if not node.items:
            problems.append(problem_at(node.place, "R025", f"{what}的列表是空的", "请至少写一项"))
        return node.items
    _wrong_shape(node, f"{what}要写成列表", "请写成 [甲, 乙]，或每项一行、以「- 」开头", problems)
    return None


def read_text(node: Node, what: str, problems: list[Problem]) -> str | None:
    if isinstance(node, TextNode):
        if node.text.strip():
            return node.text.strip()
        problems.append(problem_at(node.place, "R025", f"{what}是空的", "请填写内容，或删掉这一项"))
        return None
    problems.append(problem_at(node.place, "R022", f"{what}只能写一个值", "请去掉括号，只写一个值"))
    return None


def read_texts(node: Node, what: str, problems: list[Problem]) -> tuple[tuple[str, Node], ...]:
    """The texts of a list with their nodes, each once."""
    texts: dict[str, Node] = {}
    for row in read_rows(node, what, problems) or ():
        text = read_text(row, what, problems)
        if text is None:
            continue
        if text in texts:
            problems.append(problem_at(row.place, "R038", f"{what}里「{text}」写了两遍", "请只留一个"))
        texts.setdefault(text, row)
    return tuple(texts.items())


def read_value(node: Node, name: str, fact: Fact, problems: list[Problem]) -> Value | None:
    """A value of a fact, or of anything that is typed like one."""
    text = read_text(node, f"「{name}」的值", problems)
    if text is None:
        return None
    parsed: Value | Fault = fact.parse(text)
    return unless_fault(parsed, node, name, problems)


def unless_fault(value: Value | Fault, node: Node, name: str, problems: list[Problem]) -> Value | None:
    if isinstance(value, Fault):
        problems.append(problem_at(node.place, value.code, f"「{name}」：{value.message}", value.remedy))
        return None
    return value


def read_date(node: Node, what: str, problems: list[Problem]) -> datetime.date | None:
    text = read_text(node, what, problems)
    if text is None:
        return None
    if _DATE.fullmatch(text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            problems.append(problem_at(node.place, "R034", f"{what}「{text}」没有这一天", "请核对年月日"))
            return None
    message = f"{what}「{text}」的写法不对"
    problems.append(problem_at(node.place, "R034", message, "请写成 年-月-日，如 2026-01-01"))
    return None


def known_fact(
    key: TextNode,
    where: str,
    facts: Mapping[str, Fact | None],
    problems: list[Problem],
    *,
    also: tuple[str, ...] = (),
) -> Fact | None:
    """The fact that a key names. One whose declaration was wrong itself is None without a second problem."""
    if key.text not in facts:
        message = f"{where}里没有「{key.text}」这个事实"
        remedy = did_you_mean(key.text, [*facts, *also])
        problems.append(problem_at(key.place, "R028", message, remedy))
    return facts.get(key.text)


def _wrong_shape(node: Node, message: str, remedy: str, problems: list[Problem]) -> None:
    if isinstance(node, TextNode) and not node.text:
        problems.append(problem_at(node.place, "R025", f"{message}，这里是空的", remedy))
    elif isinstance(node, TextNode) and re.search(r"：|:(?! )", node.text):
        hint = "看起来是冒号的问题：冒号要用半角「:」，后面空一格"
        problems.append(problem_at(node.place, "R022", message, hint))
    else:
        problems.append(problem_at(node.place, "R022", message, remedy))
