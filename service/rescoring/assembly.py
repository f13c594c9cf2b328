"""Finished shards come in, in order; the output goes out, complete and on the disk before it has its name."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from service.rescoring import columns as col
from service.rescoring.job import Cancelled, Job, Outcome, Progress, Report, check_going
from service.rescoring.shards import read_result, unread_in
from service.rescoring.table import Table
from service.rescoring.tables import new_writer
from service.rescoring.work_folder import WorkFolder

_MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class FileParts:
    """A file of the source, and in how many shards its rows are."""

    path: Path
    table: Table
    shards: int


def put_together(
    job: Job, work: WorkFolder, files: Sequence[FileParts], resumed: int, report: Report, cancelled: Cancelled
) -> Outcome:
    """Write the output from all shards. Raises StoppedError once cancelled."""
    draft = work.draft()
    rows = unread = done = 0
    reasons: list[str] = []
    total = max(1, sum(file.shards for file in files))
    for number, file in enumerate(files):
        named = file.path.relative_to(job.source)
        (draft / named).parent.mkdir(parents=True, exist_ok=True)
        row = file.table.first_row
        with new_writer(draft / named, file.table, file.path.suffix) as writer:
            for shard in range(file.shards):
                check_going(cancelled)
                kept, suggested = read_result(work.result(number, shard))
                writer.write(kept, suggested)
                if found := unread_in(suggested):
                    unread += found
                    place = f"{named.as_posix()} " if job.source.is_dir() else ""
                    reasons += _reasons(suggested, place, row, _MOST_REASONS - len(reasons))
                row, rows, done = row + kept.num_rows, rows + kept.num_rows, done + 1
                report(Progress("写出", rows, done / total, resumed, unread))
    work.deliver(draft, job.target)
    return Outcome(job.target, rows, unread, tuple(reasons), resumed)


def _reasons(suggested: pa.RecordBatch, place: str, first_row: int, most: int) -> list[str]:
    """Where the first rows are that could not be scored, and why."""
    errors = enumerate(suggested.column(col.ERROR).to_pylist(), start=first_row)
    return [f"{place}第 {row} 行：{error}" for row, error in errors if error is not None][:most]
