"""The command line as a user meets it."""

import json
import os
from pathlib import Path

import click
import pytest

from service.cli import tongban
from service.storage import migrate
from tests.service.terminal import Terminal

TEXT = "报警人称楼上住户漏水，多次上门协商未果，双方发生争吵，未动手。"


@pytest.fixture
def terminal(trained_data_dir: Path, tmp_path: Path) -> Terminal:
    return Terminal(trained_data_dir, tmp_path)


def test_version(terminal: Terminal) -> None:
    done = terminal.start("--version")
    assert (done.returncode, done.stdout) == (0, "tongban 0.1.0\n")


@pytest.mark.parametrize("command", tongban.list_commands(click.Context(tongban)))
def test_every_command_starts_by_itself(terminal: Terminal, command: str) -> None:
    done = terminal.start(command, "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Usage: tongban {command}")


def test_a_text_as_argument_is_answered_for_people(terminal: Terminal) -> None:
    done = terminal.start("suggest", "丈夫持刀威胁妻子")
    assert done.returncode == 0
    assert done.stdout.startswith("【红】丈夫持刀威胁妻子\n  转")
    assert "凶器" in done.stdout


def test_lines_of_standard_input_become_lines_of_json_in_order(terminal: Terminal) -> None:
    done = terminal.run("suggest", "--json", given=f"{TEXT}\n\n丈夫持刀威胁妻子\r\n")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["text"] for row in rows] == [TEXT, "丈夫持刀威胁妻子"]
    assert "id" not in rows[0]


def test_a_bad_line_is_marked_in_its_place_and_the_others_are_answered(terminal: Terminal) -> None:
    done = terminal.run("suggest", "--json", given=f"{TEXT}\nabc\n{TEXT}\n")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert ["error" in row for row in rows] == [False, True, False]
    assert "没有汉字" in rows[1]["error"]["message"]


def test_nothing_is_stored_unless_asked(terminal: Terminal) -> None:
    terminal.run("suggest", TEXT)
    done = terminal.run("suggest", "--json", "--store", TEXT)
    row = json.loads(done.stdout)
    assert row["id"]
    import sqlite3

    with sqlite3.connect(terminal.home / "tongban.db") as database:
        assert database.execute("SELECT id, text_hash <> '' FROM suggestion").fetchall() == [(row["id"], 1)]


def test_half_a_character_as_argument_is_answered(terminal: Terminal) -> None:
    done = terminal.start("suggest", "--json", os.fsdecode(b"\xe6\xbc\x8f\xff"), PYTHONUTF8="1")
    assert done.returncode == 1
    assert "无法识别" in json.loads(done.stdout)["error"]["message"]


def test_thousands_of_lines_are_answered_one_for_one(terminal: Terminal) -> None:
    given = "".join(f"第{number}次：{TEXT}\n" for number in range(3000))
    done = terminal.run("suggest", "--json", given=given)
    rows = [json.loads(line)["text"] for line in done.stdout.splitlines()]
    assert rows == given.splitlines()


def test_known_facts_are_given_by_name(terminal: Terminal) -> None:
    done = terminal.run("suggest", "--json", "--fact", "近90天重复次数=3", "楼上漏水，双方口头争吵，未动手")
    assert json.loads(done.stdout)["colour"] == "红"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["suggest", "--fact", "重复3次", TEXT], "名称=值"),
        (["suggest", "--fact", "近90天重复数=3", TEXT], "近90天重复次数"),
        (["suggest", "--fact", "时刻=25", TEXT], "时刻"),
        (["suggest", "--jason"], "没有选项 --jason"),
        (["compare"], "缺少"),
        (["evaluate", "没有.jsonl"], "读不了"),
        (["没有的命令"], "没有命令 没有的命令"),
        (["serve", "--port", "70000"], "不能大于 65535"),
    ],
)
def test_mistakes_are_answered_in_one_chinese_line(terminal: Terminal, arguments: list[str], complaint: str) -> None:
    done = terminal.run(*arguments)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_line_that_is_not_utf8_is_marked_and_the_others_are_answered(terminal: Terminal) -> None:
    given = b"\xef\xbb\xbf" + f"{TEXT}\n".encode() + "楼上漏水\n".encode("gb18030") + f"{TEXT}\n".encode()
    for more in ([], ["--store"]):
        done = terminal.run("suggest", "--json", *more, given=given)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 1
        assert ["error" in row for row in rows] == [False, True, False]
        assert rows[0]["text"] == TEXT
        assert "UTF-8" in rows[1]["error"]["message"]


@pytest.mark.parametrize(
    ("setting", "value", "complaint"),
    [
        ("TONGBAN_HOST", "0.0.0.0", "不是本机地址"),  # noqa: S104 - must be refused
        ("TONGBAN_PORT", "70000", "TONGBAN_PORT"),
        ("TONGBAN_HOST", "127.0.0.2", "不是本机地址"),
        ("TONGBAN_DATABASE_URL", "mysql://x", "postgresql://"),
        ("TONGBAN_DATABASE_URL", "sqlite:///", "写明文件"),
        ("TONGBAN_DATABASE_URL", "postgresql://x@127.0.0.1:9/x", "数据库用不了"),
        ("TONGBAN_RULES_PATH", "/没有", "没有这个规则集文件夹"),
        ("TONGBAN_TRAINING_ROWS", "/没有", "/没有 里没有 .jsonl 样本文件"),
    ],
)
def test_bad_settings_are_named(terminal: Terminal, setting: str, value: str, complaint: str) -> None:
    done = terminal.run("serve", **{setting: value})
    assert done.returncode == 2
    assert complaint in done.stderr


def test_rules_check_and_test_pass_on_the_shipped_rules(terminal: Terminal) -> None:
    for command, words in (("check", "没有错误"), ("test", "个测试")):
        done = terminal.run("rules", command)
        assert done.returncode == 0, done.stdout
        assert words in done.stdout


def test_a_broken_rule_is_shown_at_its_line_and_column(terminal: Terminal, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    head = (Path(__file__).parents[2] / "rules" / "library" / "ruleset.yaml").read_text(encoding="utf-8")
    (broken / "ruleset.yaml").write_text(head, encoding="utf-8")
    (broken / "family.yaml").write_text(
        "- 编号: JT-001\n  名称: 试\n  责任人: 派出所\n  依据: 本系统缺省\n  状态: 启用\n  优先级: 100\n"
        "  条件: {纠纷类形: 婚恋家庭}\n  结论: {预警颜色: 黄}\n  理由: 试\n"
        "  测试:\n  - {名: 中, 给定: {纠纷类型: 婚恋家庭}, 期望: {命中: JT-001}}\n"
        "  - {名: 不中, 给定: {纠纷类型: 邻里}, 期望: {未命中: JT-001}}\n",
        encoding="utf-8",
    )
    done = terminal.run("rules", "check", str(broken))
    assert done.returncode == 1
    assert "family.yaml:7:8: 错误 R028" in done.stdout
    assert "您是不是想写「纠纷类型」" in done.stdout
    as_json = json.loads(terminal.run("rules", "check", str(broken), "--json").stdout)
    assert as_json["ok"] is False
    assert (as_json["problems"][0]["line"], as_json["problems"][0]["column"]) == (7, 8)


def test_rules_check_also_tells_what_is_wrong_between_rules_that_are_right_by_themselves(
    terminal: Terminal, tmp_path: Path
) -> None:
    library = Path(__file__).parents[2] / "rules" / "library"
    for file in library.glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "new.yaml").write_text(
        "- 编号: XZ-001\n  名称: 试\n  责任人: 派出所\n  依据: 本系统缺省\n  状态: 启用\n  优先级: 10\n"
        "  条件: {纠纷类型: 邻里, 时刻: {大于: 23}}\n  结论: {预警颜色: 黄}\n  理由: 试\n"
        "  测试:\n  - {名: 中, 给定: {纠纷类型: 邻里}, 期望: {命中: XZ-001}}\n"
        "  - {名: 不中, 给定: {纠纷类型: 消费}, 期望: {未命中: XZ-001}}\n",
        encoding="utf-8",
    )
    done = terminal.run("rules", "check", str(tmp_path))
    assert done.returncode == 1
    assert "new.yaml:7:18: 错误 R070" in done.stdout
    as_json = json.loads(terminal.run("rules", "check", str(tmp_path), "--json").stdout)
    assert [problem["code"] for problem in as_json["problems"]] == ["R061", "R070"]


def test_evaluate_prints_figures_for_people_and_programs(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text(
        json.dumps({"text": TEXT, "dispute_type": "邻里", "risk": "中"}, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    assert "纠纷类型" in terminal.run("evaluate", str(file)).stdout
    report = json.loads(terminal.run("evaluate", str(file), "--json").stdout)
    assert report["rows"] == 1
    assert {"accuracy", "accuracy_with_also", "confusion", "classes", "calibration_error"} <= set(report["dispute"])
    assert {"accuracy", "confusion", "classes", "calibration_error_high"} <= set(report["risk"])


def test_the_database_is_brought_up_by_our_own_command(terminal: Terminal) -> None:
    assert f"（空库），最新 {migrate.head()}" in terminal.run("db", "status").stdout
    assert terminal.run("db", "upgrade").returncode == 0
    assert f"现在 {migrate.head()}" in terminal.run("db", "status").stdout


def test_a_tampered_model_is_refused_and_trained_anew_visibly(
    trained_data_dir: Path, few_rows: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "model.tongban").write_bytes((trained_data_dir / "model.tongban").read_bytes())
    done = Terminal(data, tmp_path).run("suggest", TEXT, TONGBAN_TRAINING_ROWS=str(few_rows))
    assert done.returncode == 0
    assert "不是本机训练的" in done.stderr
    assert "训练完成" in done.stderr


def test_a_data_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    done = Terminal(tmp_path / "data", tmp_path).run("suggest", TEXT)
    assert done.returncode == 2
    assert "数据文件夹" in done.stderr
    assert "Traceback" not in done.stderr


def test_reading_alone_needs_no_database(terminal: Terminal) -> None:
    done = terminal.run("suggest", TEXT, TONGBAN_DATABASE_URL="postgresql://x@127.0.0.1:9/x")
    assert done.returncode == 0


def test_the_data_folder_holds_everything(few_rows: Path, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "data", tmp_path)
    del terminal.environment["TONGBAN_DATABASE_URL"]
    terminal.run("suggest", "--store", TEXT, TONGBAN_TRAINING_ROWS=str(few_rows))
    assert {path.name for path in tmp_path.iterdir()} == {"data"}
    assert {"tongban.db", "model.tongban", "model.key"} <= {path.name for path in (tmp_path / "data").iterdir()}
