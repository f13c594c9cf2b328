"""One file re-scored by one process, two, and Dask with one and two workers of its own: rows/s, and the same output.

The rate is that from the first finished shard to the last, start-up apart. The exit status is 1 where two outputs
differ in a byte. Everything lies in a temporary folder that is gone afterwards.

    python -m tests.benchmarks.workers --rows 20000
"""

import argparse
import filecmp
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from service.settings import Settings
from service.startup import open_model
from tests.benchmarks.incident_files import write_incidents
from tests.benchmarks.one_rescoring import run_apart
from tests.benchmarks.printed import number, print_table

_WAYS: Mapping[str, tuple[str, int]] = {
    "一个进程": ("processes", 1),
    "两个进程": ("processes", 2),
    "Dask，一个干活的进程": ("dask", 1),
    "Dask，两个干活的进程": ("dask", 2),
}
_HEADINGS = ("怎么做", "每秒行数", "是一个进程的几倍", "每行处理器微秒", "启动秒（不计）", "结果逐字节相同", "机器负载")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run each way, print the table, and tell whether the outputs are the same."""
    parser = argparse.ArgumentParser(description="几个进程、Dask 各有多快，结果是否逐字节相同")
    parser.add_argument("--rows", type=int, default=20_000, help="多少行")
    parser.add_argument("--shard-rows", type=int, default=1_000, help="每片多少行")
    parser.add_argument("--format", choices=("parquet", "csv"), default="parquet", help="什么格式的文件")
    parser.add_argument("--no-model", action="store_true", help="不判读，只读、分片、写、合成")
    parser.add_argument("--no-dask", action="store_true", help="不用 Dask，没有装它的时候")
    asked = parser.parse_args(arguments)
    if asked.rows <= asked.shard_rows:
        parser.error("要多于一片，才量得出从第一片做完到最后一片的快慢")
    model, rows, differing, one = not asked.no_model, [], [], 0.0
    if model:
        open_model(Settings())  # trained here and now where there is none, not within a run
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / f"旧警情.{asked.format}"
        write_incidents(source, asked.rows, fresh=model)
        ways = {said: way for said, way in _WAYS.items() if not (asked.no_dask and way[0] == "dask")}
        targets = [source.with_name(f"研判{place}.{asked.format}") for place in range(len(ways))]
        for (said, (runner, workers)), target in zip(ways.items(), targets, strict=True):
            run = run_apart(source, target, workers=workers, shard_rows=asked.shard_rows, runner=runner, model=model)
            assert run.rate is not None
            one = one or run.rate
            differing += [] if filecmp.cmp(targets[0], target, shallow=False) else [said]
            rows.append(
                [
                    said,
                    number(run.rate),
                    number(run.rate / one, 2),
                    number(run.spent / run.rows * 1e6),
                    number(run.start_up, 1),
                    "不是" if said in differing else "是",
                    number(run.load, 1),
                ]
            )
    print(
        f"{asked.rows:,} 行 {asked.format}，每片 {asked.shard_rows:,} 行，{os.cpu_count()} 核，"
        + ("含模型和规则" if model else "不含模型：判读换成不花时间的替身")
    )
    print_table(_HEADINGS, rows)
    if differing:
        print(f"与一个进程的结果不同：{'、'.join(differing)}", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
