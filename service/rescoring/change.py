"""变化: scored rows come in, batch after batch; what differs from the decisions that they already carried goes out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import pyarrow as pa

from service.errors import InputError
from service.rescoring import columns as col
from service.rescoring.earlier import UNSAID, OTHER, colour_wordings, plain_name, read_colour, read_month, said
from service.rescoring.moved import MOST_TEXT, Moved, MovedRows

# The suggestion's columns beside the original ones.
SCORED = "研判_"
# Beyond so many departments, units or reasons, the rest are counted together: a wrong column must not fill memory.
MOST_NAMES = 200
REST = "（其余）"
NO_RESULT = "没有研判结果"
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Before:
    """Which columns of the rows carry the earlier decision and what belongs to it; None where there is none.

    `text` is the description, to be quoted.
    """

    colour: str | None = None
    department: str | None = None
    dispute_type: str | None = None
    level: str | None = None
    unit: str | None = None
    time: str | None = None
    number: str | None = None
    text: str | None = col.TEXT


@dataclass(slots=True)
class Tally:
    """Rows of one kind: all that were scored, and those decided otherwise than before."""

    rows: int = 0
    colour: int = 0
    department: int = 0
    rose: int = 0
    left: int = 0


class Changes:
    """Counts over all rows that were added, in one pass; only the rows that moved are kept one by one.

    Matrices count scored rows by (before, now): each sums to `scored`. A colour before is one of `colours`, OTHER where
    its wording can't be read (`wordings` has them), or UNSAID. A row has changed only where both sides can be read.
    """

    def __init__(self, colours: tuple[str, ...]) -> None:
        self.colours = colours
        self.rows = 0
        self.unreadable: Counter[str] = Counter()
        self.unreadable_heaviest = 0
        self.without_decision = 0
        self.colour_matrix: Counter[tuple[str, str]] = Counter()
        self.department_matrix: Counter[tuple[str, str]] = Counter()
        self.wordings: Counter[str] = Counter()
        self.by_type: dict[str, Tally] = {}
        self.by_unit: dict[str, Tally] = {}
        self.by_month: dict[str, Tally] = {}
        self.months_before: Counter[tuple[str, str]] = Counter()
        self.months_now: Counter[tuple[str, str]] = Counter()
        self.made_by: Counter[tuple[str, str, str]] = Counter()
        self.total = Tally()
        self.rose = MovedRows()
        self.left = MovedRows()
        self._read = colour_wordings(colours)

    def add(self, table: pa.RecordBatch, before: Before) -> None:
        """Count the rows of a batch. Raises InputError where a column is missing."""
        raise NotImplementedError
