"""What a person asks of an import, as it is kept with its job and in its folder: values in, values out."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from service.importing.fields import Columns
from service.importing.model import Old, Order, Refused
from service.importing.reading import RowReader
from service.jobs.model import Job
from service.rescoring.table import Table

KIND = "导入警情"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of one import besides its source, in the folder `path`."""

    path: Path

    @property
    def refusals(self) -> Path:
        """The refused rows."""
        return self.path / "没有收的行.xlsx"

    @property
    def result(self) -> dict[str, Any] | None:
        """What came of it, once it is done."""
        if not self._result.exists():
            return None
        found: dict[str, Any] = json.loads(self._result.read_text(encoding="utf-8"))
        return found

    def keep_result(self, result: Mapping[str, Any]) -> None:
        """It is done; an attempt that comes after this one need not look at the source."""
        draft = self._result.with_suffix(".写出中")
        draft.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
        os.replace(draft, self._result)

    def keep_first_rows(self, table: Table) -> bool:
        """Keep the first rows, which show how the columns are read; whether there are any."""
        part = next(table.parts(_SHOWN), None)
        if part is None:
            return False
        cells = part.originals.to_pylist()
        rows = [[table.first_row + place, row, part.faults[place]] for place, row in enumerate(cells)]
        self._first.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        return bool(rows)

    def first_rows(self, columns: Columns, unit_id: str, now: datetime) -> Sequence[Old | Refused]:
        """The first rows as they will be read."""
        if not self._first.exists():
            return ()
        reader = RowReader(columns, unit_id, now)
        return [reader.read(*row) for row in json.loads(self._first.read_text(encoding="utf-8"))]

    def forget_rows(self, source: Path) -> None:
        """Keep nothing of the file but what was refused: the rest is in the database."""
        for one in (source, self._first):
            one.unlink(missing_ok=True)

    @property
    def _result(self) -> Path:
        return self.path / "结果.json"

    @property
    def _first(self) -> Path:
        return self.path / "前几行.json"


def order_of(job: Job, source: Path) -> Order:
    """The order of a job that was started."""
    asked: Any = job.parameters
    return Order(
        id=job.id,
        source=source,
        name=asked["name"],
        columns=asked["columns"],
        unit_id=asked["unit_id"],
        unit_name=asked["unit"],
        actor=job.asker,
    )
