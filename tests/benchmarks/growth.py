"""How time a row, memory and disk grow with the number of rows that are re-scored, from ten thousand on.

Each size is a run in a process of its own; short ones are run several times, of which the fastest counts. No two texts
are alike where a model reads them. Everything lies in a temporary folder that is gone afterwards.

    python -m tests.benchmarks.growth --no-model --sizes 10000 100000 1000000 10000000
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from service.settings import Settings
from service.startup import open_model
from tests.benchmarks.incident_files import write_incidents
from tests.benchmarks.one_rescoring import Run, run_apart
from tests.benchmarks.printed import number, print_table

_SIZES = (10_000, 100_000)
_SHORT = 20.0  # seconds
_HEADINGS = (
    "行数",
    "秒",
    "每行微秒",
    "与最小之比",
    "每行处理器微秒",
    "与最小之比",
    "启动秒（不计）",
    "主进程峰值 MB",
    "最大子进程峰值 MB",
    "工作文件夹最大 MB",
    "机器负载",
)


def _fastest(source: Path, target: Path, times: int, workers: int, shard_rows: int, model: bool) -> Run:
    best: Run | None = None
    for _ in range(times):
        run = run_apart(source, target, workers=workers, shard_rows=shard_rows, runner="processes", model=model)
        target.unlink()
        best = min(best or run, run, key=lambda one: one.seconds)
        if run.seconds > _SHORT:
            break
    assert best is not None
    return best


def _row(run: Run, smallest: Run) -> list[str]:
    waited, least_waited = (one.seconds / one.rows * 1e6 for one in (run, smallest))
    spent, least_spent = (one.spent / one.rows * 1e6 for one in (run, smallest))
    return [
        number(run.rows),
        number(run.seconds, 2),
        number(waited, 1),
        number(waited / least_waited, 2),
        number(spent, 1),
        number(spent / least_spent, 2),
        number(run.start_up, 1),
        number(run.peak),
        number(run.peak_of_others),
        number(run.work_folder, 1),
        number(run.load, 1),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the files, run each size and print the table."""
    parser = argparse.ArgumentParser(description="重新研判的时间、内存、磁盘随行数怎样变")
    parser.add_argument("--sizes", type=int, nargs="+", default=_SIZES, metavar="行数", help="各有多少行")
    parser.add_argument("--format", choices=("parquet", "csv"), default="parquet", help="什么格式的文件")
    parser.add_argument("--workers", type=int, default=1, help="几个进程研判")
    parser.add_argument("--shard-rows", type=int, default=10_000, help="每片多少行")
    parser.add_argument("--times", type=int, default=3, help="二十秒以内的做几次，取最快的")
    parser.add_argument("--no-model", action="store_true", help="不判读，只读、分片、写、合成")
    asked = parser.parse_args(arguments)
    model, runs = not asked.no_model, []
    if model:
        open_model(Settings())  # trained here and now where there is none, not within a run
    for size in sorted(asked.sizes):
        with tempfile.TemporaryDirectory() as name:
            source = Path(name) / f"旧警情.{asked.format}"
            write_incidents(source, size, fresh=model)
            target = source.with_name(f"研判.{asked.format}")
            runs.append(_fastest(source, target, asked.times, asked.workers, asked.shard_rows, model))
    print(
        f"{asked.format}，{asked.workers} 个进程，每片 {asked.shard_rows:,} 行，"
        + ("含模型和规则" if model else "不含模型：判读换成不花时间的替身，只量读、分片、写、合成")
    )
    print_table(_HEADINGS, [_row(run, runs[0]) for run in runs])


if __name__ == "__main__":
    main()
