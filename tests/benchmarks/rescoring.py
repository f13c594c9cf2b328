"""Re-scoring many rows: against what a user would write without us, and against the tokenizer alone.

Every figure is a ratio within one run, on the same texts, on one core.

    python -m tests.benchmarks.rescoring --rows 20000
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path

import pyarrow as pa

from classifier.bulk import BulkReader
from classifier.text import normalise
from rules import load
from service.rescoring.columns import TEXT
from service.rescoring.scoring import Scorer
from service.settings import Settings
from service.startup import open_model
from tests.benchmarks.texts import old_incidents

# The plain way is so slow that a part of the rows is enough.
_PLAIN_ROWS = 2_000


def _microseconds(run: Callable[[], object], rows: int) -> float:
    """A row, the best of three."""
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        run()
        spent.append(time.perf_counter() - start)
    return min(spent) / rows * 1e6


def _plain(rows: int) -> tuple[float, float] | None:
    """Microseconds a row to read and to decide, the plain way; None where it crashed."""
    command = [sys.executable, "-m", "tests.benchmarks.plain_way", str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)
    if done.returncode:
        print(f"朴素做法中途崩溃，状态 {done.returncode}：{done.stderr[-200:]}", file=sys.stderr)
        return None
    told = json.loads(done.stdout)
    return told["read"] / rows * 1e6, told["decided"] / rows * 1e6


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="重新研判的速度")
    parser.add_argument("--rows", type=int, default=20_000, help="多少条")
    rows = parser.parse_args().rows
    model = open_model(Settings())
    ruleset, _ = load(Path(str(files("rules") / "library")), today=date.today())
    assert ruleset is not None
    texts = old_incidents(rows)
    normal = [normalise(text) for text in texts]
    scorer, reader = Scorer(model, ruleset), BulkReader(model)
    batches = [pa.RecordBatch.from_pydict({TEXT: texts[start : start + 10_000]}) for start in range(0, rows, 10_000)]
    reader.read(texts[:1000])
    cut = _microseconds(lambda: [model.tokenizer.words(text) for text in normal], rows)
    signals = _microseconds(lambda: [model.signals.find(text) for text in texts], rows)
    read = _microseconds(lambda: [reader.read(texts[start : start + 10_000]) for start in range(0, rows, 10_000)], rows)
    ours = _microseconds(lambda: [scorer.score(batch) for batch in batches], rows)
    average = sum(map(len, texts)) / rows
    print(f"{rows} 条，平均 {average:.0f} 字，{len(ruleset.deciding)} 条规则，一个进程")
    print(f"我们　每条 {ours:.0f} 微秒，每秒 {1e6 / ours:,.0f} 条")
    print(f"  其中判读 {read:.0f}（风险信号 {signals:.0f}，分词 {cut:.0f}），规则和成表 {ours - read:.0f}")
    print(f"只分词　每条 {cut:.0f} 微秒；我们的速度是它的 {cut / ours:.2f}")
    plain = _plain(min(rows, _PLAIN_ROWS))
    if plain:
        print(f"朴素做法　每条 {sum(plain):.0f} 微秒（分词分类 {plain[0]:.0f}，durable_rules {plain[1]:.0f}）")
        print(f"我们的速度是朴素做法的 {sum(plain) / ours:.1f} 倍")


if __name__ == "__main__":
    main()
