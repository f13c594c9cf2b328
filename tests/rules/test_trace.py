"""The explanation of a decision: every condition with its actual value."""

import dataclasses
import json

from rules import ConditionTrace
from tests.rules.building import rule, ruleset_of

CONDITION = """
    纠纷类型: 婚恋家庭
    任一: [{凶器: 是}, {家暴: 是, 近90天重复次数: {至少: 2}}]
    非: {已化解: 是}
    再发风险: {介于: [0.5, 0.75]}
    描述: {含任一: [打, 砸]}"""
FACTS = {
    "纠纷类型": "婚恋家庭",
    "家暴": True,
    "近90天重复次数": 3,
    "再发风险": 0.8,
    "描述": "他打人还砸门，身份证号三三〇二",
}


def test_a_rule_is_explained_line_by_line() -> None:
    [trace] = ruleset_of(rule(条件=CONDITION)).explain(FACTS)
    assert trace.lines == (
        "✓ 纠纷类型 婚恋家庭（实际 婚恋家庭）",
        "✓ 任一",
        "  ✗ 凶器 是（实际 否）",
        "  ✓ 全部",
        "    ✓ 家暴 是（实际 是）",
        "    ✓ 近90天重复次数 至少 2（实际 3）",
        "✓ 非",
        "  ✗ 已化解 是（实际 否）",
        "✗ 再发风险 介于 0.5 和 0.75（实际 0.8）",
        "✓ 描述 含任一 打、砸（实际 含 打、砸）",
    )
    assert (trace.matched, trace.missing) == (False, 1)


def test_a_single_condition_is_one_line() -> None:
    [trace] = ruleset_of(rule(条件="{描述: {均不含: [打]}}")).explain({"描述": "吵架"})
    assert trace.lines == ("✓ 描述 均不含 打（实际 都不含）",)


def test_cases_of_other_words_or_values_are_explained_apart() -> None:
    ruleset = ruleset_of(rule(条件="{描述: {含任一: [打, 砸]}, 近90天重复次数: {至少: 2}}"))
    told = [
        ruleset.explain({"描述": text, "近90天重复次数": times})[0].lines
        for text, times in [("打人", 3), ("砸门", 3), ("砸门", 1), ("又去打人", 3)]
    ]
    assert told[0] == ("✓ 描述 含任一 打、砸（实际 含 打）", "✓ 近90天重复次数 至少 2（实际 3）")
    assert told[1] == ("✓ 描述 含任一 打、砸（实际 含 砸）", "✓ 近90天重复次数 至少 2（实际 3）")
    assert told[2] == ("✓ 描述 含任一 打、砸（实际 含 砸）", "✗ 近90天重复次数 至少 2（实际 1）")
    assert told[3] == told[0]


def test_an_explanation_does_not_depend_on_what_was_explained_before() -> None:
    wanted = rule(条件="{任一: [{描述: {均不含: [打]}, 家暴: 是}, {凶器: 是, 家暴: 是}]}")
    asked_before = ruleset_of(wanted)
    asked_before.explain({})
    assert asked_before.explain({"描述": "吵架"}) == ruleset_of(wanted).explain({"描述": "吵架"})


def test_what_stands_under_not_is_no_ground() -> None:
    [trace] = ruleset_of(rule(条件=CONDITION)).explain(FACTS)
    assert trace.grounds == {"纠纷类型", "家暴", "近90天重复次数", "描述"}


def test_the_trace_is_data_and_goes_through_json() -> None:
    [trace] = ruleset_of(rule(条件=CONDITION)).explain(FACTS)
    told = json.loads(json.dumps(dataclasses.asdict(trace), ensure_ascii=False))
    assert told["condition"]["parts"][1]["parts"][0] == {
        "kind": "比较",
        "text": "凶器 是",
        "matched": False,
        "missing": 1,
        "held": 0,
        "fact": "凶器",
        "actual": "否",
        "found": [],
        "parts": [],
    }
    assert told["status"] == "启用"


def test_the_text_itself_is_not_in_the_trace() -> None:
    [trace] = ruleset_of(rule(条件=CONDITION)).explain(FACTS)
    assert "身份证" not in json.dumps(dataclasses.asdict(trace), ensure_ascii=False)
    words: ConditionTrace = trace.condition.parts[-1]
    assert words.found == ("打", "砸")


def test_missing_counts_the_fewest_conditions_that_would_have_to_change() -> None:
    [trace] = ruleset_of(rule(条件=CONDITION)).explain({"已化解": True})
    #  dispute type, one branch of 任一 (the weapon), 非 已化解, 再发风险, 描述
    assert trace.missing == 5


def test_near_misses_lack_one_condition_and_have_something_in_the_case() -> None:
    ruleset = ruleset_of(
        rule("远", 优先级="300", 条件="{家暴: 是, 凶器: 是, 时刻: 3}"),
        rule("近", 优先级="200", 条件="{家暴: 是, 凶器: 是}"),
        rule("也近", 优先级="250", 条件="{家暴: 是, 时刻: 3}"),
        rule("无", 优先级="400", 条件="{凶器: 是, 已化解: 否}"),
        rule("中", 优先级="100", 条件="{家暴: 是}"),
        rule("试", 优先级="500", 状态="试行", 条件="{家暴: 是, 凶器: 是}"),
    )
    found = ruleset.decide_with_reasons({"家暴": True})
    assert [trace.id for trace in found.matched] == ["中"]
    assert [trace.id for trace in found.near_misses] == ["也近", "近"]


def test_five_near_misses_are_told_of_at_most() -> None:
    rules = [rule(f"R-{number}", 优先级=f"{number}00", 条件="{家暴: 是, 凶器: 是}") for number in range(1, 9)]
    found = ruleset_of(*rules).decide_with_reasons({"家暴": True})
    assert [trace.id for trace in found.near_misses] == ["R-8", "R-7", "R-6", "R-5", "R-4"]
