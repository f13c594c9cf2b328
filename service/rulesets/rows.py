"""A sheet comes in; its rows by column name go out, with everything that Excel or a slip can have done to the cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.document import TextNode
from rules.problem import Problem, did_you_mean, problem_at
from rules.source import INVISIBLE
from service.rulesets.cells import EMPTY, Cell, CellPlace, Kind, Sheet, cell_place

DATE_COLUMNS = ("生效", "失效")
MOST_ROWS = 5_000

_DATE = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?(?:\s+0?0:00(?::00)?)?")


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the heading: cells by the name of their column."""

    sheet: str
    number: int
    cells: Mapping[str, Cell]
    columns: Mapping[str, int]

    def raw(self, column: str) -> str:
        """What the cell says, blanks and all."""
        return self.cells.get(column, EMPTY).text

    def text(self, column: str) -> str:
        """What the cell says, without blanks around it; a date as 2026-01-01."""
        text = self.raw(column).strip()
        if column in DATE_COLUMNS and (date := _DATE.fullmatch(text)):
            return f"{date[1]}-{int(date[2]):02}-{int(date[3]):02}"
        return text

    def place(self, column: str) -> CellPlace:
        return cell_place(self.sheet, self.number, self.columns.get(column, 1))

    def node(self, column: str) -> TextNode:
        return TextNode(self.place(column), self.text(column))


def read_rows(
    sheet: Sheet, required: Sequence[str], problems: list[Problem], *, optional: Sequence[str] = ()
) -> list[Row] | None:
    """Rows with anything in them. None where a column is missing, so that its cells are not missed one by one."""
    for merged in sheet.merged:
        message = f"{merged} 是合并的单元格"
        place = CellPlace(f"{sheet.name}!{merged.partition(':')[0]}", 1, 1)
        problems.append(problem_at(place, "R022", message, "请取消合并，把内容填进每一格"))
    columns = _read_heading(sheet, [*required, *optional], problems)
    rows = list(_rows_below(sheet, columns, problems))
    if len(rows) > MOST_ROWS:
        message = f"有 {len(rows)} 行，超过 {MOST_ROWS} 行的上限"
        problems.append(problem_at(cell_place(sheet.name, 1, 1), "R003", message, "请拆成几个规则集"))
    missing = [name for name in required if name not in columns]
    meant = {problem.remedy for problem in problems if problem.code == "R023"}
    for name in (name for name in missing if not any(f"「{_plain(name)}」" in remedy for remedy in meant)):
        remedy = "请补上这一列，可以空着；导出的表里都有"
        problems.append(problem_at(cell_place(sheet.name, 1, 1), "R024", f"表里缺少「{name}」这一列", remedy))
    return None if missing or len(rows) > MOST_ROWS else rows


def _read_heading(sheet: Sheet, known: Sequence[str], problems: list[Problem]) -> dict[str, int]:
    """Column numbers by name. Unknown and repeated columns are reported and left out."""
    names = {_plain(name): name for name in known}
    columns: dict[str, int] = {}
    for number, cell in enumerate(sheet.rows[0] if sheet.rows else (), start=1):
        written = _plain(cell.text)
        if not written:
            continue
        place = cell_place(sheet.name, 1, number)
        name = names.get(written)
        if name is None:
            remedy = did_you_mean(written, list(names), otherwise="自己加的列请先删掉，或移到另一张表")
            problems.append(problem_at(place, "R023", f"不认识「{cell.text.strip()}」这一列", remedy))
        elif name in columns:
            problems.append(problem_at(place, "R009", f"「{name}」有两列", "请只留一列"))
        else:
            columns[name] = number
    return columns


def _rows_below(sheet: Sheet, columns: Mapping[str, int], problems: list[Problem]) -> Iterator[Row]:
    headed = len(sheet.rows[0]) if sheet.rows else 0
    names = {number: name for name, number in columns.items()}
    titles = [cell.text.strip() for cell in sheet.rows[0]] if sheet.rows else []
    for number, cells in enumerate(sheet.rows[1:], start=2):
        if not any(cell.text.strip() or cell.kind is not Kind.TEXT for cell in cells):
            continue
        for column, cell in enumerate(cells, start=1):
            place = cell_place(sheet.name, number, column)
            _check(cell, place, names.get(column, ""), problems)
            if cell.text.strip() and not (column <= headed and titles[column - 1]):
                problems.append(problem_at(place, "R023", "这一格在表头之外，不知道是什么", "请删掉，或补上列名"))
        yield Row(
            sheet.name, number, {name: cells[at - 1] for name, at in columns.items() if at <= len(cells)}, columns
        )


def _check(cell: Cell, place: CellPlace, column: str, problems: list[Problem]) -> None:
    if cell.kind is Kind.FORMULA:
        remedy = "请改成文字：复制后「选择性粘贴 - 数值」；确要写等号开头的文字，请在前面加一个英文单引号"
        problems.append(problem_at(place, "R032", "这一格是公式", remedy))
    elif cell.kind is Kind.FAULT:
        problems.append(problem_at(place, "R032", f"这一格是表格的错误值 {cell.text}", "请写上该写的内容"))
    elif cell.kind is Kind.DATE and column not in DATE_COLUMNS:
        remedy = "请把单元格格式改成「文本」，再重新填写"
        problems.append(problem_at(place, "R032", f"这一格被表格程序当成了日期 {cell.text}", remedy))
    elif hidden := INVISIBLE.search(cell.text):
        before = cell.text[: hidden.start()]
        inside = CellPlace(place.file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"这里有一个看不见的特殊字符（U+{ord(hidden[0]):04X}）"
        problems.append(problem_at(inside, "R011", message, "请删掉它；多半是从别处复制时带进来的"))


def _plain(heading: str) -> str:
    return re.sub(r"\s+", "", heading).replace(":", "：")
