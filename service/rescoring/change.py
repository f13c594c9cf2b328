"""变化: scored rows come in, batch after batch; what differs from the decisions that they already carried goes out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import pyarrow as pa

from service.errors import InputError
from service.rescoring import columns as col
from service.rescoring.earlier import OTHER, UNSAID, colour_wordings, plain_name, read_colour, read_month, said
from service.rescoring.moved import MOST_TEXT, Moved, MovedRows, Pair

# The suggestion's columns stand beside the original ones under this and their own name.
SCORED = "研判_"
# Beyond so many departments, units or reasons, the rest are counted together: a wrong column must not fill memory.
MOST_NAMES = 300
REST, NO_MONTH, NO_RESULT = "（其余）", "时间不明", "没有研判结果"
_LONGEST_NAME = 60
_LOOKED_AT = (
    col.TYPE, col.LEVEL, col.SIGNALS, col.DEPARTMENT, col.COLOUR, col.MATCHED, col.ABSTAINED, col.ADVICE,
    col.MODEL, col.RULESET, col.DAY, col.ERROR,
)  # fmt: skip

Row = dict[str, Any]


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
    """Rows of one kind: all that were scored, and of these the ones decided otherwise than before."""

    rows: int = 0
    colour: int = 0
    department: int = 0
    rose: int = 0
    left: int = 0

    def count(self, colour: Pair, department: Pair, heaviest: str) -> None:
        """One more row, with what was decided before and now. What can't be read has not changed."""
        self.rows += 1
        self.department += UNSAID not in department and department[0] != department[1]
        if not {OTHER, UNSAID} & set(colour) and colour[0] != colour[1]:
            self.colour += 1
            self.rose += colour[1] == heaviest
            self.left += colour[0] == heaviest


class Changes:
    """Counts over all rows that were added, in one pass; only the rows that moved are kept one by one.

    Matrices count scored rows by (before, now), so each sums to `total.rows`. A colour is one of `colours`, OTHER where
    its wording can't be read (`wordings` counts these as written), or UNSAID. `unreadable` counts the rows that were
    not scored by their reason, `unreadable_heaviest` those of them that carried the heaviest colour.
    """

    def __init__(self, colours: tuple[str, ...]) -> None:
        self.colours = colours
        self.total = Tally()
        self.unreadable: Counter[str] = Counter()
        self.unreadable_heaviest = 0
        self.without_decision = 0
        self.wordings: Counter[str] = Counter()
        self.colour_matrix: Counter[Pair] = Counter()
        self.department_matrix: Counter[Pair] = Counter()
        self.by_type: dict[str, Tally] = {}
        self.by_unit: dict[str, Tally] = {}
        self.by_month: dict[str, Tally] = {}
        self.months_before: Counter[Pair] = Counter()
        self.months_now: Counter[Pair] = Counter()
        self.made_by: set[tuple[str, str, str]] = set()
        self.rose, self.left = MovedRows(), MovedRows()
        self._wordings = colour_wordings(colours)
        self._departments: set[str] = set()

    @property
    def heaviest(self) -> str:
        """The colour that rows rise to and leave."""
        return self.colours[0]

    @property
    def rows(self) -> int:
        """All rows, scored or not."""
        return self.total.rows + self.unreadable.total()

    def add(self, table: pa.RecordBatch, before: Before, scored: str = SCORED) -> None:
        """Count a batch of original columns and suggestion columns, the latter named `scored` and their own name.

        Raises InputError where a column is missing.
        """
        for row in _rows(table, before, scored):
            earlier = said(row["colour"])
            colour_before = read_colour(earlier, self._wordings)
            if (reason := said(row[col.ERROR])) or not said(row[col.COLOUR]):
                self.unreadable[_bounded(reason or NO_RESULT, self.unreadable)] += 1
                self.unreadable_heaviest += colour_before == self.heaviest
                continue
            if colour_before == OTHER:
                self.wordings[_bounded(earlier, self.wordings)] += 1
            self._count(row, (colour_before, read_colour(said(row[col.COLOUR]), self._wordings)))

    def _count(self, row: Row, colour: Pair) -> None:
        department = _department(row["department"]), _department(row[col.DEPARTMENT])
        month = read_month(row["time"]) or NO_MONTH
        self.without_decision += colour[0] == UNSAID == department[0]
        self.colour_matrix[colour] += 1
        self.department_matrix[self._named(department[0]), self._named(department[1])] += 1
        self.months_before[month, colour[0]] += 1
        self.months_now[month, colour[1]] += 1
        if len(self.made_by) < MOST_NAMES:
            self.made_by.add((said(row[col.MODEL]), said(row[col.RULESET]), said(row[col.DAY])))
        rose, left = self.total.rose, self.total.left
        kinds = (self.by_type, said(row[col.TYPE])), (self.by_unit, said(row["unit"])), (self.by_month, month)
        for tally in (self.total, *(_of(tallies, name) for tallies, name in kinds)):
            tally.count(colour, department, self.heaviest)
        if self.total.rose > rose:
            self.rose.add(_moved(row, self.rows, colour, department))
        if self.total.left > left:
            self.left.add(_moved(row, self.rows, colour, department))

    def _named(self, department: str) -> str:
        name = _bounded(department, self._departments)
        self._departments.add(name)
        return name


def _rows(table: pa.RecordBatch, before: Before, scored: str) -> Iterator[Row]:
    """The rows with what is looked at: under the names in `Before` and the suggestion's, None where it is not given."""
    wanted = {field.name: getattr(before, field.name) for field in fields(before)}
    wanted |= {name: scored + name for name in _LOOKED_AT}
    if missing := [name for name in wanted.values() if name is not None and name not in table.schema.names]:
        raise InputError(f"没有“{'”“'.join(missing)}”这一列，无法比较变化")
    nothing = [None] * table.num_rows
    values = [nothing if column is None else _values(table.column(column)) for column in wanted.values()]
    return (dict(zip(wanted, row, strict=True)) for row in zip(*values, strict=True))


def _values(column: pa.Array) -> list[Any]:
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":  # Python's moments are coarser
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return list(column.to_pylist())


def _department(value: Any) -> str:
    name = said(value)
    return plain_name(name[:MOST_TEXT]) if name else UNSAID


def _bounded(name: str, known: Any) -> str:
    """The name, shortened; REST for a new one where there are too many already."""
    name = name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"
    return name if name in known or len(known) < MOST_NAMES else REST


def _of(tallies: dict[str, Tally], name: str) -> Tally:
    return tallies.setdefault(_bounded(name or UNSAID, tallies), Tally())


def _moved(row: Row, number: int, colour: Pair, department: Pair) -> Moved:
    return Moved(
        row=number,
        number=said(row["number"]),
        unit=said(row["unit"]),
        time=said(row["time"]),
        text=said(row["text"])[:MOST_TEXT],
        colour=colour,
        department=department,
        dispute_type=(said(row["dispute_type"]), said(row[col.TYPE])),
        level=(said(row["level"]), said(row[col.LEVEL])),
        rules=_pieces(row[col.MATCHED]),
        signals=_pieces(row[col.SIGNALS]),
        advice=str(row[col.ADVICE] or ""),
        abstained=row[col.ABSTAINED] is True or said(row[col.ABSTAINED]) in ("是", "true", "True", "TRUE", "1"),
    )


def _pieces(joined: Any) -> tuple[str, ...]:
    return tuple(said(joined).split(col.LIST_MARK)) if said(joined) else ()
