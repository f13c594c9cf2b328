""".jsonl: every line is written again as it was, with the suggestion put in before its last brace."""

import json
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any, BinaryIO, Self

import pyarrow as pa

from service.errors import InputError
from service.rescoring.lines import encoding_of, read_lines
from service.rescoring.table import Fault, Part, Table, as_text, free_prefix, sound, text_batch

# The names are those of the first lines; what other names a later line has is kept, and read by nobody.
_NAMING_LINES = 1_000
# A line that is no object is the value of this name.
RAW = "原始行"
_SCHEMA = pa.schema([("line", pa.string()), ("object", pa.bool_())])

# A line, the object in it, and why there is none if so.
Record = tuple[str, dict[str, Any] | None, Fault]


def open_json_lines(path: Path) -> Table:
    """The table of a file of one object a line; raises InputError where the first lines hold none."""
    encoding = encoding_of(path)
    with path.open("rb") as file:
        first = [found for _, found, _ in islice(_records(file, encoding, ""), _NAMING_LINES) if found]
    names = tuple(dict.fromkeys(map(sound, chain.from_iterable(first))))
    if not names:
        raise InputError(f'{path.name} 里没有 JSON 对象；每行应当是一个，如 {{"描述": "…"}}')
    return Table(names, names, 1, _SCHEMA, partial(_parts, path, encoding, names))


def _parts(path: Path, encoding: str, names: tuple[str, ...], rows: int) -> Iterator[Part]:
    size = max(1, path.stat().st_size)
    with path.open("rb") as file:
        records = _records(file, encoding, free_prefix(names))
        while taken := list(islice(records, rows)):
            cells = [[_text(found.get(name)) if found else None for name in names] for _, found, _ in taken]
            kept = pa.RecordBatch.from_arrays(
                [pa.array([line for line, _, _ in taken]), pa.array([found is not None for _, found, _ in taken])],
                schema=_SCHEMA,
            )
            share = min(1.0, file.tell() / size)
            yield Part(text_batch(names, cells), [fault for _, _, fault in taken], kept, share)


def _records(file: BinaryIO, encoding: str, prefix: str) -> Iterator[Record]:
    """Every line; blank ones at the end are none."""
    blank = 0
    for line, fault in read_lines(file, encoding):
        line = line.strip(" \t\r\n")
        if not line:
            blank += 1
            continue
        yield from repeat(("", None, "空行"), blank)
        blank = 0
        yield (line, None, fault) if fault else _record(line, prefix)


def _record(line: str, prefix: str) -> Record:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        return line, None, f"这一行不是 JSON：{error}"
    if not isinstance(found, dict):
        return line, None, "这一行不是 JSON 对象"
    if taken := [name for name in found if prefix and name.startswith(prefix)]:
        return line, None, f"这一行已有“{taken[0]}”"
    return line, found, None


def _text(value: object) -> str | None:
    match value:
        case str():
            return sound(value)
        case list() | dict():
            return sound(json.dumps(value, ensure_ascii=False))
        case _:
            return as_text(value)


class JsonLinesWriter:
    """UTF-8, one object a line."""

    def __init__(self, path: Path, table: Table, suggested: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._names = [table.prefix + name for name in suggested]

    def write(self, kept: pa.RecordBatch, suggested: pa.RecordBatch) -> None:
        lines, whole = (column.to_pylist() for column in kept.columns)
        rows = zip(*(column.to_pylist() for column in suggested.columns), strict=True)
        for line, is_object, row in zip(lines, whole, rows, strict=True):
            added = json.dumps(dict(zip(self._names, row, strict=True)), ensure_ascii=False)
            before = line if is_object else json.dumps({RAW: line}, ensure_ascii=False)
            opening = before[:-1].rstrip()
            self._file.write(f"{opening}{'' if opening == '{' else ', '}{added[1:]}\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
