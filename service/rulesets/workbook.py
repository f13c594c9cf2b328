"""Sheets come in and an .xlsx file goes out; a file that Excel saved comes in and sheets go out."""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError, iterparse

from openpyxl import Workbook
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from service.errors import InputError
from service.rulesets.cells import EMPTY, Cell, Kind, Sheet, letters
from service.rulesets.rows import MOST_ROWS
from service.spreadsheets import LAST_ROW, LONGEST_TEXT, OLD_EXCEL, escaped, unescaped

MOST_BYTES = 10 << 20
MOST_UNPACKED = 30 << 20  # five thousand long rules take half of it
_WITH_CELLS = ("xl/worksheets/", "xl/sharedStrings")
_CELLS = re.compile(rb"<(?:\w+:)?(?:c|si|row|mergeCell)[\s/>]")
_MOST_CELLS = 400_000
_MOST_BESIDES = 2 << 20
_MOST_COLUMNS = 256
_LONGEST_CHOICE = 255  # of a drop-down's list

_NUMBERS = frozenset({"优先级"})
_WIDTHS = {"名称": 30, "依据": 30, "条件": 48, "理由": 48, "给定": 48, "名": 30, "说明": 90}
_ALIGNMENT = Alignment(vertical="top", wrap_text=True)
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException, KeyError, ValueError, TypeError, AttributeError,
    IndexError, EOFError, OSError, NotImplementedError, RuntimeError,
)  # fmt: skip


def write_workbook(sheets: Sequence[Sheet], guide: Sheet, choices: Mapping[str, Sequence[str]]) -> bytes:
    """`choices` are the values that a drop-down offers, by column name. Raises InputError for what no cell can hold."""
    book = Workbook(write_only=False)
    book.remove(book.active)
    for sheet in sheets:
        _write_table(book.create_sheet(sheet.name), sheet, choices)
    _write_guide(book.create_sheet(guide.name), guide)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_workbook(content: bytes) -> dict[str, Sheet]:
    """The sheets by name. Raises InputError where the file is none, or too big to be a table of rules."""
    if len(content) > MOST_BYTES:
        raise InputError(f"文件有 {len(content) >> 20} MB，超过 {MOST_BYTES >> 20} MB 的上限")
    if content.startswith(OLD_EXCEL):
        raise InputError("这是旧的 .xls 文件，或加了密码；请在 Excel 里去掉密码，另存为 .xlsx")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves out is formatting
            return _read_sheets(content)
    except _UNREADABLE as error:
        raise InputError("读不懂这个文件，它不是完好的 .xlsx；请用 Excel 打开，另存为 .xlsx") from error


def _read_sheets(content: bytes) -> dict[str, Sheet]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        _check_size(archive)
    reader = ExcelReader(io.BytesIO(content), read_only=True, keep_links=False)
    reader.read()
    try:
        merged = {sheet.name: _merged(reader.archive, part.target) for sheet, part in reader.parser.find_sheets()}
        return {
            sheet.title: Sheet(sheet.title, tuple(_read_rows(sheet)), merged[sheet.title])
            for sheet in reader.wb.worksheets
        }
    finally:
        reader.wb.close()


def _check_size(archive: zipfile.ZipFile) -> None:
    """Refuse what would unpack into more than a table of rules can be, before anything is built from it."""
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED:
        raise InputError(f"文件解开后有 {unpacked >> 20} MB，超过 {MOST_UNPACKED >> 20} MB 的上限")
    cells = 0
    for part in parts:
        if part.filename.startswith(_WITH_CELLS):
            cells += sum(1 for _ in _CELLS.finditer(archive.read(part)))
        elif part.filename.endswith(".xml") and part.file_size > _MOST_BESIDES:
            raise InputError("文件里的格式太多；请把内容复制到新导出的表格里")
    if cells > _MOST_CELLS:
        raise InputError(f"文件里有 {cells} 格，超过 {_MOST_CELLS} 格的上限")


def _merged(archive: zipfile.ZipFile, part: str) -> tuple[str, ...]:
    """The merged ranges of a sheet, which reading row by row passes over and loading it whole would fill with cells."""
    ranges: list[str] = []
    with archive.open(part) as stream:
        for _, element in iterparse(stream):  # noqa: S314  # the part is bounded, and expat stops entity bombs
            if element.tag.endswith("}mergeCell"):
                ranges.append(element.get("ref", ""))
            element.clear()
    return tuple(ranges)


def _read_rows(sheet: Any) -> list[tuple[Cell, ...]]:
    """Rows up to the last that says anything, cells up to the last of each row that does."""
    sheet.reset_dimensions()  # what the file says of itself may be wrong
    rows: list[tuple[Cell, ...]] = []
    filled = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = tuple(_without_empty_end(map(_read_cell, row)))
        if len(cells) > _MOST_COLUMNS:
            raise InputError(f"工作表「{sheet.title}」第 {number} 行有 {len(cells)} 列，超过 {_MOST_COLUMNS} 列的上限")
        if cells:
            filled = number
        if filled > MOST_ROWS + 1 or number > LAST_ROW:
            raise InputError(f"工作表「{sheet.title}」超过 {MOST_ROWS} 行的上限")
        if number <= MOST_ROWS + 1:
            rows.append(cells)
    return rows[:filled]


def _without_empty_end(cells: Iterable[Cell]) -> list[Cell]:
    kept = list(cells)
    while kept and kept[-1] == EMPTY:
        kept.pop()
    return kept


def _read_cell(cell: Any) -> Cell:
    value = cell.value
    match value:
        case None:
            return EMPTY
        case _ if cell.data_type == "f":
            return Cell(str(value), Kind.FORMULA)
        case _ if cell.data_type == "e":
            return Cell(str(value), Kind.FAULT)
        case bool():
            return Cell("TRUE" if value else "FALSE")
        case datetime.datetime() if value.time() == datetime.time():
            return Cell(value.date().isoformat(), Kind.DATE)
        case datetime.datetime() | datetime.date() | datetime.time() | datetime.timedelta():
            return Cell(str(value), Kind.DATE)
        case float():
            return Cell(f"{value:.15g}")  # 950.0 is 950
        case _:
            text = unescaped(str(value))
            return Cell(text.replace("\r\n", "\n").replace("\r", "\n"))


def _write_table(target: Any, sheet: Sheet, choices: Mapping[str, Sequence[str]]) -> None:
    names = [cell.text for cell in sheet.rows[0]]
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row, start=1):
            _write_cell(target, number, column, cell.text, names[column - 1] if number > 1 else "")
    for column, name in enumerate(names, start=1):
        heading = target.cell(1, column)
        heading.font, heading.fill = Font(bold=True), PatternFill("solid", fgColor="DDEBF7")
        target.column_dimensions[letters(column)].width = _WIDTHS.get(name, 26 if "提示" in name else 14)
        if name in choices and (offered := ",".join(choices[name])) and _can_be_offered(choices[name]):
            validation = DataValidation(type="list", formula1=f'"{offered}"', allow_blank=True)
            validation.error, validation.errorTitle = "请从下拉列表里选一个", "没有这个值"
            validation.add(f"{letters(column)}2:{letters(column)}{MOST_ROWS + 1}")
            target.add_data_validation(validation)
    target.freeze_panes = "C2"
    target.auto_filter.ref = f"A1:{letters(len(names))}{len(sheet.rows)}"


def _can_be_offered(values: Sequence[str]) -> bool:
    return len(",".join(values)) <= _LONGEST_CHOICE and not re.search(r'[,"\n]', "".join(values))


def _write_guide(target: Any, sheet: Sheet) -> None:
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row, start=1):
            _write_cell(target, number, column, cell.text, "")
    target.column_dimensions["A"].width, target.column_dimensions["B"].width = 48, _WIDTHS[sheet.name]


def _write_cell(target: Any, row: int, column: int, text: str, name: str) -> None:
    """A text stays a text, whatever it looks like: no formula, no date, and typing over it makes none either."""
    check_fits(text, f"{target.title}!{letters(column)}{row}")
    cell = target.cell(row, column)
    cell.alignment = _ALIGNMENT
    if name in _NUMBERS:
        cell.value = int(text)
        return
    cell.number_format = "@"
    if text:
        cell.value = escaped(text)
        cell.data_type = "s"
        cell.quotePrefix = True


def check_fits(text: str, cell: str) -> None:
    """Raise InputError for a text that would come back otherwise."""
    if len(text) > LONGEST_TEXT:
        raise InputError(f"{cell} 的内容有 {len(text)} 字，一格最多 {LONGEST_TEXT} 字，放不进表格")
    if "\r" in text:
        raise InputError(f"{cell} 的内容里有回车符（\\r），表格里存不住；请先在规则文件里改成普通换行")


def text_cells(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """The name of every cell, and its text."""
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row, start=1):
            yield f"{sheet.name}!{letters(column)}{number}", cell.text
