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


LOWER = rule("T-2", 优先级="50", 条件="{凶器: 是}", 结论="{接收部门: 派出所, 预警颜色: 黄}")


def test_an_explanation_tells_who_decided_what_and_every_rule(tmp_path: Path) -> None:
    folder = _written(tmp_path / "规则", rule("T-1"), LOWER, rule("T-3", 优先级="9", 条件="{家暴: 是}", 状态="试行"))
    done = _run("explain", folder, "--fact", "凶器=是", "--fact", "时刻=23")
    assert done.stdout.splitlines()[1:] == [
        "事实 凶器 是，时刻 23",
        "接收部门 派出所 ← T-2",
        "协办部门 （空） ← 没有规则说到",
        "预警颜色 红 ← T-1",
        "提示 （空） ← 没有规则说到",
        "",
        "✓ T-1 凶器（优先级 100）",
        "    ✓ 凶器 是（实际 是）",
        "",
        "✓ T-2 凶器（优先级 50）",
        "    ✓ 凶器 是（实际 是）",
        "",
        "✗ T-3 凶器（优先级 9，试行，不参与决定）",
        "    ✗ 家暴 是（实际 否）",
    ]


def test_an_explanation_for_programs_holds_the_traces(folder: Path) -> None:
    told = json.loads(_run("explain", folder, "--json", "--fact", "家暴=是").stdout)
    assert told["decision"]["预警颜色"] == {"values": ["蓝"], "rules": []}
    assert (told["facts"], told["rules"][0]["matched"]) == ({"家暴": True}, False)
    assert told["rules"][0]["lines"] == ["✗ 凶器 是（实际 否）"]


@pytest.mark.parametrize(
    ("fact", "complaint"),
    [("凶气=是", "您是不是想写「凶器」"), ("时刻=24", "0 到 23"), ("凶器", "名称=值"), ("凶器=有", "请写 是")],
)
def test_a_fact_that_does_not_fit_is_told(folder: Path, fact: str, complaint: str) -> None:
    assert complaint in str(_run("explain", folder, "--fact", fact).exception)


def test_facts_alone_need_no_model(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(tmp_path / "data"))
    assert _run("explain", folder, "--fact", "凶器=是").return_value == 0
    assert not (tmp_path / "data").exists()


def test_a_text_is_read_by_the_model(trained_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(trained_data_dir))
    told = json.loads(_run("explain", "--text", "丈夫持刀威胁妻子", "--fact", "近90天重复次数=2", "--json").stdout)
    assert told["facts"]["凶器"] is True
    assert told["facts"]["近90天重复次数"] == 2
    assert "YJ-902" in told["decision"]["预警颜色"]["rules"]


def test_a_fact_that_the_text_holds_can_not_be_given_besides(
    trained_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(trained_data_dir))
    assert "凶器" in str(_run("explain", "--text", "丈夫威胁妻子", "--fact", "凶器=是").exception)


def test_the_schema_speaks_of_the_facts_of_the_rule_set(folder: Path) -> None:
    condition = json.loads(_run("schema", folder).stdout)["$defs"]["条件"]
    assert {"凶器", "时刻", "全部", "任一", "非"} <= set(condition["properties"])
