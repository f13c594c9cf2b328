""".csv and .tsv: a row that its quotes or cells spoil costs that row only, never one beside it."""

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Self

import pyarrow as pa

from service.errors import InputError
from service.rescoring.lines import Line, encoding_of, read_lines
from service.rescoring.table import Fault, Part, Table, as_text, fitted, text_batch, text_schema, told_apart
from service.spreadsheets import harmless

# A quotation that is still open after so many lines was never meant to be closed.
_MOST_LINES = 1_000
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")

Record = tuple[Sequence[str], Fault]


def open_delimited(path: Path) -> Table:
    """The table of a file whose first row are headings; raises InputError where there is none."""
    encoding = encoding_of(path)
    with path.open("rb") as file:
        first = next(read_lines(file, encoding), ("", None))[0]
        delimiter = "\t" if first.count("\t") > first.count(",") else ","
        file.seek(0)
        headings = tuple(next(_Records(read_lines(file, encoding), delimiter, width=0), ((), None))[0])
    if not any(map(str.strip, headings)):
        raise InputError(f"{path.name} 的第一行是空的，那里应当是表头")
    names = told_apart(headings)
    return Table(names, headings, 2, text_schema(names), partial(_parts, path, encoding, delimiter, names), delimiter)


def _parts(path: Path, encoding: str, delimiter: str, names: tuple[str, ...], rows: int) -> Iterator[Part]:
    size = max(1, path.stat().st_size)
    with path.open("rb") as file:
        records = _Records(read_lines(file, encoding), delimiter, len(names))
        next(records, None)
        whole = _with_blank_rows(records, len(names))
        while taken := list(islice(whole, rows)):
            batch = text_batch(names, [cells for cells, _ in taken])
            yield Part(batch, [fault for _, fault in taken], batch, _share(file, size))


def _share(file: BinaryIO, size: int) -> float:
    return min(1.0, file.tell() / size)


def _with_blank_rows(records: Iterator[Record], width: int) -> Iterator[Record]:
    """Every row in its width. Blank lines at the end are none; one before counts, so that rows keep their places."""
    blank = 0
    for cells, fault in records:
        if not cells:
            blank += 1
            continue
        for _ in range(blank):
            yield [""] * width, "空行" if width > 1 else None
        blank = 0
        cells, misfit = fitted(cells, width)
        yield cells, fault or misfit


class _Records:
    """An iterator of the records that lines make up, no cells for a blank line."""

    def __init__(self, lines: Iterator[Line], delimiter: str, width: int) -> None:
        self._lines, self._back = lines, deque[Line]()
        self._delimiter, self._width = delimiter, width

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Record:
        text, fault = first = self._next_line()
        if '"' in text:
            return self._quoted(first)
        plain = text.rstrip("\r\n")
        return (plain.split(self._delimiter) if plain else ()), fault

    def _next_line(self) -> Line:
        return self._back.popleft() if self._back else next(self._lines)

    def _quoted(self, first: Line) -> Record:
        taken = [first]

        def pull() -> Iterator[str]:
            yield first[0]
            while len(taken) < _MOST_LINES:
                try:
                    taken.append(self._next_line())
                except StopIteration:
                    return
                yield taken[-1][0]

        try:
            cells = next(csv.reader(pull(), delimiter=self._delimiter, strict=True))
        except csv.Error:
            return self._first_alone(taken)
        if len(cells) != self._width and self._width and any(map(self._is_a_row, taken[1:])):
            return self._first_alone(taken)
        return cells, next((fault for _, fault in taken if fault), None)

    def _is_a_row(self, line: Line) -> bool:
        """Whether a line is a row by itself, so that a quotation that swallows it was a slip."""
        return self._width > 1 and len(self._leniently(line[0])) == self._width

    def _first_alone(self, taken: Sequence[Line]) -> Record:
        self._back.extendleft(reversed(taken[1:]))
        text = taken[0][0].rstrip("\r\n")
        return self._leniently(text), f"引号没有配对，或一格太长；原样是：{text}"

    def _leniently(self, text: str) -> list[str]:
        try:
            return next(csv.reader([text.rstrip("\r\n")], delimiter=self._delimiter), [""])
        except csv.Error:
            return [text]


class DelimitedWriter:
    """UTF-8 with BOM, as Excel wants it, with the delimiter of the source. Nothing in it runs as a formula."""

    def __init__(self, path: Path, table: Table, suggested: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, delimiter=table.delimiter)
        self._writer.writerow([*map(safe, table.headings), *(table.prefix + name for name in suggested)])

    def write(self, kept: pa.RecordBatch, suggested: pa.RecordBatch) -> None:
        columns = [_cells(column) for column in (*kept.columns, *suggested.columns)]
        self._writer.writerows(zip(*columns, strict=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _cells(column: pa.Array) -> list[str]:
    values = column.to_pylist()
    if pa.types.is_string(column.type):
        return [safe(value) if value else "" for value in values]
    return [as_text(value) or "" for value in values]


def safe(text: str) -> str:
    """A cell that no spreadsheet runs. A plain number, which may begin with a sign, is left as it is."""
    return text if not text or text[0] not in "=+-@\t\r＝＋－＠" or _NUMBER.fullmatch(text) else harmless(text)
