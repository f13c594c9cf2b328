"""The files of a rule set come in as text; a Rulebook goes out, with every problem found in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rules.document import ListNode, MapNode, Node, read_document, with_excerpts
from rules.problem import Place, Problem, problem_at
from rules.reading import read_rows, read_table, read_text
from rules.rulebook import Rule, Rulebook, in_deciding_order
from rules.schema_checks import check_conflicts, check_ids
from rules.schema_decisions import read_decisions
from rules.schema_facts import read_facts
from rules.schema_outcome import Vocabulary
from rules.schema_rule import read_rule

HEAD_KEYS = ("规则集", "事实", "决策")


@dataclass(slots=True)
class _Parsed:
    """The nodes found in the files, by what they are."""

    heads: list[Node] = field(default_factory=list)
    rule_rows: list[Node] = field(default_factory=list)


def read_rulebook(texts: Mapping[str, str | bytes]) -> tuple[Rulebook | None, list[Problem]]:
    """Read the files by name. The rulebook is None where any problem is an error."""
    problems: list[Problem] = []
    rulebook = _read(texts, problems)
    shown = sorted(with_excerpts(problems, texts), key=_reading_order)
    return None if any(problem.is_error for problem in shown) else rulebook, shown


def read_rules_under(head: Rulebook, rows: Sequence[Node]) -> tuple[Rulebook | None, list[Problem]]:
    """The rules of these nodes, whatever they were read from, under the head of another rulebook."""
    problems: list[Problem] = []
    rules = _read_rules(rows, Vocabulary(head.facts, head.fields), problems, all_there=True)
    failed = any(problem.is_error for problem in problems)
    return None if failed else replace(head, rules=in_deciding_order(rules)), problems


def _read(texts: Mapping[str, str | bytes], problems: list[Problem]) -> Rulebook | None:
    parsed = _Parsed()
    all_parsed = True
    for name in sorted(texts):
        root, found = read_document(name, texts[name])
        problems += found
        all_parsed = all_parsed and root is not None
        if root is not None:
            _sort_in(root, parsed, problems)
    head = _the_one_head(parsed.heads, texts, all_parsed, problems)
    if head is None:
        return None
    table = read_table(head, "规则集的头", problems, required=HEAD_KEYS, optional=("说明", "规则")) or {}
    title = read_text(table["规则集"], "「规则集」", problems) if "规则集" in table else None
    description = read_text(table["说明"], "「说明」", problems) if "说明" in table else None
    facts = read_facts(table["事实"], problems) if "事实" in table else None
    fields = read_decisions(table["决策"], problems) if "决策" in table else None
    if facts is None or fields is None:
        return None
    rows = [*parsed.rule_rows]
    if "规则" in table:
        rows += read_rows(table["规则"], "「规则」", problems) or ()
    # A rule that a test mentions may stand in the file that could not be parsed.
    rules = _read_rules(rows, Vocabulary(facts, fields), problems, all_there=all_parsed)
    return Rulebook(
        name=title or "",
        description=description or "",
        facts={name: fact for name, fact in facts.items() if fact},
        fields={name: one for name, one in fields.items() if one},
        rules=in_deciding_order(rules),
    )


def _read_rules(
    rows: Sequence[Node], vocabulary: Vocabulary, problems: list[Problem], *, all_there: bool
) -> list[Rule]:
    ids = check_ids(rows, problems)
    told = replace(vocabulary, ids=ids if all_there else None)
    rules = [rule for row in rows if (rule := read_rule(row, told, problems))]
    check_conflicts(rules, told.fields, problems)
    return rules


def _sort_in(root: Node, parsed: _Parsed, problems: list[Problem]) -> None:
    if isinstance(root, ListNode):
        parsed.rule_rows += root.items
    elif isinstance(root, MapNode) and any(key.text in HEAD_KEYS for key, _ in root.entries):
        parsed.heads.append(root)
    else:
        remedy = "规则文件里每条规则以「- 」开头；规则集的头要有 规则集、事实、决策 三个键"
        problems.append(problem_at(root.place, "R022", "这个文件既不是规则的列表，也不是规则集的头", remedy))


def _the_one_head(
    heads: list[Node], texts: Mapping[str, str | bytes], all_parsed: bool, problems: list[Problem]
) -> Node | None:
    for other in heads[1:]:
        message = f"规则集的头不止一个，另一个在 {heads[0].place}"
        problems.append(problem_at(other.place, "R021", message, "请只留一个"))
    # Where a file could not be parsed, the head may well be in it.
    if not heads and all_parsed:
        place = Place(min(texts, default="ruleset.yaml"), 1, 1)
        remedy = "请加上 ruleset.yaml，写明 规则集、事实、决策"
        problems.append(problem_at(place, "R020", "没有找到规则集的头", remedy))
    return heads[0] if heads else None


def _reading_order(problem: Problem) -> tuple[str, int, int, str]:
    return problem.file, problem.line, problem.column, problem.code
