"""The list, 我的待办 and the dispatch desk in the town, on both databases."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import Ruleset
from service.accounts.model import Actor
from service.cases.actions import Cases
from service.cases.command import Command
from service.cases.handing_over import Accept, Dispatch, Keep, Return, Transfer
from service.cases.handling import Archive, Pause, Report, Resolve, Visit
from service.cases.life import OPEN, Act, State, possible
from service.cases.model import Case
from service.cases.overview import Overview
from service.cases.search import Filters, checked
from service.cases.sharing import Share
from service.cases.stance import stances
from service.cases.todo import DUTIES
from service.cases.warning import AskLower
from service.errors import ForbiddenError, InputError, RefusedError
from service.incidents.model import Registration
from service.storage.database import Database
from tests.cases.town import (
    ADMIN,
    AUDITOR,
    CENTRE,
    JUSTICE,
    LEADER,
    OFFICER,
    STRANGE_CENTRE,
    STRANGER,
    VILLAGE,
    VOLUNTEER,
    WOMEN,
    Clock,
    incident,
    town,
)

Started = Callable[..., Case]
TO_CENTRE = (OFFICER, Transfer("centre"))
TO_WOMEN = (CENTRE, Dispatch("women", ("village",)))
IN_HAND = (TO_CENTRE, TO_WOMEN, (WOMEN, Accept()))
SETTLED = (*IN_HAND, (WOMEN, Resolve("书面协议", "签了协议")))
EVERYBODY = (OFFICER, CENTRE, WOMEN, JUSTICE, VILLAGE, LEADER, VOLUNTEER, AUDITOR, ADMIN, STRANGER, STRANGE_CENTRE)


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def overview(database: Database, time: Clock) -> Overview:
    return Overview(town(database, time))


@pytest.fixture
def cases(overview: Overview) -> Cases:
    return overview.cases


@pytest.fixture
def begun(cases: Cases, ruleset: Ruleset) -> Started:
    """A case, and after it the given acts by the given people."""

    def begin(
        *steps: tuple[Actor, Command], colour: str = "蓝", dispute_type: str = "婚恋家庭", place: str = "桥头路1号"
    ) -> Case:
        new = incident(cases.database, ruleset, colour=colour, dispute_type=dispute_type)
        case = cases.open(OFFICER, new, Registration(place=place))
        for actor, command in steps:
            case = cases.do(actor, case.id, command)
        return case

    return begin


def _found(overview: Overview, actor: Actor = AUDITOR, **wanted: object) -> list[str]:
    return [case.id for case in overview.search(actor, Filters(**wanted), limit=50).cases]  # type: ignore[arg-type]


class TestTheList:
    def test_the_heaviest_come_first_and_of_these_the_oldest(
        self, overview: Overview, begun: Started, time: Clock
    ) -> None:
        ids = []
        for colour in ("蓝", "红", "黄", "红"):
            ids.append(begun(colour=colour).id)
            time.at += timedelta(minutes=1)
        assert _found(overview) == [ids[1], ids[3], ids[2], ids[0]]

    def test_pages_follow_one_another_without_gap_or_repetition(self, overview: Overview, begun: Started) -> None:
        for colour in ("蓝", "红", "黄", "红", "蓝"):
            begun(colour=colour)
        pages = [overview.search(OFFICER, Filters(), limit=2, offset=offset) for offset in (0, 2, 4)]
        assert [case.id for page in pages for case in page.cases] == _found(overview)
        assert [dict(page.colours) for page in pages] == [{"红": 2, "黄": 1, "蓝": 2}] * 3

    def test_each_filter_finds_what_it_names(self, overview: Overview, begun: Started, time: Clock) -> None:
        first = begun(*IN_HAND, colour="红", place="桥头路100%号").id
        time.at += timedelta(days=1)
        other = begun(dispute_type="邻里", place="河西街a座").id
        number = {case.id: case.number for case in overview.search(AUDITOR, Filters(), limit=9).cases}
        assert _found(overview, words="桥头路") == [first]
        assert _found(overview, words="100%") == [first]
        assert _found(overview, words="%") == [first]
        assert _found(overview, words="A座") == [other]
        assert _found(overview, words="邻里") == [other]
        assert _found(overview, words=number[other]) == [other]
        assert _found(overview, words="000001") == [first]
        assert _found(overview, states=frozenset({State.OPENED})) == [other]
        assert _found(overview, states=OPEN) == [first, other]
        assert _found(overview, colour="红") == [first]
        assert _found(overview, dispute_type="邻里") == [other]
        assert _found(overview, unit_id="women") == [first]
        assert _found(overview, unit_id="village") == [first]
        assert _found(overview, unit_id="station") == []
        assert _found(overview, opened_from=date(2026, 3, 3)) == [other]
        assert _found(overview, opened_to=date(2026, 3, 2)) == [first]
        assert _found(overview, words="桥头路", colour="蓝") == []

    def test_only_what_is_overdue(self, overview: Overview, begun: Started, time: Clock) -> None:
        begun((OFFICER, Keep("当场和解")))
        late = begun(*IN_HAND, colour="红").id
        assert _found(overview, overdue=True) == []
        time.at += timedelta(days=2)
        assert _found(overview, overdue=True) == [late]

    def test_a_colour_that_the_policy_does_not_know_comes_first(
        self, overview: Overview, begun: Started, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        blue, red = begun().id, begun(colour="红").id
        object.__setattr__(overview.cases, "policy", _Colours(("黄", "蓝")))
        assert _found(overview) == [red, blue]

    @pytest.mark.parametrize(
        ("actor", "seen"),
        [
            (OFFICER, True), (CENTRE, True), (WOMEN, True), (VILLAGE, True), (LEADER, True), (AUDITOR, True),
            (JUSTICE, False), (VOLUNTEER, False), (ADMIN, False), (STRANGER, False), (STRANGE_CENTRE, False),
        ],
        ids=lambda value: value.name if isinstance(value, Actor) else "",
    )  # fmt: skip
    def test_who_sees_it(self, overview: Overview, begun: Started, actor: Actor, seen: bool) -> None:
        begun(*IN_HAND)
        assert bool(_found(overview, actor)) is seen
        # Who sees many cases is served along another way.
        assert bool(_by_the_other_way(overview, actor)) is seen

    def test_what_is_shared_is_seen(self, overview: Overview, begun: Started) -> None:
        case = begun(*IN_HAND, (CENTRE, Share(VOLUNTEER.account_id, VOLUNTEER.name)))
        assert _found(overview, VOLUNTEER) == [case.id]

    def test_counting_ends_somewhere_and_says_so(self, overview: Overview, begun: Started) -> None:
        for _ in range(3):
            begun()
        found = overview.search(AUDITOR, Filters(), limit=50, most=2)
        assert (len(found.cases), found.more) == (2, True)

    @pytest.mark.parametrize(
        "wanted",
        [
            Filters(words="\x00"), Filters(words="长" * 101), Filters(colour="\ud800"), Filters(unit_id="\n"),
            Filters(opened_from=date.min), Filters(opened_to=date.max),
        ],
    )  # fmt: skip
    def test_what_cannot_be_asked_is_refused(self, wanted: Filters) -> None:
        with pytest.raises(InputError):
            checked(wanted)

    @given(words=st.text(max_size=100))
    def test_any_words_are_either_refused_or_harmless(self, words: str) -> None:
        try:
            assert checked(Filters(words=words)).words == words
        except InputError:
            assert not words.isprintable()


class TestTodo:
    @pytest.mark.parametrize(
        ("steps", "days", "actor", "expected"),
        [
            ((), 0, OFFICER, ["待流转"]),
            ((TO_CENTRE,), 0, CENTRE, ["待分派"]),
            ((TO_CENTRE,), 0, OFFICER, []),
            ((TO_CENTRE, TO_WOMEN), 0, WOMEN, ["待签收"]),
            ((TO_CENTRE, TO_WOMEN), 0, VILLAGE, []),
            (IN_HAND, 0, WOMEN, []),
            (IN_HAND, 1, WOMEN, ["今日反馈"]),
            (IN_HAND, 1, VILLAGE, ["协办与参与"]),
            (IN_HAND, 400, CENTRE, ["待复核"]),
            (IN_HAND, 400, LEADER, ["待复核"]),
            (IN_HAND, 400, WOMEN, ["今日反馈", "限期将到"]),
            ((*IN_HAND, (WOMEN, Pause("等鉴定"))), 400, WOMEN, ["今日反馈"]),
            ((*IN_HAND, (CENTRE, Share("志愿庚", "志愿庚"))), 0, VOLUNTEER, ["协办与参与"]),
            (SETTLED, 0, WOMEN, ["待回访"]),
            (SETTLED, 0, CENTRE, ["待回访"]),
            ((*SETTLED, (WOMEN, Visit("稳定", "相安"))), 0, CENTRE, ["待归档"]),
            ((*SETTLED, (WOMEN, Visit("稳定", "相安")), (CENTRE, Archive())), 400, CENTRE, []),
            ((*IN_HAND, (CENTRE, AskLower("黄", "刀已收缴"))), 0, LEADER, ["待答复调低"]),
            ((*IN_HAND, (CENTRE, AskLower("黄", "刀已收缴"))), 0, CENTRE, []),
        ],
    )
    def test_what_waits_for_whom(
        self,
        overview: Overview,
        begun: Started,
        time: Clock,
        steps: tuple[tuple[Actor, Command], ...],
        days: int,
        actor: Actor,
        expected: list[str],
    ) -> None:
        begun(*steps, colour="红")
        time.at += timedelta(days=days)
        assert [group.duty.name for group in overview.todo(actor)] == expected

    def test_the_third_return_waits_for_arbitration(self, overview: Overview, begun: Started) -> None:
        times = overview.cases.policy.most_returns
        begun(TO_CENTRE, *((TO_WOMEN, (WOMEN, Return("不属本部门职责", "不归妇联"))) * times))
        assert [group.duty.name for group in overview.todo(CENTRE)] == ["待仲裁"]
        assert overview.waiting(CENTRE) == {"/todo": 1, "/desk": 1}

    def test_what_is_overdue_comes_first_and_is_counted(self, overview: Overview, begun: Started, time: Clock) -> None:
        old = begun(TO_CENTRE, TO_WOMEN).id
        time.at += timedelta(days=30)
        begun(TO_CENTRE, TO_WOMEN, colour="红")
        (group,) = overview.todo(WOMEN)
        assert [(task.case.id == old, task.late) for task in group.tasks] == [(True, True), (False, False)]
        assert (dict(group.colours), group.late["蓝"], group.late["红"]) == ({"红": 1, "蓝": 1}, 1, 0)

    def test_what_came_back_has_a_day_once_more(self, overview: Overview, begun: Started, time: Clock) -> None:
        late = begun(TO_CENTRE).id
        time.at += timedelta(days=30)
        returned = begun(TO_CENTRE, TO_WOMEN, (WOMEN, Return("事实不清", "地址不明")), colour="红").id
        (group, *_) = overview.todo(CENTRE)
        assert [(task.case.id, task.late, bool(task.by)) for task in group.tasks] == [
            (late, True, True),
            (returned, False, True),
        ]

    def test_every_task_is_one_that_may_be_done_by_who_sees_it(
        self, overview: Overview, begun: Started, time: Clock
    ) -> None:
        for steps in (
            (),
            (TO_CENTRE,),
            (TO_CENTRE, TO_WOMEN),
            IN_HAND,
            SETTLED,
            (*SETTLED, (CENTRE, Visit("稳定", "好"))),
        ):
            begun(*steps, colour="红")
        time.at += timedelta(days=60)
        seen: set[Act] = set()
        for actor in EVERYBODY:
            for group in overview.todo(actor):
                assert len(group.tasks) == group.total
                for task in group.tasks:
                    assert overview.cases.find(actor, task.case.id).case == task.case
                    assert group.duty.act in possible(task.case.state, stances(task.case, actor)), actor.name
                    seen.add(group.duty.act)
        assert seen == {duty.act for duty in DUTIES} - {Act.AGREE_LOWER}

    def test_a_report_takes_it_off_the_list(self, overview: Overview, begun: Started, time: Clock) -> None:
        case = begun(*IN_HAND, colour="红")
        time.at += timedelta(days=1)
        assert overview.waiting(WOMEN)["/todo"] == 1
        overview.cases.do(WOMEN, case.id, Report("已上门"))
        assert overview.waiting(WOMEN)["/todo"] == 0


class TestTheDesk:
    def test_it_suggests_the_unit_that_stands_for_the_department(self, overview: Overview, begun: Started) -> None:
        begun(TO_CENTRE)
        (one,) = overview.desk(CENTRE, limit=9).waiting
        assert one.advice.lead is not None
        # 村(社区) near a station is of several villages; here nobody can tell which.
        assert (one.advice.lead.id, one.advice.helpers, one.text) == ("women", (), "夫妻争吵")
        assert {unit.id for unit in one.receivers} == {"station", "women", "justice", "village"}

    def test_one_click_dispatches_as_suggested_once(self, overview: Overview, begun: Started) -> None:
        case = begun(TO_CENTRE)
        done = [overview.as_advised(CENTRE, case.id, seen=case.version, key="一次") for _ in range(2)]
        assert done[0] == done[1]
        assert (done[0].state, done[0].lead_id) == (State.DISPATCHED, "women")

    def test_who_gave_it_back_is_not_suggested_again(self, overview: Overview, begun: Started) -> None:
        case = begun(TO_CENTRE, TO_WOMEN, (WOMEN, Return("不属本部门职责", "不归妇联")))
        (one,) = overview.desk(CENTRE, limit=9).waiting
        assert [(back.unit_id, back.code) for back in one.returned] == [("women", "不属本部门职责")]
        with pytest.raises(RefusedError, match="已经退回过"):
            overview.as_advised(CENTRE, case.id, seen=case.version)

    @pytest.mark.parametrize("unit", ["elsewhere-station", "centre", "street", "no-such-unit"])
    def test_only_who_can_receive_is_dispatched_to(self, overview: Overview, begun: Started, unit: str) -> None:
        case = begun(TO_CENTRE)
        with pytest.raises(InputError, match="只能选"):
            overview.dispatch(CENTRE, case.id, Dispatch(unit), seen=None)
        with pytest.raises(InputError, match="只能选"):
            overview.dispatch(CENTRE, case.id, Dispatch("women", (unit,)), seen=None)

    def test_the_heaviest_come_first_and_pages_follow(self, overview: Overview, begun: Started, time: Clock) -> None:
        begun(TO_CENTRE)
        time.at += timedelta(days=30)
        times = overview.cases.policy.most_returns
        begun(TO_CENTRE, *((TO_WOMEN, (WOMEN, Return("不属本部门职责", "不归妇联"))) * times), colour="黄")
        begun(TO_CENTRE, colour="红")
        pages = [overview.desk(CENTRE, limit=2, offset=offset) for offset in (0, 2)]
        assert [[one.case.colour for one in page.waiting] for page in pages] == [["红", "黄"], ["蓝"]]
        assert [page.total for page in pages] == [3, 3]

    def test_it_is_the_centres_alone(self, overview: Overview, begun: Started) -> None:
        begun(TO_CENTRE)
        assert overview.desk(STRANGE_CENTRE, limit=9).total == 0
        with pytest.raises(ForbiddenError):
            overview.desk(WOMEN, limit=9)


class _Colours:
    """A policy of which only the colours are asked."""

    def __init__(self, colours: tuple[str, ...]) -> None:
        self.colours = colours


def _by_the_other_way(overview: Overview, actor: Actor) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.cases.search._FEW", -1)
        return _found(overview, actor)
