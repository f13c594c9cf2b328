""".xlsx: numbers, dates and yes/no stay what they are, a text stays a text, whatever it looks like."""

import datetime
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Self
from xml.etree.ElementTree import ParseError

import pyarrow as pa
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from service.errors import InputError
from service.rescoring.table import Fault, Part, Table, as_text, fitted, text_batch, text_schema, told_apart
from service.spreadsheets import LAST_ROW, LONGEST_TEXT, OLD_EXCEL, escaped, unescaped

# One letter a cell says what its text is to become again: text, number, yes/no, day with time, day, time of day.
_TEXT, _NUMBER, _YES_NO, _MOMENT, _DAY, _TIME = "s", "n", "b", "m", "d", "t"
_KINDS = "kinds"
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException, KeyError, ValueError, TypeError, AttributeError,
    IndexError, EOFError, OSError, NotImplementedError, RuntimeError,
)  # fmt: skip

Row = tuple[list[str], str, Fault]


def open_sheet(path: Path) -> Table:
    """The table of the only sheet with anything in it; raises InputError where there is none, or more than one."""
    with _opened(path) as book:
        filled = [sheet for sheet in book.worksheets if _first_row(sheet)]
        if not filled:
            raise InputError(f"{path.name} 里没有内容")
        if len(filled) > 1:
            named = "、".join(f"「{sheet.title}」" for sheet in filled)
            raise InputError(f"{path.name} 有几个有内容的工作表：{named}；请每个工作表另存为一个文件，放进一个文件夹")
        title, headings = filled[0].title, _headings(filled[0])
    if not any(map(str.strip, headings)):
        raise InputError(f"{path.name} 的第一行是空的，那里应当是表头")
    names = told_apart(headings)
    schema = text_schema([*names, _KINDS])
    return Table(names, headings, 2, schema, partial(_parts, path, title, names))


def _first_row(sheet: Any) -> Any:
    return next((row for row in _rows(sheet) if any(value is not None for value in row)), None)


def _headings(sheet: Any) -> tuple[str, ...]:
    cells = [_cell(value)[0] for value in next(_rows(sheet))]
    while cells and not cells[-1].strip():
        cells.pop()
    return tuple(cells)


def _rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # what the file says of itself may be wrong
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(values_only=True)
    return rows


def _parts(path: Path, title: str, names: tuple[str, ...], rows: int) -> Iterator[Part]:
    with _opened(path) as book:
        sheet = book[title]
        total = max(1, sheet.max_row or LAST_ROW)
        read = 0
        whole = _whole(islice(_rows(sheet), 1, None), len(names))
        while taken := list(islice(whole, rows)):
            read += len(taken)
            kept = text_batch([*names, _KINDS], [[*cells, kinds] for cells, kinds, _ in taken])
            originals = kept.select(range(len(names)))
            yield Part(originals, [fault for _, _, fault in taken], kept, min(1.0, read / total))


def _whole(rows: Iterator[tuple[Any, ...]], width: int) -> Iterator[Row]:
    """Every row in its width; empty ones at the end are none."""
    empty = 0
    for row in rows:
        cells, kinds = [], []
        for value in row:
            text, kind = _cell(value)
            cells.append(text)
            kinds.append(kind)
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            empty += 1
            continue
        for _ in range(empty):
            yield [""] * width, _TEXT * width, "空行"
        empty = 0
        found, fault = fitted(cells, width) if len(cells) > width else ([*cells, *[""] * (width - len(cells))], None)
        yield list(found), "".join(kinds[:width]).ljust(width, _TEXT), fault


def _cell(value: object) -> tuple[str, str]:
    match value:
        case None:
            return "", _TEXT
        case bool():
            return "是" if value else "否", _YES_NO
        case int() | float():
            return as_text(value) or "", _NUMBER
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat(), _DAY
        case datetime.datetime():
            return value.isoformat(" "), _MOMENT
        case datetime.time():
            return value.isoformat(), _TIME
        case _:
            return unescaped(str(value)), _TEXT


def _value(text: str, kind: str) -> object:
    match kind:
        case "n":
            return float(text) if set(text) & set(".en") else int(text)
        case "b":
            return text == "是"
        case "m":
            return datetime.datetime.fromisoformat(text)
        case "d":
            return datetime.date.fromisoformat(text)
        case "t":
            return datetime.time.fromisoformat(text)
        case _:
            return text


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The workbook, read row by row; formulas as what they last came to."""
    with path.open("rb") as file:
        if file.read(len(OLD_EXCEL)) == OLD_EXCEL:
            raise InputError(f"{path.name} 是旧的 .xls 文件，或加了密码；请在 Excel 里去掉密码，另存为 .xlsx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl leaves out is formatting
        try:
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
            try:
                yield book
            finally:
                book.close()
        except _UNREADABLE as error:
            message = f"读不懂 {path.name}，它不是完好的 .xlsx；请用 Excel 打开，另存为 .xlsx"
            raise InputError(message) from error


class SheetWriter:
    """One sheet, row by row."""

    def __init__(self, path: Path, table: Table, suggested: Sequence[str]) -> None:
        self._path, self._rows = path, 1
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("研判")
        self._sheet.freeze_panes = "A2"
        self._sheet.append(
            [self._text(heading) for heading in (*table.headings, *(table.prefix + n for n in suggested))]
        )

    def write(self, kept: pa.RecordBatch, suggested: pa.RecordBatch) -> None:
        self._rows += kept.num_rows
        if self._rows > LAST_ROW:
            raise InputError(f"结果有 {self._rows:,} 行，一个 xlsx 最多 {LAST_ROW:,} 行；请把原文件存为 CSV 再研判")
        *columns, kinds = (column.to_pylist() for column in kept.columns)
        added = zip(*(column.to_pylist() for column in suggested.columns), strict=True)
        for cells, kind, row in zip(zip(*columns, strict=True), kinds, added, strict=True):
            before = [self._written(_value(text, one)) for text, one in zip(cells, kind, strict=True)]
            after = [self._written(as_text(value) if isinstance(value, bool) else value) for value in row]
            self._sheet.append([*before, *after])

    def _written(self, value: object) -> object:
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> Any:
        """A text cell, none for no text; a reason that tells of a very long cell is cut to what a cell can hold."""
        if not text:
            return None
        text = escaped(text)
        cell = WriteOnlyCell(self._sheet, value="")
        cell.value = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
        cell.data_type = "s"
        if text[0] in "=+-@\t":
            cell.quotePrefix = True
        return cell

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            self._book.save(self._path)
        else:
            self._sheet.close()
            self._sheet._writer.cleanup()  # the rows so far, in a file that nobody else would remove before the end
