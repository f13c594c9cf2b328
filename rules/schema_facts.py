"""Reads the facts that a rule set declares: name → type, each complete with a default."""

from __future__ import annotations

from dataclasses import replace

from rules.document import Node, TextNode
from rules.problem import Problem, problem_at
from rules.reading import read_entries, read_rows, read_table, read_texts, read_value, remind_of_joints
from rules.vocabulary import Choice, Fact, Fraction, Text, Value, Whole, YesNo

CONNECTIVES = ("全部", "任一", "非")

# Bounds of bounds: what four decimals and the engine's whole numbers carry exactly.
_ANY_WHOLE = Whole(-(10**9), 10**9, 0)
_ANY_FRACTION = Fraction(-1e6, 1e6, 0.0)
_KINDS = ("取值", "整数", "范围")
_EXAMPLES = "可以写：是否、文本、{取值: [甲, 乙], 缺省: 甲}、{整数: [0, 9], 缺省: 0}、{范围: [0, 1], 缺省: 0}"


def read_facts(node: Node, problems: list[Problem]) -> dict[str, Fact | None]:
    """Facts by name. A wrong declaration is None, so that its uses are not reported again."""
    facts: dict[str, Fact | None] = {}
    for key, declaration in read_entries(node, "「事实」", problems) or ():
        if key.text in CONNECTIVES:
            message = f"「{key.text}」是条件用的词，不能作事实的名字"
            problems.append(problem_at(key.place, "R043", message, "请换一个名字"))
        elif isinstance(declaration, TextNode):
            facts[key.text] = _read_plain_fact(key.text, declaration, problems)
        else:
            facts[key.text] = _read_declared_fact(key.text, declaration, problems)
    return facts


def _read_plain_fact(name: str, node: TextNode, problems: list[Problem]) -> Fact | None:
    match node.text:
        case "是否":
            return YesNo()
        case "文本":
            return Text()
    message = f"事实「{name}」的类型「{node.text}」不认识"
    problems.append(problem_at(node.place, "R043", message, _EXAMPLES))
    return None


def _read_declared_fact(name: str, node: Node, problems: list[Problem]) -> Fact | None:
    what = f"事实「{name}」"
    table = read_table(node, what, problems, required=("缺省",), optional=_KINDS)
    if table is None:
        return None
    kinds = [kind for kind in _KINDS if kind in table]
    if len(kinds) != 1:
        message = f"{what}要在 取值、整数、范围 里写且只写一个"
        problems.append(problem_at(node.place, "R043", message, _EXAMPLES))
        return None
    kind = kinds[0]
    read = _read_choice if kind == "取值" else _read_bounds
    fact = read(f"{what}的{kind}", table[kind], problems)
    if fact is None or "缺省" not in table:
        return None
    default = read_value(table["缺省"], f"{what}的缺省", fact, problems)
    return None if default is None else _with_default(fact, default)


def _read_choice(what: str, node: Node, problems: list[Problem]) -> Choice | None:
    texts = read_texts(node, what, problems)
    remind_of_joints(texts, what, problems)
    values = tuple(text for text, _ in texts)
    return Choice(values, values[0]) if values else None


def _read_bounds(what: str, node: Node, problems: list[Problem]) -> Whole | Fraction | None:
    rows = read_rows(node, what, problems, "请写成 [下限, 上限]，如 [0, 99]")
    if not rows:
        return None
    if len(rows) != 2:
        problems.append(problem_at(node.place, "R043", f"{what}要写下限和上限", "请写成 [0, 99] 的样子"))
        return None
    like: Whole | Fraction = _ANY_WHOLE if what.endswith("整数") else _ANY_FRACTION
    low, high = (read_value(row, what, like, problems) for row in rows)
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return None
    if low >= high:
        problems.append(problem_at(node.place, "R039", f"{what}的下限不小于上限", "请把小的写在前面"))
        return None
    if isinstance(like, Whole):
        return Whole(int(low), int(high), int(low))
    return Fraction(float(low), float(high), float(low))


def _with_default(fact: Choice | Whole | Fraction, default: Value) -> Fact:
    match fact, default:
        case Choice(), str():
            return replace(fact, default=default)
        case Whole(), int():
            return replace(fact, default=default)
        case Fraction(), float():
            return replace(fact, default=default)
        case _:
            raise TypeError(f"{default!r} was not read as a value of {fact!r}")
