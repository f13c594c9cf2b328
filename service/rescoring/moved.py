"""Rows that rose to the heaviest colour or left it, each with what is to be seen of it; however many there are."""

import json
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from os import SEEK_END
from typing import IO, Any

# So many stay in memory; the rest lie in a file that vanishes with the object.
MOST_IN_MEMORY = 10_000
MOST_TEXT = 80

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Moved:
    """One row. Pairs are (before, now); what was not said is empty. `row` counts the rows given, from 1."""

    row: int
    number: str
    unit: str
    time: str
    text: str
    colour: Pair
    department: Pair
    dispute_type: Pair
    level: Pair
    rules: tuple[str, ...]
    signals: tuple[str, ...]
    advice: str
    abstained: bool


class MovedRows:
    """A list that is only added to and walked through, in the order of adding."""

    def __init__(self, in_memory: int = MOST_IN_MEMORY) -> None:
        self._most = in_memory
        self._first: list[Moved] = []
        self._spilt: IO[bytes] | None = None
        self._count = 0

    def add(self, moved: Moved) -> None:
        """Keep one more."""
        self._count += 1
        if len(self._first) < self._most:
            self._first.append(moved)
            return
        if self._spilt is None:
            self._spilt = tempfile.TemporaryFile(prefix="tongban-")  # noqa: SIM115
            weakref.finalize(self, self._spilt.close)
        self._spilt.seek(0, SEEK_END)  # a walk may have stopped anywhere
        self._spilt.write(json.dumps(asdict(moved), ensure_ascii=False).encode() + b"\n")

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Moved]:
        """One walk at a time: a second one would take lines from the first."""
        yield from self._first
        if self._spilt is not None:
            self._spilt.seek(0)
            for line in self._spilt:
                yield _from_json(json.loads(line))


def _from_json(written: dict[str, Any]) -> Moved:
    read: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in written.items()}
    return Moved(**read)
