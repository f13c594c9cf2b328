"""Cells of a sheet, and problems that stand at a cell and at a character in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from rules.problem import Place, Problem, columns


class Kind(Enum):
    """What the program that saved the file took a cell for."""

    TEXT = "文字"
    DATE = "日期"
    FORMULA = "公式"
    FAULT = "错误值"


@dataclass(frozen=True, slots=True)
class Cell:
    """`text` is what a person would read, with line ends as \\n."""

    text: str = ""
    kind: Kind = Kind.TEXT


EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of cells from the heading down; `merged` names ranges of merged cells, such as A2:B3."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[str, ...] = ()


class CellPlace(Place):
    """A position inside a cell: `file` names the cell, as 规则!G7; line and column count inside it."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.file


def cell_place(sheet: str, row: int, column: int) -> CellPlace:
    """The beginning of a cell. Row and column count from 1."""
    return CellPlace(f"{sheet}!{letters(column)}{row}", 1, 1)


@dataclass(frozen=True, slots=True)
class CellProblem(Problem):
    """A problem at a cell: `file` is the sheet, `line` the row, `column` the column's number, all from 1.

    `excerpt` is the line inside the cell; the last two fields say where in the cell it is, from 1.
    """

    line_in_cell: int = 1
    column_in_cell: int = 1

    @property
    def cell(self) -> str:
        return f"{self.file}!{letters(self.column)}{self.line}"

    @property
    def where(self) -> str:
        """The cell, and the character in it unless that is the first."""
        inside = f"第 {self.line_in_cell} 行第 {self.column_in_cell} 字"
        return self.cell if (self.line_in_cell, self.column_in_cell) == (1, 1) else f"{self.cell} {inside}"

    def __str__(self) -> str:
        return f"{self.where}: {self.severity} {self.code} {self.message} —— {self.remedy}"


def at_their_cells(problems: Iterable[Problem], sheets: Sequence[Sheet]) -> list[CellProblem]:
    """Problems found at CellPlaces as CellProblems in reading order, each with its line of the cell."""
    by_name = {sheet.name: sheet for sheet in sheets}
    names = list(by_name)
    return sorted(
        {_at_its_cell(problem, by_name) for problem in problems},  # an open quotation is met more than once
        key=lambda one: (names.index(one.file), one.line, one.column, one.line_in_cell, one.column_in_cell, one.code),
    )


def _at_its_cell(problem: Problem, sheets: dict[str, Sheet]) -> CellProblem:
    name, _, cell = problem.file.rpartition("!")
    written = cell.rstrip("0123456789")
    row, column = int(cell.removeprefix(written)), _number(written)
    cells = sheets[name].rows[row - 1] if row <= len(sheets[name].rows) else ()
    lines = (cells[column - 1].text if column <= len(cells) else "").split("\n")
    return CellProblem(
        file=name,
        line=row,
        column=column,
        code=problem.code,
        message=problem.message,
        remedy=problem.remedy,
        severity=problem.severity,
        excerpt=lines[problem.line - 1] if problem.line <= len(lines) else "",
        line_in_cell=problem.line,
        column_in_cell=problem.column,
    )


def render(problem: Problem) -> str:
    """The problem's line, the line of the cell and a caret below the very character."""
    if not isinstance(problem, CellProblem) or not problem.excerpt:
        return str(problem)
    indent = columns(problem.excerpt[: problem.column_in_cell - 1])
    return f"{problem}\n    {problem.excerpt}\n    {' ' * indent}^"


def letters(column: int) -> str:
    """A column's number, from 1, as spreadsheets write it: 1 is A, 27 is AA."""
    written = ""
    while column:
        column, rest = divmod(column - 1, 26)
        written = chr(ord("A") + rest) + written
    return written


def _number(written: str) -> int:
    number = 0
    for letter in written:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
