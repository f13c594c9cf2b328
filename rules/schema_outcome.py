"""Reads what is said for one decision field, by a rule's 结论 or by a test's 期望."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.document import ListNode, Node, TextNode
from rules.problem import Problem, did_you_mean, problem_at
from rules.reading import read_text, read_texts, report_slip, unless_fault
from rules.rulebook import Conclusion, DecisionField, HitPolicy
from rules.schema_decisions import TEST_WORDS
from rules.slips import slip_in_key
from rules.vocabulary import Choice, Fact

_NOT_HIT = ("不命中", "没命中", "没有命中", "不中", "未中")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What rules may speak of. A fact or field is None where its declaration was wrong itself."""

    facts: Mapping[str, Fact | None]
    fields: Mapping[str, DecisionField | None]
    # The numbers of all rules; None where a file could not be parsed, since any may stand in it.
    ids: frozenset[str] | None = None


def read_outcome(
    key: TextNode, node: Node, vocabulary: Vocabulary, problems: list[Problem], *, expected: bool = False
) -> Conclusion:
    """The values said for one decision field; nothing where they are wrong."""
    if key.text not in vocabulary.fields:
        _report_unknown(key, list(vocabulary.fields), expected, problems)
    field = vocabulary.fields.get(key.text)
    if field is None:
        return {}
    # A test may expect that nothing is said; a rule that says nothing is a slip.
    if expected and field.policy is HitPolicy.UNION and node == ListNode(node.place, ()):
        return {field.name: ()}
    texts: tuple[tuple[str, Node], ...]
    if field.policy is HitPolicy.UNION and isinstance(node, ListNode):
        texts = read_texts(node, f"「{field.name}」", problems)
    else:
        text = read_text(node, f"「{field.name}」", problems)
        texts = ((text, node),) if text is not None else ()
    if field.values is not None:
        allowed = Choice(field.values, "")
        for text, place in texts:
            unless_fault(allowed.parse(text), place, field.name, problems)
    return {field.name: tuple(text for text, _ in texts)} if texts else {}


def _report_unknown(key: TextNode, fields: list[str], expected: bool, problems: list[Problem]) -> None:
    candidates = [*fields, *TEST_WORDS] if expected else fields
    if slip := slip_in_key(key.text, candidates):
        report_slip(key, slip, problems)
        return
    not_hit = expected and key.text in _NOT_HIT
    remedy = "您是不是想写「未命中」？" if not_hit else did_you_mean(key.text, candidates)
    message = f"{'期望' if expected else '结论'}里没有「{key.text}」这项决策"
    problems.append(problem_at(key.place, "R040", message, remedy))
