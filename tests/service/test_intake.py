"""Intake on both databases: everything is kept before it is shown, and choices stand beside it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from rules import load_texts
from service import clock
from service.accounts.model import LOCAL, Actor, Role
from service.audit.store import entries
from service.errors import ForbiddenError, InputError, NotFoundError, RefusedError
from service.intake.actions import Intake, Refusal
from service.intake.model import KeptSuggestion, Outcome, Proposal, Vocabulary, decide_choice
from service.rulesets.in_force import InForce
from service.suggestion import ABSTAINED

LEAK = "报警人称楼上住户漏水，多次上门协商未果，双方发生争吵，未动手。"
KNIFE = "丈夫酒后持菜刀威胁妻子，扬言要砍死她。"


OTHERWISE = Proposal(accepted=False, person="王警官", reason="现场核实不同")
ACCEPT = Proposal(accepted=True, person="王警官")


def test_a_suggestion_is_kept_whole_byte_for_byte(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {"近90天重复次数": 2}, "接口")
    found = desk.find(LOCAL, kept.id)
    assert found.body == kept.body
    assert found.shown["text"] == LEAK
    with desk.database.read() as connection:
        row = connection.execute(text("SELECT facts, ruleset, model FROM suggestion")).one()
        files = connection.execute(text("SELECT files FROM ruleset_version")).scalar_one()
    assert json.loads(row.facts)["近90天重复次数"] == 2
    assert json.loads(files).keys() == desk.ruleset.files.keys()
    assert (row.ruleset, row.model) == (found.shown["ruleset"], found.shown["model"])


def test_what_was_kept_can_be_decided_again_from_the_archive_alone(desk: Intake) -> None:
    kept = desk.suggest(KNIFE, {}, "接口")
    with desk.database.read() as connection:
        facts = json.loads(connection.execute(text("SELECT facts FROM suggestion")).scalar_one())
        files = json.loads(connection.execute(text("SELECT files FROM ruleset_version")).scalar_one())
    stored, problems = load_texts(files, today=date.fromisoformat(kept.shown["day"]))
    assert stored is not None, problems
    assert stored.version == kept.shown["ruleset"]
    with stored:
        again = stored.decide(facts)
    assert (again.colour, again.department) == (kept.shown["colour"], kept.shown["department_by_rules"])
    assert list(again.advice) == kept.shown["advice"]
    assert [rule.id for rule in again.matched] == [rule["id"] for rule in kept.shown["matched_rules"]]


def test_many_keep_their_order_and_a_bad_one_stops_no_other(desk: Intake) -> None:
    results = desk.suggest_many([(LEAK, {}), ("only english", {}), (KNIFE, {})], "批量")
    assert isinstance(results[1], Refusal)
    assert "没有汉字" in results[1].message
    assert [r.shown["text"] for r in (results[0], results[2]) if isinstance(r, KeptSuggestion)] == [
        LEAK,
        KNIFE,
    ]


@pytest.mark.parametrize("count", [0, 501])
def test_a_batch_is_one_to_five_hundred(desk: Intake, count: int) -> None:
    with pytest.raises(InputError, match="一次 1 到 500 条"):
        desk.suggest_many([(LEAK, {})] * count, "批量")


def test_accepting_is_kept_beside_the_suggestion(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    desk.choose(kept.id, ACCEPT)
    found = desk.find(LOCAL, kept.id)
    assert found.body == kept.body
    assert [(c.accepted, c.person, c.outcome) for c in found.choices] == [(True, "王警官", kept.suggested)]


def test_a_record_is_found_by_its_number_however_it_is_written(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    desk.choose(kept.id.upper(), ACCEPT)
    assert len(desk.find(LOCAL, kept.id.replace("-", "")).choices) == 1


def test_one_rule_set_is_kept_once(desk: Intake) -> None:
    for _ in range(2):
        desk.suggest(LEAK, {}, "页面")
    with desk.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM ruleset_version")).scalar_one() == 1


def test_accepting_twice_keeps_one_choice(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    desk.choose(kept.id, ACCEPT)
    desk.choose(kept.id, ACCEPT)
    assert len(desk.find(LOCAL, kept.id).choices) == 1


def test_somebody_else_cannot_accept_what_is_decided(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    desk.choose(kept.id, ACCEPT)
    with pytest.raises(RefusedError, match="已经有人处理过"):
        desk.choose(kept.id, replace(ACCEPT, person="李警官"))


def test_choosing_otherwise_keeps_what_and_why(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    desk.choose(kept.id, replace(OTHERWISE, department="司法所", co_departments=("村(社区)",)))
    found = desk.find(LOCAL, kept.id)
    assert found.current == Outcome(kept.suggested.dispute_type, "司法所", ("村(社区)",), kept.suggested.colour)
    assert found.choices[0].reason == "现场核实不同"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"department": "外星人"}, "没有这个部门"),
        ({"co_departments": ("外星人",)}, "没有这个协办部门"),
        ({"co_departments": (ABSTAINED,)}, "没有这个协办部门"),
        ({"colour": "紫"}, "没有这个预警颜色"),
        ({"dispute_type": "其他"}, "没有这个纠纷类型"),
        ({}, "所选与现有决定相同"),
    ],
)
def test_impossible_choices_are_refused_in_words(desk: Intake, changes: dict[str, object], complaint: str) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    with pytest.raises(InputError, match=complaint):
        desk.choose(kept.id, replace(OTHERWISE, **changes))
    assert desk.find(LOCAL, kept.id).choices == ()


def test_choosing_otherwise_needs_a_reason_and_a_person(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    with pytest.raises(InputError, match="理由"):
        desk.choose(kept.id, replace(OTHERWISE, department="司法所", reason=" "))
    with pytest.raises(InputError, match="办理人"):
        desk.choose(kept.id, replace(OTHERWISE, department="司法所", person=" "))


@pytest.mark.parametrize("second", ["", "  ", "王警官", "王 警官", " 王警官。", "王\u200b警官", "\u200b"])
def test_a_red_is_not_lowered_by_one_person(desk: Intake, second: str) -> None:
    kept = desk.suggest(KNIFE, {}, "页面")
    assert kept.shown["colour"] == "红"
    with pytest.raises(RefusedError, match="须有另一人复核"):
        desk.choose(kept.id, replace(OTHERWISE, colour="黄", second_person=second))


def test_two_persons_may_lower_a_red_and_one_may_raise_at_once(desk: Intake) -> None:
    kept = desk.suggest(KNIFE, {}, "页面")
    desk.choose(kept.id, replace(OTHERWISE, colour="黄", second_person="李所长"))
    lowered = desk.find(LOCAL, kept.id)
    assert lowered.current.colour == "黄"
    desk.choose(kept.id, replace(OTHERWISE, colour="红"))
    assert [choice.outcome.colour for choice in desk.find(LOCAL, kept.id).choices] == ["黄", "红"]


def test_a_floor_is_guarded_whatever_the_colours_are_called(desk: Intake) -> None:
    kept = desk.suggest(KNIFE, {}, "页面")
    four = Vocabulary(
        desk.ruleset.dispute_types, desk.ruleset.departments, desk.ruleset.departments, ["紫", "红", "黄", "蓝"]
    )
    with pytest.raises(RefusedError, match="须有另一人复核"):
        decide_choice(replace(OTHERWISE, colour="蓝"), kept, four, "")
    gone = replace(four, colours=["甲", "乙"])
    with pytest.raises(RefusedError, match="须有另一人复核"):
        decide_choice(replace(OTHERWISE, colour="乙"), kept, gone, "")


def test_below_a_floor_every_further_step_needs_two(desk: Intake) -> None:
    kept = desk.suggest(KNIFE, {}, "页面")
    desk.choose(kept.id, replace(OTHERWISE, colour="黄", second_person="李所长"))
    with pytest.raises(RefusedError, match="须有另一人复核"):
        desk.choose(kept.id, replace(OTHERWISE, colour="蓝"))


def test_who_has_not_seen_the_latest_choice_is_told_so(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    desk.choose(kept.id, replace(OTHERWISE, department="法院", seen=0))
    with pytest.raises(RefusedError, match="刚刚有人改过"):
        desk.choose(kept.id, replace(OTHERWISE, reason="另有原因", colour="红", seen=0))
    assert desk.find(LOCAL, kept.id).current.department == "法院"


def test_what_is_left_open_stays_as_it_is_by_then(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    desk.choose(kept.id, replace(OTHERWISE, department="法院"))
    desk.choose(kept.id, replace(OTHERWISE, colour="红"))
    now = desk.find(LOCAL, kept.id).current
    assert (now.department, now.colour) == ("法院", "红")


def test_co_handlers_are_each_named_once_and_never_the_lead(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    desk.choose(kept.id, replace(OTHERWISE, department="法院", co_departments=["法院", "妇联", "司法所", "妇联"]))
    assert desk.find(LOCAL, kept.id).current.co_departments == ("妇联", "司法所")


@pytest.mark.parametrize("field", ["person", "second_person", "reason"])
@pytest.mark.parametrize(
    ("value", "complaint"), [("王\x00", "无法识别"), ("王\ud800", "无法识别"), ("王" * 2001, "太长")]
)
def test_names_and_reasons_are_words(desk: Intake, field: str, value: str, complaint: str) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    with pytest.raises(InputError, match=complaint):
        desk.choose(kept.id, replace(OTHERWISE, colour="红", **{field: value}))


def test_rules_that_expire_stop_at_the_turn_of_the_day(desk: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    files = dict(desk.ruleset.files)
    files["warning.yaml"] = files["warning.yaml"].replace("  状态: 启用\n", "  状态: 启用\n  失效: 2026-03-02\n")
    ending, problems = load_texts(files, today=date(2026, 3, 2))
    assert ending is not None, problems
    with ending:
        expiring = Intake(desk.model, InForce(ending), desk.database)
        colours = []
        for day in (2, 3):
            monkeypatch.setattr(clock, "now", lambda day=day: datetime(2026, 3, day, tzinfo=UTC))
            colours.append(expiring.suggest(KNIFE, {}, "页面").shown["colour"])
    assert colours == ["红", "蓝"]


def test_an_unknown_record_is_said_to_be_unknown(desk: Intake) -> None:
    with pytest.raises(NotFoundError, match="没有编号为 x"):
        desk.find(LOCAL, "x")


def test_what_was_shown_while_typing_is_kept_and_listed_only_once_used(desk: Intake) -> None:
    typed = desk.suggest(LEAK, {}, "输入中")
    submitted = desk.suggest(KNIFE, {}, "页面")
    assert [row.id for row in desk.recent(LOCAL, 10, 0)] == [submitted.id]
    desk.choose(typed.id, ACCEPT)
    assert {row.id for row in desk.recent(LOCAL, 10, 0)} == {typed.id, submitted.id}
    assert desk.count(LOCAL) == 2


def test_an_abstained_suggestion_goes_to_a_person(desk: Intake) -> None:
    kept = desk.suggest("来人说有个事情要反映一下", {}, "页面")
    if not kept.shown["abstained"]:
        pytest.fail("这句话什么也没说，应当弃权")
    assert kept.shown["department"] == ABSTAINED
    assert kept.shown["colour"] in desk.ruleset.colours


WANG = Actor("1", "wang", "王警官", frozenset({Role.DUTY}), "会话")


def test_whoever_is_signed_in_is_the_person(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    desk.choose(kept.id, replace(ACCEPT, person=""), WANG)
    assert desk.find(LOCAL, kept.id).choices[0].person == "王警官"


def test_nobody_signed_in_chooses_in_anothers_name(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    with pytest.raises(InputError, match="办理人就是登录的人“王警官”"):
        desk.choose(kept.id, replace(ACCEPT, person="李警官"), WANG)
    desk.choose(kept.id, replace(ACCEPT, person="王 警官"), WANG)


def test_whoever_is_signed_in_is_not_the_second_person(desk: Intake) -> None:
    kept = desk.suggest(KNIFE, {}, "页面")
    with pytest.raises(RefusedError, match="须有另一人复核"):
        desk.choose(kept.id, replace(OTHERWISE, person="", colour="黄", second_person="王警官"), WANG)


def test_choosing_needs_an_officer_on_duty(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    with pytest.raises(ForbiddenError, match="“值班民警”的角色"):
        desk.choose(kept.id, ACCEPT, replace(WANG, roles=frozenset({Role.ADMIN})))
    assert desk.find(LOCAL, kept.id).choices == ()


def test_choices_are_recorded_once_and_without_what_happened(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    for _ in range(2):
        desk.choose(kept.id, replace(ACCEPT, person=""), WANG)
    desk.choose(kept.id, replace(OTHERWISE, person="", department="法院"), WANG)
    with desk.database.read() as connection:
        recorded = list(entries(connection))
    assert [(entry.actor_id, entry.action, entry.subject, entry.detail) for entry in recorded] == [
        ("1", "按建议办理", f"建议 {kept.id}", '{"办理人":"王警官","序号":1}'),
        ("1", "另行决定", f"建议 {kept.id}", '{"办理人":"王警官","序号":2}'),
    ]
