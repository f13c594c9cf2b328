"""A table of any format as the rest sees it: names, and parts of rows read one after the other; and how it is written.

A row that can't be read stays in its place, with what was found in it and why.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, Self

import pyarrow as pa

from service.rescoring.job import PREFIX

Fault = str | None


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows. `originals` has the table's names; `faults` says of each row why it can't be read, None if it can.

    `kept` is what the format's writer needs to write the same rows again; `share` of the source is read by now.
    """

    originals: pa.RecordBatch
    faults: list[Fault]
    kept: pa.RecordBatch
    share: float


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was looked at. `headings` are its own, `names` tell them apart; the first row is called `first_row`.

    `schema` is that of `kept`. `parts` reads the file from its beginning at each call, so many rows at a time.
    """

    names: tuple[str, ...]
    headings: tuple[str, ...]
    first_row: int
    schema: pa.Schema
    parts: Callable[[int], Iterator[Part]]
    delimiter: str = ","

    @property
    def prefix(self) -> str:
        """What stands before the names of suggestion columns, so that none collides."""
        return free_prefix(self.headings)

    def sample(self, rows: int = 200) -> list[dict[str, str]]:
        """The first rows as text."""
        first = next(self.parts(rows), None)
        if first is None:
            return []
        return [
            {name: as_text(value) or "" for name, value in row.items()}
            for row in islice(first.originals.to_pylist(), rows)
        ]


class Writer(Protocol):
    """Writes a file of a table's format: the rows that came in, each followed by its suggestion."""

    def write(self, kept: pa.RecordBatch, suggested: pa.RecordBatch) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def free_prefix(headings: Sequence[str]) -> str:
    """研判_, or 研判2_ and so on where headings begin so already, as those of an earlier re-scoring do."""
    number = 1
    while any(heading.startswith(prefix := _prefix(number)) for heading in headings):
        number += 1
    return prefix if headings else PREFIX


def _prefix(number: int) -> str:
    return PREFIX if number == 1 else f"{PREFIX.removesuffix('_')}{number}_"


def told_apart(headings: Sequence[str]) -> tuple[str, ...]:
    """A name for each heading: itself where it is the first such, else with a number; 第3列 where it is empty."""
    taken = {heading.strip() for heading in headings}
    names: list[str] = []
    for place, heading in enumerate(headings, start=1):
        plain = heading.strip() or f"第{place}列"
        name, number = plain, 2
        while name in names or (name != heading.strip() and name in taken):
            name, number = f"{plain} ({number})", number + 1
        names.append(name)
    return tuple(names)


def fitted(cells: Sequence[str], width: int) -> tuple[Sequence[str], Fault]:
    """A row's cells in as many columns as there are headings; what does not fit is a fault that tells all of it."""
    if len(cells) == width:
        return cells, None
    if len(cells) < width:
        return [*cells, *[""] * (width - len(cells))], f"这一行只有 {len(cells)} 格，表头有 {width} 格"
    rest = "、".join(f"“{cell}”" for cell in cells[width:])
    return cells[:width], f"这一行有 {len(cells)} 格，表头只有 {width} 格；多出的是：{rest}"


def text_batch(names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> pa.RecordBatch:
    """Rows of texts as a batch."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return pa.RecordBatch.from_arrays([pa.array(column, pa.string()) for column in columns], schema=text_schema(names))


def text_schema(names: Sequence[str]) -> pa.Schema:
    """A schema of texts."""
    return pa.schema([(name, pa.string()) for name in names])


def as_text(value: object) -> str | None:
    """A cell as a person would write it; None where there is nothing."""
    match value:
        case None | str():
            return value
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case bytes():
            return value.decode("utf-8", "replace")
        case _:
            return str(value)


_SURROGATE = re.compile("[\ud800-\udfff]")


def sound(text: str) -> str:
    """The text without halves of characters, which no file can hold."""
    return _SURROGATE.sub("\ufffd", text)
