"""Who is told of what in the page; the inbox of a stand-in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert

from rules import Ruleset
from service.accounts.model import Actor, Role
from service.cases.actions import Cases
from service.cases.handing_over import Accept, Dispatch, Return
from service.cases.model import Case
from service.cases.sharing import Comment
from service.errors import NotFoundError
from service.schedule.inbox import Inbox
from service.schedule.ticking import Ticking
from service.storage.database import Database
from service.storage.tables.units import stand_in
from tests.cases.town import MONDAY, Clock, incident
from tests.schedule import staffed
from tests.schedule.staffed import IDS, NAMED, kinds, someone, tell

cases, dispatched, time = staffed.cases, staffed.dispatched, staffed.time


def test_a_transfer_reaches_the_centre_and_a_dispatch_every_unit_that_takes_part(
    cases: Cases, dispatched: Callable[..., Case]
) -> None:
    dispatched()
    assert tell(cases) == 3
    assert [kinds(cases, login) for login in ("centre", "head", "handler", "village", "leader")] == [
        ["流转"],
        ["分派"],
        ["分派"],
        ["分派"],
        [],
    ]


def test_telling_again_tells_nothing_new(cases: Cases, dispatched: Callable[..., Case]) -> None:
    dispatched()
    tell(cases)
    assert tell(cases) == 0
    assert kinds(cases, "head") == ["分派"]


def test_a_return_reaches_the_centre_with_its_code(cases: Cases, dispatched: Callable[..., Case]) -> None:
    case = dispatched()
    cases.do(someone("handler"), case.id, Return("不属本部门职责", "王小满不归我们管"))
    tell(cases)
    words = [one.words for one in Inbox(cases.database, cases.now).notices(someone("centre")) if one.kind == "退回"]
    assert words == [f"档案 {case.number}（红）：被退回（不属本部门职责，第 1 次）"]


def test_who_is_mentioned_is_told_but_not_of_their_own_words(cases: Cases, dispatched: Callable[..., Case]) -> None:
    case = dispatched()
    cases.do(someone("handler"), case.id, Comment("请看一下", ("village", "women")))
    tell(cases)
    assert "留言" in kinds(cases, "village")
    assert "留言" in kinds(cases, "head")
    assert "留言" not in kinds(cases, "handler")


def test_each_level_of_chasing_reaches_other_people(cases: Cases, dispatched: Callable[..., Case], time: Clock) -> None:
    dispatched()
    reached = []
    for hours in (3, 4, 26):
        time.at = MONDAY + timedelta(hours=hours)
        Ticking(cases).look()
        tell(cases)
        reached.append(sorted(login for login in IDS if "催办" in kinds(cases, login)))
    assert reached == [["head"], ["centre", "head"], ["centre", "head", "leader"]]


def test_a_missed_report_reaches_the_head_of_the_lead(
    cases: Cases, dispatched: Callable[..., Case], time: Clock
) -> None:
    case = dispatched("黄")
    cases.do(someone("handler"), case.id, Accept())
    time.at = MONDAY + timedelta(days=1, hours=9)
    Ticking(cases).look()
    tell(cases)
    assert "漏报" in kinds(cases, "head")
    assert "漏报" not in kinds(cases, "handler")


def test_a_week_s_end_reminds_each_unit_and_the_centre_once(
    cases: Cases, dispatched: Callable[..., Case], time: Clock
) -> None:
    dispatched()
    time.at = MONDAY + timedelta(days=4, hours=7)
    Ticking(cases).look()
    Ticking(cases).look()
    inbox = Inbox(cases.database, cases.now)
    told = {login: [one.words for one in inbox.notices(someone(login)) if one.kind == "周结"] for login in IDS}
    assert told["head"] == ["周结 2026-W10：本单位还有 1 件没有真正办结（红 1 件）"]
    assert told["centre"] == ["周结 2026-W10：全镇街还有 1 件没有真正办结（红 1 件）"]
    assert told["village"] == []


def test_reading_marks_only_one_s_own(cases: Cases, dispatched: Callable[..., Case]) -> None:
    dispatched()
    tell(cases)
    inbox = Inbox(cases.database, cases.now)
    (mine,) = inbox.notices(someone("head"))
    with pytest.raises(NotFoundError):
        inbox.read(someone("village"), mine.id)
    assert inbox.unread(someone("head")) == 1
    assert inbox.read(someone("head"), mine.id) == 1
    assert [inbox.unread(someone(login)) for login in ("head", "handler")] == [0, 1]
    assert inbox.notices(someone("head"), unread=True) == []


def test_a_stand_in_reads_for_whoever_is_absent_on_these_days_only(
    cases: Cases, dispatched: Callable[..., Case], time: Clock
) -> None:
    dispatched()
    tell(cases)
    with cases.database.write() as connection:
        values = {"id": "s", "account_id": IDS["head"], "stand_in_id": IDS["leader"], "made_at": ""}
        connection.execute(insert(stand_in).values(**values, first_day="2026-03-02", last_day="2026-03-03"))
    inbox = Inbox(cases.database, cases.now)
    assert inbox.unread(someone("leader")) == 1
    time.at = MONDAY + timedelta(days=2)
    assert inbox.unread(someone("leader")) == 0


def test_what_a_unit_without_people_is_told_waits_for_whoever_comes(
    cases: Cases, ruleset: Ruleset, database: Database
) -> None:
    case = cases.open(someone("officer"), incident(database, ruleset), NAMED)
    cases.transfer(someone("officer"), case.id)
    cases.do(someone("centre"), case.id, Dispatch("justice"))
    tell(cases)
    newcomer = Actor("new", "new", "新", frozenset({Role.HANDLER}), "会话", acts_for=frozenset({"justice"}))
    assert [one.kind for one in Inbox(database, cases.now).notices(newcomer)] == ["分派"]
