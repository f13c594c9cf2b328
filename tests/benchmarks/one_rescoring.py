"""One re-scoring as `tongban rescore` runs it, in a process of its own, so that its memory is its own, measured.

Without a model the rows are read, put into shards, written and assembled as ever; only scoring costs nothing.
The model is that of the data folder (TONGBAN_DATA_DIR), trained first where there is none.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from rules import load
from service.rescoring.job import Basis, Columns, Job, Progress
from service.rescoring.run import rescore
from service.rescoring.runners import Here, Processes, Runner, Score
from service.rescoring.shards import score_shard
from service.rescoring.work_folder import SUFFIX
from service.settings import Settings
from service.startup import open_model
from tests.benchmarks.incident_files import TEXT
from tests.benchmarks.measured import MB, Measured, Noted, cost_nothing, peak_memory, size_of

RUNNERS = ("processes", "dask")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took. Start-up, in seconds, is apart; seconds and rate are those of ready processes.

    `spent` is the processor time of all processes since they were ready, in seconds, which a busy machine changes less.
    `rate` is rows/s from the first finished shard to the last, None where there is one. Sizes are in MB: the peak of
    the process that ran it and of the largest other one, and of the work folder. `load` is the machine's of a minute.
    """

    rows: int
    start_up: float
    seconds: float
    spent: float
    rate: float | None
    peak: float
    peak_of_others: float | None
    work_folder: float
    load: float


def run_apart(source: Path, target: Path, *, workers: int, shard_rows: int, runner: str, model: bool) -> Run:
    """Run one in a new process and wait for it; raises CalledProcessError where it failed."""
    command = [sys.executable, "-m", __spec__.name, str(source), str(target), "--workers", str(workers)]
    command += ["--shard-rows", str(shard_rows), "--runner", runner, *([] if model else ["--no-model"])]
    root = Path(__file__).parents[2]
    path = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, cwd=root, env={**os.environ, "PYTHONPATH": path}
    )
    return Run(**json.loads(done.stdout))


def _runner(kind: str, workers: int, score: Score) -> Runner:
    if kind == "dask":
        from service.rescoring.cluster import Cluster  # Dask takes memory, which is measured

        return Cluster(None, workers, score)
    return Here(score) if workers == 1 else Processes(workers, score)


def _basis(model: bool) -> Basis:
    if not model:
        return Basis(Path("不用"), Path("不用"), "不用", {}, "不用@1", date(2026, 1, 1))
    settings = Settings()
    ruleset, problems = load(Path(str(files("rules") / "library")), today=date.today(), engine=False)
    assert ruleset is not None, problems
    return Basis.of(settings.model_file, settings.model_key, open_model(settings), ruleset)


def _run(job: Job, kind: str, workers: int, score: Score) -> Run:
    shards = 0.0

    def report(now: Progress) -> None:
        nonlocal shards
        if now.stage == "写出" and not shards:
            # All shards are there; the output beside them grows to its size at the end.
            shards = size_of(job.target.with_name(job.target.name + SUFFIX), "*.arrow")

    with tempfile.TemporaryDirectory() as name:
        notes = Path(name)
        begun, spent = time.monotonic(), time.process_time()
        outcome = rescore(job, runner=_runner(kind, workers, Measured(score, notes)), report=report)
        ended, spent = time.monotonic(), time.process_time() - spent
        noted = Noted.read(notes)
    assert not outcome.unread, outcome.reasons
    # Where this very process scores, it has read the first rows before it gets ready: that counts.
    start_up = noted.warming if kind == "processes" and workers == 1 else noted.ready - begun
    (first, rows_of_first), (last, _) = noted.done[0], noted.done[-1]
    rate = (outcome.rows - rows_of_first) / (last - first) if last > first else None
    return Run(
        rows=outcome.rows,
        start_up=start_up,
        seconds=ended - begun - start_up,
        spent=spent - noted.spent_warming + noted.spent_by_others,
        rate=rate,
        peak=peak_memory(),
        peak_of_others=noted.peak_of_others,
        work_folder=shards + job.target.stat().st_size / MB,
        load=os.getloadavg()[0],
    )


def main() -> None:
    """Run it and print what it took as JSON."""
    parser = argparse.ArgumentParser(description="重新研判一次，量时间和内存")
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--shard-rows", type=int, default=10_000)
    parser.add_argument("--runner", choices=RUNNERS, default="processes")
    parser.add_argument("--no-model", action="store_true")
    asked = parser.parse_args()
    job = Job(asked.source, asked.target, Columns(TEXT), _basis(not asked.no_model), asked.shard_rows)
    score = cost_nothing if asked.no_model else score_shard
    print(json.dumps(asdict(_run(job, asked.runner, asked.workers, score))))


if __name__ == "__main__":
    main()
