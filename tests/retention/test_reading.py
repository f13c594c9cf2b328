"""A station's own file of periods, as people get it wrong, and what the command says of it."""

import json
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from service.cases.life import State
from service.cli import tongban
from service.errors import SetupError
from service.retention.period import Period, Unit
from service.retention.reading import load_retention, read_retention
from service.settings import Settings
from service.startup import open_retention

SHIPPED = (files("rules") / "warning" / "保存期限.yaml").read_text(encoding="utf-8")


def _problems(written: str, instead: str) -> list[str]:
    assert written in SHIPPED
    found, problems = read_retention("期限.yaml", SHIPPED.replace(written, instead, 1))
    assert (found is None) == any(problem.is_error for problem in problems)
    return list(map(str, problems))


def _check(*arguments: object) -> Result:
    return CliRunner().invoke(tongban, ["retention", "check", *map(str, arguments)], standalone_mode=False)


def test_what_is_shipped_keeps_every_file_for_ever_and_says_why() -> None:
    found, problems = load_retention(None)
    assert problems == []
    assert found is not None
    assert set(found.cases) == {State.KEPT, State.ARCHIVED, State.CRIMINAL, State.ENDED}
    assert {line.period for line in (*found.cases.values(), found.attachments, found.incidents)} == {None}
    assert all(line.period for line in found.technical.values())
    assert all(basis for _, _, basis in found.lines())


@pytest.mark.parametrize(
    ("written", "instead", "expected"),
    [
        ("已归档: {保存: 永久", "已归档: {保存: 永远", "「永远」不是这里能用的期限 —— 请写成 10年 或 10个月，或 永久"),
        ("已归档: {保存: 永久", "已归档: {保存: 三十天", "「三十天」不是这里能用的期限"),
        ("已归档: {保存: 永久", "已归档: {保存: 5 年", "请写成 5年，或 永久"),
        ("已归档: {保存: 永久", "已归档: {保存: 30日", "「30日」不是这里能用的期限"),
        ("已归档: {保存: 永久", "已归档: {保存: 0年", "「0年」超出范围 —— 请写 1年 到 100年 之间的期限，或 永久"),
        ("附件: {保存: 随档案", "附件: {保存: 永久", "或 随档案"),
        ("消息: {保存: 1年", "消息: {保存: 永久", "「消息」的「保存」：「永久」不是这里能用的期限"),
        ("消息: {保存: 1年", "消息: {保存: 1日", "请写 7日 到 3660日 之间的期限"),
        ("  已归档:", "  归档:", "「档案」"),
        (", 依据: 协议和证据与档案同样要紧", "", "依据"),
    ],
)
def test_what_is_wrong_is_said_with_its_remedy(written: str, instead: str, expected: str) -> None:
    problems = _problems(written, instead)
    assert any(expected in one for one in problems), problems


def test_files_that_would_outlive_their_case_are_pointed_out() -> None:
    text = SHIPPED.replace("已归档: {保存: 永久", "已归档: {保存: 10年").replace("{保存: 随档案", "{保存: 30年")
    found, problems = read_retention("期限.yaml", text)
    assert found is not None
    assert [problem.code for problem in problems] == ["R033"]


def test_the_command_says_how_long_everything_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(tmp_path / "data"))
    done = _check()
    assert done.return_value == 0
    assert "档案（已归档）：永久，依据 " in done.stdout
    assert not (tmp_path / "data").exists()
    broken = tmp_path / "期限.yaml"
    broken.write_text(SHIPPED.replace("保存: 1年", "保存: 很久"), encoding="utf-8")
    told = json.loads(_check(broken, "--json").stdout)
    assert (told["ok"], [one["code"] for one in told["problems"]]) == (False, ["R032"])
    monkeypatch.setenv("TONGBAN_RETENTION_FILE", str(broken))
    assert _check().return_value == 1
    with pytest.raises(SetupError, match="保存期限文件有错"):
        open_retention(Settings())


@pytest.mark.parametrize(
    ("period", "begins", "last"),
    [
        (Period(10, Unit.YEARS), date(2016, 3, 2), date(2026, 3, 2)),
        (Period(1, Unit.YEARS), date(2024, 2, 29), date(2025, 2, 28)),
        (Period(6, Unit.MONTHS), date(2025, 8, 31), date(2026, 2, 28)),
        (Period(30, Unit.DAYS), date(2026, 2, 1), date(2026, 3, 3)),
    ],
)
def test_a_period_ends_on_the_day_of_the_same_number(period: Period, begins: date, last: date) -> None:
    assert period.last_day(begins) == last


@given(st.dates(date(2026, 1, 1), date(2190, 1, 1)), st.builds(Period, st.integers(1, 100), st.sampled_from(Unit)))
def test_what_is_over_and_what_is_not_lie_side_by_side(today: date, period: Period) -> None:
    latest = period.over_since(today)
    assert period.last_day(latest) < today <= period.last_day(latest + timedelta(days=1))
