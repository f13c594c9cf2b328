"""tongban timing check, as the clerk who edits the time limits runs it."""

import json
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rules import Ruleset
from service.cli import tongban
from service.errors import SetupError
from service.settings import Settings
from service.startup import open_policy
from service.timing import calendar

SHIPPED = (files("rules") / "warning" / "时限.yaml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "我的时限.yaml"
    file.write_text(SHIPPED.replace("签收: 2小时", "签收: 立刻").replace("  消费:", "  消費:"), encoding="utf-8")
    return file


def _check(*arguments: object) -> Result:
    return CliRunner().invoke(tongban, ["timing", "check", *map(str, arguments)], standalone_mode=False)


def test_the_shipped_time_limits_are_in_order_and_shown_for_today(tmp_path: Path) -> None:
    done = _check()
    assert done.return_value == 0
    first, red, *_ = done.stdout.splitlines()
    assert first == "警情通办缺省时限：没有错误。如果现在流转、现在签收："
    assert red.startswith("红（镇街领导包案）：")
    assert red.endswith("逾期即告知主办负责人，2小时后告知矛调中心，1日后告知分管领导")
    assert "医疗：30工作日办结，依据 医疗纠纷预防和处理条例 第三十八条" in done.stdout
    assert not (tmp_path / "data").exists()


def test_problems_are_printed_with_their_places_and_the_status_is_1(broken: Path) -> None:
    done = _check(broken)
    assert done.return_value == 1
    assert f"{broken}:17:9: 错误 R032 「红」的「签收」：「立刻」不是这里能用的时长" in done.stdout
    assert "没有「消費」这个纠纷类型 —— 您是不是想写「消费」？" in done.stdout
    assert done.stdout.splitlines()[-1] == "2 处错误"


def test_problems_are_printed_for_programs(broken: Path) -> None:
    done = _check(broken, "--json")
    told = json.loads(done.stdout)
    assert (done.return_value, told["ok"]) == (1, False)
    assert [(problem["line"], problem["code"]) for problem in told["problems"]] == [(17, "R032"), (54, "R031")]


def test_the_file_of_the_settings_is_the_one_in_force(broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_WARNING_FILE", str(broken))
    assert str(broken) in _check().stdout


def test_colours_are_those_of_the_rule_set_in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "规则").mkdir()
    monkeypatch.setenv("TONGBAN_RULES_PATH", str(tmp_path / "规则"))
    assert "没有核对颜色和纠纷类型" in _check().stderr


def test_people_are_reminded_of_a_calendar_that_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "known_until", lambda: date(2020, 12, 31))
    assert "提醒：放假和补班的安排只知道到 2020-12-31" in _check().stderr
    assert json.loads(_check("--json").stdout)["reminders"]


def test_the_service_opens_the_time_limits_of_the_settings(broken: Path, ruleset: Ruleset) -> None:
    assert open_policy(Settings(), ruleset).colours == ruleset.colours
    with pytest.raises(SetupError, match="时限文件有错") as refused:
        open_policy(Settings(warning_file=broken), ruleset)
    assert refused.value.message.count("\n") == 2
