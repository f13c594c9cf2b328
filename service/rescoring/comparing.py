"""A finished re-scoring, read once more: its rows, each with the decision it carried and the one it got → changes."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pyarrow as pa

from service.rescoring import columns as col
from service.rescoring.change import Before, Changes
from service.rescoring.job import Columns, Job, Progress
from service.rescoring.table import Table
from service.rescoring.tables import files_in, open_table

# Enough that reading pays, few enough to fit into memory.
_ROWS = 10_000

Seen = Callable[[Progress], None]


def carries_decisions(columns: Columns) -> bool:
    """Whether rows say to whom they went or which colour they had, so that there is something to compare."""
    return bool({col.COLOUR, col.DEPARTMENT} & columns.before.keys())


def changes_in(job: Job, colours: tuple[str, ...], seen: Seen = lambda _: None) -> Changes:
    """What became of every row of the job, whose target must be there. `colours` come heaviest first."""
    changes = Changes(colours)
    for source in files_in(job.source):
        table = open_table(source)
        before = before_of(job.columns, table.names)
        for batch in batches(open_table(_scored(job, source)), seen):
            changes.add(batch, before, table.prefix)
    return changes


def batches(table: Table, seen: Seen) -> Iterator[pa.RecordBatch]:
    """The rows of a table, telling how many were read."""
    rows = 0
    for part in table.parts(_ROWS):
        yield part.originals
        rows += part.originals.num_rows
        seen(Progress("比较", rows, part.share))


def before_of(columns: Columns, names: Collection[str]) -> Before:
    """Where a table with these headings says what was decided earlier, and what about."""

    def here(name: str | None) -> str | None:
        return name if name in names else None

    was = columns.before
    return Before(
        colour=here(was.get(col.COLOUR)),
        department=here(was.get(col.DEPARTMENT)),
        dispute_type=here(was.get(col.TYPE)),
        level=here(was.get(col.LEVEL)),
        unit=here(columns.unit),
        time=here(columns.time),
        number=here(columns.number),
        text=columns.text,
    )


def _scored(job: Job, source: Path) -> Path:
    return job.target / source.relative_to(job.source) if job.source.is_dir() else job.target
