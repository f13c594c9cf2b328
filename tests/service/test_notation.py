"""Conditions in one cell: what a clerk may write, and what the program writes."""

import pytest

from rules.schema_condition import read_condition
from service.rulesets.cells import cell_place
from service.rulesets.notation import read_condition_cell
from service.rulesets.saying import say_condition
from tests.rules.building import rule, ruleset_of

FACTS = ruleset_of(rule()).facts


def meant(text: str) -> str:
    """A cell read and written again."""
    condition = read_condition(read_condition_cell(cell_place("规则", 2, 10), text, problems := []), FACTS, problems)
    assert condition is not None, problems
    assert [problem for problem in problems if problem.code != "R041"] == []  # a comma in a word is reminded of
    return say_condition(condition)


@pytest.mark.parametrize(
    "text",
    [
        "凶器 是",
        "纠纷类型 邻里\n凶器 否",
        "纠纷类型 不属于 邻里、非纠纷",
        "近90天重复次数 至少 2",
        "再发风险 大于 0.5",
        "再发风险 小于 0.75",
        "时刻 至多 5",
        "时刻 介于 22 和 23",
        "描述 含任一 打、砸",
        "描述 含全部 「打、砸」、「多 次」、（一）、「（」、「他说「走」」」",
        "描述 均不含 工地",
        "任一（凶器 是；家暴 是）",
        "非（凶器 是；家暴 是）",
        "全部（凶器 是）",
        "任一（\n  凶器 是\n  全部（家暴 是；近90天重复次数 至少 2）\n  非（任一（凶器 是））\n）",
        "任一（非（任一（非（凶器 是））））",
    ],
)
def test_it_is_written_as_it_was_read(text: str) -> None:
    assert meant(text) == text


@pytest.mark.parametrize(
    ("written", "meaning"),
    [
        ("  凶器   是  \n\n 家暴 是\n", "凶器 是\n家暴 是"),
        ("凶器 是；家暴 是", "凶器 是\n家暴 是"),
        ("凶器 是;家暴 是", "凶器 是\n家暴 是"),
        ("凶器：是", "凶器 是"),
        ("凶器: 是", "凶器 是"),
        ("凶器=是", "凶器 是"),
        ("时刻 等于 3", "时刻 3"),
        ("近90天重复次数≥2", "近90天重复次数 至少 2"),
        ("近90天重复次数 <= 2", "近90天重复次数 至多 2"),
        ("近90天重复次数 至少2", "近90天重复次数 至少 2"),
        ("近90天重复次数 至少：2", "近90天重复次数 至少 2"),
        ("近90天重复次数 至少: 2", "近90天重复次数 至少 2"),
        ("近90天重复次数 ＞2", "近90天重复次数 大于 2"),
        ("时刻 介于 22至23", "时刻 介于 22 和 23"),
        ("时刻 介于 22、23", "时刻 介于 22 和 23"),
        ("纠纷类型 邻里、婚恋家庭", "纠纷类型 属于 邻里、婚恋家庭"),
        ("纠纷类型 属于 邻里，婚恋家庭", "纠纷类型 属于 邻里、婚恋家庭"),
        ("描述 含任一 打、\n  砸", "描述 含任一 打、砸"),
        ("任一( 凶器 是; 家暴 是 )", "任一（凶器 是；家暴 是）"),
        ("任一（\n凶器 是\n家暴 是\n）", "任一（凶器 是；家暴 是）"),
        ("全部（凶器 是；家暴 是）", "凶器 是\n家暴 是"),
        ("「凶器」 「是」", "凶器 是"),
    ],
)
def test_what_people_write_instead_is_understood(written: str, meaning: str) -> None:
    assert meant(written) == meaning


def test_a_long_group_is_spread_over_lines() -> None:
    parts = [f"描述 含任一 {'词' * 10}{number}" for number in range(4)]
    spread = "任一（\n" + "\n".join(f"  {part}" for part in parts) + "\n）"
    assert meant(f"任一（{'；'.join(parts)}）") == spread


def test_brackets_without_end_are_refused_and_not_followed() -> None:
    problems: list = []
    read_condition_cell(cell_place("规则", 2, 10), "任一（" * 10_000, problems)
    assert [problem.code for problem in problems] == ["R036"]
