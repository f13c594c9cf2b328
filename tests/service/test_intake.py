"""Intake on both databases: everything is kept before it is shown, and choices stand beside it."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import text

from service.errors import InputError, NotFoundError, RefusedError
from service.intake.actions import Intake, Refusal
from service.intake.model import Choice, KeptSuggestion, Outcome
from service.suggestion import ABSTAINED

LEAK = "报警人称楼上住户漏水，多次上门协商未果，双方发生争吵，未动手。"
KNIFE = "丈夫酒后持菜刀威胁妻子，扬言要砍死她。"


def otherwise(kept: KeptSuggestion, **changes: object) -> Choice:
    return Choice(replace(kept.current, **changes), False, "现场核实不同", "王警官")  # type: ignore[arg-type]


def accept(kept: KeptSuggestion, person: str = "王警官") -> Choice:
    return Choice(kept.suggested, True, "", person)


def test_a_suggestion_is_kept_whole_byte_for_byte(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {"近90天重复次数": 2}, "接口")
    found = desk.find(kept.id)
    assert found.body == kept.body
    assert found.shown["text"] == LEAK
    with desk.database.read() as connection:
        row = connection.execute(text("SELECT facts, ruleset, model FROM suggestion")).one()
        files = connection.execute(text("SELECT files FROM ruleset_version")).scalar_one()
    assert json.loads(row.facts)["近90天重复次数"] == 2
    assert json.loads(files).keys() == desk.ruleset.files.keys()
    assert (row.ruleset, row.model) == (found.shown["ruleset"], found.shown["model"])


def test_what_was_kept_can_be_decided_again_from_its_facts(desk: Intake) -> None:
    kept = desk.suggest(KNIFE, {}, "接口")
    with desk.database.read() as connection:
        facts = json.loads(connection.execute(text("SELECT facts FROM suggestion")).scalar_one())
    again = desk.ruleset.decide(facts)
    assert (again.colour, again.department) == (kept.shown["colour"], kept.shown["department_by_rules"])
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
    desk.choose(kept.id, accept(kept))
    found = desk.find(kept.id)
    assert found.body == kept.body
    assert [(c.accepted, c.person, c.outcome) for c in found.choices] == [(True, "王警官", kept.suggested)]


def test_accepting_twice_keeps_one_choice(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    desk.choose(kept.id, accept(kept))
    desk.choose(kept.id, accept(kept))
    assert len(desk.find(kept.id).choices) == 1


def test_somebody_else_cannot_accept_what_is_decided(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    desk.choose(kept.id, accept(kept))
    with pytest.raises(RefusedError, match="已经有人处理过"):
        desk.choose(kept.id, accept(kept, "李警官"))


def test_choosing_otherwise_keeps_what_and_why(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    desk.choose(kept.id, otherwise(kept, department="司法所", co_departments=("村(社区)",)))
    found = desk.find(kept.id)
    assert found.current == Outcome(kept.suggested.dispute_type, "司法所", ("村(社区)",), kept.suggested.colour)
    assert found.choices[0].reason == "现场核实不同"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"department": "外星人"}, "没有这个部门"),
        ({"co_departments": ("外星人",)}, "没有这个部门"),
        ({"colour": "紫"}, "没有这个预警颜色"),
        ({"dispute_type": "其他"}, "没有这个纠纷类型"),
        ({}, "所选与现有决定相同"),
    ],
)
def test_impossible_choices_are_refused_in_words(desk: Intake, changes: dict[str, object], complaint: str) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    with pytest.raises(InputError, match=complaint):
        desk.choose(kept.id, otherwise(kept, **changes))
    assert desk.find(kept.id).choices == ()


def test_choosing_otherwise_needs_a_reason_and_a_person(desk: Intake) -> None:
    kept = desk.suggest(LEAK, {}, "页面")
    with pytest.raises(InputError, match="理由"):
        desk.choose(kept.id, replace(otherwise(kept, department="司法所"), reason=" "))
    with pytest.raises(InputError, match="办理人"):
        desk.choose(kept.id, replace(otherwise(kept, department="司法所"), person=" "))


@pytest.mark.parametrize("second", ["", "  ", "王警官"])
def test_a_red_is_not_lowered_by_one_person(desk: Intake, second: str) -> None:
    kept = desk.suggest(KNIFE, {}, "页面")
    assert kept.shown["colour"] == "红"
    with pytest.raises(RefusedError, match="须有另一人复核"):
        desk.choose(kept.id, replace(otherwise(kept, colour="黄"), second_person=second))


def test_two_persons_may_lower_a_red_and_one_may_raise_at_once(desk: Intake) -> None:
    kept = desk.suggest(KNIFE, {}, "页面")
    desk.choose(kept.id, replace(otherwise(kept, colour="黄"), second_person="李所长"))
    lowered = desk.find(kept.id)
    assert lowered.current.colour == "黄"
    desk.choose(kept.id, otherwise(lowered, colour="红"))
    assert [choice.outcome.colour for choice in desk.find(kept.id).choices] == ["黄", "红"]


def test_an_unknown_record_is_said_to_be_unknown(desk: Intake) -> None:
    with pytest.raises(NotFoundError, match="没有编号为 x"):
        desk.find("x")


def test_what_was_shown_while_typing_is_kept_and_listed_only_once_used(desk: Intake) -> None:
    typed = desk.suggest(LEAK, {}, "输入中")
    submitted = desk.suggest(KNIFE, {}, "页面")
    assert [row.id for row in desk.recent(10, 0)[0]] == [submitted.id]
    desk.choose(typed.id, accept(typed))
    rows, total = desk.recent(10, 0)
    assert ({row.id for row in rows}, total) == ({typed.id, submitted.id}, 2)


def test_an_abstained_suggestion_goes_to_a_person(desk: Intake) -> None:
    kept = desk.suggest("来人说有个事情要反映一下", {}, "页面")
    if not kept.shown["abstained"]:
        pytest.fail("这句话什么也没说，应当弃权")
    assert kept.shown["department"] == ABSTAINED
    assert kept.shown["colour"] in desk.ruleset.colours
