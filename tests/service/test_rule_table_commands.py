"""tongban rules table out and in, as a rule editor meets them."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import openpyxl
import pytest

from rules import load
from service.cli import main
from tests.rules.building import HEAD, TODAY, rule

Run = Callable[..., tuple[int, str]]
LIBRARY = {file.name: file.read_text(encoding="utf-8") for file in (files("rules") / "library").iterdir()}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in an empty folder; its status, and what it says."""
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


def texts_in(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}


@pytest.mark.parametrize("file", ["规则.xlsx", "规则.csv"])
def test_an_untouched_table_gives_back_the_very_files(run: Run, tmp_path: Path, file: str) -> None:
    status, said = run("rules", "table", "out", file)
    assert (status, "85 条规则" in said) == (0, True)
    status, said = run("rules", "table", "in", file, "--output", "新")
    assert status == 0
    assert "与原来的规则没有差别" in said
    assert texts_in(tmp_path / "新") == LIBRARY


def test_csv_is_two_files(run: Run, tmp_path: Path) -> None:
    run("rules", "table", "out", "规则.csv")
    assert {file.name for file in tmp_path.glob("*.csv")} == {"规则.csv", "规则-测试.csv"}


def test_an_edit_reaches_its_file_and_is_told(run: Run, tmp_path: Path) -> None:
    run("rules", "table", "out", "规则.xlsx")
    book = openpyxl.load_workbook("规则.xlsx")
    assert book.sheetnames == ["规则", "测试", "说明"]
    row = next(row for row in book["规则"].iter_rows() if row[0].value == "JT-101")
    row[5].value = 105
    book.save("规则.xlsx")
    status, said = run("rules", "table", "in", "规则.xlsx", "--output", "新")
    assert (status, "修改 1 条（JT-101）" in said) == (0, True)
    written = texts_in(tmp_path / "新")
    assert {name for name in LIBRARY if written[name] != LIBRARY[name]} == {"family.yaml"}
    ruleset, _ = load(tmp_path / "新", today=TODAY)
    assert ruleset is not None
    with ruleset:
        assert next(one.priority for one in ruleset.rules if one.id == "JT-101") == 105


def test_with_any_slip_nothing_is_written_and_each_is_shown(run: Run, tmp_path: Path) -> None:
    run("rules", "table", "out", "规则.xlsx")
    book = openpyxl.load_workbook("规则.xlsx")
    book["规则"]["E2"], book["测试"]["C3"] = "启动", "凶气 是"
    book.save("规则.xlsx")
    status, said = run("rules", "table", "in", "规则.xlsx", "--output", "新")
    assert status == 1
    assert [line.split(" —— ")[0] for line in said.splitlines() if "错误 R" in line] == [
        "规则!E2: 错误 R031 「状态」：没有「启动」这个取值",
        "测试!C3: 错误 R028 给定里没有「凶气」这个事实",
    ]
    assert "2 处错误，什么也没有写" in said
    assert not (tmp_path / "新").exists()


def test_a_table_is_applied_to_the_rule_set_that_is_named(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "我的"
    mine.mkdir()
    (mine / "head.yaml").write_text(HEAD, encoding="utf-8")
    (mine / "a.yaml").write_text(rule(), encoding="utf-8")
    assert run("rules", "table", "out", "规则.csv", "我的")[0] == 0
    assert run("rules", "table", "in", "规则.csv", "我的", "--output", "新")[0] == 0
    assert texts_in(tmp_path / "新") == texts_in(mine)


def test_a_table_of_another_version_is_taken_with_a_warning(run: Run, tmp_path: Path) -> None:
    indented = "".join(f"  {line}\n" for line in rule().splitlines())
    (tmp_path / "我的.yaml").write_text(f"{HEAD}规则:\n{indented}", encoding="utf-8")
    run("rules", "table", "out", "规则.xlsx", "我的.yaml")
    status, said = run("rules", "table", "in", "规则.xlsx", "--output", "新")
    assert status == 0, said
    assert said.startswith("提醒：这张表是从 测试镇@")
    assert "删除 85 条" in said


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["out", "规则.txt"], "要以 .xlsx 或 .csv 结尾"),
        (["out", "没有/规则.xlsx"], "写不了"),
        (["in", "没有.xlsx", "--output", "新"], "读不了"),
        (["in", "别的.xlsx", "--output", "新"], "没有工作表「规则」"),
        (["in", "单独.csv", "--output", "新"], "单独-测试.csv"),
        (["in", "规则.xlsx", "--output", "满的"], "已经有内容"),
        (["in", "规则.xlsx"], "缺少"),
    ],
)
def test_mistakes_are_answered_in_one_line(run: Run, tmp_path: Path, arguments: list[str], complaint: str) -> None:
    run("rules", "table", "out", "规则.xlsx")
    (tmp_path / "满的").mkdir()
    (tmp_path / "满的" / "a").write_text("a", encoding="utf-8")
    (tmp_path / "单独.csv").write_text("编号", encoding="utf-8")
    openpyxl.Workbook().save(tmp_path / "别的.xlsx")
    status, said = run("rules", "table", *arguments)
    assert status == 2
    assert complaint in said
    assert not (tmp_path / "新").exists()


def test_a_rule_set_with_faults_is_not_written_as_a_table(run: Run, tmp_path: Path) -> None:
    (tmp_path / "坏的.yaml").write_text(HEAD + "规则: 甲\n", encoding="utf-8")
    status, said = run("rules", "table", "out", "规则.xlsx", "坏的.yaml")
    assert (status, "R022" in said) == (1, True)
    assert not (tmp_path / "规则.xlsx").exists()
