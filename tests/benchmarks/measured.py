"""Scoring that notes when each shard was done and how much memory its process took, for programs that measure runs.

A process first scores a few rows that do not count: loading the model, and what is compiled on first use, is start-up.
"""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from service.rescoring import columns as col
from service.rescoring.runners import Score
from service.rescoring.shards import Shard, ShardResult, store

# Enough to meet most of what is compiled on first use.
_WARMING_ROWS = 2_000
MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Measured:
    """A scoring function that leaves its notes in a folder, a file for each process that scored."""

    score: Score
    notes: Path

    def __call__(self, shard: Shard) -> ShardResult:
        note = self.notes / f"{os.getpid()}.jsonl"
        if not note.exists():
            arrived, spent = time.monotonic(), time.process_time()
            self.score(_few_of(shard, note.with_suffix(".arrow")))
            _add(note, {"arrived": arrived, "ready": time.monotonic(), "before": spent, "spent": time.process_time()})
        result = self.score(shard)
        _add(note, {"done": time.monotonic(), "rows": result.rows, "peak": peak_memory(), "spent": time.process_time()})
        return result


@dataclass(frozen=True, slots=True)
class Noted:
    """What the processes noted. Seconds are those of time.monotonic, which all processes of a machine share.

    `ready` is when the first of them was, `warming` how long that took it; `done` has the moment and rows of each
    shard in the order they were done. Of processor time, in seconds, `spent_warming` is what this process took to get
    ready and `spent_by_others` what all others took since they were. `peak_of_others` is the memory in MB of the
    largest other one.
    """

    ready: float
    warming: float
    done: Sequence[tuple[float, int]]
    spent_warming: float
    spent_by_others: float
    peak_of_others: float | None

    @classmethod
    def read(cls, notes: Path) -> "Noted":
        """All notes of a folder."""
        files = {
            path: [json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in notes.glob("*.jsonl")
        }
        first = min((lines[0] for lines in files.values()), key=lambda line: line["ready"])
        done = sorted((line["done"], line["rows"]) for lines in files.values() for line in lines[1:])
        own = files.pop(notes / f"{os.getpid()}.jsonl", None)
        return cls(
            first["ready"],
            first["ready"] - first["arrived"],
            done,
            own[0]["spent"] - own[0]["before"] if own else 0.0,
            sum(lines[-1]["spent"] - lines[0]["spent"] for lines in files.values()),
            max((lines[-1]["peak"] for lines in files.values()), default=None),
        )


def peak_memory() -> float:
    """The most memory in MB this process ever had. (ru_maxrss would begin with that of whoever started it.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / MB


def size_of(folder: Path, named: str) -> float:
    """MB of all files in it, or below, with such names."""
    return sum(path.stat().st_size for path in folder.rglob(named)) / MB


def cost_nothing(shard: Shard) -> ShardResult:
    """Stand in for scoring: the same few suggestions for whatever comes, no reading and no deciding."""
    return store(shard, _suggested(shard.rows))


@lru_cache(maxsize=2)
def _suggested(rows: int) -> pa.RecordBatch:
    few = [
        {
            col.TYPE: kind, col.SURE: risk, col.SECOND_TYPE: "其他", col.RISK: risk, col.LEVEL: "中",
            col.SIGNALS: "扬言伤害、酒后", col.DEPARTMENT: "派出所", col.CO_DEPARTMENTS: "司法所、村(社区)",
            col.COLOUR: "黄", col.BY_RULES: "派出所", col.MATCHED: "LL-001、LL-014", col.FLOOR: True,
            col.ABSTAINED: False, col.ADVICE: "核实是否持械。", col.MODEL: "0" * 12, col.RULESET: "测速@1",
            col.DAY: "2026-01-01",
        }
        for kind, risk in (("邻里", 0.123456), ("家庭婚恋", 0.654321), ("劳资", 0.222222))
    ]  # fmt: skip
    table = pa.RecordBatch.from_pylist(few, schema=col.SUGGESTED)
    return table.take(pa.array([number % len(few) for number in range(rows)]))


def _few_of(shard: Shard, result: Path) -> Shard:
    part = shard.part
    few = replace(
        part,
        originals=part.originals.slice(0, _WARMING_ROWS),
        faults=part.faults[:_WARMING_ROWS],
        kept=part.kept.slice(0, _WARMING_ROWS),
    )
    return replace(shard, part=few, result=result)


def _add(note: Path, line: dict[str, float]) -> None:
    with note.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _lines(note: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in note.read_text(encoding="utf-8").splitlines()]
