"""试编译 in a process of its own: the same answer as here, and an end to whatever hangs, crashes or eats memory."""

from collections.abc import Mapping
from datetime import date

import pytest

from service.rulesets import trial
from service.rulesets.trial import prove, try_out
from tests.rulesets.town import FILES, TODAY, changed


def test_the_process_answers_as_this_one_does() -> None:
    assert try_out(FILES, TODAY) == prove(FILES, TODAY)
    broken = {name: changed(text, ("凶器: 是}, 期望", "凶气: 是}, 期望")) for name, text in FILES.items()}
    assert try_out(broken, TODAY) == prove(broken, TODAY)


def test_a_good_rule_set_is_tested_and_probed() -> None:
    found = prove(FILES, TODAY)
    assert found.ok
    assert (found.rules, found.tests, found.passed) == (3, 6, 6)
    assert found.probes > 20


def test_a_failing_test_of_its_own_is_no_good() -> None:
    found = prove({**FILES, "rules.yaml": FILES["rules.yaml"].replace("{至少: 3}", "{至少: 99}")}, TODAY)
    assert not found.ok
    assert (found.tests, found.passed) == (6, 5)


def test_faulty_logic_is_no_good() -> None:
    never = changed(
        FILES["rules.yaml"], ("条件: {近90天重复次数: {至少: 3}}", "条件: {全部: [{凶器: 是}, {凶器: 否}]}")
    )
    assert "R070" in {problem.code for problem in prove({**FILES, "rules.yaml": never}, TODAY).problems}


def test_what_takes_too_long_is_ended() -> None:
    found = try_out(FILES, TODAY, seconds=0.05)
    assert not found.ok
    assert "秒没有结束" in found.failure


def test_what_eats_memory_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    hungry = "from service.rulesets import trial; trial._limit_memory(2**29); bytearray(2**30)"
    monkeypatch.setattr(trial, "_PROGRAM", hungry)
    found = try_out(FILES, TODAY)
    assert not found.ok
    assert "内存超过了限制" in found.failure


def test_a_crash_is_told_and_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_PROGRAM", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    found = try_out(FILES, TODAY)
    assert not found.ok
    assert "异常终止（信号 11）" in found.failure


@pytest.mark.parametrize("files", [{}, {"a.yaml": ""}, {"a.yaml": "\ud800"}, {"a.yaml": "{"}])
def test_nothing_that_files_hold_raises(files: Mapping[str, str]) -> None:
    assert not try_out(files, date(2026, 3, 2)).ok
