"""The programs that measure re-scoring still run and tell what they did; how fast is no test's business."""

import os
from pathlib import Path

import pytest

from service.rescoring.tables import open_table
from tests.benchmarks import growth, workers
from tests.benchmarks.incident_files import TEXT, write_incidents
from tests.benchmarks.measured import Noted, peak_memory
from tests.benchmarks.one_rescoring import Run


def cells(printed: str) -> list[list[str]]:
    """The rows of the printed table below its headings."""
    rows = [line.strip("| ").split(" | ") for line in printed.splitlines() if line.startswith("|")]
    return rows[2:]


def test_growth_runs_every_size_in_order_and_says_that_no_model_was_there(capsys: pytest.CaptureFixture[str]) -> None:
    growth.main(["--no-model", "--sizes", "50", "20", "--format", "csv", "--times", "1"])
    printed = capsys.readouterr().out
    assert "不含模型" in printed
    rows = cells(printed)
    assert [row[0] for row in rows] == ["20", "50"]
    assert rows[0][3] == "1.00"
    assert float(rows[0][7]) > 20  # MB: a Python with pyarrow in it


def test_workers_tells_of_each_way_that_its_output_is_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert workers.main(["--no-model", "--rows", "60", "--shard-rows", "10", "--no-dask"]) == 0
    rows = cells(capsys.readouterr().out)
    assert len(rows) == 2
    assert {row[5] for row in rows} == {"是"}


def test_workers_fails_and_names_the_way_whose_output_differs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_: Path, target: Path, *, workers: int, **__: object) -> Run:
        target.write_text(str(workers), encoding="utf-8")
        return Run(20, 1, 1, 1, 20, 30, None, 1, 0)

    monkeypatch.setattr(workers, "run_apart", run)
    assert workers.main(["--no-model", "--rows", "20", "--shard-rows", "10", "--no-dask"]) == 1
    told = capsys.readouterr()
    assert "不同：两个进程" in told.err
    assert [row[5] for row in cells(told.out)] == ["是", "不是"]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize(("fresh", "different"), [(True, 7), (False, 3)])
def test_a_file_has_so_many_rows_and_texts_come_again_only_where_they_may(
    suffix: str, fresh: bool, different: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.benchmarks.incident_files._PART", 3)
    write_incidents(tmp_path / f"in{suffix}", 7, fresh=fresh)
    (part,) = open_table(tmp_path / f"in{suffix}").parts(100)
    texts = part.originals[TEXT].to_pylist()
    assert (len(texts), len(set(texts))) == (7, different)


def test_start_up_is_that_of_the_first_process_that_was_ready_and_costs_are_told_apart(tmp_path: Path) -> None:
    started = '{"arrived": 1, "ready": 4, "before": 2, "spent": 3}\n'
    notes = {
        "1": started + '{"done": 9, "rows": 5, "peak": 80, "spent": 10}\n',
        "2": started.replace("4", "3") + '{"done": 6, "rows": 7, "peak": 70, "spent": 5}\n',
        str(os.getpid()): started + '{"done": 8, "rows": 6, "peak": 90, "spent": 6}\n',
    }
    for process, said in notes.items():
        (tmp_path / f"{process}.jsonl").write_text(said, encoding="utf-8")
    assert Noted.read(tmp_path) == Noted(
        ready=3,
        warming=2,
        done=[(6, 7), (8, 6), (9, 5)],
        spent_warming=1,
        spent_by_others=7 + 2,
        peak_of_others=80,
    )
    assert 10 < peak_memory() < 100_000
