"""Rows → a sheet of an .xlsx; nothing in it is ever a formula."""

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from service.spreadsheets import RISKY, escaped

Value = str | int
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_sheet(book: Workbook, name: str, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """A further sheet of a write-only workbook, its headings and first column always in view."""
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 28
    sheet.append([_cell(sheet, heading, bold=True) for heading in headings])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Value, *, bold: bool = False) -> Any:
    """A number, or a text that stays one: names and places are typed by people."""
    if isinstance(value, int):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, value="")
    cell.value = escaped(value)
    cell.data_type = "s"
    cell.quotePrefix = bool(RISKY.match(value))
    if bold:
        cell.font = Font(bold=True)
    return cell
