""".parquet: columns keep their types; the suggestion's columns follow them."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from service.errors import InputError
from service.rescoring import columns as col
from service.rescoring.table import Part, Table

_BUFFER = 1 << 18  # bytes of each column


def open_parquet(path: Path) -> Table:
    """The table of a file; raises InputError where it is none, or two columns have one name."""
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{path.name} 不是完好的 parquet 文件：{error}") from error
    names = tuple(schema.names)
    if len(set(names)) < len(names):
        raise InputError(f"{path.name} 里有同名的列，分不清哪个是哪个")
    return Table(names, names, 1, schema, partial(_parts, path))


def _parts(path: Path, rows: int) -> Iterator[Part]:
    read = 0
    try:
        # Buffered before it is asked for, all of the file would come into memory and stay there.
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=_BUFFER) as file:
            total = max(1, file.metadata.num_rows)
            for batch in file.iter_batches(batch_size=rows):
                read += batch.num_rows
                yield Part(batch, [None] * batch.num_rows, batch, read / total)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{path.name} 从第 {read + 1} 行起读不出来：{error}") from error


class ParquetWriter:
    """The schema of the source, its metadata too, and the suggestion's columns."""

    def __init__(self, path: Path, table: Table, suggested: Sequence[str]) -> None:
        added = [col.SUGGESTED.field(name).with_name(table.prefix + name) for name in suggested]
        self._schema = pa.schema([*table.schema, *added], metadata=table.schema.metadata)
        self._writer = pq.ParquetWriter(path, self._schema)

    def write(self, kept: pa.RecordBatch, suggested: pa.RecordBatch) -> None:
        self._writer.write_batch(pa.RecordBatch.from_arrays([*kept.columns, *suggested.columns], schema=self._schema))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()
