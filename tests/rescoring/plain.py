"""Scoring that needs no model, for tests of everything around it: a suggestion says how long the text is."""

import os
import signal
import sys
import time
from datetime import date
from pathlib import Path

import pyarrow as pa

from service.rescoring import columns as col
from service.rescoring.job import Basis, Columns, Job
from service.rescoring.run import rescore
from service.rescoring.runners import Here, Processes
from service.rescoring.shards import Shard, ShardResult, store
from service.rescoring.table import Fault

BASIS = Basis(Path("model"), Path("key"), "模型", {}, "规则@1", date(2026, 3, 2))
# A row with this text kills whoever scores it: always, or the first time only.
DEADLY, DEADLY_ONCE, FAULTY = "一读就死", "读一次就死", "读了就出错"


def job(source: Path, target: Path, *, text: str = "描述", shard_rows: int = 10) -> Job:
    """A job on the plain basis."""
    return Job(source, target, Columns(text), BASIS, shard_rows)


def suggested(texts: list[str | None], faults: list[Fault]) -> pa.RecordBatch:
    """What plain scoring answers."""
    rows = [
        {col.ERROR: fault} if fault else {col.TYPE: f"{len(text or '')} 字", col.RISK: 0.5, col.FLOOR: True}
        for text, fault in zip(texts, faults, strict=True)
    ]
    return pa.RecordBatch.from_pylist(rows, schema=col.SUGGESTED)


def score(shard: Shard) -> ShardResult:
    """Score and store; deadly rows kill this process."""
    texts = shard.part.originals.column(shard.text).to_pylist()
    mark = shard.result.with_suffix(".died")
    if DEADLY in texts or (DEADLY_ONCE in texts and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if FAULTY in texts:
        raise ZeroDivisionError("出错")
    return store(shard, suggested(texts, shard.part.faults))


def score_slowly(shard: Shard) -> ShardResult:
    """Leave time to be killed in."""
    time.sleep(0.02)
    return score(shard)


def main() -> None:
    """A run in a process of its own: source, target, workers."""
    source, target, workers = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    runner = Here(score_slowly) if workers == 1 else Processes(workers, score_slowly)
    rescore(job(source, target), runner=runner)


if __name__ == "__main__":
    main()
