"""影响预演: what would change, counted and listed, and true."""

from collections.abc import Iterable, Mapping
from random import Random

import pytest

from rules import Ruleset, load_texts
from service.intake.model import Recorded
from service.rulesets.preview import MOST_LISTED, Preview, preview
from service.suggestion import ABSTAINED
from tests.rules.shipped import shipped_facts
from tests.rulesets.town import town

BEFORE_STATUS = "一再发生\n  责任人: 派出所\n  依据: 测试\n  状态: "
RETIRED = (f"{BEFORE_STATUS}启用", f"{BEFORE_STATUS}停用")
DAY = "2026-03-01T00:00:00.000Z"


def records(cases: Iterable[Mapping[str, object]], department: str = "街道矛调中心") -> list[Recorded]:
    return [Recorded(str(number), DAY, facts, department) for number, facts in enumerate(cases)]


def compared(cases: Iterable[Mapping[str, object]], *changes: tuple[str, str]) -> Preview:
    with town() as before, town(*changes) as after:
        return preview(records(cases), before=before, after=after)


def test_the_same_rules_change_nothing() -> None:
    seen = compared([{"纠纷类型": "邻里"}, {"凶器": True}])
    assert (seen.incidents, seen.changed, seen.left_red, seen.unreadable) == (2, 0, 0, 0)
    assert seen.colours == {("蓝", "蓝"): 1, ("红", "红"): 1}


def test_another_receiver_and_another_colour_are_counted_apart() -> None:
    to_station = ("接收部门: 村(社区)", "接收部门: 派出所")
    seen = compared([{"纠纷类型": "邻里"}, {"纠纷类型": "劳动欠薪"}], to_station)
    assert (seen.changed_departments, seen.changed_colours, seen.changed) == (1, 0, 1)
    assert seen.departments[("村(社区)", "派出所")] == 1
    (one,) = seen.changed_list
    assert one.department == ("村(社区)", "派出所")


@pytest.mark.parametrize(
    ("change", "fate"),
    [
        (("至少: 3", "至少: 5"), "YJ-002 一再发生：条件不再满足"),
        (("结论: {预警颜色: 红}", "结论: {预警颜色: 黄}"), "YJ-002 一再发生：仍然命中，但结论不再是这个颜色"),
        (RETIRED, "YJ-002 一再发生：不再参与决定（停用，或不在有效期内）"),
        (("YJ-002", "YJ-003"), "YJ-002 一再发生：已删除"),
    ],
)  # fmt: skip
def test_whoever_leaves_red_is_listed_with_the_rule_responsible(change: tuple[str, str], fate: str) -> None:
    also = [("结论: {预警颜色: 红}", "结论: {预警颜色: 黄}")] if change[1] == "YJ-003" else []
    seen = compared([{"近90天重复次数": 4}, {"凶器": True}], change, *also)
    assert seen.left_red == 1
    (one,) = seen.left_red_list
    assert (one.colour[0], one.rules) == ("红", (fate,))


def test_becoming_red_is_counted() -> None:
    seen = compared([{"近90天重复次数": 2}, {"近90天重复次数": 1}], ("至少: 3", "至少: 2"))
    assert (seen.became_red, seen.left_red) == (1, 0)
    assert seen.changed_list[0].rules == ("YJ-002 一再发生：新命中",)


def test_what_was_too_doubtful_to_route_stays_with_a_person() -> None:
    with town() as before, town(("接收部门: 村(社区)", "接收部门: 派出所")) as after:
        seen = preview(records([{"纠纷类型": "邻里"}], ABSTAINED), before=before, after=after)
    assert seen.departments == {(ABSTAINED, ABSTAINED): 1}


def test_a_value_that_the_draft_no_longer_knows_is_said_and_counted() -> None:
    gone = ("[邻里, 劳动欠薪, 非纠纷]", "[邻里, 非纠纷]")
    seen = compared([{"纠纷类型": "劳动欠薪"}, {"纠纷类型": "邻里"}], gone, ("给定: {纠纷类型: 劳动欠薪}", "给定: {}"))
    assert (seen.incidents, seen.unreadable) == (2, 1)
    assert "劳动欠薪" in seen.unreadable_reasons[0]


def test_a_fact_that_the_draft_no_longer_has_means_nothing_to_it() -> None:
    with town() as before, town() as after:
        seen = preview(records([{"纠纷类型": "邻里", "心情": "好"}]), before=before, after=after)
    assert (seen.unreadable, seen.changed) == (0, 0)


def test_the_load_is_a_week_s() -> None:
    fortnight = [Recorded("1", "2026-03-01T00:00:00.000Z", {"纠纷类型": "邻里"}, "")] + [
        Recorded(str(day), f"2026-03-{day:02}T00:00:00.000Z", {"纠纷类型": "邻里"}, "") for day in range(2, 15)
    ]
    with town() as before, town(("接收部门: 村(社区)", "接收部门: 派出所")) as after:
        load = preview(fortnight, before=before, after=after).weekly_load()
    assert load == [("派出所", 0.0, 7.0), ("村(社区)", 7.0, 0.0)]


def test_counts_are_whole_where_lists_end() -> None:
    seen = compared([{"近90天重复次数": 4}] * (MOST_LISTED + 7), ("至少: 3", "至少: 5"))
    assert (seen.left_red, len(seen.left_red_list)) == (MOST_LISTED + 7, MOST_LISTED)


def test_it_counts_as_deciding_one_by_one_does(ruleset: Ruleset) -> None:
    random = Random(3)  # noqa: S311 - not for secrets
    cases = [shipped_facts(random, ruleset) for _ in range(300)]
    rule = next(rule for rule in ruleset.rules if "红" in rule.conclusion.get("预警颜色", ()))
    files = {name: text.replace(f"编号: {rule.id}\n", f"编号: {rule.id}x\n") for name, text in ruleset.files.items()}
    files = {name: text.replace(f"命中: {rule.id}", f"命中: {rule.id}x") for name, text in files.items()}
    files = {
        name: text.replace("至少: 3", "至少: 4").replace("重复次数: 3", "重复次数: 4") for name, text in files.items()
    }

    after, problems = load_texts(files, today=ruleset.day)
    assert after is not None, problems
    with after:
        seen = preview(records(cases), before=ruleset, after=after)
        pairs = [(ruleset.decide(facts), after.decide(facts)) for facts in cases]
    assert seen.left_red == sum(was.colour == "红" != becomes.colour for was, becomes in pairs)
    assert seen.changed_departments == sum(was.department != becomes.department for was, becomes in pairs)
