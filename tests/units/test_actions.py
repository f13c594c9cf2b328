"""Units and members in the database: who may change them, what is recorded, and several at once."""

import json
import threading

import pytest

from service.accounts.model import LOCAL, Actor, Role
from service.audit.model import Action
from service.errors import ForbiddenError, InputError, NotFoundError, TongbanError
from service.units.actions import TOP, Units
from service.units.model import Post
from service.units.tree import faults
from tests.accounts.conftest import ROOT
from tests.units.conftest import Town

NOBODY = "00000000-0000-4000-8000-000000000000"


def test_a_unit_is_kept_as_it_was_given(town: Town) -> None:
    made = town.add("第三调解室", "第三方调解", "城关镇", "人社", " 人社 ", "村(社区)")
    assert made.departments == ("人社", "村(社区)")
    assert town.all.find(ROOT, made.id) == made
    assert town.all.named(ROOT, " 第三调解室 ") == made
    assert town.all.tree(LOCAL).parent(made.id) == town.units["城关镇"]


def test_what_is_not_given_stays_and_what_is_given_changes(town: Town) -> None:
    village = town.units["桥头村"]
    changed = town.all.change(ROOT, village.id, name="桥头社区", parent_id=town.units["东乡镇"].id)
    assert (changed.name, changed.kind, changed.parent_id) == ("桥头社区", village.kind, town.units["东乡镇"].id)
    assert town.all.change(ROOT, village.id, parent_id=TOP).parent_id is None
    assert town.all.find(ROOT, village.id).name == "桥头社区"


def test_a_unit_is_disabled_and_enabled_and_never_gone(town: Town) -> None:
    street, village = town.units["东乡镇"], town.units["东乡派出所"]
    with pytest.raises(InputError, match="请先移走或停用下级"):
        town.all.change(ROOT, street.id, enabled=False)
    town.all.change(ROOT, village.id, enabled=False)
    assert not town.all.change(ROOT, street.id, enabled=False).enabled
    with pytest.raises(InputError, match="停用的"):
        town.all.change(ROOT, village.id, enabled=True)
    with pytest.raises(InputError, match="停用的"):
        town.add("东乡村", "村(社区)", "东乡镇")
    assert {street.id, village.id} <= set(town.all.tree(ROOT).units)
    town.all.change(ROOT, street.id, enabled=True)
    assert town.all.change(ROOT, village.id, enabled=True).enabled


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"name": " "}, "请填写单位名称"),
        ({"name": "城关镇"}, "已经有叫“城关镇”的单位"),
        ({"kind": "局"}, "没有“局”这种单位。可选：镇街、派出所"),
        ({"parent_id": NOBODY}, "没有这个上级单位"),
        ({"parent_id": "\0"}, "没有这个上级单位"),
        ({"departments": ["派出"]}, "规则集里没有“派出”这个部门。.*派出所"),
    ],
)
def test_what_cannot_be_a_unit_is_refused_whether_new_or_changed(
    town: Town, fields: dict[str, str], complaint: str
) -> None:
    with pytest.raises(InputError, match=complaint):
        town.all.add(ROOT, **({"name": "新单位", "kind": "部门"} | fields))
    with pytest.raises(InputError, match=complaint):
        town.all.change(ROOT, town.units["桥头村"].id, **fields)  # type: ignore[arg-type]


def test_a_department_that_the_rules_no_longer_name_may_stay_and_not_come_anew(town: Town) -> None:
    station, village = town.units["城关派出所"], town.units["桥头村"]
    later = Units(town.station.database, lambda: ("人社",))
    assert later.change(ROOT, station.id, departments=["派出所", "人社"]).departments == ("派出所", "人社")
    with pytest.raises(InputError, match="规则集里没有“派出所”"):
        later.change(ROOT, village.id, departments=["派出所"])


def test_only_an_administrator_changes_and_everybody_may_look(town: Town) -> None:
    town.person("chen", "桥头村", *(role for role in Role if role is not Role.ADMIN))
    unit, wang = town.units["桥头村"].id, town.station.wang.id
    for actor in (town.actor("chen"), LOCAL):
        for attempt in (
            lambda actor=actor: town.all.add(actor, "新村", "村(社区)"),
            lambda actor=actor: town.all.change(actor, unit, name="新村"),
            lambda actor=actor: town.all.place(actor, wang, unit, "成员"),
            lambda actor=actor: town.all.remove(actor, wang),
            lambda actor=actor: town.all.member(actor, wang),
        ):
            with pytest.raises(ForbiddenError, match="管理员"):
                attempt()
        assert len(town.all.tree(actor).units) == 8


def test_an_account_belongs_to_one_unit(town: Town) -> None:
    chen = town.person("chen", "桥头村")
    town.all.place(ROOT, chen.id, town.units["城关派出所"].id, "负责人")
    found = town.all.member(ROOT, chen.id)
    assert found is not None
    assert (found.unit_id, found.post) == (town.units["城关派出所"].id, Post.HEAD)
    town.all.remove(ROOT, chen.id)
    assert town.all.member(ROOT, chen.id) is None
    with pytest.raises(NotFoundError, match="不在任何单位"):
        town.all.remove(ROOT, chen.id)


@pytest.mark.parametrize(
    ("account", "unit", "post", "complaint"),
    [
        (NOBODY, "桥头村", "成员", "没有这个账号"), ("\0", "桥头村", "成员", "没有这个账号"),
        ("wang", "", "成员", "没有这个单位"), ("wang", "桥头村", "所长", "没有“所长”这个职务"),
        ("wang", "停用村", "成员", "已停用"),
    ],
)  # fmt: skip
def test_nobody_is_placed_where_there_is_no_place(
    town: Town, account: str, unit: str, post: str, complaint: str
) -> None:
    town.all.change(ROOT, town.add("停用村", "村(社区)", "城关镇").id, enabled=False)
    with pytest.raises(TongbanError, match=complaint):
        town.all.place(
            ROOT,
            town.station.wang.id if account == "wang" else account,
            town.units[unit].id if unit else NOBODY,
            post,
        )


def test_members_are_shown_to_those_who_manage_or_audit_and_to_colleagues(town: Town) -> None:
    town.person("chen", "桥头村")
    town.person("ding", "桥头村", post="负责人")
    town.person("feng", "东乡派出所")
    town.person("sun", "", Role.AUDITOR)
    for login, seen in (("chen", ["ding", "chen"]), ("feng", ["feng"]), ("wang", [])):
        assert [one.login for one in town.all.members(town.actor(login))] == seen
    for login in ("admin", "sun"):
        assert {one.login for one in town.all.members(town.actor(login))} == {"chen", "ding", "feng"}
    assert town.all.members(LOCAL) == []


def test_everything_is_recorded_with_what_was_and_is(town: Town) -> None:
    before = len(town.station.audit())
    village = town.units["桥头村"]
    town.all.change(ROOT, village.id, name="桥头社区", departments=["人社"])
    town.all.change(ROOT, village.id, name="桥头社区")
    town.all.change(ROOT, village.id, enabled=False)
    town.all.change(ROOT, village.id, enabled=True)
    town.all.place(ROOT, town.station.wang.id, village.id, "负责人")
    town.all.place(ROOT, town.station.wang.id, village.id, "负责人")
    town.all.remove(ROOT, town.station.wang.id)
    told = [(one.action, one.subject, json.loads(one.detail)) for one in town.station.audit()[before:]]
    assert told == [
        (Action.UNIT_CHANGED, "单位 桥头社区", {"名称": {"原": "桥头村", "现": "桥头社区"},
                                                "部门": {"原": "无", "现": "人社"}}),
        (Action.UNIT_DISABLED, "单位 桥头社区", {}),
        (Action.UNIT_ENABLED, "单位 桥头社区", {}),
        (Action.MEMBER_PLACED, "账号 wang", {"单位": {"原": "无", "现": "桥头社区（负责人）"}}),
        (Action.MEMBER_REMOVED, "账号 wang", {"单位": "桥头社区（负责人）"}),
    ]  # fmt: skip


def test_changes_at_once_never_make_a_circle_or_a_second_centre(town: Town) -> None:
    first, second = town.add("甲", "部门"), town.add("乙", "部门")
    east = town.units["东乡镇"].id
    refused: list[TongbanError] = []

    def tried(move: list[object]) -> None:
        try:
            town.all.add(ROOT, *move) if len(move) == 3 else town.all.change(ROOT, *move[:1], parent_id=move[1])  # type: ignore[arg-type]
        except TongbanError as error:
            refused.append(error)

    moves = [[first.id, second.id], [second.id, first.id], *([f"东乡中心{n}", "矛调中心", east] for n in range(4))]
    threads = [threading.Thread(target=tried, args=(move,)) for move in moves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 4
    assert faults(town.all.tree(ROOT).units.values()) == []


def test_who_is_a_member_of_nothing_has_no_unit(town: Town) -> None:
    actor = town.actor("wang")
    assert (actor.unit_id, actor.acts_for, actor.sees) == ("", frozenset(), frozenset())
    assert isinstance(actor, Actor)
