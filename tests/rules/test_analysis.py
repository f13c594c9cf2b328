"""What the analysis says of rule sets with one thing wrong between their rules."""

from importlib.resources import files

import pytest

from rules import Problem, Severity, analyse, load
from rules.analysis import findings
from tests.rules.building import HEAD, TODAY, rule, ruleset_of

# Every type has a receiver and every department is sent to, so that only what a test is about is found.
COVERED = rule(
    "Z-1", 优先级="1", 条件="{纠纷类型: {属于: [婚恋家庭, 邻里, 劳动欠薪, 非纠纷]}}", 结论="{接收部门: 派出所}"
)
HELP = rule("Z-2", 优先级="2", 条件="{时刻: 3}", 结论="{协办部门: [妇联, 村(社区)], 预警颜色: 红}")


def found_in(*rules: str, head: str = HEAD, code: str | None = None) -> list[Problem]:
    """Without the reminders that no test matches: the tests of these rules are not the point here."""
    with ruleset_of(*rules, head=head) as ruleset:
        problems = [problem for problem in analyse(ruleset) if problem.code != "R061"]
    return [problem for problem in problems if code in (None, problem.code)]


@pytest.mark.parametrize(
    ("condition", "clash"),
    [
        ("{全部: [{凶器: 是}, {家暴: 是}, {凶器: 否}]}", "「凶器 是」 与 「凶器 否」 不能同时成立"),
        ("{时刻: {大于: 5, 小于: 6}}", "「时刻 大于 5」 与 「时刻 小于 6」"),
        ("{再发风险: {大于: 0.3, 小于: 0.3001}}", "「再发风险 大于 0.3」 与 「再发风险 小于 0.3001」"),
        ("{时刻: {大于: 23}}", "「时刻 大于 23」 没有一个值合得上"),
        ("{描述: {含任一: [打砸, 砸锁], 均不含: [砸]}}", "「描述 含任一 打砸、砸锁」 与 「描述 均不含 砸」"),
        ("{纠纷类型: {属于: [邻里, 非纠纷], 不属于: [非纠纷, 邻里]}}", "「纠纷类型 不属于 非纠纷、邻里」"),
        ("{凶器: 是, 非: {任一: [{凶器: 是}, {家暴: 是}]}}", "「凶器 是」 与 「非 凶器 是」"),
        ("{凶器: 是, 任一: [{凶器: 否}, {全部: [{时刻: 1}, {时刻: 2}]}]}", "2 种成立方式都自相矛盾，如 「凶器 是」"),
    ],
)
def test_a_condition_that_contradicts_itself_is_an_error_that_names_the_smallest_clash(
    condition: str, clash: str
) -> None:
    (problem,) = found_in(COVERED, HELP, rule(条件=condition, 结论="{预警颜色: 黄}"))
    assert (problem.code, problem.severity) == ("R070", Severity.ERROR)
    assert clash in problem.message


@pytest.mark.parametrize(
    "condition",
    [
        "{描述: {含任一: [打砸, 砸锁], 均不含: [打]}}",
        "{描述: {含任一: [打, 砸]}, 非: {描述: {含全部: [打, 砸]}}}",
        "{时刻: {大于: 5, 小于: 7}}",
        "{再发风险: {大于: 0.3, 小于: 0.3002}}",
    ],
)
def test_a_narrow_condition_is_no_contradiction(condition: str) -> None:
    assert found_in(COVERED, HELP, rule(条件=condition, 结论="{预警颜色: 黄}")) == []


def test_a_rule_on_trial_may_not_contradict_itself_either_but_a_retired_or_expired_one_may() -> None:
    condition = "{全部: [{凶器: 是}, {凶器: 否}]}"
    rules = (
        rule("T-1", 状态="试行", 条件=condition, 结论="{预警颜色: 黄}"),
        rule("T-2", 状态="停用", 条件=condition),
        rule("T-3", 失效="2026-03-01", 条件=condition, 结论="{预警颜色: 黄}"),
    )
    assert [problem.message[:6] for problem in found_in(COVERED, HELP, *rules)] == ["规则 T-1"]


@pytest.mark.parametrize(
    ("wider", "narrower"),
    [
        ("{凶器: 是}", "{凶器: 是, 家暴: 是}"),
        ("{时刻: {至少: 20}}", "{时刻: {介于: [21, 22]}}"),
        ("{纠纷类型: {不属于: [非纠纷]}}", "{纠纷类型: {属于: [邻里, 婚恋家庭]}}"),
        ("{描述: {含任一: [打, 骂]}}", "{描述: {含任一: [打砸, 骂街]}}"),
        ("{描述: {均不含: [打砸]}}", "{描述: {均不含: [打]}}"),
        ("{任一: [{凶器: 是}, {家暴: 是}]}", "{非: {全部: [{凶器: 否}, {家暴: 否}]}}"),
    ],
)
def test_a_rule_that_a_wider_one_always_forestalls_changes_nothing(wider: str, narrower: str) -> None:
    above = rule("T-1", 优先级="200", 条件=wider, 结论="{接收部门: 妇联}")
    below = rule("T-2", 条件=narrower, 结论="{接收部门: 派出所}")
    (problem,) = found_in(COVERED, HELP, above, below)
    assert (problem.code, problem.severity) == ("R071", Severity.WARNING)
    assert problem.message.startswith("规则 T-2 总被 T-1 盖住")
    assert problem.message.endswith("T-1 已经把「接收部门」定为 妇联")
    # The other way round the narrower one is an exception, as it should be.
    above = rule("T-1", 优先级="50", 条件=wider, 结论="{接收部门: 妇联}")
    problems = found_in(COVERED, HELP, above, below, code="R071")
    assert not any(problem.message.startswith("规则 T-2") for problem in problems)


def test_several_rules_may_cover_one_together() -> None:
    day = rule("T-1", 优先级="200", 条件="{时刻: {至多: 11}}", 结论="{接收部门: 妇联}")
    night = rule("T-2", 优先级="300", 条件="{时刻: {至少: 10}}", 结论="{接收部门: 村(社区)}")
    idle = rule("T-0", 优先级="400", 条件="{家暴: 是}", 结论="{接收部门: 派出所}")
    (problem,) = found_in(
        HELP, idle, day, night, rule("T-3", 条件="{凶器: 是}", 结论="{接收部门: 派出所}"), code="R071"
    )
    assert "规则 T-3 总被 T-2、T-1 合起来盖住" in problem.message
    assert found_in(HELP, idle, day, rule("T-3", 条件="{凶器: 是}", 结论="{接收部门: 派出所}"), code="R071") == []


@pytest.mark.parametrize(
    ("above", "below", "vain"),
    [
        ("{预警颜色: 红}", "{预警颜色: 黄}", True),
        ("{预警颜色: 黄}", "{预警颜色: 红}", False),  # the heavier weighs, wherever it stands
        ("{预警颜色: 红}", "{预警颜色: 红}", True),
        ("{协办部门: [妇联, 派出所]}", "{协办部门: [派出所]}", True),
        ("{协办部门: [妇联]}", "{协办部门: [妇联, 派出所]}", False),
        ("{预警颜色: 红, 接收部门: 妇联}", "{预警颜色: 黄, 接收部门: 派出所, 提示: 别忘了}", False),
    ],
)
def test_what_covers_a_rule_follows_the_hit_policy(above: str, below: str, vain: bool) -> None:
    both = rule("T-1", 优先级="200", 结论=above), rule("T-2", 条件="{凶器: 是, 家暴: 是}", 结论=below)
    problems = found_in(COVERED, HELP, *both, code="R071")
    assert [problem.message[:6] for problem in problems] == (["规则 T-2"] if vain else [])


def test_a_floor_is_covered_by_floors_only() -> None:
    floor = rule("T-2", 底线="是", 条件="{凶器: 是, 家暴: 是}")
    assert found_in(COVERED, HELP, rule("T-1", 优先级="200"), floor, code="R071") == []
    assert len(found_in(COVERED, HELP, rule("T-1", 优先级="200", 底线="是"), floor, code="R071")) == 1


def test_a_rule_is_covered_only_where_the_other_lasts_as_long() -> None:
    above = rule("T-1", 优先级="200", 失效="2026-12-31", 结论="{接收部门: 妇联}")
    below = "{凶器: 是, 家暴: 是}"
    assert found_in(COVERED, HELP, above, rule("T-2", 条件=below, 结论="{接收部门: 派出所}"), code="R071") == []
    shorter = rule("T-2", 失效="2026-12-30", 条件=below, 结论="{接收部门: 派出所}")
    assert len(found_in(COVERED, HELP, above, shorter, code="R071")) == 1


def test_two_rules_of_one_priority_that_can_match_together_and_differ_are_an_error() -> None:
    one = rule("T-1", 条件="{凶器: 是}", 结论="{接收部门: 妇联}")
    other = rule("T-2", 条件="{近90天重复次数: {至少: 2}}", 结论="{接收部门: 派出所}")
    (problem,) = found_in(COVERED, HELP, one, other)
    assert (problem.code, problem.severity) == ("R072", Severity.ERROR)
    assert problem.message == (
        "规则 T-2 和 T-1（rules.yaml:21:3）优先级都是 100，会同时命中，「接收部门」却一个是 派出所，一个是 妇联，"
        "只凭编号分先后；例如：凶器 是、近90天重复次数 2 时"
    )
    assert problem.excerpt == "- 编号: T-2"


@pytest.mark.parametrize(
    "other",
    [
        rule("T-2", 优先级="101", 条件="{家暴: 是}", 结论="{接收部门: 派出所}"),
        rule("T-2", 条件="{家暴: 是}", 结论="{接收部门: 妇联}"),
        rule("T-2", 条件="{家暴: 是, 凶器: 否}", 结论="{接收部门: 派出所}"),
        rule("T-2", 条件="{家暴: 是}", 生效="2027-01-01", 结论="{接收部门: 派出所}"),
        rule("T-2", 条件="{家暴: 是}", 状态="试行", 结论="{接收部门: 派出所}"),
    ],
    ids=["another priority", "the same department", "never together", "on other days", "on trial"],
)
def test_rules_that_nothing_but_their_number_could_tell_apart_are_no_conflict_if(other: str) -> None:
    one = rule("T-1", 失效="2026-12-31", 结论="{接收部门: 妇联}")
    assert found_in(COVERED, HELP, one, other, code="R072") == []


def test_a_conflict_that_a_higher_rule_always_settles_is_none() -> None:
    both = rule("T-1", 结论="{接收部门: 妇联}"), rule("T-2", 条件="{家暴: 是}", 结论="{接收部门: 派出所}")
    higher = rule("T-0", 优先级="300", 条件="{凶器: 是, 家暴: 是}", 结论="{接收部门: 村(社区)}")
    assert len(found_in(COVERED, HELP, *both, code="R072")) == 1
    assert found_in(COVERED, HELP, higher, *both, code="R072") == []


def test_no_rule_for_the_heaviest_colour_is_an_error_at_its_declaration() -> None:
    (problem,) = found_in(COVERED, rule(结论="{预警颜色: 黄}"), code="R073")
    assert problem.is_error
    assert problem.excerpt[problem.column - 1] == "红"


def test_that_no_red_will_be_left_on_a_later_day_is_a_reminder() -> None:
    (problem,) = found_in(COVERED, rule(失效="2026-12-31"), code="R073")
    assert not problem.is_error
    assert problem.message.startswith("2027-01-01 这一天没有一条规则")


def test_an_expired_red_is_a_reminder() -> None:
    (problem,) = found_in(COVERED, HELP, rule(失效="2026-03-01"))
    assert (problem.code, problem.severity) == ("R074", Severity.WARNING)
    assert "已在 2026-03-01 失效" in problem.message


def test_a_floor_that_ends_without_a_successor_is_a_reminder_with_a_case_of_the_gap() -> None:
    floor = rule(底线="是", 失效="2026-12-31")
    lighter = rule("T-2", 条件="{凶器: 是}", 结论="{预警颜色: 黄}")
    (problem,) = found_in(COVERED, HELP, floor, lighter, code="R075")
    assert problem.message.endswith("例如：日期 2027-01-01、凶器 是 时只有 黄")
    successor = rule("T-3", 底线="是", 生效="2027-01-01")
    assert found_in(COVERED, HELP, floor, lighter, successor, code="R075") == []
    late = rule("T-3", 底线="是", 生效="2027-01-02")
    assert len(found_in(COVERED, HELP, floor, lighter, late, code="R075")) == 1


def test_a_department_that_nothing_is_sent_to_is_a_reminder_at_its_declaration() -> None:
    (problem,) = found_in(COVERED, rule(结论="{预警颜色: 红, 协办部门: [妇联]}"))
    assert (problem.code, problem.severity) == ("R076", Severity.WARNING)
    assert problem.excerpt[problem.column - 1 :].startswith("村(社区)")


def test_a_department_whose_rules_never_come_first_is_named_with_them() -> None:
    covered = rule("T-1", 结论="{接收部门: 村(社区)}"), rule("T-0", 优先级="200", 结论="{接收部门: 妇联}")
    (problem,) = found_in(COVERED, rule("T-2", 条件="{时刻: 3}"), *covered, code="R076")
    assert "（T-1 给出它，但总由别的规则先定）" in problem.message


def test_a_type_that_only_the_default_receives_is_a_reminder_at_its_declaration() -> None:
    for_two = rule("Z-1", 优先级="1", 条件="{纠纷类型: {属于: [婚恋家庭, 劳动欠薪]}}", 结论="{接收部门: 派出所}")
    general = rule("T-1", 结论="{接收部门: 派出所, 预警颜色: 红}")
    problems = found_in(for_two, HELP, general)
    assert [problem.code for problem in problems] == ["R077", "R077"]
    assert [problem.excerpt[problem.column - 1 :][:2] for problem in problems] == ["邻里", "非纠"]
    assert "例如：纠纷类型 邻里 时只能用缺省 街道矛调中心" in problems[0].message


def test_a_question_with_too_many_cases_is_left_open_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.analysis.landscape.MOST_STEPS", 0)
    day = rule("T-1", 优先级="200", 条件="{时刻: {至多: 11}}", 结论="{接收部门: 妇联}")
    night = rule("T-2", 优先级="300", 条件="{时刻: {至少: 10}}", 结论="{接收部门: 村(社区)}")
    problems = found_in(HELP, day, night, rule("T-3", 结论="{接收部门: 派出所}"), code="R078")
    assert ["规则 T-3 是不是总被别的规则盖住" in problem.message for problem in problems].count(True) == 1
    assert not any(problem.is_error for problem in problems)


def test_a_rule_that_no_test_matches_is_reported_once() -> None:
    with ruleset_of(COVERED, HELP) as ruleset:
        (problem,) = analyse(ruleset)
    assert (problem.code, problem.excerpt) == ("R061", "- 编号: Z-2")


def test_without_files_the_findings_are_the_same() -> None:
    with ruleset_of(rule()) as ruleset:
        with_files = findings(ruleset.rulebook, TODAY, ruleset.files)
        without = findings(ruleset.rulebook, TODAY)
    assert [finding.message for finding in with_files] == [finding.message for finding in without]


def test_nothing_is_wrong_between_the_shipped_rules() -> None:
    ruleset, problems = load(files("rules").joinpath("library"), today=TODAY)
    assert ruleset is not None, problems
    with ruleset:
        assert analyse(ruleset) == []
