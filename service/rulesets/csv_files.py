"""A sheet comes in and a .csv file that Excel opens rightly goes out; such a file comes in and a sheet goes out."""

from __future__ import annotations

import csv
import io

from service.errors import InputError
from service.rulesets.cells import Cell, Kind, Sheet
from service.rulesets.workbook import MOST_BYTES, check_fits, text_cells
from service.spreadsheets import RISKY, harmless


def write_csv(sheet: Sheet) -> bytes:
    """UTF-8 with BOM. Raises InputError for what no cell can hold."""
    for cell, text in text_cells(sheet):
        check_fits(text, cell)
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([harmless(cell.text) for cell in row] for row in sheet.rows)
    return stream.getvalue().encode("utf-8-sig")


def read_csv(name: str, content: bytes) -> Sheet:
    """The sheet of a file in UTF-8, with or without BOM, or GB18030. Raises InputError where it is none."""
    if len(content) > MOST_BYTES:
        raise InputError(f"{name} 有 {len(content) >> 20} MB，超过 {MOST_BYTES >> 20} MB 的上限")
    reader = csv.reader(io.StringIO(_decoded(name, content), newline=""), strict=True)
    try:
        return Sheet(name, tuple(tuple(map(_read_cell, row)) for row in reader))
    except csv.Error as error:
        message = f"{name} 第 {reader.line_num} 行读不懂：引号没有配对，或一格太长"
        raise InputError(message) from error


def _decoded(name: str, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{name} 的编码读不懂；请另存为「CSV UTF-8」")


def _read_cell(text: str) -> Cell:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.startswith("'") and RISKY.match(text):
        return Cell(text[1:])
    return Cell(text, Kind.FORMULA if text.startswith("=") else Kind.TEXT)
