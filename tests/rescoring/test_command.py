"""tongban rescore, with the real model and rules."""

import csv
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from classifier.model import Model
from rules import Ruleset
from service import clock
from service.cli import main, tongban
from service.commands import rescore as command
from service.rescoring import columns as col
from service.rescoring.job import StoppedError
from service.rescoring.run import rescore
from service.suggestion import suggest

COUNTS = "近90天重复次数"
TEXTS = ["楼上漏水，多次上门协商未果，双方争吵，未动手", "老板拖欠工资三个月，扬言拿刀砍人", "孩子在学校被同学打伤"]


@pytest.fixture(autouse=True)
def _trained(trained_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(trained_data_dir))


def run(*words: object) -> Result:
    return CliRunner().invoke(tongban, ["rescore", *map(str, words)], standalone_mode=False, catch_exceptions=False)


def write_csv(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_a_row_of_a_file_is_answered_as_a_text_alone(tmp_path: Path, model: Model, ruleset: Ruleset) -> None:
    rows = [["警情描述", COUNTS, "备注"], *([text, str(number), "=1"] for number, text in enumerate(TEXTS))]
    result = run(write_csv(tmp_path / "in.csv", rows), "--output", tmp_path / "out.csv", "--workers", 2)
    assert result.return_value == 0, result.output
    assert f"事实　　　{COUNTS} ← {COUNTS}" in result.output
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    for number, (text, row) in enumerate(zip(TEXTS, found, strict=True)):
        alone = suggest(text, {COUNTS: number}, model=model, ruleset=ruleset)
        assert (row["警情描述"], row["备注"]) == (text, "'=1")
        assert row[f"研判_{col.TYPE}"] == alone.assessment.dispute_type
        assert row[f"研判_{col.DEPARTMENT}"] == alone.department
        assert row[f"研判_{col.COLOUR}"] == alone.decision.colour


def test_what_was_begun_one_day_ends_under_the_rules_of_that_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = (
        write_csv(tmp_path / "in.csv", [["警情描述"], *([text] for text in TEXTS)]),
        "--output",
        tmp_path / "out.csv",
    )
    first = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: first)
    with monkeypatch.context() as stopped:
        stopped.setattr(command, "run", lambda job, **asked: rescore(job, **asked, cancelled=lambda: True))
        with pytest.raises(StoppedError):
            run(*asked)
    monkeypatch.setattr(clock, "now", lambda: first + timedelta(days=1))
    assert run(*asked).return_value == 0
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row[f"研判_{col.DAY}"] for row in csv.DictReader(file)} == {"2026-03-02"}


def test_a_fact_that_does_not_fit_makes_the_row_unread_and_the_status_1(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["描述", "重复"], [TEXTS[0], 2], [TEXTS[1], "很多"], [TEXTS[2], None]):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    result = run(tmp_path / "in.xlsx", "-o", tmp_path / "out.xlsx", "--fact-column", f"{COUNTS}=重复")
    assert result.return_value == 1
    assert f"第 3 行：「{COUNTS}」：「很多」不是整数" in result.output
    heading, first, bad, last = load_workbook(tmp_path / "out.xlsx").active.iter_rows(values_only=True)
    error = heading.index(f"研判_{col.ERROR}")
    assert (first[error], last[error]) == (None, None)
    assert "很多" in str(bad[error])
    assert isinstance(first[heading.index(f"研判_{col.SURE}")], float)


def test_a_guess_by_the_cells_is_not_acted_on_where_nobody_can_confirm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_csv(tmp_path / "in.csv", [["甲", "乙"], *(["1", text] for text in TEXTS)])
    with pytest.raises(SystemExit) as stopped:
        main(["rescore", str(source), "--output", str(tmp_path / "out.csv"), "--yes"])
    assert stopped.value.code == 2
    assert "--text-column 乙" in capsys.readouterr().err
    assert run(source, "--output", tmp_path / "out.csv", "--text-column", "乙").return_value == 0


def test_an_old_workbook_in_a_folder_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write_csv(tmp_path / "in" / "a.csv", [["描述"], *([text] for text in TEXTS)])
    (tmp_path / "in" / "b.xls").touch()
    result = run(tmp_path / "in", "--output", tmp_path / "out")
    assert "b.xls 的格式读不了" in result.output
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.csv"]


# The command with shards of so many rows that the second process is ready long before the first shard is done.
SMALL_SHARDS = """
import os, signal, sys
from functools import partial
from service.cli import main
from service.commands import rescore

class Interrupted(rescore._Shown):
    def __call__(self, now):
        super().__call__(now)
        os.killpg(0, signal.SIGINT)  # as a terminal does: to all processes of the command

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored, where the tests run in the background
rescore.Job = partial(rescore.Job, shard_rows=2_000)
if sys.argv.pop(1) == "interrupted":
    rescore._Shown = Interrupted
main()
"""


def test_ctrl_c_says_how_to_go_on_and_the_same_command_does(tmp_path: Path) -> None:
    # Six shards for two processes: when the first is done, the last have not begun.
    texts = TEXTS * 4_000
    pq.write_table(pa.table({"描述": texts}), tmp_path / "in.parquet")

    def ran(how: str) -> tuple[int, str]:
        words = ["rescore", "in.parquet", "--output", "out.parquet", "--workers", "2"]
        done = subprocess.run(
            [sys.executable, "-c", SMALL_SHARDS, how, *words],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            timeout=120,
        )
        return done.returncode, done.stderr.decode()

    status, said = ran("interrupted")
    assert status == 130, said
    assert "再运行同一条命令就接着做" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out.parquet").exists()
    assert 0 < len(list(tmp_path.glob("*/*/*.arrow"))) < 6
    status, said = ran("undisturbed")
    assert status == 0, said
    found = pq.read_table(tmp_path / "out.parquet")
    assert found["描述"].to_pylist() == texts
    assert set(found[f"研判_{col.ERROR}"].to_pylist()) == {None}
