"""A rulebook comes in, two sheets that a clerk can edit go out: 规则, a row a rule, and 测试, a row a test; and back.

What is decided has a column each, for sorting and filtering. The condition has one cell, a comparison a line, in
the words that every explanation of a decision uses (近90天重复次数 至少 2): with a column a fact, thirty columns
would be empty in nearly every row, and 任一 would need a second place and a second notation. So would 给定.

Meaning is left to the reader of rules: a row becomes the nodes that its YAML would have given, so that a table is
held to every check that a file is, and faulted in the same words, at its cell. The head is never in the table.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rules.document import ListNode, MapNode, Node, TextNode
from rules.problem import Problem, did_you_mean, problem_at
from rules.rulebook import Rule, Rulebook, RuleTest
from rules.schema import read_rules_under
from rules.schema_condition import DEEPEST
from rules.schema_decisions import TEST_WORDS
from rules.writing import levels
from service.rulesets.cells import Cell, CellProblem, Sheet, at_their_cells, cell_place
from service.rulesets.notation import read_condition_cell, read_given_cell, read_values_cell
from service.rulesets.remedies import in_a_table
from service.rulesets.rows import Row, read_rows
from service.rulesets.saying import say_condition, say_given, say_values

RULES, TESTS = "规则", "测试"
FILE = "文件"
NEW_FILE = "new.yaml"

_PLAIN = ("编号", "名称", "责任人", "依据", "状态", "优先级", "底线", "生效", "失效")
_OPTIONAL = frozenset({"底线", "生效", "失效"})
_CONCLUSION, _EXPECTED = "结论：", "期望："
_ADD_TESTS = "请在「测试」表里给它写一条应当命中的和一条不应命中的，「规则编号」要和这里一致"
_FILE_NAME = re.compile(r"[\w-][\w.-]{0,80}\.ya?ml")


@dataclass(frozen=True, slots=True)
class TableReading:
    """The rulebook that a table gives, or None and why not; and the file that each rule belongs in, by 编号."""

    rulebook: Rulebook | None
    problems: list[CellProblem]
    files: Mapping[str, str] = field(default_factory=dict)


def rule_columns(rulebook: Rulebook) -> tuple[str, ...]:
    return (*_PLAIN, "条件", *(f"{_CONCLUSION}{name}" for name in rulebook.fields), "理由", FILE)


def test_columns(rulebook: Rulebook) -> tuple[str, ...]:
    return ("规则编号", "名", "给定", *(f"{_EXPECTED}{name}" for name in (*rulebook.fields, *TEST_WORDS)))


def table_of(rulebook: Rulebook) -> tuple[Sheet, Sheet]:
    """The sheets 规则 and 测试, in the order in which the rules stand in their files."""
    rules = sorted(rulebook.rules, key=lambda rule: rule.place)
    return (
        _sheet(RULES, rule_columns(rulebook), [_rule_row(rule, rulebook) for rule in rules]),
        _sheet(
            TESTS, test_columns(rulebook), [_test_row(rule, test, rulebook) for rule in rules for test in rule.tests]
        ),
    )


def read_table(rules: Sheet, tests: Sheet, base: Rulebook, *, head_file: str = "ruleset.yaml") -> TableReading:
    """The base with its rules replaced by those of the table. With any error nothing of it is taken.

    A rule keeps the file that it has in the base unless 文件 says otherwise; a new one without goes to new.yaml.
    """
    problems: list[Problem] = []
    rule_rows = read_rows(rules, rule_columns(base)[:-1], problems, optional=(FILE,))
    test_rows = read_rows(tests, test_columns(base), problems)
    if rule_rows is None or test_rows is None:
        return TableReading(None, at_their_cells(map(in_a_table, problems), (rules, tests)))
    if not rule_rows:
        problems.append(problem_at(cell_place(rules.name, 1, 1), "R001", "表里没有规则", "请核对是不是填错了文件"))
    tests_by_rule = _tests_by_rule(test_rows, [row.text("编号") for row in rule_rows], problems)
    nodes = [_rule_node(row, tests_by_rule.get(row.text("编号"), []), base, problems) for row in rule_rows]
    files = _files(rule_rows, base, head_file, problems)
    read, found = read_rules_under(base, nodes)
    problems += _no_consequences(found, problems, {row.place("规则编号").file for row in test_rows})
    for rule in read.rules if read else ():
        _check_levels(rule, problems)
    shown = at_their_cells(map(in_a_table, problems), (rules, tests))
    if read is None or any(problem.is_error for problem in shown):
        return TableReading(None, shown)
    return TableReading(replace(read, rules=tuple(_tests_in_old_order(read.rules, base))), shown, files)


def _no_consequences(found: Sequence[Problem], before: Sequence[Problem], owners: Container[str]) -> Iterator[Problem]:
    """What was found when the rules were read, but for what only follows from cells that could not be read.

    Such a cell is not faulted for what it might mean, nor a rule for tests that may be among those gone astray:
    `owners` are the cells that say which rule a test belongs to.
    """
    unreadable = {problem.file for problem in before}
    astray = any(problem.file in owners for problem in before)
    for problem in found:
        if problem.code == "R025" and problem.message.startswith("「测试」"):
            problem = replace(problem, code="R045", message="这条规则没有测试", remedy=_ADD_TESTS)
        if problem.file not in unreadable and not (astray and problem.code in ("R045", "R046")):
            yield problem


def _sheet(name: str, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> Sheet:
    heading = tuple(map(Cell, columns))
    return Sheet(name, (heading, *(tuple(Cell(row.get(column, "")) for column in columns) for row in rows)))


def _rule_row(rule: Rule, rulebook: Rulebook) -> dict[str, str]:
    return {
        "编号": rule.id,
        "名称": rule.title,
        "责任人": rule.owner,
        "依据": rule.basis,
        "状态": rule.status.value,
        "优先级": str(rule.priority),
        "底线": "是" if rule.floor else "否",
        "生效": rule.effective.isoformat() if rule.effective else "",
        "失效": rule.expires.isoformat() if rule.expires else "",
        "条件": say_condition(rule.condition),
        **_outcome(rule.conclusion, _CONCLUSION, rulebook),
        "理由": rule.reason,
        FILE: rule.place.file,
    }


def _test_row(rule: Rule, test: RuleTest, rulebook: Rulebook) -> dict[str, str]:
    mentioned = {"命中": test.hits, "未命中": test.misses}
    return {
        "规则编号": rule.id,
        "名": test.name,
        "给定": say_given(test.given),
        **_outcome(test.expected, _EXPECTED, rulebook),
        **{f"{_EXPECTED}{word}": say_values(ids, free=False) for word, ids in mentioned.items() if ids},
    }


def _outcome(values: Mapping[str, tuple[str, ...]], prefix: str, rulebook: Rulebook) -> dict[str, str]:
    return {
        f"{prefix}{name}": say_values(said, free=rulebook.fields[name].values is None) for name, said in values.items()
    }


def _rule_node(row: Row, tests: Sequence[Row], base: Rulebook, problems: list[Problem]) -> Node:
    said = {name: row.node(name) for name in (*_PLAIN, "理由") if row.text(name) or name not in _OPTIONAL}
    nodes: dict[str, Node] = {
        **said,
        "条件": read_condition_cell(row.place("条件"), row.raw("条件"), problems),
        "结论": _outcome_node(row, _CONCLUSION, base.fields, base, problems),
        "测试": ListNode(row.place("编号"), tuple(_test_node(test, base, problems) for test in tests)),
    }
    return _map_node(row, "编号", nodes)


def _test_node(row: Row, base: Rulebook, problems: list[Problem]) -> Node:
    nodes: dict[str, Node] = {
        "名": row.node("名"),
        "给定": read_given_cell(row.place("给定"), row.raw("给定"), problems),
        "期望": _outcome_node(row, _EXPECTED, (*base.fields, *TEST_WORDS), base, problems),
    }
    return _map_node(row, "名", nodes)


def _map_node(row: Row, at: str, nodes: Mapping[str, Node]) -> MapNode:
    return MapNode(row.place(at), tuple((TextNode(node.place, key), node) for key, node in nodes.items()))


def _outcome_node(
    row: Row, prefix: str, names: Sequence[str] | Mapping[str, object], base: Rulebook, problems: list[Problem]
) -> Node:
    """What is concluded or expected: a key for every column that is filled in."""
    nodes: dict[str, Node] = {}
    for name in names:
        column = f"{prefix}{name}"
        if row.text(column):
            free = name in base.fields and base.fields[name].values is None
            nodes[name] = read_values_cell(row.place(column), row.raw(column), problems, free=free)
    return _map_node(row, f"{prefix}{next(iter(names))}", nodes)


def _tests_by_rule(rows: Sequence[Row], ids: Sequence[str], problems: list[Problem]) -> dict[str, list[Row]]:
    by_rule: dict[str, list[Row]] = {}
    known = frozenset(ids)
    for row in rows:
        rule_id = row.text("规则编号")
        if not rule_id:
            remedy = "请填写这条测试属于哪条规则"
            problems.append(problem_at(row.place("规则编号"), "R025", "「规则编号」是空的", remedy))
        elif rule_id not in known:
            message = f"规则表里没有编号 {rule_id}"
            remedy = did_you_mean(rule_id, ids, otherwise="请核对编号；规则删掉了的，测试也要删掉")
            problems.append(problem_at(row.place("规则编号"), "R047", message, remedy))
        else:
            by_rule.setdefault(rule_id, []).append(row)
    return by_rule


def _files(rows: Sequence[Row], base: Rulebook, head_file: str, problems: list[Problem]) -> dict[str, str]:
    home = {rule.id: rule.place.file for rule in base.rules}
    known = frozenset(home.values())
    files: dict[str, str] = {}
    for row in rows:
        name = row.text(FILE) or home.get(row.text("编号"), NEW_FILE)
        if name not in known and (name == head_file or not _FILE_NAME.fullmatch(name)):
            remedy = f"请写成 family.yaml 的样子，不带文件夹，不能是 {head_file}；空着也可以"
            problems.append(problem_at(row.place(FILE), "R022", f"文件名「{name}」不能用", remedy))
        files[row.text("编号")] = name
    return files


def _check_levels(rule: Rule, problems: list[Problem]) -> None:
    """What a table can say, YAML must be able to hold."""
    if (depth := levels(rule.condition)) > DEEPEST:
        message = f"条件套了 {depth} 层，最多 {DEEPEST} 层"
        problems.append(problem_at(rule.condition.place, "R036", message, "请拆成两条规则"))


def _tests_in_old_order(rules: Sequence[Rule], base: Rulebook) -> Iterator[Rule]:
    """Sorting a sheet changes nothing: tests that the base has keep its order, the others follow."""
    old = {rule.id: rule for rule in base.rules}
    for rule in rules:
        left = list(old[rule.id].tests) if rule.id in old else []
        ranks: list[int] = []
        order = {id(test): rank for rank, test in enumerate(left)}
        for test in rule.tests:
            same = next((one for one in left if replace(one, place=test.place) == test), None)
            same = same or next((one for one in left if one.name == test.name), None)
            ranks.append(order[id(same)] if same else len(order))
            if same:
                left.remove(same)
        ordered = sorted(zip(ranks, rule.tests, strict=True), key=lambda pair: pair[0])
        yield replace(rule, tests=tuple(test for _, test in ordered))
