"""What a re-scoring is asked to do, how far it is, and what came of it: plain values, all of them picklable."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from classifier.model import Model
from rules import Ruleset
from service.errors import RefusedError, TongbanError

# Each column of a suggestion stands in the output under its name with this before it.
PREFIX = "研判_"

Report = Callable[["Progress"], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table hold what, by their headings.

    `by_name` is False where the text column was guessed from its cells only: somebody has to confirm it.
    `facts` maps a known fact to its column. `before` maps a column of a suggestion (接收部门, 预警颜色, 风险等级,
    纠纷类型) to the column with the earlier decision. None where the table has no such column.
    """

    text: str
    by_name: bool = True
    facts: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    unit: str | None = None
    time: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """The model and the rules that score, pinned: whoever works on the job loads just these, or refuses."""

    model_file: Path
    model_key: Path
    model: str
    rules: Mapping[str, str]
    ruleset: str
    day: datetime.date

    @classmethod
    def of(cls, model_file: Path, model_key: Path, model: Model, ruleset: Ruleset) -> Basis:
        """The basis of a model that lies in `model_file`, and a rule set on its day."""
        return cls(
            model_file.resolve(), model_key.resolve(), model.fingerprint, dict(ruleset.files), ruleset.version,
            ruleset.day,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Job:
    """`source` is a file (.xlsx, .csv, .tsv, .jsonl, .parquet) or a folder of such; `target` becomes the same kind."""

    source: Path
    target: Path
    columns: Columns
    basis: Basis
    shard_rows: int = 10_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. `share` runs from 0 to 1 within the `stage` (研判, then 写出); rows are those of the stage.

    `resumed` of the rows were done by an earlier run; `unread` could not be scored.
    """

    stage: str
    rows: int
    share: float
    resumed: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a finished job made. `reasons` are the first few rows that could not be scored, each with place and why."""

    target: Path
    rows: int
    unread: int
    reasons: tuple[str, ...] = ()
    resumed: int = 0


class StoppedError(TongbanError):
    """The job was cancelled; what is done stays, and running the same job again goes on from there."""

    status = 409


class AnotherJobError(RefusedError):
    """The work folder belongs to a job that differs; the message says in what. `restart` throws it away."""


def check_going(cancelled: Cancelled) -> None:
    """Raise StoppedError once somebody has cancelled."""
    if cancelled():
        raise StoppedError("研判停下了；做好的部分还在，再运行一次就接着做")
