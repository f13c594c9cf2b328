"""Standing in: who may be named by whom and for when, what it lets them see, and what a request costs."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from service.accounts.model import LOCAL, Role
from service.accounts.signing import SignIn
from service.audit.model import Action
from service.errors import ForbiddenError, InputError, NotFoundError, TongbanError
from tests.accounts.conftest import ROOT, Clock
from tests.units.conftest import Town

TODAY = date(2026, 3, 2)
CENTRE = {"城关镇", "城关派出所", "城关矛调中心", "城关人社所", "桥头村", "河东社区"}


def _days(first: int, last: int) -> tuple[date, date]:
    return TODAY + timedelta(first), TODAY + timedelta(last)


@pytest.mark.parametrize(
    ("unit", "role", "seen"),
    [
        ("桥头村", Role.HANDLER, {"桥头村"}),
        ("城关镇", Role.LEADER, CENTRE),
        ("城关矛调中心", Role.CENTRE, CENTRE),
        ("东乡派出所", Role.DUTY, {"东乡派出所"}),
        ("城关矛调中心", Role.HELPER, set()),
        ("城关矛调中心", Role.ADMIN, set()),
        ("城关矛调中心", Role.AUDITOR, set()),
    ],
)
def test_who_signs_in_sees_from_their_unit(town: Town, unit: str, role: Role, seen: set[str]) -> None:
    town.person("chen", unit, role)
    assert town.seen("chen") == seen
    no_unit = role in (Role.ADMIN, Role.AUDITOR)
    assert town.actor("chen").unit_id == ("" if no_unit else town.units[unit].id)


def test_a_program_sees_what_the_roles_of_its_key_let_it(town: Town) -> None:
    chen = town.person("chen", "城关矛调中心", Role.CENTRE, Role.EDITOR)
    for role, count in ((Role.CENTRE, len(CENTRE)), (Role.EDITOR, 0)):
        _, key = town.station.accounts.create_key(ROOT, chen.id, "程序", [role])
        actor = town.station.door.recognise("", key)
        assert actor is not None
        assert len(actor.sees) == count


def test_where_one_is_placed_counts_from_the_next_request(town: Town) -> None:
    chen = town.person("chen")
    token, actor = town.station.signed_in("chen")
    assert actor.sees == frozenset()
    town.all.place(ROOT, chen.id, town.units["桥头村"].id, "成员")
    again = town.station.door.recognise(token, "")
    assert again is not None
    assert again.sees == {town.units["桥头村"].id}


def test_a_stand_in_sees_the_absent_ones_unit_from_the_first_day_to_the_last(town: Town, time: Clock) -> None:
    chen, ding = town.person("chen", "城关矛调中心"), town.person("ding", "桥头村")
    town.rota.name(ROOT, ding.id, *_days(1, 2), chen.id)
    seen = []
    for _ in range(4):
        seen.append(town.seen("ding"))
        time.move(days=1)
    assert seen == [{"桥头村"}, CENTRE, CENTRE, {"桥头村"}]


def test_the_day_begins_at_midnight_in_china(town: Town, time: Clock) -> None:
    chen, ding = town.person("chen", "城关镇"), town.person("ding", "桥头村")
    town.rota.name(ROOT, ding.id, *_days(1, 1), chen.id)
    time.move(hours=14, minutes=59)  # 23:59 in China
    assert town.seen("ding") == {"桥头村"}
    time.move(minutes=1)
    assert town.seen("ding") == CENTRE


def test_a_stand_in_acts_for_both_units(town: Town) -> None:
    chen, ding = town.person("chen", "城关人社所"), town.person("ding", "桥头村")
    town.rota.name(ROOT, ding.id, *_days(0, 0), chen.id)
    actor = town.actor("ding")
    assert actor.unit_id == town.units["桥头村"].id
    assert actor.acts_for == {town.units["桥头村"].id, town.units["城关人社所"].id}


def test_ending_ends_it_at_once(town: Town) -> None:
    chen, ding = town.person("chen", "城关镇"), town.person("ding", "桥头村")
    named = town.rota.name(ROOT, ding.id, *_days(0, 5), chen.id)
    assert town.seen("ding") == CENTRE
    town.rota.end(town.actor("chen"), named.id)
    assert town.seen("ding") == {"桥头村"}
    with pytest.raises(NotFoundError):
        town.rota.end(town.actor("chen"), named.id)


def test_for_a_disabled_account_nobody_stands_in(town: Town) -> None:
    chen, ding = town.person("chen", "城关镇"), town.person("ding", "桥头村")
    town.rota.name(ROOT, ding.id, *_days(0, 5), chen.id)
    town.station.accounts.change(ROOT, chen.id, enabled=False)
    assert town.seen("ding") == {"桥头村"}


def test_one_names_a_colleague_and_an_administrator_anybody(town: Town) -> None:
    chen, ding, feng = (town.person(*who) for who in (("chen", "桥头村"), ("ding", "桥头村"), ("feng", "东乡派出所")))
    actor = town.actor("chen")
    assert [one.login for one in town.rota.able(actor, chen.id)] == ["ding"]
    assert {one.login for one in town.rota.able(town.actor("admin"), chen.id)} == {"ding", "feng", "wang"}
    town.rota.name(actor, ding.id, *_days(0, 0))
    with pytest.raises(ForbiddenError, match="不在您的单位"):
        town.rota.name(actor, feng.id, *_days(1, 1))
    with pytest.raises(ForbiddenError, match="管理员"):
        town.rota.name(actor, chen.id, *_days(1, 1), ding.id)
    town.rota.name(ROOT, feng.id, *_days(1, 1), chen.id)
    for nobody in (LOCAL, ROOT):
        with pytest.raises(TongbanError):
            town.rota.name(nobody, ding.id, *_days(2, 2))


@pytest.mark.parametrize(
    ("who", "first", "last", "complaint"),
    [
        ("ding", -1, 2, "不能从过去开始"), ("ding", 2, 1, "早于第一天"), ("ding", 0, 366, "最长 366 天"),
        ("chen", 0, 0, "不能由自己代"), ("admin", 0, 0, "没有办理警情的角色"), ("gone", 0, 0, "已停用"),
        ("", 0, 0, "没有这个账号"), ("away", 3, 5, "away 在 2026-03-04 到 2026-03-06 已经请 ding 代班"),
        ("ding", 9, 12, "chen 在 2026-03-12 到 2026-03-14 已经请 feng 代班"),
    ],
)  # fmt: skip
def test_a_stand_in_who_could_not_is_refused(town: Town, who: str, first: int, last: int, complaint: str) -> None:
    people = {login: town.person(login, "桥头村") for login in ("chen", "ding", "feng", "away", "gone")}
    people["admin"] = town.station.admin
    town.station.accounts.change(ROOT, people["gone"].id, enabled=False)
    town.rota.name(ROOT, people["ding"].id, *_days(2, 4), people["away"].id)
    town.rota.name(ROOT, people["feng"].id, *_days(10, 12), people["chen"].id)
    with pytest.raises(InputError, match=complaint):
        town.rota.name(ROOT, people[who].id if who else "x", *_days(first, last), people["chen"].id)


def test_who_stands_in_can_not_be_absent_on_the_same_days(town: Town) -> None:
    chen, ding, feng = (town.person(login, "桥头村") for login in ("chen", "ding", "feng"))
    town.rota.name(ROOT, ding.id, *_days(0, 3), chen.id)
    with pytest.raises(InputError, match=r"chen 在 .* 已经请 ding 代班"):
        town.rota.name(town.actor("ding"), feng.id, *_days(3, 4))
    town.rota.name(town.actor("ding"), feng.id, *_days(4, 4))


def test_who_has_no_unit_needs_no_stand_in(town: Town) -> None:
    ding = town.person("ding", "桥头村")
    with pytest.raises(InputError, match="不属于任何单位"):
        town.rota.name(town.actor("wang"), ding.id, *_days(0, 0))


def test_everybody_sees_what_concerns_them_and_only_the_absent_one_or_an_administrator_ends_it(town: Town) -> None:
    chen, ding = town.person("chen", "桥头村"), town.person("ding", "桥头村")
    town.person("feng", "桥头村")
    first = town.rota.name(town.actor("chen"), ding.id, *_days(0, 1))
    second = town.rota.name(town.actor("chen"), ding.id, *_days(3, 4))
    told = [(one.absent, one.by, one.stand_in.id, one.state) for one in town.rota.mine(town.actor("ding"))]
    assert told == [("chen", "ding", second.id, "未开始"), ("chen", "ding", first.id, "代班中")]
    assert town.rota.mine(town.actor("feng")) == []
    assert len(town.rota.mine(town.actor("admin"))) == 2
    with pytest.raises(ForbiddenError):
        town.rota.of(town.actor("feng"), chen.id)
    with pytest.raises(NotFoundError):
        town.rota.end(town.actor("feng"), first.id)
    with pytest.raises(ForbiddenError, match="请人代班的人或管理员"):
        town.rota.end(town.actor("ding"), first.id)
    town.rota.end(town.actor("admin"), first.id)
    town.rota.end(town.actor("chen"), second.id)
    assert {one.state for one in town.rota.mine(town.actor("ding"))} == {"已结束"}


def test_naming_and_ending_are_recorded(town: Town) -> None:
    town.person("chen", "桥头村")
    ding = town.person("ding", "桥头村")
    actor = town.actor("chen")
    named = town.rota.name(actor, ding.id, *_days(0, 1))
    town.rota.end(actor, named.id)
    last = town.station.audit()[-2:]
    assert [one.action for one in last] == [Action.STAND_IN_NAMED, Action.STAND_IN_ENDED]
    assert {one.subject for one in last} == {"账号 chen"}
    assert json.loads(last[0].detail) == {"代班人": "ding", "首日": "2026-03-02", "末日": "2026-03-03"}


def test_knowing_what_one_sees_costs_a_request_one_query(town: Town) -> None:
    town.person("chen", "城关矛调中心")
    token, _ = town.station.signed_in("chen")
    asked: list[str] = []
    reader = town.station.database.engines[1]
    event.listen(reader, "before_cursor_execute", lambda *given: asked.append(given[2]))
    SignIn(town.station.database).recognise(token, "")
    assert sum(words.startswith(("SELECT", "WITH")) for words in asked) == 3  # session, account, sight
    assert sum("stand_in" in words for words in asked) == 1
