"""A rule set as a table and back: nothing is lost, nothing is taken by halves, every slip is shown at its cell."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib.resources import files
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.rulebook import Rulebook
from rules.schema import read_rulebook
from rules.writing import write_rulebook
from service.rulesets.cells import Cell, Kind, Sheet, render
from service.rulesets.csv_files import read_csv, write_csv
from service.rulesets.decision_table import RULES, TESTS, TableReading, read_table, table_of
from service.rulesets.guide import guide_of
from service.rulesets.workbook import read_workbook, write_workbook
from tests.rules.awkward import awkwardly
from tests.rules.building import rule, ruleset_of
from tests.rules.random_rules import random_rulebook

BASE = ruleset_of(rule(), rule("T-2", 优先级="50", 条件="{家暴: 是}")).rulebook
Trip = Callable[[Rulebook], tuple[Sheet, Sheet]]


def through_excel(rulebook: Rulebook) -> tuple[Sheet, Sheet]:
    sheets = read_workbook(write_workbook(table_of(rulebook), guide_of(rulebook), {}))
    return sheets[RULES], sheets[TESTS]


def through_csv(rulebook: Rulebook) -> tuple[Sheet, Sheet]:
    rules, tests = table_of(rulebook)
    return read_csv(RULES, write_csv(rules)), read_csv(TESTS, write_csv(tests))


def accepted(reading: TableReading, reminders: Iterable[str] = ()) -> Rulebook:
    assert reading.rulebook is not None, "\n".join(map(render, reading.problems))
    assert sorted(problem.message for problem in reading.problems) == sorted(reminders)
    return reading.rulebook


def reminders_in_files(rulebook: Rulebook) -> list[str]:
    """What the same rules are reminded of as files: words with a comma in them."""
    texts = write_rulebook(rulebook, head_file="head.yaml")
    return [problem.message for problem in read_rulebook(texts)[1] if problem.file != "head.yaml"]


@pytest.mark.parametrize("trip", [table_of, through_excel, through_csv])
def test_the_shipped_rules_come_back_equal(trip: Trip) -> None:
    rulebook, _ = read_rulebook({file.name: file.read_bytes() for file in (files("rules") / "library").iterdir()})
    assert rulebook is not None
    reading = read_table(*trip(rulebook), rulebook)
    assert accepted(reading).content_hash == rulebook.content_hash
    assert reading.files == {one.id: one.place.file for one in rulebook.rules}


@pytest.mark.parametrize("trip", [through_excel, through_csv])
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_any_rule_set_comes_back_equal(trip: Trip, seed: int) -> None:
    random = Random(seed)  # noqa: S311  # not for secrets
    rulebook = random_rulebook(random, 5)[0]
    if seed % 2:
        rulebook = awkwardly(random, rulebook)
    reading = read_table(*trip(rulebook), rulebook)
    assert accepted(reading, reminders_in_files(rulebook)).content_hash == rulebook.content_hash


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_sorting_rows_and_moving_columns_changes_nothing(seed: int) -> None:
    random = Random(seed)  # noqa: S311  # not for secrets
    rulebook = awkwardly(random, random_rulebook(random, 5)[0])
    sheets = [_shuffled(sheet, random) for sheet in table_of(rulebook)]
    reading = read_table(sheets[0], sheets[1], rulebook)
    assert accepted(reading, reminders_in_files(rulebook)).content_hash == rulebook.content_hash


def _shuffled(sheet: Sheet, random: Random) -> Sheet:
    order = random.sample(range(len(sheet.rows[0])), len(sheet.rows[0]))
    below = random.sample(sheet.rows[1:], len(sheet.rows) - 1)
    return replace(sheet, rows=tuple(tuple(row[at] for at in order) for row in (sheet.rows[0], *below)))


def edited(column: str, cell: str | Cell, *, sheet: str = RULES, row: int = 2) -> TableReading:
    """The table of BASE with one cell changed."""
    sheets = {one.name: one for one in table_of(BASE)}
    old = sheets[sheet]
    at = [heading.text for heading in old.rows[0]].index(column)
    cells = list(old.rows[row - 1])
    cells[at] = cell if isinstance(cell, Cell) else Cell(cell)
    sheets[sheet] = replace(old, rows=(*old.rows[: row - 1], tuple(cells), *old.rows[row:]))
    return read_table(sheets[RULES], sheets[TESTS], BASE)


@pytest.mark.parametrize(
    ("column", "text", "where"),
    [
        ("名称", " ", "规则!B2: 错误 R025"),
        ("名称", "甲\u200b乙", "规则!B2 第 1 行第 2 字: 错误 R011"),
        ("状态", "启动", "规则!E2: 错误 R031"),
        ("优先级", "1e3", "规则!F2: 错误 R032"),
        ("优先级", Cell("=1+1", Kind.FORMULA), "规则!F2: 错误 R032"),
        ("优先级", Cell("#N/A", Kind.FAULT), "规则!F2: 错误 R032"),
        ("名称", Cell("2026-03-01", Kind.DATE), "规则!B2: 错误 R032"),
        ("底线", "TRUE", "规则!G2: 错误 R032"),
        ("生效", "明天", "规则!H2: 错误 R034"),
        ("生效", "2026-2-30", "规则!H2: 错误 R034"),
        ("文件", "../a.yaml", "规则!P2: 错误 R022"),
        ("文件", "ruleset.yaml", "规则!P2: 错误 R022"),
        ("条件", "", "规则!J2: 错误 R037"),
        ("条件", "任一（）", "规则!J2: 错误 R037"),
        ("条件", "凶器 是\n凶气 是", "规则!J2 第 2 行第 1 字: 错误 R028"),
        ("条件", "任一（凶器 有）", "规则!J2 第 1 行第 7 字: 错误 R032"),
        ("条件", "凶器", "规则!J2 第 1 行第 3 字: 错误 R025"),
        ("条件", "描述 打", "规则!J2 第 1 行第 4 字: 错误 R030"),
        ("条件", "近90天重复次数 大于等于 2", "规则!J2 第 1 行第 10 字: 错误 R029"),
        ("条件", "近90天重复次数 大于等于2", "规则!J2 第 1 行第 10 字: 错误 R022"),
        ("条件", "近90天重复次数 ≠ 2", "规则!J2 第 1 行第 10 字: 错误 R029"),
        ("条件", "近90天重复次数 至少 -1", "规则!J2 第 1 行第 13 字: 错误 R033"),
        ("条件", "时刻 介于 5 和 3", "规则!J2 第 1 行第 7 字: 错误 R039"),
        ("条件", "纠纷类型 属于 邻里、邻里", "规则!J2 第 1 行第 12 字: 错误 R038"),
        ("条件", "凶器 属于 是", "规则!J2 第 1 行第 4 字: 错误 R030"),
        ("条件", "任一（非（任一（非（任一（凶器 是）））））", "规则!J2 第 1 行第 11 字: 错误 R036"),
        ("条件", "任一（凶器 是", "规则!J2 第 1 行第 3 字: 错误 R022"),
        ("条件", "凶器 是）", "规则!J2 第 1 行第 5 字: 错误 R022"),
        ("条件", "（凶器 是）", "规则!J2: 错误 R022"),
        ("条件", "非 凶器 是", "规则!J2: 错误 R022"),
        ("条件", "= 是", "规则!J2: 错误 R022"),
        ("条件", "描述 含任一 「打", "规则!J2 第 1 行第 8 字: 错误 R022"),
        ("条件", "描述 含任一 「打」砸", "规则!J2 第 1 行第 11 字: 错误 R022"),
        ("条件", "描述 含任一 打 砸", "规则!J2 第 1 行第 9 字: 错误 R022"),
        ("条件", "凶器 是，家暴 是", "规则!J2 第 1 行第 8 字: 错误 R022"),
        ("结论：接收部门", "派出所、妇联", "规则!K2: 错误 R022"),
        ("结论：接收部门", "派出", "规则!K2: 错误 R031"),
        ("结论：协办部门", "妇联、派出", "规则!L2 第 1 行第 4 字: 错误 R031"),
        ("结论：协办部门", "妇联；派出所", "规则!L2: 错误 R015"),
        ("结论：预警颜色", "", "规则!K2: 错误 R025"),
    ],
)  # fmt: skip
def test_a_slip_in_a_rule_is_shown_once_at_its_cell(column: str, text: str | Cell, where: str) -> None:
    _shown_once(edited(column, text), where)


@pytest.mark.parametrize(
    ("column", "text", "where"),
    [
        ("规则编号", "T-9", "测试!A2: 错误 R047"),
        ("规则编号", "", "测试!A2: 错误 R025"),
        ("名", "", "测试!B2: 错误 R025"),
        ("给定", "凶气 是", "测试!C2: 错误 R028"),
        ("给定", "凶器 是\n凶器 否", "测试!C2 第 2 行第 1 字: 错误 R009"),
        ("给定", "描述 「他说", "测试!C2 第 1 行第 4 字: 错误 R022"),
        ("期望：预警颜色", "绿", "测试!F2: 错误 R031"),
        ("期望：命中", "T-1、T-7", "测试!H2 第 1 行第 5 字: 错误 R047"),
        ("期望：命中", "", "测试!D2: 错误 R025"),
        ("期望：未命中", "T-1", "测试!D2: 错误 R048"),
    ],
)
def test_a_slip_in_a_test_is_shown_once_at_its_cell(column: str, text: str, where: str) -> None:
    _shown_once(edited(column, text, sheet=TESTS), where)


def _shown_once(reading: TableReading, where: str) -> None:
    shown = [str(problem) for problem in reading.problems]
    assert len(shown) == 1, shown
    assert shown[0].startswith(f"{where} "), shown
    remedy = reading.problems[0].remedy
    assert not {"{", "[", ": "} & {part for part in ("{", "[", ": ") if part in remedy}, remedy
    assert reading.rulebook is None


@pytest.mark.parametrize(
    ("column", "text", "remedy"),
    [
        ("条件", "近90天重复次数 大于等于2", "请写成「近90天重复次数 至少 2」"),
        ("条件", "描述 含任一 「打、砸」", "如果是几个词，请写成 打、砸，不放在一对「」里"),
        ("结论：协办部门", "妇联；派出所", "请写成 妇联、派出所，不放在一对「」里"),
    ],
)
def test_a_remedy_can_be_followed_in_the_cell(column: str, text: str, remedy: str) -> None:
    (problem,) = edited(column, text).problems
    assert problem.remedy == remedy


def test_a_rule_without_tests_is_asked_for_them() -> None:
    rules, tests = table_of(BASE)
    reading = read_table(rules, replace(tests, rows=tests.rows[:3]), BASE)
    _shown_once(reading, "规则!A3: 错误 R045")


@pytest.mark.parametrize(("written", "problem"), [("T 1", "规则!A2: 错误 R026"), ("T-2", "规则!A3: 错误 R027")])
def test_a_number_changed_in_one_sheet_only_is_missed_in_the_other(written: str, problem: str) -> None:
    first, *others = map(str, edited("编号", written).problems)
    assert first.startswith(problem)
    assert [other.partition(" 规则表")[0] for other in others] == ["测试!A2: 错误 R047", "测试!A3: 错误 R047"]


def test_a_problem_knows_its_sheet_row_and_column_and_points_into_the_cell() -> None:
    (problem,) = edited("条件", "任一（家暴 是；\n  凶气 是）").problems
    assert (problem.file, problem.line, problem.column, problem.cell) == (RULES, 2, 10, "规则!J2")
    assert render(problem).splitlines() == [
        "规则!J2 第 2 行第 3 字: 错误 R028 条件里没有「凶气」这个事实 —— 您是不是想写「凶器」？",
        "      凶气 是）",
        "      ^",
    ]


def test_all_slips_are_shown_at_once_in_reading_order() -> None:
    rules, tests = table_of(BASE)
    rows = [list(row) for row in rules.rows]
    rows[2][4], rows[1][5], rows[1][0] = Cell("启动"), Cell("高"), Cell("T 1")
    broken = replace(rules, rows=tuple(map(tuple, rows)))
    reading = read_table(broken, replace(tests, rows=(*tests.rows, (Cell("T-8"),))), BASE)
    cells = [problem.cell for problem in reading.problems]
    assert cells == ["规则!A2", "规则!F2", "规则!E3", "测试!A2", "测试!A3", "测试!A6"]


@pytest.mark.parametrize(
    ("headings", "where", "hint"),
    [
        (lambda names: [*names, "备注"], "规则!Q1: 错误 R023", "请先删掉"),
        (lambda names: ["名秤" if name == "名称" else name for name in names], "规则!B1: 错误 R023", "「名称」"),
        (lambda names: [*names, "名称"], "规则!Q1: 错误 R009", "只留一列"),
        (lambda names: ["" if name == "底线" else name for name in names], "规则!A1: 错误 R024", "补上这一列"),
    ],
)
def test_columns_of_ones_own_and_missing_ones_are_refused(
    headings: Callable[[list[str]], Iterable[str]], where: str, hint: str
) -> None:
    rules, tests = table_of(BASE)
    names = [cell.text for cell in rules.rows[0]]
    changed = replace(rules, rows=(tuple(map(Cell, headings(names))), *rules.rows[1:]))
    reading = read_table(changed, tests, BASE)
    assert reading.rulebook is None
    assert str(reading.problems[0]).startswith(where)
    assert hint in reading.problems[0].remedy


def test_a_cell_outside_the_table_is_not_passed_over() -> None:
    rules, tests = table_of(BASE)
    beside = replace(rules, rows=(rules.rows[0], (*rules.rows[1], Cell(), Cell("记一笔")), *rules.rows[2:]))
    _shown_once(read_table(beside, tests, BASE), "规则!R2: 错误 R023")


def test_a_table_without_rules_is_refused() -> None:
    rules, tests = table_of(BASE)
    reading = read_table(replace(rules, rows=rules.rows[:1]), replace(tests, rows=tests.rows[:1]), BASE)
    _shown_once(reading, "规则!A1: 错误 R001")


def test_dates_are_read_as_people_and_programs_write_them() -> None:
    for text in ("2026-01-01", "2026/1/1", "2026年1月1日", "2026.1.1", "2026-01-01 00:00:00"):
        first = accepted(edited("生效", text)).rules[0]
        assert str(first.effective) == "2026-01-01"


def test_headings_may_have_blanks_and_half_width_colons() -> None:
    rules, tests = table_of(BASE)
    loose = tuple(Cell(f" {cell.text.replace('：', ': ')} ") for cell in rules.rows[0])
    assert (
        accepted(read_table(replace(rules, rows=(loose, *rules.rows[1:])), tests, BASE)).rules
        == accepted(read_table(rules, tests, BASE)).rules
    )


def test_a_new_rule_goes_to_the_file_it_names_or_to_new_yaml() -> None:
    rulebook = ruleset_of(rule(), rule("T-3"), rule("T-4")).rulebook
    smaller = replace(rulebook, rules=rulebook.rules[:1])
    rules, tests = table_of(rulebook)
    at = len(rules.rows[0]) - 1
    named = zip(rules.rows[1:], ["", "own.yaml", ""], strict=True)
    rows = (rules.rows[0], *((*row[:at], Cell(name)) for row, name in named))
    reading = read_table(replace(rules, rows=rows), tests, smaller)
    assert accepted(reading).content_hash == rulebook.content_hash
    assert reading.files == {"T-1": "rules.yaml", "T-3": "own.yaml", "T-4": "new.yaml"}


def test_a_condition_deeper_than_yaml_can_hold_is_refused() -> None:
    inner = "任一（凶器 是）；任一（家暴 是）"
    for _ in range(3):
        inner = f"非（非（凶器 是）；非（{inner}））" if "非" not in inner else f"任一（{inner}）"
    reading = edited("条件", inner)
    assert {problem.code for problem in reading.problems} == {"R036"}


PIECES = [*"（）()「」；;、，：=≥<\n 　", "任一", "非", "全部（", "凶器", "是", "至少", "2", "介于", "T-1"]
PLACES = [(RULES, "条件"), (RULES, "结论：提示"), (RULES, "结论：协办部门"), (TESTS, "给定"), (TESTS, "期望：命中")]


@settings(max_examples=200, deadline=None)
@given(place=st.sampled_from(PLACES), pieces=st.lists(st.sampled_from(PIECES)))
def test_no_slip_of_the_pen_in_a_cell_raises(place: tuple[str, str], pieces: list[str]) -> None:
    sheet, column = place
    reading = edited(column, "".join(pieces), sheet=sheet)
    assert (reading.rulebook is None) == bool(reading.problems)
    assert all(problem.cell.startswith((RULES, TESTS)) and render(problem) for problem in reading.problems)


def test_the_guide_names_every_fact_value_department_and_colour() -> None:
    said = "\n".join(cell.text for row in guide_of(BASE).rows for cell in row)
    words = [*BASE.facts, *BASE.fields, *(value for field in BASE.fields.values() for value in field.values or ())]
    assert [word for word in words if word not in said] == []
