"""The tests that stand inside the rules."""

import pytest

from rules import render, run_tests
from tests.rules.building import HEAD, rule, ruleset_of

MISS = "{名: 不中, 给定: {}, 期望: {未命中: T-1}}"


def test_tests_that_hold_pass() -> None:
    report = run_tests(ruleset_of(rule(), rule("T-2", 状态="试行"), rule("T-3", 状态="停用")))
    assert report.passed
    assert report.problems == ()
    assert [(result.rule_id, result.name) for result in report.results] == [
        ("T-1", "中"),
        ("T-1", "不中"),
        ("T-2", "中"),
        ("T-2", "不中"),
    ]


@pytest.mark.parametrize(
    ("expected", "complaint"),
    [
        ("{命中: T-1, 预警颜色: 黄}", "预警颜色 期望 黄，得到 红"),
        ("{命中: T-1, 接收部门: 妇联}", "接收部门 期望 妇联，得到 街道矛调中心"),
        ("{命中: T-1, 协办部门: []}", "协办部门 期望 （空），得到 妇联、派出所"),
        ("{命中: T-1, 协办部门: [妇联]}", "协办部门 期望 妇联，得到 妇联、派出所"),
    ],
)
def test_an_unmet_expectation_is_told_with_what_came_out(expected: str, complaint: str) -> None:
    tests = f"[{{名: 甲, 给定: {{凶器: 是}}, 期望: {expected}}}, {MISS}]"
    report = run_tests(ruleset_of(rule(结论="{预警颜色: 红, 协办部门: [妇联, 派出所]}", 测试=tests)))
    assert not report.passed
    assert [result.complaints for result in report.results] == [(complaint,), ()]


def test_lists_are_compared_without_regard_to_order() -> None:
    tests = f"[{{名: 甲, 给定: {{凶器: 是}}, 期望: {{命中: T-1, 协办部门: [派出所, 妇联]}}}}, {MISS}]"
    assert run_tests(ruleset_of(rule(结论="{协办部门: [妇联, 派出所]}", 测试=tests))).passed


def test_a_failed_test_is_a_problem_at_its_place() -> None:
    tests = "\n  - {名: 空手, 给定: {家暴: 是}, 期望: {命中: T-1}}\n  - " + MISS
    report = run_tests(ruleset_of(rule(条件="{家暴: 是, 任一: [{凶器: 是}, {时刻: 3}]}", 测试=tests)))
    problem, unmatched = report.problems
    assert (problem.file, problem.code, problem.line, problem.column) == ("rules.yaml", "R060", 11, 5)
    assert problem.message == (
        "规则 T-1 的测试「空手」没有通过：应当命中 T-1，却没有：✗ 任一 ✗ 凶器 是（实际 否） ✗ 时刻 3（实际 12）"
    )
    assert "给定: {家暴: 是}" in render(problem)
    assert (unmatched.code, unmatched.is_error) == ("R061", False)
    assert report.unmatched == ("T-1",)


def test_a_match_that_should_not_be_is_told() -> None:
    tests = "[{名: 中, 给定: {凶器: 是}, 期望: {命中: T-1}}, {名: 乙, 给定: {凶器: 是}, 期望: {未命中: T-1}}]"
    report = run_tests(ruleset_of(rule(测试=tests)))
    assert report.results[1].complaints == ("不应命中 T-1，却命中了",)
    assert report.results[1].matched == ("T-1",)


@pytest.mark.parametrize(
    "lines",
    [{"状态": "试行"}, {"生效": "2030-01-01"}, {"失效": "2020-01-01"}, {"状态": "试行", "生效": "2030-01-01"}],
    ids=["on trial", "not yet", "no more", "on trial and not yet"],
)
def test_a_rule_that_does_not_decide_today_is_tested_as_if_it_did(lines: dict[str, str]) -> None:
    assert run_tests(ruleset_of(rule(**lines))).passed


def test_a_test_that_asks_for_a_rule_that_decides_nothing_is_told_why() -> None:
    asks = "[{名: 中, 给定: {凶器: 是}, 期望: {命中: [T-1, T-2, T-3]}}, " + MISS + "]"
    rules = rule(测试=asks), rule("T-2", 状态="试行"), rule("T-3", 状态="停用")
    report = run_tests(ruleset_of(*rules))
    assert report.results[0].complaints == (
        "应当命中 T-2，但它在试行，不参与决定",
        "应当命中 T-3，但它停用或不在有效期内",
    )


def test_rules_may_stand_in_the_head_file() -> None:
    head = HEAD + "规则:\n" + rule()
    assert run_tests(ruleset_of(rule("T-2", 优先级="90"), head=head)).passed
