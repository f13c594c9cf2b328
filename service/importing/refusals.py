"""Refused rows come in one by one; an .xlsx file goes out, to be mended and imported again."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from service.importing.model import Refused
from service.spreadsheets import LAST_ROW, LONGEST_TEXT, RISKY, escaped

_ADDED = ("原文件行号", "哪一列", "是什么", "没有收的原因")


class Refusals:
    """The workbook: why a row was refused, and the row as it was. A sheet that is full is followed by another."""

    def __init__(self, path: Path, headings: Sequence[str]) -> None:
        self._path, self._headings, self._rows = path, headings, 0
        self._book = Workbook(write_only=True)
        self._begin()

    def add(self, refused: Refused, cells: Mapping[str, str | None]) -> None:
        """One row, with what stood in it."""
        if self._rows == LAST_ROW:
            self._begin()
        said = (refused.column, refused.value, refused.reason, *(cells.get(name) or "" for name in self._headings))
        self._sheet.append([refused.row, *map(self._text, said)])
        self._rows += 1

    def _begin(self) -> None:
        self._sheet = self._book.create_sheet("没有收的行")
        self._sheet.freeze_panes = "A2"
        self._sheet.append(list(map(self._text, (*_ADDED, *self._headings))))
        self._rows = 1

    def _text(self, text: str) -> Any:
        """A cell that is a text whatever it looks like."""
        if not text:
            return None
        text = escaped(text)
        cell = WriteOnlyCell(self._sheet, value="")
        cell.value = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
        cell.data_type = "s"
        cell.quotePrefix = bool(RISKY.match(text))
        return cell

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Saved whatever happened: openpyxl keeps the rows so far in a file that only saving takes away.
        self._book.save(self._path)
