"""Reads what a rule set decides: each field with its hit policy, its values and its default."""

from __future__ import annotations

from rules.document import Node, TextNode
from rules.problem import Problem, count_errors, did_you_mean, problem_at
from rules.reading import (
    read_entries,
    read_table,
    read_text,
    read_texts,
    read_value,
    remind_of_joints,
    unless_fault,
)
from rules.rulebook import COLOUR, DEPARTMENT, DecisionField, HitPolicy
from rules.vocabulary import Choice

TEST_WORDS = ("命中", "未命中")

# Without a receiver and a colour there is nothing to suggest.
_INDISPENSABLE = {DEPARTMENT: HitPolicy.FIRST, COLOUR: HitPolicy.HEAVIEST}

Fields = dict[str, DecisionField | None]


def read_decisions(node: Node, problems: list[Problem]) -> Fields:
    """Fields by name. A wrong declaration is None, so that its uses are not reported again."""
    entries = read_entries(node, "「决策」", problems)
    fields: Fields = {}
    for key, declaration in entries or ():
        if key.text in TEST_WORDS:
            message = f"「{key.text}」是测试用的词，不能作决策的名字"
            problems.append(problem_at(key.place, "R044", message, "请换一个名字"))
            continue
        field = fields[key.text] = _read_field(key.text, declaration, fields, problems)
        policy = _INDISPENSABLE.get(key.text)
        if field and policy and field.policy is not policy:
            message = f"「{key.text}」的命中方式是「{field.policy}」"
            problems.append(problem_at(key.place, "R044", message, f"这一项只能用「{policy}」"))
    for name, policy in _INDISPENSABLE.items():
        if entries is not None and name not in fields:
            remedy = f"请补上「{name}: {{命中方式: {policy}, 缺省: …, 取值: […]}}」"
            problems.append(problem_at(node.place, "R024", f"「决策」缺少「{name}」", remedy))
            fields[name] = None
    return fields


def _read_field(name: str, node: Node, above: Fields, problems: list[Problem]) -> DecisionField | None:
    what = f"决策「{name}」"
    table = read_table(node, what, problems, required=("命中方式",), optional=("取值", "文本", "缺省"))
    if table is None or "命中方式" not in table:
        return None
    policy = read_value(table["命中方式"], "命中方式", Choice(tuple(HitPolicy), ""), problems)
    if not isinstance(policy, str):
        return None
    before = count_errors(problems)
    values, same_as = _read_values(table, what, node, above, problems)
    default = _read_default(table, what, node, HitPolicy(policy), values, problems)
    if policy == HitPolicy.HEAVIEST and "文本" in table:
        remedy = "请改写「取值: [最重, …, 最轻]」"
        problems.append(problem_at(node.place, "R044", f"{what}是「取最重」，要有从重到轻的取值", remedy))
    lent_by_wrong = same_as is not None and above.get(same_as) is None
    if lent_by_wrong or count_errors(problems) > before:
        return None
    return DecisionField(name, HitPolicy(policy), values, default, same_as)


def _read_values(
    table: dict[str, Node], what: str, node: Node, above: Fields, problems: list[Problem]
) -> tuple[tuple[str, ...] | None, str | None]:
    """The values, or None for free text, and the field they are shared with."""
    if ("取值" in table) == ("文本" in table):
        remedy = "有固定取值的写「取值: [甲, 乙]」，可随意写的写「文本: 是」"
        problems.append(problem_at(node.place, "R044", f"{what}要在 取值、文本 里写且只写一个", remedy))
        return None, None
    if "文本" in table:
        read_value(table["文本"], f"{what}的文本", Choice(("是",), ""), problems)
        return None, None
    written = table["取值"]
    if isinstance(written, TextNode) and (other := written.text.removeprefix("同")) in above:
        message = f"{what}的取值「{written.text}」少了空格"
        problems.append(problem_at(written.place, "R015", message, f"请写成「同 {other}」"))
        return (), other
    if not (isinstance(written, TextNode) and written.text.startswith("同 ")):
        texts = read_texts(written, f"{what}的取值", problems)
        remind_of_joints(texts, f"{what}的取值", problems)
        return tuple(text for text, _ in texts), None
    other = written.text.removeprefix("同 ").strip()
    shared = above.get(other)
    if other not in above or (shared and shared.values is None):
        message = f"{what}的取值同「{other}」，但上面没有这项有取值的决策"
        problems.append(problem_at(written.place, "R040", message, did_you_mean(other, list(above))))
    return shared.values if shared else (), other


def _read_default(
    table: dict[str, Node],
    what: str,
    node: Node,
    policy: HitPolicy,
    values: tuple[str, ...] | None,
    problems: list[Problem],
) -> str | None:
    if "缺省" not in table:
        if policy is not HitPolicy.UNION:
            remedy = "请写明没有规则命中时取什么"
            problems.append(problem_at(node.place, "R024", f"{what}缺少「缺省」", remedy))
        return None
    written = table["缺省"]
    if policy is HitPolicy.UNION:
        message = f"{what}的命中方式是「全部」，没有规则命中时就是空的，不用缺省"
        problems.append(problem_at(written.place, "R044", message, "请删掉缺省"))
        return None
    default = read_text(written, f"{what}的缺省", problems)
    if default is not None and values:
        unless_fault(Choice(values, "").parse(default), written, f"{what}的缺省", problems)
    return default
