"""tongban rules diff, explain and schema, as a rule editor runs them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import tongban
from tests.rules.building import HEAD, rule


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _written(tmp_path / "规则", rule("T-1"))


def _written(folder: Path, *rules: str, head: str = HEAD) -> Path:
    folder.mkdir()
    (folder / "ruleset.yaml").write_text(head, encoding="utf-8")
    (folder / "rules.yaml").write_text("".join(rules), encoding="utf-8")
    return folder


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(tongban, ["rules", *map(str, arguments)], standalone_mode=False)


def test_a_difference_is_printed_in_words(folder: Path, tmp_path: Path) -> None:
    newer = _written(tmp_path / "新", rule("T-1", 优先级="90", 条件="{凶器: 是, 家暴: 是}"), rule("T-2", 状态="试行"))
    done = _run("diff", folder, newer)
    assert done.return_value == 1
    assert done.stdout.splitlines()[:6] == [
        "规则 T-1（凶器） 修改",
        "  优先级：100 → 90",
        "  条件：",
        "      凶器 是",
        "    + 家暴 是",
        "规则 T-2（凶器） 新增",
    ]
    assert done.stdout.splitlines()[-1] == "共：规则新增 1 处，规则修改 1 处"


def test_a_difference_is_printed_for_programs(folder: Path, tmp_path: Path) -> None:
    done = _run("diff", folder, _written(tmp_path / "新", rule("T-1", 失效="2030-01-01")), "--json")
    [change] = json.loads(done.stdout)["changes"]
    assert change["details"] == [{"key": "失效", "before": [], "after": ["2030-01-01"]}]


def test_the_same_rules_in_another_layout_differ_in_text_only(folder: Path, tmp_path: Path) -> None:
    same = _written(tmp_path / "同", "# 注释\n" + rule("T-1"))
    assert (_run("diff", folder, same).return_value, _run("diff", folder, same, "--text").return_value) == (0, 1)
    assert "说的一样" in _run("diff", folder, same).stdout
    assert "+# 注释" in _run("diff", folder, same, "--text").stdout


def test_a_broken_rule_set_is_not_compared(folder: Path, tmp_path: Path) -> None:
    broken = _written(tmp_path / "错", rule("T-1", 状态="起用"))
    done = _run("diff", folder, broken)
    assert "您是不是想写「启用」" in str(done.exception)
