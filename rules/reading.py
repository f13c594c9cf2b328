"""Reading one node as a table, a list, a text or a date; what does not fit becomes a problem and None."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from rules.dates import parse_date
from rules.document import ListNode, MapNode, Node, TextNode
from rules.problem import Problem, Severity, did_you_mean, nearest, problem_at
from rules.slips import JOINTS, pieces, slip_in_key
from rules.vocabulary import Fact, Fault, Value


def read_table(
    node: Node,
    what: str,
    problems: list[Problem],
    *,
    required: Collection[str] = (),
    optional: Collection[str] = (),
) -> dict[str, Node] | None:
    """The values of a mapping by key. Unknown keys are reported and dropped, missing ones reported.

    One mistake is one problem: a key that was misspelt is not missing as well, and its value is read.
    """
    entries = read_entries(node, what, problems)
    if entries is None:
        return None
    known = [*required, *optional]
    table = {key.text: value for key, value in entries if key.text in known}
    unknown = [(key, value) for key, value in entries if key.text not in known]
    unknown, excused = _without_unindented(unknown, entries, table, known, problems)
    missing = [name for name in required if name not in table and name not in excused]
    for key, value in unknown:
        if slip := slip_in_key(key.text, known):
            report_slip(key, slip, problems)
            missing = [name for name in missing if not key.text.startswith(name)]
            continue
        message = f"{what}里没有「{key.text}」这个键"
        meant = nearest(key.text, [name for name in known if name not in table])
        if meant is None and len(unknown) == len(missing) == 1:
            message, remedy = f"{message}，却缺少「{missing[0]}」", f"如果说的就是它，请改写成「{missing[0]}」"
            missing = []
        elif meant is None:
            remedy = did_you_mean(key.text, known)
        else:
            remedy = f"您是不是想写「{meant}」？"
            table[meant] = value
            missing = [name for name in missing if name != meant]
        problems.append(problem_at(key.place, "R023", message, remedy))
    if missing:
        remedy = f"请补上{''.join(f'「{name}: …」' for name in missing)}"
        message = f"{what}缺少{''.join(f'「{name}」' for name in missing)}"
        problems.append(problem_at(node.place, "R024", message, remedy))
    return table


def _without_unindented(
    unknown: list[tuple[TextNode, Node]],
    entries: Sequence[tuple[TextNode, Node]],
    table: dict[str, Node],
    known: Sequence[str],
    problems: list[Problem],
) -> tuple[list[tuple[TextNode, Node]], set[str]]:
    """Keys that stand below an empty key, and should have been indented, are one problem together."""
    excused: set[str] = set()
    above: TextNode | None = None
    rest: list[tuple[TextNode, Node]] = []
    for key, value in entries:
        if key.text in known:
            above = key if isinstance(value, TextNode) and not value.text else None
        elif above is not None and nearest(key.text, known) is None and key.place.line > above.place.line:
            if above.text not in excused:
                message = f"「{key.text}」没有缩进，不算在上面的「{above.text}」里"
                remedy = f"请把「{above.text}」下面的各行往右缩进两个空格"
                problems.append(problem_at(key.place, "R022", message, remedy))
            excused.add(above.text)
            table.pop(above.text, None)
        else:
            rest.append((key, value))
    return rest if excused else unknown, excused


def report_slip(key: TextNode, slip: tuple[int, str, str], problems: list[Problem]) -> None:
    """A colon that did not part a key from its value."""
    offset, message, remedy = slip
    place = replace(key.place, column=key.place.column + offset)
    problems.append(problem_at(place, "R015", message, remedy))


def read_entries(node: Node, what: str, problems: list[Problem]) -> tuple[tuple[TextNode, Node], ...] | None:
    if isinstance(node, MapNode):
        return node.entries
    _wrong_shape(node, f"{what}要写成键值对", "请写成「名称: 值」，冒号用半角，后面空一格", problems)
    return None


def read_rows(node: Node, what: str, problems: list[Problem], remedy: str = "") -> tuple[Node, ...] | None:
    if isinstance(node, ListNode):
        if not node.items:
            problems.append(problem_at(node.place, "R025", f"{what}的列表是空的", "请至少写一项"))
        return node.items
    _wrong_shape(node, f"{what}要写成列表", remedy or _as_list(node), problems)
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


def remind_of_joints(texts: Sequence[tuple[str, Node]], what: str, problems: list[Problem]) -> None:
    """Words that a Chinese comma joins: YAML takes them for one, and nothing else would tell."""
    for text, row in texts:
        if JOINTS.search(text) and (words := pieces(text)):
            message = f"{what}里「{text}」算作一个词"
            remedy = f"如果是几个词，请写成 [{', '.join(words)}]，逗号用半角"
            problems.append(problem_at(row.place, "R041", message, remedy, severity=Severity.WARNING))


def read_value(node: Node, name: str, fact: Fact, problems: list[Problem]) -> Value | None:
    """A value of a fact, or of anything that is typed like one."""
    text = read_text(node, f"「{name}」的值", problems)
    if text is None:
        return None
    parsed: Value | Fault = fact.parse(text)
    return unless_fault(parsed, node, name, problems)


def unless_fault(value: Value | Fault, node: Node, name: str, problems: list[Problem]) -> Value | None:
    if isinstance(value, Fault):
        quoted = name if "「" in name else f"「{name}」"
        problems.append(problem_at(node.place, value.code, f"{quoted}：{value.message}", value.remedy))
        return None
    return value


def read_date(node: Node, what: str, problems: list[Problem]) -> datetime.date | None:
    text = read_text(node, what, problems)
    if text is None:
        return None
    parsed = parse_date(text)
    if isinstance(parsed, Fault):
        problems.append(problem_at(node.place, parsed.code, f"{what}：{parsed.message}", parsed.remedy))
        return None
    return parsed


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
        if slip := slip_in_key(key.text, [*facts, *also]):
            report_slip(key, slip, problems)
            return None
        message = f"{where}里没有「{key.text}」这个事实"
        remedy = did_you_mean(key.text, [*facts, *also])
        problems.append(problem_at(key.place, "R028", message, remedy))
    return facts.get(key.text)


def _as_list(node: Node) -> str:
    """How to write as a list what was written otherwise."""
    if isinstance(node, TextNode) and 0 < len(node.text) <= 40:
        return f"请写成 [{', '.join(pieces(node.text) or (node.text,))}]"
    return "请写成 [甲, 乙]，或每项一行、以「- 」开头"


def _wrong_shape(node: Node, message: str, remedy: str, problems: list[Problem]) -> None:
    if isinstance(node, TextNode) and not node.text:
        problems.append(problem_at(node.place, "R025", f"{message}，这里是空的", remedy))
    elif isinstance(node, TextNode) and re.search(r"：|:(?! )", node.text):
        hint = "看起来是冒号的问题：冒号要用半角「:」，后面空一格"
        problems.append(problem_at(node.place, "R015", message, hint))
    else:
        problems.append(problem_at(node.place, "R022", message, remedy))
