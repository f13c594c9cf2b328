"""A case's way through the hands of the town, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from rules import Ruleset
from service import clock
from service.accounts.model import Actor
from service.audit.actions import Trail
from service.cases import store
from service.cases.actions import Cases
from service.cases.command import Command
from service.cases.handing_over import Accept, Dispatch, Keep, Return, Transfer
from service.cases.handling import Archive, Criminal, End, Extend, Pause, Report, Resolve, Resume, Visit
from service.cases.life import Act, State
from service.cases.model import Case, fault, fold
from service.cases.sharing import Comment, Share, Unshare
from service.cases.warning import AnswerLower, AskLower, Raise, Review
from service.errors import ForbiddenError, InputError, NotFoundError, RefusedError
from service.incidents.model import Party, PartyRole, Registration
from service.storage.database import Database
from service.storage.tables.cases import outbox
from tests.cases.town import (
    ADMIN,
    AUDITOR,
    CENTRE,
    JUSTICE,
    LEADER,
    MONDAY,
    OFFICER,
    STRANGE_CENTRE,
    STRANGER,
    VILLAGE,
    VOLUNTEER,
    WOMEN,
    Clock,
    incident,
    policy,
    town,
)

KNOWN = Registration(
    alarm_number="330100202603020001",
    place="柳塘街道桥头社区3幢201室",
    parties=(Party(PartyRole.CALLER, "王小满", "13800000001"),),
)
TO_WOMEN = Dispatch("women", ("village",), "请先稳住双方")

Started = Callable[..., Case]


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def cases(database: Database, time: Clock) -> Cases:
    return town(database, time)


@pytest.fixture
def begun(cases: Cases, ruleset: Ruleset) -> Started:
    """A case, and after it the given acts by the given people."""

    def begin(*steps: tuple[Actor, Command], colour: str = "蓝") -> Case:
        case = cases.open(OFFICER, incident(cases.database, ruleset, colour=colour), KNOWN)
        for actor, command in steps:
            case = cases.do(actor, case.id, command)
        return case

    return begin


TO_CENTRE = (OFFICER, Transfer("centre"))
IN_HAND = (TO_CENTRE, (CENTRE, TO_WOMEN), (WOMEN, Accept()))
SETTLED = (*IN_HAND, (WOMEN, Report("已上门")), (WOMEN, Resolve("书面协议", "双方签了协议")))


def test_from_the_station_to_the_archive(cases: Cases, begun: Started, time: Clock) -> None:
    case = begun()
    assert (case.state, case.number, case.place) == (State.OPENED, "2026-000001", KNOWN.place)
    case = cases.transfer(OFFICER, case.id, "第三次了，请重视")
    assert (case.state, case.centre_id) == (State.AT_CENTRE, "centre")
    case = cases.do(CENTRE, case.id, TO_WOMEN)
    assert (case.state, case.lead_id, case.co_ids) == (State.DISPATCHED, "women", ("village",))
    case = cases.do(WOMEN, case.id, Accept())
    assert (case.state, case.accept_by) == (State.ACCEPTED, None)
    assert case.finish_by is not None
    case = cases.do(VILLAGE, case.id, Report("社区陪同上门"))
    case = cases.do(WOMEN, case.id, Resolve("书面协议", "双方签了协议"))
    assert (case.state, case.finish_by, case.report_by) == (State.RESOLVED, None, None)
    time.at += timedelta(days=10)
    case = cases.do(OFFICER, case.id, Visit("稳定", "双方无新矛盾"))
    case = cases.do(CENTRE, case.id, Archive())
    assert (case.state, case.review_by) == (State.ARCHIVED, None)
    file = cases.find(OFFICER, case.id)
    assert [event.act for event in file.events] == [
        *(Act.OPEN, Act.TRANSFER, Act.DISPATCH, Act.ACCEPT, Act.REPORT),
        *(Act.RESOLVE, Act.VISIT, Act.ARCHIVE),
    ]
    assert file.events[1].reason == "第三次了，请重视"
    assert file.incidents[0].registration.parties == KNOWN.parties


def test_a_case_is_what_its_events_say_and_its_chain_holds(cases: Cases, begun: Started) -> None:
    case = begun(*SETTLED)
    events = cases.find(CENTRE, case.id).events
    assert fold(case.id, events) == case == cases.find(CENTRE, case.id).case
    assert fault(events) is None
    assert (
        fault([*events[:2], replace(events[2], reason="改过"), *events[3:]])
        == "第 3 条轨迹的内容与它的哈希不符，被改过"
    )
    assert fault([*events[:2], *events[3:]]) == "第 3 条轨迹不见了，下一条是第 4 条"
    forged = replace(events[2], previous_hash="0" * 64).sealed()
    assert fault([*events[:2], forged, *events[3:]]) == "第 3 条轨迹接不上第 2 条"


def test_every_event_is_in_the_audit_log_and_waits_to_be_told(cases: Cases, begun: Started) -> None:
    case = begun(*IN_HAND)
    entries = Trail(cases.database).read(AUDITOR, 10, action="档案轨迹").entries
    hashes = [event.hash for event in reversed(cases.find(CENTRE, case.id).events)]
    assert [digest in entry.detail for digest, entry in zip(hashes, entries, strict=True)] == [True] * 4
    with cases.database.read() as connection:
        told = connection.execute(select(outbox.c.act, outbox.c.done_at).order_by(outbox.c.seq)).all()
    assert told == [("建档", None), ("流转", None), ("分派", None), ("签收", None)]


class TestWhoSeesWhat:
    @pytest.mark.parametrize("actor", [WOMEN, VILLAGE, JUSTICE, STRANGER, STRANGE_CENTRE, VOLUNTEER, ADMIN])
    def test_nobody_sees_what_was_not_brought_to_them(self, cases: Cases, begun: Started, actor: Actor) -> None:
        case = begun(TO_CENTRE)
        with pytest.raises(NotFoundError):
            cases.find(actor, case.id)
        with pytest.raises(NotFoundError):
            cases.do(actor, case.id, Comment("我看看"))

    @pytest.mark.parametrize("actor", [OFFICER, CENTRE, WOMEN, VILLAGE, LEADER, AUDITOR])
    def test_those_who_take_part_see_it(self, cases: Cases, begun: Started, actor: Actor) -> None:
        case = begun(*IN_HAND)
        assert cases.find(actor, case.id).case == case

    def test_an_auditor_changes_nothing(self, cases: Cases, begun: Started) -> None:
        case = begun(*IN_HAND)
        assert cases.find(AUDITOR, case.id).possible == ()
        with pytest.raises(ForbiddenError):
            cases.do(AUDITOR, case.id, Comment("看过"))

    def test_a_unit_that_gave_it_back_still_sees_what_became_of_it(self, cases: Cases, begun: Started) -> None:
        case = begun(TO_CENTRE, (CENTRE, TO_WOMEN), (WOMEN, Return("不属本部门职责", "是欠薪")))
        assert cases.find(WOMEN, case.id).possible == ()

    def test_a_volunteer_sees_what_was_shared_until_it_no_longer_is(self, cases: Cases, begun: Started) -> None:
        case = begun(*IN_HAND, (WOMEN, Share(VOLUNTEER.account_id, VOLUNTEER.name)))
        assert Act.REPORT in cases.find(VOLUNTEER, case.id).possible
        cases.do(VOLUNTEER, case.id, Report("陪老人聊了半天"))
        cases.do(WOMEN, case.id, Unshare(VOLUNTEER.account_id, VOLUNTEER.name))
        with pytest.raises(NotFoundError):
            cases.find(VOLUNTEER, case.id)


class TestReturns:
    def test_the_third_goes_to_arbitration_and_no_clock_starts_anew(
        self, cases: Cases, begun: Started, time: Clock
    ) -> None:
        case = begun(*IN_HAND)
        first_finish = case.finish_by
        for times, (lead, actor) in enumerate((("women", WOMEN), ("justice", JUSTICE), ("women", WOMEN)), start=1):
            case = cases.do(actor, case.id, Return("需他部门牵头", "不是我们能定的"))
            assert case.returns == times
            assert (case.lead_id, case.co_ids) == ("", ())
            assert case.accept_by == clock.stamp(policy().transferred(case.colour, time.at))
            if times < 3:
                assert case.state is State.AT_CENTRE
                time.at += timedelta(days=1)
                after = "justice" if lead == "women" else "women"
                case = cases.do(CENTRE, case.id, Dispatch(after))
        assert case.state is State.ARBITRATION
        case = cases.do(CENTRE, case.id, Dispatch("justice", note="裁定由司法所牵头"))
        case = cases.do(JUSTICE, case.id, Accept())
        assert case.finish_by == first_finish

    def test_needs_a_code_and_a_reason(self, cases: Cases, begun: Started) -> None:
        case = begun(TO_CENTRE, (CENTRE, TO_WOMEN))
        with pytest.raises(InputError, match="没有“不想办”这个退回原因。可选：不属本部门职责"):
            cases.do(WOMEN, case.id, Return("不想办", "忙"))
        with pytest.raises(InputError, match="请写明退回的理由"):
            cases.do(WOMEN, case.id, Return("事实不清", " 。"))


class TestColour:
    def test_raising_is_free_and_at_once(self, cases: Cases, begun: Started) -> None:
        case = begun(*IN_HAND)
        raised = cases.do(VILLAGE, case.id, Raise("红", "男方带刀上门"))
        assert raised.colour == "红"
        assert raised.report_by == "2026-03-03"
        assert (raised.finish_by or "") < (case.finish_by or "")

    def test_only_a_review_lowers(self, cases: Cases, begun: Started) -> None:
        case = begun(*IN_HAND, colour="黄")
        with pytest.raises(InputError, match="要调低，请做复核"):
            cases.do(WOMEN, case.id, Raise("蓝", "好多了"))
        with pytest.raises(ForbiddenError, match="复核由"):
            cases.do(WOMEN, case.id, Review("蓝", "好多了"))
        assert cases.do(CENTRE, case.id, Review("蓝", "双方已分居")).colour == "蓝"

    def test_the_heaviest_is_lowered_by_two_persons_only(self, cases: Cases, begun: Started) -> None:
        case = begun(*IN_HAND, colour="红")
        with pytest.raises(RefusedError, match="请选“请求调低”"):
            cases.do(CENTRE, case.id, Review("黄", "好多了"))
        case = cases.do(CENTRE, case.id, AskLower("黄", "刀已收缴，男方外出务工"))
        assert case.colour == "红"
        with pytest.raises(RefusedError, match="不能自己同意"):
            cases.do(CENTRE, case.id, AnswerLower(True, "同意"))
        case = cases.do(LEADER, case.id, AnswerLower(True, "同意"))
        assert (case.colour, case.lowering) == ("黄", {})

    def test_a_refusal_leaves_it_and_says_why(self, cases: Cases, begun: Started) -> None:
        case = begun(*IN_HAND, (CENTRE, AskLower("蓝", "平静")), colour="红")
        with pytest.raises(InputError, match="请写明答复意见"):
            cases.do(LEADER, case.id, AnswerLower(False, ""))
        case = cases.do(LEADER, case.id, AnswerLower(False, "再看一周"))
        assert (case.colour, case.lowering) == ("红", {})

    def test_raising_withdraws_what_was_asked(self, cases: Cases, begun: Started) -> None:
        case = begun(*IN_HAND, (CENTRE, AskLower("蓝", "平静")), (WOMEN, Raise("红", "又打了")), colour="黄")
        assert case.lowering == {}


class TestAnotherIncident:
    def test_joins_and_raises(self, cases: Cases, begun: Started, ruleset: Ruleset) -> None:
        case = begun(*IN_HAND)
        second = incident(cases.database, ruleset, "又吵起来了")
        joined = cases.join(OFFICER, case.id, second, Registration(), reasons=("同一电话",))
        assert (joined.colour, joined.incidents, joined.state) == ("黄", (*case.incidents, second), State.ACCEPTED)

    def test_takes_the_heavier_colour_of_the_two(self, cases: Cases, begun: Started, ruleset: Ruleset) -> None:
        case = begun(*IN_HAND)
        second = incident(cases.database, ruleset, "持刀威胁", colour="红")
        assert cases.join(OFFICER, case.id, second, Registration()).colour == "红"

    def test_opens_a_closed_case_again_and_counts(self, cases: Cases, begun: Started, ruleset: Ruleset) -> None:
        case = begun(*SETTLED, (OFFICER, Visit("稳定", "无新矛盾")), (CENTRE, Archive()))
        again = cases.join(OFFICER, case.id, incident(cases.database, ruleset), Registration())
        assert (again.state, again.recurrences, again.resolution) == (State.AT_CENTRE, 1, "")
        assert again.closed_at is None
        assert cases.find(OFFICER, case.id).events[-1].act is Act.RECUR

    def test_is_in_one_case_only(self, cases: Cases, begun: Started, ruleset: Ruleset) -> None:
        case = begun()
        second = incident(cases.database, ruleset)
        cases.join(OFFICER, case.id, second, Registration())
        with pytest.raises(RefusedError, match="已经建档"):
            cases.open(OFFICER, second, Registration())


class TestClock:
    def test_a_pause_is_added(self, cases: Cases, begun: Started, time: Clock) -> None:
        case = begun(*IN_HAND, (WOMEN, Pause("等司法鉴定")))
        time.at += timedelta(days=7)
        resumed = cases.do(WOMEN, case.id, Resume())
        assert (resumed.finish_by or "") > (case.finish_by or "")
        assert resumed.paused_at is None

    def test_an_extension_needs_a_later_day(self, cases: Cases, begun: Started) -> None:
        case = begun(*IN_HAND)
        with pytest.raises(InputError, match="新的期限要晚于现在的"):
            cases.do(CENTRE, case.id, Extend(MONDAY.date(), "双方同意"))
        later = (MONDAY + timedelta(days=90)).date()
        assert (cases.do(CENTRE, case.id, Extend(later, "双方同意")).finish_by or "") > (case.finish_by or "")


class TestEndings:
    def test_unrest_found_by_a_visit_opens_it_again(self, begun: Started) -> None:
        case = begun(*SETTLED, (OFFICER, Visit("有反复", "男方又来砸门")))
        assert (case.state, case.recurrences, case.resolution) == (State.HANDLING, 1, "")

    def test_nobody_at_home_leaves_it_to_be_visited(self, begun: Started) -> None:
        case = begun(*SETTLED, (OFFICER, Visit("联系不上", "电话关机")))
        assert case.state is State.RESOLVED
        assert case.visit_by is not None

    @pytest.mark.parametrize(
        ("steps", "state"),
        [
            (((OFFICER, Keep("当场和解")),), State.KEPT),
            ((*IN_HAND, (OFFICER, Criminal("故意伤害立案", "A330"))), State.CRIMINAL),
            ((*IN_HAND, (WOMEN, End("一方不愿再调，已告知起诉"))), State.ENDED),
        ],
    )
    def test_closed_in_other_ways(self, begun: Started, steps: tuple[tuple[Actor, Command], ...], state: State) -> None:
        case = begun(*steps)
        assert case.state is state
        assert case.closed_at is not None

    def test_what_the_station_keeps_is_looked_at_again(self, begun: Started) -> None:
        assert begun((OFFICER, Keep("当场和解"))).review_by == "2026-04-01"


class TestTwoAtOnce:
    def test_the_slower_is_told(self, cases: Cases, begun: Started) -> None:
        case = begun(*IN_HAND)
        cases.do(WOMEN, case.id, Report("先到"), seen=case.version)
        with pytest.raises(RefusedError, match="别人刚刚办过"):
            cases.do(VILLAGE, case.id, Report("后到"), seen=case.version)

    def test_the_same_command_again_does_nothing_more(self, cases: Cases, begun: Started) -> None:
        case = begun(*IN_HAND)
        once = cases.do(WOMEN, case.id, Report("上门"), key="k1")
        assert cases.do(WOMEN, case.id, Report("上门"), key="k1") == once
        with pytest.raises(RefusedError, match="幂等键已经用于另一件事"):
            cases.do(WOMEN, case.id, Report("别的"), key="k1")

    def test_opening_again_gives_the_same_case(self, cases: Cases, ruleset: Ruleset) -> None:
        suggestion = incident(cases.database, ruleset)
        first = cases.open(OFFICER, suggestion, KNOWN, key="k1")
        assert cases.open(OFFICER, suggestion, KNOWN, key="k1") == first

    def test_a_refused_command_leaves_its_key_free(self, cases: Cases, begun: Started) -> None:
        case = begun(*IN_HAND)
        with pytest.raises(InputError):
            cases.do(WOMEN, case.id, Report(""), key="k1")
        assert cases.do(WOMEN, case.id, Report("上门"), key="k1").state is State.HANDLING


@pytest.mark.parametrize(
    ("actor", "command", "told"),
    [
        (WOMEN, Report("进展"), "现在是“待签收”，不能反馈"),
        (CENTRE, Dispatch("women"), "主办单位没有变"),
        (OFFICER, Keep("算了"), "现在是“待签收”，不能不流转"),
    ],
)
def test_what_a_state_does_not_allow_is_told(
    cases: Cases, begun: Started, actor: Actor, command: Command, told: str
) -> None:
    case = begun(TO_CENTRE, (CENTRE, TO_WOMEN))
    with pytest.raises(RefusedError, match=told):
        cases.do(actor, case.id, command)


def test_a_street_without_a_centre_is_told(cases: Cases, begun: Started, database: Database) -> None:
    case = begun()
    with pytest.raises(NotFoundError):
        cases.transfer(STRANGER, case.id)


def test_whoever_has_no_unit_is_told_so(cases: Cases, ruleset: Ruleset) -> None:
    nobody = replace(OFFICER, unit_id="", acts_for=frozenset(), sees=frozenset())
    with pytest.raises(ForbiddenError, match="您还没有所属单位"):
        cases.open(nobody, incident(cases.database, ruleset), KNOWN)


def test_mentions_are_of_units_that_take_part(cases: Cases, begun: Started) -> None:
    case = begun(*IN_HAND)
    with pytest.raises(InputError, match="只能提到参与办理的单位"):
        cases.do(WOMEN, case.id, Comment("请看", ("justice",)))
    assert cases.do(WOMEN, case.id, Comment("请看", ("village",))).version == case.version + 1


def test_a_lost_race_on_the_version_changes_nothing(cases: Cases, begun: Started) -> None:
    case = begun(*IN_HAND)
    event = cases.find(WOMEN, case.id).events[-1]
    stale = replace(case, version=case.version - 1)
    with pytest.raises(RefusedError, match="别人刚刚办过"), cases.database.write() as connection:
        store.append(connection, stale, event)
