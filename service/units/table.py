"""Units come in and the files of their table go out, .xlsx or .csv; such a file comes in and units go out."""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rules.problem import Problem, problem_at
from service import clock
from service.errors import InputError
from service.rulesets.cells import Cell, Sheet, at_their_cells, cell_place
from service.rulesets.csv_files import read_csv, write_csv
from service.rulesets.rows import Row, read_rows
from service.rulesets.workbook import read_workbook, write_workbook
from service.units.model import Kind, Unit, check_departments, check_kind, check_unit_name
from service.units.tree import Part, Tree, faults

SHEET = "单位"
NAME, KIND, PARENT, DEPARTMENTS = COLUMNS = ("单位", "类型", "上级", "部门")

_COLUMN_OF: dict[Part, str] = {"name": NAME, "kind": KIND, "parent": PARENT}
_BETWEEN = re.compile(r"[、，,；;\n]")
_MOST_SHOWN = 50
_GUIDE = (
    ("一行一个单位", "名称不能重复。导入时按名称认：没有的新建，已有的照表修改，表里没写的不动。"),
    ("类型", "、".join(Kind)),
    ("上级", "上级单位的名称；最上一级空着。矛调中心的上级要是镇街。"),
    ("部门", "规则集里的接收部门，由这个单位承接；几个之间用「、」。"),
    ("有错时", "有一处错就整个不收，并指出是哪一格。"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table makes of the units: those to add, each after its parent, and those to change, before and after."""

    added: Sequence[Unit]
    changed: Sequence[tuple[Unit, Unit]]
    tree: Tree


def workbook_of(tree: Tree) -> bytes:
    """One .xlsx with 单位 and 说明, without the disabled units."""
    guide = Sheet("说明", tuple((Cell(what), Cell(how)) for what, how in _GUIDE))
    return write_workbook([_sheet(tree)], guide, {KIND: tuple(Kind)})


def csv_of(tree: Tree) -> bytes:
    """One .csv, without the disabled units."""
    return write_csv(_sheet(tree))


def read_sheet(name: str, content: bytes) -> Sheet:
    """The sheet of a file by its name and content; raises InputError where it is no table."""
    if name.lower().endswith(".csv"):
        return read_csv(name, content)
    sheets = {title.strip(): sheet for title, sheet in read_workbook(content).items()}
    if SHEET not in sheets:
        raise InputError(f"{name} 里没有工作表「{SHEET}」，有的是：{'、'.join(sheets)}")
    return sheets[SHEET]


def planned(sheet: Sheet, units: Sequence[Unit], known: Sequence[str]) -> Plan:
    """The units after the table, which adds and changes and takes none away; `known` are the rule set's departments.

    Raises InputError that names the cell of every mistake.
    """
    problems: list[Problem] = []
    rows = _by_name(read_rows(sheet, COLUMNS, problems) or [], problems)
    if not rows and not problems:
        raise InputError(f"「{sheet.name}」里一个单位也没有")
    before = {unit.name: unit for unit in units}
    ids = {name: unit.id for name, unit in before.items()} | {
        name: str(uuid.uuid4()) for name in rows if name not in before
    }
    after = {name: _read(row, name, before.get(name), ids, known, problems) for name, row in rows.items()}
    everything = {unit.id: unit for unit in [*units, *after.values()]}
    if not problems:
        _check_tree(sheet, rows, everything, problems)
    if problems:
        raise InputError(_said(problems, sheet))
    tree = Tree(everything.values())
    old = {unit.id: unit for unit in units}
    return Plan(
        added=[unit for _, unit in tree.walk() if unit.id not in old],
        changed=[(old[one.id], one) for one in after.values() if one.id in old and one != old[one.id]],
        tree=tree,
    )


def _by_name(rows: Iterable[Row], problems: list[Problem]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        name = row.text(NAME)
        if name in found:
            message = f"“{name}”在第 {found[name].number} 行已经有了"
            problems.append(problem_at(row.place(NAME), "R009", message, "请只留一行"))
            continue
        try:
            found[check_unit_name(name)] = row
        except InputError as error:
            problems.append(problem_at(row.place(NAME), "R031", error.message, ""))
    return found


def _read(
    row: Row, name: str, before: Unit | None, ids: dict[str, str], known: Sequence[str], problems: list[Problem]
) -> Unit:
    unit = before or Unit(ids[name], name, Kind.DEPARTMENT, created_at=clock.stamp())
    if not unit.enabled:
        problems.append(problem_at(row.place(NAME), "R031", f"“{name}”已停用", "请先在“单位”页启用，再导入"))
    try:
        unit = replace(unit, kind=check_kind(row.text(KIND)))
    except InputError as error:
        problems.append(problem_at(row.place(KIND), "R031", error.message, ""))
    parent = row.text(PARENT)
    if parent and parent not in ids:
        message = f"没有叫“{parent}”的单位"
        problems.append(problem_at(row.place(PARENT), "R031", message, "请先在表里加一行，或改成已有的名称"))
    try:
        departments = check_departments(_BETWEEN.split(row.text(DEPARTMENTS)), known, unit.departments)
        unit = replace(unit, departments=departments)
    except InputError as error:
        problems.append(problem_at(row.place(DEPARTMENTS), "R031", error.message, ""))
    return replace(unit, parent_id=ids.get(parent))


def _check_tree(sheet: Sheet, rows: dict[str, Row], units: dict[str, Unit], problems: list[Problem]) -> None:
    """Each fault at the cell that brings it about: of the unit itself, else of the parent that the table changed."""
    for fault in faults(units.values()):
        unit = units[fault.unit_id]
        parent = units.get(unit.parent_id or "")
        if unit.name in rows:
            place = rows[unit.name].place(_COLUMN_OF[fault.part])
        elif parent and parent.name in rows:
            place = rows[parent.name].place(KIND)
        else:
            place = cell_place(sheet.name, 1, 1)
        problems.append(problem_at(place, "R031", fault.message, ""))


def _said(problems: Sequence[Problem], sheet: Sheet) -> str:
    found = at_their_cells(problems, [sheet])
    lines = [f"{one.where}：{one.message}{f'；{one.remedy}' if one.remedy else ''}" for one in found]
    more = [f"……还有 {len(lines) - _MOST_SHOWN} 处"] if len(lines) > _MOST_SHOWN else []
    head = f"表格里有 {len(lines)} 处错误，什么也没有改；改好后再传一次："
    return "\n".join([head, *lines[:_MOST_SHOWN], *more])


def _sheet(tree: Tree) -> Sheet:
    rows = [tuple(map(Cell, COLUMNS))]
    for _, unit in tree.walk():
        if unit.enabled:
            parent = tree.parent(unit.id)
            told = (unit.name, unit.kind.value, parent.name if parent else "", "、".join(unit.departments))
            rows.append(tuple(map(Cell, told)))
    return Sheet(SHEET, tuple(rows))
