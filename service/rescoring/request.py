"""What a person asks of a re-scoring, as it is kept with its job: values in, checked values out.

Which columns of a file, or which days of the archive; and the model and rules that decide.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Literal

from service import clock
from service.errors import InputError
from service.rescoring import columns as col
from service.rescoring.job import Columns

FILE, ARCHIVE = "重新研判文件", "重新研判存档"
KINDS = (FILE, ARCHIVE)

Part = Literal["result", "report.html", "report.xlsx"]

# Which earlier decisions a report can compare, and the other columns that it knows, each by its field in Columns.
EARLIER = (col.COLOUR, col.DEPARTMENT, col.LEVEL, col.TYPE)
BESIDE = {"unit": "单位", "time": "时间", "number": "编号"}

# The columns of the archive, as a table to be scored; facts stand beside them under their own names.
NUMBER, TIME, WAS = "编号", "时间", "原"
ARCHIVE_COLUMNS = Columns(
    text=col.TEXT,
    before={column: WAS + column for column in EARLIER},
    time=TIME,
    number=NUMBER,
)


@dataclass(frozen=True, slots=True)
class Pinned:
    """Model and rules as they were when it was asked for: whatever is published meanwhile decides no row of it."""

    model: str
    ruleset: str
    day: str

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> "Pinned":
        """As they were kept."""
        return cls(**parameters["pinned"])


@dataclass(frozen=True, slots=True)
class Window:
    """Whole days in China, both included."""

    since: date
    until: date

    @property
    def stamps(self) -> tuple[str, str]:
        """The first stamp in it, and the first after it."""
        return clock.stamp(clock.end_of(self.since - timedelta(days=1))), clock.stamp(clock.end_of(self.until))


def check_window(since: date, until: date) -> Window:
    """The window; raises InputError."""
    if until < since:
        raise InputError("止的日期早于起的日期")
    # Beyond these the calendar has no day before, or after.
    if not 1900 <= since.year <= until.year <= 9000:
        raise InputError("日期的年份应在 1900 到 9000 之间")
    return Window(since, until)


def check_columns(given: Columns, names: Collection[str], known: Collection[str]) -> Columns:
    """Columns that a person chose, if the file has them; raises InputError."""
    chosen = [given.text, *given.facts.values(), *given.before.values()]
    chosen += [name for name in (given.unit, given.time, given.number) if name is not None]
    if missing := [name for name in dict.fromkeys(chosen) if name not in names]:
        raise InputError(f"文件里没有“{'、'.join(missing)}”这一列。有的列是：{'、'.join(names)}")
    if unknown := [fact for fact in given.facts if fact not in known]:
        raise InputError(f"“{'、'.join(unknown)}”不是能另外给的事实。可选：{'、'.join(known) or '没有'}")
    if unknown := [column for column in given.before if column not in EARLIER]:
        raise InputError(f"“{'、'.join(unknown)}”不是能比较的原决定。可选：{'、'.join(EARLIER)}")
    if given.text in given.facts.values():
        raise InputError(f"“{given.text}”是警情描述，不能又是已知的事实")
    return given


def columns_in(parameters: Mapping[str, Any]) -> Columns:
    """The columns as they were kept."""
    return Columns(**parameters["columns"])


def kept(columns: Columns) -> dict[str, Any]:
    """Columns as they are kept."""
    return asdict(columns) | {"facts": dict(columns.facts), "before": dict(columns.before)}
