"""Units as a table: out and in again changes nothing, in with a mistake is refused whole and says which cell."""

import json
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from service.accounts.model import LOCAL
from service.errors import ForbiddenError, InputError
from service.units.exchange import FileKind, Taken, take_table, written
from service.units.model import Kind, Unit
from service.units.table import csv_of, planned, read_sheet, workbook_of
from service.units.tree import Tree
from tests.accounts.conftest import ROOT
from tests.units.conftest import DEPARTMENTS, Town
from tests.units.trees import DEPARTMENTS as KNOWN
from tests.units.trees import TREES

HEAD = "单位,类型,上级,部门"


def _csv(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines]).encode("utf-8-sig")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@given(tree=TREES)
@settings(max_examples=30, deadline=None)
def test_a_table_that_was_written_changes_nothing(kind: FileKind, tree: Tree) -> None:
    content = workbook_of(tree) if kind == "xlsx" else csv_of(tree)
    units = list(tree.units.values())
    if any(unit.enabled for unit in units):
        plan = planned(read_sheet(f"单位.{kind}", content), units, KNOWN)
        assert (plan.added, plan.changed) == ([], [])


@given(TREES, st.randoms())
@settings(max_examples=30, deadline=None)
def test_an_empty_place_gets_the_same_tree_whatever_the_order_of_the_rows(tree: Tree, chance: st.DataObject) -> None:
    head, *rows = csv_of(tree).decode("utf-8-sig").splitlines()
    chance.shuffle(rows)  # type: ignore[attr-defined]
    if not rows:
        return
    plan = planned(read_sheet("单位.csv", _csv(*rows, head=head)), [], KNOWN)
    seen = [unit.id for unit in plan.added]
    for unit in plan.added:
        assert unit.parent_id is None or seen.index(unit.parent_id) < seen.index(unit.id)

    def told(of: Tree) -> set[tuple[object, ...]]:
        found = [(unit, of.parent(unit.id)) for unit in of.units.values() if unit.enabled]
        return {(unit.name, unit.kind, above and above.name, unit.departments) for unit, above in found}

    assert told(plan.tree) == told(tree)


@pytest.mark.parametrize("name", ["=1+1号院", "'镇", "@镇", "+镇", "-1 村", "=HYPERLINK(A1)院"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_name_that_a_spreadsheet_would_run_comes_back_as_it_was(name: str, kind: str) -> None:
    tree = Tree([Unit("1", name, Kind.STREET)])
    content = workbook_of(tree) if kind == "xlsx" else csv_of(tree)
    plan = planned(read_sheet(f"单位.{kind}", content), [], KNOWN)
    assert [unit.name for unit in plan.added] == [name]


def test_the_workbook_says_how_to_fill_it_and_offers_the_kinds(town: Town) -> None:
    book = load_workbook(BytesIO(written(town.all, ROOT, "xlsx")))
    assert book.sheetnames == ["单位", "说明"]
    (offered,) = book["单位"].data_validations.dataValidation
    assert offered.formula1 == f'"{",".join(Kind)}"'
    assert [cell.value for cell in book["单位"][3]] == ["东乡派出所", "派出所", "东乡镇", "派出所"]


def test_a_table_adds_and_changes_and_takes_nothing_away(town: Town) -> None:
    content = _csv("北街村,村(社区),北街镇,", "北街镇,镇街,,", "桥头村,村(社区),北街镇,人社、派出所")
    before = len(town.station.audit())
    assert take_table(town.all, ROOT, "新.csv", content) == Taken(2, 1)
    tree = town.all.tree(ROOT)
    assert len(tree.units) == 10
    moved = town.all.named(ROOT, "桥头村")
    assert replace(moved, parent_id=None, departments=()) == replace(town.units["桥头村"], parent_id=None)
    assert (tree.units[str(moved.parent_id)].name, moved.departments) == ("北街镇", ("人社", "派出所"))
    told = [(one.action, one.subject) for one in town.station.audit()[before:]]
    assert told == [("建立单位", "单位 北街镇"), ("建立单位", "单位 北街村"), ("修改单位", "单位 桥头村")]
    assert json.loads(town.station.audit()[-1].detail)["上级"] == {"原": "城关镇", "现": "北街镇"}
    assert take_table(town.all, ROOT, "新.csv", content).said == "与现在的单位没有差别"


MISTAKES: list[tuple[Sequence[str], str]] = [
    (["新村,村,城关镇,"], "单位.csv!B2：没有“村”这种单位"),
    (["新村,村(社区),城东镇,"], "单位.csv!C2：没有叫“城东镇”的单位"),
    (["新村,村(社区),城关镇,派出"], "单位.csv!D2：规则集里没有“派出”这个部门"),
    ([",村(社区),城关镇,"], "单位.csv!A2：请填写单位名称"),
    (["甲,部门,,", "甲,部门,,"], "单位.csv!A3：“甲”在第 2 行已经有了"),
    (["甲,部门,乙,", "乙,部门,甲,"], "单位.csv!C2：“甲”不能在自己的下级之下"),
    (["城关镇,镇街,桥头村,"], "单位.csv!C2：“城关镇”不能在自己的下级之下"),
    (["城关镇,部门,,"], "单位.csv!B2：矛调中心“城关矛调中心”的上级要是镇街"),
    (["二中心,矛调中心,城关镇,"], "单位.csv!B2：同一个镇街已经有矛调中心“城关矛调中心”"),
    (["停用村,村(社区),城关镇,"], "单位.csv!A2：“停用村”已停用"),
    (["甲,部门,停用村,"], "单位.csv!C2：“甲”还在用，上级“停用村”却是停用的"),
    (["=A1,部门,,"], "单位.csv!A2：这一格是公式"),
    (["甲\u200b,部门,,"], "单位.csv!A2 第 1 行第 2 字：这里有一个看不见的特殊字符"),
]


@pytest.mark.parametrize(("lines", "complaint"), MISTAKES)
def test_one_mistake_refuses_the_whole_table_and_names_its_cell(
    town: Town, lines: Sequence[str], complaint: str
) -> None:
    town.all.change(ROOT, town.add("停用村", "村(社区)", "城关镇").id, enabled=False)
    before = town.all.tree(ROOT).units
    with pytest.raises(InputError) as caught:
        take_table(town.all, ROOT, "单位.csv", _csv(*lines, "好村,村(社区),城关镇,"))
    assert complaint in caught.value.message
    assert town.all.tree(ROOT).units == before


def test_every_mistake_is_named_at_once(town: Town) -> None:
    with pytest.raises(InputError) as caught:
        take_table(town.all, ROOT, "单位.csv", _csv("甲,局,,无", "乙,部门,丙,"))
    head, *lines = caught.value.message.splitlines()
    assert head == "表格里有 3 处错误，什么也没有改；改好后再传一次："
    assert [line.partition("：")[0] for line in lines] == ["单位.csv!B2", "单位.csv!D2", "单位.csv!C3"]


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("单位.csv", _csv(head="单位,类型,上级"), "表里缺少「部门」这一列"),
        ("单位.csv", _csv(), "一个单位也没有"),
        ("单位.csv", b"\xff\xfe\x00", "编码读不懂"),
        ("单位.xlsx", b"no workbook", "不是完好的 .xlsx"),
        ("单位.txt", _csv("甲,部门,,"), "不是完好的 .xlsx"),
    ],
)
def test_what_is_no_table_of_units_is_refused(town: Town, name: str, content: bytes, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        take_table(town.all, ROOT, name, content)


def test_only_an_administrator_imports_and_everybody_may_export(town: Town) -> None:
    with pytest.raises(ForbiddenError):
        take_table(town.all, LOCAL, "单位.csv", _csv("甲,部门,,"))
    assert len(written(town.all, LOCAL, "csv").splitlines()) == 9
    assert set(DEPARTMENTS) >= {"人社", "派出所"}
