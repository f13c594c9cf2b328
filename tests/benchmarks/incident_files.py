"""A number of rows comes in, a file of old incidents goes out, made in parts so that many rows take no memory."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from tests.benchmarks.texts import old_incidents

TEXT = "报警内容"
_PART = 50_000


def write_incidents(path: Path, rows: int, *, fresh: bool) -> None:
    """Write a .csv or .parquet. `fresh`: no two texts are alike; else those of the first part come again and again."""
    parts = _parts(rows, fresh)
    first = next(parts)
    new = pa.csv.CSVWriter if path.suffix == ".csv" else pq.ParquetWriter
    with new(str(path), first.schema) as writer:
        writer.write_batch(first)
        for part in parts:
            writer.write_batch(part)


def _parts(rows: int, fresh: bool) -> Iterator[pa.RecordBatch]:
    texts: list[str] = []
    for start in range(0, rows, _PART):
        size = min(_PART, rows - start)
        if fresh or not start:
            texts = old_incidents(size, since=start)
        yield pa.RecordBatch.from_pydict(
            {
                "接警编号": [f"J{number:010}" for number in range(start, start + size)],
                "报警时间": [
                    f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}" for number in range(start, start + size)
                ],
                TEXT: texts[:size],
            }
        )
