"""The commands around the model and its data, as a user meets them at the terminal."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from service.cli import tongban
from service.errors import InputError

ROWS = [
    {"text": "楼上阳台往下滴水，被子全湿了", "dispute_type": "邻里", "risk": "低", "group": "a"},
    {"text": "楼上阳台往下滴水，我去说，他打了我一拳", "dispute_type": "邻里", "risk": "高", "group": "a"},
    {"text": "厂里押着两个月工资不发", "dispute_type": "劳动欠薪", "also": "债务合同", "risk": "低"},
]


@pytest.fixture
def home(trained_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a data folder that holds the trained model and an empty database."""
    data = tmp_path / "data"
    data.mkdir()
    for name in ("model.tongban", "model.key"):
        (data / name).symlink_to(trained_data_dir / name)
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(data))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(tongban, arguments, input=given, standalone_mode=False, catch_exceptions=False)


def _file(home: Path, rows: list[dict[str, object]], name: str = "考题.jsonl") -> str:
    (home / name).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return name


def test_evaluate_prints_figures_with_intervals_and_writes_a_page(home: Path) -> None:
    done = _run("evaluate", _file(home, ROWS), "--html", "报告.html")
    assert "3 条（括号里是 95% 区间）" in done.stdout
    assert "最小对照 1 对，次序对的 1 对" in done.stdout
    page = (home / "报告.html").read_text(encoding="utf-8")
    assert "<!doctype html>" in page
    assert page.count("<svg") >= 3
    assert "http" not in page.replace("http-equiv", "")


def test_the_page_escapes_what_people_wrote(home: Path) -> None:
    bad = {"text": "店里欠我钱<script>alert(1)</script>不还", "dispute_type": "噪音环境", "risk": "低"}
    _run("evaluate", _file(home, [bad]), "--html", "报告.html")
    page = (home / "报告.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_compare_names_what_changed(home: Path) -> None:
    report = json.loads(_run("evaluate", _file(home, ROWS), "--json").stdout)
    (home / "旧.json").write_text(json.dumps(report), encoding="utf-8")
    report["answers"][2]["given_type"] = "消费"
    (home / "新.json").write_text(json.dumps(report), encoding="utf-8")
    done = _run("compare", "旧.json", "新.json")
    assert "1 条的答案变了" in done.stdout
    assert "McNemar p=" in done.stdout
    assert json.loads(_run("compare", "旧.json", "新.json", "--json").stdout)["dispute"]["broken"] == 1


@pytest.mark.parametrize(
    ("content", "message"), [("", "不是合法的 JSON"), ("[]", "应是一个 JSON 对象"), ("{}", "evaluate --json")]
)
def test_compare_refuses_other_files(home: Path, content: str, message: str) -> None:
    (home / "x.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        _run("compare", "x.json", "x.json")


def test_data_check_finds_copies_of_held_out_texts(home: Path) -> None:
    rows = _file(home, ROWS, "样本.jsonl")
    held_out = _file(home, [{"text": "昨天厂里押着两个月工资不发呀"}])
    done = _run("data", "check", rows, "--against", held_out)
    assert done.return_value == 1
    assert "与检验文件近似" in done.stdout
    found = json.loads(_run("data", "check", rows, "--json").stdout)
    assert {finding["kind"] for finding in found["findings"]} == {"样本太少"}
    assert found["distribution"]["grouped_rows"] == 2


def test_the_shipped_rows_have_no_finding(home: Path) -> None:
    done = _run("data", "check")
    assert (done.return_value, "没有发现问题" in done.stdout) == (0, True)


def test_a_held_out_file_must_hold_texts(home: Path) -> None:
    (home / "x.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(InputError, match="应是带 text 的 JSON"):
        _run("data", "check", _file(home, ROWS), "--against", "x.jsonl")


def test_review_keeps_what_a_person_said(home: Path) -> None:
    stored = json.loads(_run("suggest", "--store", "--json", "楼上阳台花盆的泥水滴到我家被子上").stdout)
    assert "没有待审阅的" in _run("data", "review").stdout
    _choose(home, stored["id"])
    waiting = json.loads(_run("data", "review", "--json").stdout)
    assert [one["text"] for one in waiting] == [stored["text"]]
    done = _run("data", "review", "--person", "审阅人", given="领里\n\n低\n邻里\n\n低\n")
    assert "没有“领里”这个纠纷类型，请重填" in done.stdout
    (line,) = (home / "data" / "reviewed.jsonl").read_text(encoding="utf-8").splitlines()
    row = json.loads(line)
    assert (row["text"], row["dispute_type"], row["reviewed_by"]) == (stored["text"], "邻里", "审阅人")


def test_review_can_skip(home: Path) -> None:
    stored = json.loads(_run("suggest", "--store", "--json", "楼上阳台花盆的泥水滴到我家被子上").stdout)
    _choose(home, stored["id"])
    assert "存了 0 条" in _run("data", "review", "--person", "审阅人", given="s\n").stdout
    assert not (home / "data" / "reviewed.jsonl").exists()


def test_drift_prints_a_line_a_week(home: Path) -> None:
    assert "还没有研判记录" in _run("data", "drift").stdout
    _run("suggest", "--store", "楼上阳台花盆的泥水滴到我家被子上")
    done = _run("data", "drift")
    assert "稳定度指数" in done.stdout
    (week,) = json.loads(_run("data", "drift", "--json").stdout)
    assert week["count"] == 1


def _choose(home: Path, identity: str) -> None:
    from service.clock import now
    from service.intake.model import Proposal
    from service.settings import Settings
    from service.startup import open_intake

    desk = open_intake(Settings(data_dir=home / "data"), now().date())
    try:
        desk.choose(identity, Proposal(accepted=True, person="民警甲"))
    finally:
        desk.ruleset.close()
        desk.database.close()


def test_every_command_explains_itself() -> None:
    context = click.Context(tongban)
    named = {name: tongban.get_command(context, name) for name in tongban.list_commands(context)}
    assert all(command and command.name == name for name, command in named.items())
    commands = [*named.values()]
    groups = [command for command in commands if isinstance(command, click.Group)]
    commands += [command for group in groups for command in group.commands.values()]
    assert len(commands) > 30
    assert all(command and command.help for command in commands)
