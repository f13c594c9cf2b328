"""How matching rules decide together: hit policies, floors, dates and statuses."""

import datetime
import gc
import weakref

import pytest

from rules.compiled import CompiledDays
from tests.rules.building import TODAY, rule, ruleset_of

ARMED = {"凶器": True}
HOME = rule("家", 优先级="200", 结论="{接收部门: 妇联, 协办部门: [村(社区), 派出所], 预警颜色: 黄, 提示: 甲}")
POLICE = rule("警", 优先级="300", 结论="{接收部门: 派出所, 协办部门: [妇联, 村(社区)], 预警颜色: 蓝, 提示: [乙, 丙]}")


def test_nothing_matches_and_every_field_takes_its_default() -> None:
    decision = ruleset_of(HOME, POLICE).decide({})
    assert (decision.department, decision.co_departments, decision.colour, decision.advice) == (
        "街道矛调中心",
        (),
        "蓝",
        (),
    )
    assert decision.matched == ()


def test_the_first_rule_by_priority_names_the_receiver() -> None:
    assert ruleset_of(HOME, POLICE).decide(ARMED).department == "派出所"


def test_equal_priorities_are_ordered_by_number() -> None:
    one = rule("甲-2", 结论="{接收部门: 妇联}", 条件="{凶器: 是}")
    other = rule("甲-1", 结论="{接收部门: 派出所}", 条件="{非: {凶器: 否}}")
    assert ruleset_of(one, other).decide(ARMED).department == "派出所"


def test_the_heaviest_colour_stands_whatever_the_priority() -> None:
    assert ruleset_of(HOME, POLICE).decide(ARMED).colour == "黄"


def test_co_departments_are_united_in_priority_order_without_the_receiver() -> None:
    assert ruleset_of(HOME, POLICE).decide(ARMED).co_departments == ("妇联", "村(社区)")


def test_the_default_receiver_is_no_co_department_either() -> None:
    ruleset = ruleset_of(rule(结论="{协办部门: [街道矛调中心, 妇联]}"))
    assert ruleset.decide(ARMED).co_departments == ("妇联",)


def test_advice_is_united_in_priority_order_and_said_once() -> None:
    again = rule("末", 优先级="1", 结论="{提示: [丙, 丁]}")
    assert ruleset_of(again, HOME, POLICE).decide(ARMED).advice == ("乙", "丙", "甲", "丁")


def test_the_order_of_files_and_rules_changes_nothing() -> None:
    assert ruleset_of(HOME, POLICE).decide(ARMED) == ruleset_of(POLICE, HOME).decide(ARMED)


def test_a_decision_names_its_rules_its_rule_set_and_its_engine() -> None:
    ruleset = ruleset_of(HOME, POLICE)
    decision = ruleset.decide(ARMED)
    assert [hit.id for hit in decision.matched] == ["警", "家"]
    hit = decision.matched[0]
    assert (hit.title, hit.reason, hit.owner, hit.basis, hit.floor) == (
        "凶器",
        "有人会受伤。",
        "派出所",
        "治安管理处罚法",
        False,
    )
    assert decision.ruleset == ruleset.version == f"测试镇@{ruleset.content_hash[:12]}"
    assert decision.engine == ruleset.engine


FLOOR = rule("底", 优先级="1", 底线="是")


@pytest.mark.parametrize("colour", ["红", "黄", "蓝"])
def test_nothing_lowers_the_colour_of_a_floor(colour: str) -> None:
    decision = ruleset_of(FLOOR, rule("高", 优先级="9999", 结论=f"{{预警颜色: {colour}}}")).decide(ARMED)
    assert decision.colour == "红"
    assert [hit.id for hit in decision.floor_rules] == ["底"]


def test_other_rules_are_no_floor() -> None:
    assert ruleset_of(HOME).decide(ARMED).floor_rules == ()


def test_a_rule_on_trial_is_traced_as_a_shadow_and_decides_nothing() -> None:
    ruleset = ruleset_of(rule("试", 状态="试行", 结论="{接收部门: 派出所, 预警颜色: 红}"))
    decision = ruleset.decide(ARMED)
    assert (decision.department, decision.colour, decision.matched) == ("街道矛调中心", "蓝", ())
    [trace] = ruleset.explain(ARMED)
    assert (trace.id, trace.matched, trace.shadow) == ("试", True, True)


def test_a_retired_rule_is_not_even_traced() -> None:
    ruleset = ruleset_of(rule(状态="停用"))
    assert ruleset.decide(ARMED).matched == ()
    assert ruleset.explain(ARMED) == ()


DATED = rule(生效="2026-03-01", 失效="2026-03-31")


@pytest.mark.parametrize(
    ("day", "in_force"),
    [("2026-02-28", False), ("2026-03-01", True), ("2026-03-31", True), ("2026-04-01", False)],
)
def test_a_rule_is_in_force_from_its_first_to_its_last_day_both_included(day: str, in_force: bool) -> None:
    ruleset = ruleset_of(DATED, today=datetime.date.fromisoformat(day))
    assert bool(ruleset.decide(ARMED).matched) is in_force


@pytest.mark.parametrize(("key", "day"), [("生效", "2026-03-03"), ("失效", "2026-03-01")])
def test_each_of_the_two_dates_may_stand_alone(key: str, day: str) -> None:
    assert ruleset_of(rule(**{key: day}), today=TODAY).decide(ARMED).matched == ()


def test_the_same_rule_set_can_be_asked_as_of_another_day() -> None:
    today = ruleset_of(DATED, today=datetime.date(2026, 3, 2))
    later = today.as_of(datetime.date(2026, 5, 1))
    assert [bool(on.decide(ARMED).matched) for on in (today, later)] == [True, False]
    assert later.version == today.version


def test_a_day_with_the_same_rules_is_another_day_under_the_same_engine() -> None:
    ruleset, day = ruleset_of(DATED, today=datetime.date(2026, 3, 2)), datetime.date(2026, 3, 30)
    assert ruleset.as_of(ruleset.day) is ruleset
    assert ruleset.as_of(day).day == day
    assert ruleset.as_of(day).deciding is ruleset.deciding


def test_asking_as_of_many_days_keeps_every_answer_right() -> None:
    rules = [rule(f"R-{day}", 生效=f"2026-03-{day:02}", 失效=f"2026-03-{day:02}") for day in range(1, 29)]
    ruleset = ruleset_of(*rules)
    days = [datetime.date(2026, 3, day) for day in (*range(1, 29), *range(1, 29))]
    assert [ruleset.as_of(day).decide(ARMED).matched[0].id for day in days] == [f"R-{day.day}" for day in days]


def test_asking_as_of_many_days_does_not_pile_up_engines() -> None:
    rules = [rule(f"R-{day}", 生效=f"2026-03-{day:02}", 失效=f"2026-03-{day:02}") for day in range(1, 29)]
    days = CompiledDays(ruleset_of(*rules).rulebook)
    compiled = [weakref.ref(days.on(datetime.date(2026, 3, day))) for day in range(1, 29)]
    gc.collect()
    assert sum(one() is not None for one in compiled) == CompiledDays.MOST
