"""The words of importing as values: what is to be imported, a row as it was read, and what came of them all."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from service.accounts.model import Actor
from service.importing.fields import Columns
from service.incidents.model import Registration

# How many refused rows are told of at once; the workbook has them all.
MOST_TOLD = 50
_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Order:
    """What to import: which file, sent under which name, read how, for which unit, asked for by whom.

    `id` tells one import from another: what an earlier attempt of the same one brought counts as imported.
    """

    id: str
    source: Path
    name: str
    columns: Columns
    unit_id: str
    unit_name: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class Old:
    """A row that can be taken. `id` is the same whenever the same incident is read; `result` is 处警结果."""

    row: int
    id: str
    text: str
    registration: Registration
    result: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that can't: which column, what stands there, and why. Empty column where it is the row as a whole."""

    row: int
    column: str
    value: str
    reason: str

    @property
    def told(self) -> "Refused":
        """The same with the value cut to what fits a line."""
        short = self.value if len(self.value) <= _LONGEST_VALUE else self.value[: _LONGEST_VALUE - 1] + "…"
        return Refused(self.row, self.column, " ".join(short.split()), self.reason)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: rows = imported + there + refused. `told` are the first refused ones."""

    rows: int = 0
    imported: int = 0
    there: int = 0
    refused: int = 0
    told: tuple[Refused, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)
    file_hash: str = ""

    @property
    def as_json(self) -> dict[str, Any]:
        """It as plain values."""
        return asdict(self) | {"told": [asdict(one) for one in self.told], "reasons": dict(self.reasons)}
