"""The figures of the dashboard, over a small town whose cases the test moves by hand."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from rules import Ruleset
from service.accounts.model import Actor
from service.cases.actions import Cases
from service.cases.handing_over import Accept, Dispatch, Leave, Return
from service.cases.handling import Criminal, Pause, Resolve, Visit
from service.cases.model import Case, Outcome, Resolution, ReturnCode
from service.cases.sharing import Share as Share_
from service.cases.sharing import Unshare
from service.cases.warning import AnswerLower, AskLower, Raise
from service.errors import ForbiddenError
from service.incidents.model import Registration
from service.statistics.actions import Board, Statistics
from service.statistics.model import (
    Figures,
    Measure,
    Period,
    Share,
    Span,
    change,
    period,
    previous,
    together,
    year_before,
)
from service.storage.database import Database
from tests.cases.town import (
    AUDITOR,
    CENTRE,
    LEADER,
    OFFICER,
    STRANGE_CENTRE,
    WOMEN,
    Clock,
    incident,
    town,
)

MARCH = date(2026, 3, 2)


class Work:
    """The town at work on one case after another."""

    def __init__(self, database: Database, ruleset: Ruleset) -> None:
        self.database, self.ruleset, self.clock = database, ruleset, Clock()
        self.cases: Cases = town(database, self.clock)
        self.statistics = Statistics(database, lambda: ("红", "黄", "蓝"))

    def opened(self, colour: str = "蓝") -> Case:
        found = incident(self.database, self.ruleset, colour=colour)
        return self.cases.open(OFFICER, found, Registration(place="桥头"))

    def taken(self, colour: str = "蓝") -> Case:
        case = self.cases.transfer(OFFICER, self.opened(colour).id)
        case = self.cases.do(CENTRE, case.id, Dispatch("women", ("village",)))
        return self.cases.do(WOMEN, case.id, Accept())

    def resolved(self, after: timedelta) -> Case:
        case = self.taken()
        self.clock.at += after
        return self.cases.do(WOMEN, case.id, Resolve(Resolution.ORAL, "双方和好"))

    def board(self, actor: Actor = LEADER) -> Board:
        return self.statistics.board(actor, Span.MONTH, MARCH)


@pytest.fixture
def work(database: Database, ruleset: Ruleset) -> Work:
    return Work(database, ruleset)


def counts(figures: Figures) -> dict[str, int]:
    """What is not zero."""
    return {measure.value: count for measure, count in figures.counts.items() if count}


def test_what_happened_in_the_period_is_counted(work: Work) -> None:
    work.opened()
    case = work.taken()
    work.cases.do(WOMEN, case.id, Return(ReturnCode.UNCLEAR, "联系不上当事人"))
    assert counts(work.board().now) == {"建档": 2, "流转": 1, "退回": 1}


def test_a_case_counts_once_for_what_happens_to_it_again(work: Work) -> None:
    case = work.resolved(timedelta(days=1))
    for _ in range(2):
        case = work.cases.do(OFFICER, case.id, Visit(Outcome.AGAIN, "又吵起来了"))
        case = work.cases.do(WOMEN, case.id, Resolve(Resolution.ORAL, "再次和好"))
    assert counts(work.board().now) == {"建档": 1, "流转": 1, "化解": 1, "再次激发": 1}


def test_what_happened_in_another_month_is_not_counted_but_compared(work: Work) -> None:
    work.opened()
    april = work.statistics.board(LEADER, Span.MONTH, date(2026, 4, 5))
    assert not counts(april.now)
    assert counts(april.previous) == {"建档": 1}
    assert counts(work.statistics.board(LEADER, Span.MONTH, date(2027, 3, 5)).year_before) == {"建档": 1}
    assert [month for month, found in april.months if found[Measure.OPENED]] == ["2026-03"]


def test_a_return_counts_for_the_unit_that_returned(work: Work) -> None:
    case = work.cases.do(WOMEN, work.taken().id, Return(ReturnCode.UNCLEAR, "联系不上当事人"))
    work.cases.do(CENTRE, case.id, Dispatch("justice"))
    assert work.board().returned_by == [("柳塘妇联", 1)]
    assert [(one.name, one.returned) for one in work.board().by_unit] == [("柳塘司法所", 1)]


def test_a_settlement_is_on_time_by_the_term_that_it_had(work: Work) -> None:
    work.resolved(timedelta(days=2))
    work.clock.at -= timedelta(days=1)
    late = work.taken()
    work.clock.at += timedelta(days=28, hours=14)
    board = work.board()
    assert board.now.on_time == Share(1, 1)
    work.clock.at += timedelta(days=30)
    work.cases.do(WOMEN, late.id, Resolve(Resolution.ORAL, "双方和好"))
    assert work.statistics.board(LEADER, Span.MONTH, work.clock.at.date()).now.on_time == Share(0, 1)
    assert [one.on_time for one in work.board().by_unit] == [Share(1, 2)]


def test_the_term_stands_while_the_clock_is_paused(work: Work) -> None:
    case = work.cases.do(WOMEN, work.taken().id, Pause("等待鉴定意见"))
    work.clock.at += timedelta(days=90)
    work.cases.do(WOMEN, case.id, Resolve(Resolution.ORAL, "双方和好"))
    assert work.statistics.board(LEADER, Span.MONTH, work.clock.at.date()).now.on_time == Share(1, 1)


def test_recall_is_of_cases_that_became_red_or_criminal(work: Work) -> None:
    work.opened("红")
    work.opened("蓝")
    work.cases.do(OFFICER, work.opened("蓝").id, Raise("红", "扬言报复"))
    work.cases.do(OFFICER, work.opened("黄").id, Criminal("已立案"))
    board = work.board()
    assert board.red_recall == Share(1, 3)
    assert board.now.counts[Measure.CRIMINAL] == 1
    assert sum(one.began_red for one in board.by_type) == 1


def test_what_began_red_and_was_lowered_by_two_proves_nothing(work: Work) -> None:
    for criminal in (False, True):
        case = work.taken("红")
        work.cases.do(CENTRE, case.id, AskLower("黄", "双方已和好"))
        work.cases.do(LEADER, case.id, AnswerLower(True, "同意"))
        if criminal:
            work.cases.do(OFFICER, case.id, Criminal("已立案"))
    assert work.board().red_recall == Share(1, 1)


def test_a_threat_to_petition_counts_while_its_incident_is_in_the_case(work: Work) -> None:
    case = work.opened()
    threat = incident(work.database, work.ruleset, petition=True)
    case = work.cases.join(OFFICER, case.id, threat, Registration())
    assert counts(work.board().now)["初信初访苗头"] == 1
    work.cases.do(OFFICER, case.id, Leave(threat, "同名同姓"))
    assert "初信初访苗头" not in counts(work.board().now)


def test_open_cases_are_shown_by_their_colour_heaviest_first(work: Work) -> None:
    work.opened("黄")
    work.opened("蓝")
    assert list(work.board().colours_now) == [("红", 0), ("黄", 1), ("蓝", 1)]


def test_a_village_counts_where_it_takes_part(work: Work) -> None:
    work.taken()
    work.opened()
    assert [(one.name, one.opened) for one in work.board().by_village] == [("桥头社区", 1), ("没有村(社区)参与", 1)]


def test_who_settled_a_case_keeps_it_in_the_figures_when_it_flares_up(work: Work) -> None:
    case = work.resolved(timedelta(days=1))
    work.cases.join(OFFICER, case.id, incident(work.database, work.ruleset), Registration())
    (group,) = work.board().by_unit
    assert (group.name, group.opened, group.resolved, group.recurred) == ("柳塘妇联", 1, 1, 1)


def test_nobody_counts_what_they_do_not_see(work: Work) -> None:
    work.taken("红")
    foreign = work.board(STRANGE_CENTRE)
    assert not counts(foreign.now)
    assert not foreign.by_type
    assert not foreign.by_village
    assert foreign.red_recall == Share(0, 0)
    assert sum(count for _, count in foreign.colours_now) == 0
    assert work.board(AUDITOR).now.counts[Measure.OPENED] == 1


def test_who_a_case_is_shared_with_counts_it_while_it_is(work: Work) -> None:
    guest = replace(STRANGE_CENTRE, account_id=STRANGE_CENTRE.name)
    case = work.cases.do(WOMEN, work.taken().id, Share_(guest.account_id, guest.name))
    assert work.board(guest).now.counts[Measure.OPENED] == 1
    work.cases.do(WOMEN, case.id, Unshare(guest.account_id, guest.name))
    assert work.board(guest).now.counts[Measure.OPENED] == 0


@pytest.mark.parametrize("actor", [OFFICER, WOMEN], ids=lambda one: one.name)
def test_who_leads_and_audits_nothing_gets_no_figures(work: Work, actor: Actor) -> None:
    with pytest.raises(ForbiddenError):
        work.board(actor)


@pytest.mark.parametrize(
    ("span", "now", "before", "a_year_ago"),
    [
        (Span.WEEK, ("2026-03-02", "2026-03-09"), ("2026-02-23", "2026-03-02"), ("2025-03-03", "2025-03-10")),
        (Span.MONTH, ("2026-03-01", "2026-04-01"), ("2026-02-01", "2026-03-01"), ("2025-03-01", "2025-04-01")),
        (Span.YEAR, ("2026-01-01", "2027-01-01"), ("2025-01-01", "2026-01-01"), ("2025-01-01", "2026-01-01")),
    ],
)
def test_periods_and_what_they_are_compared_with(
    span: Span, now: tuple[str, str], before: tuple[str, str], a_year_ago: tuple[str, str]
) -> None:
    chosen = period(span, MARCH)
    for found, wanted in ((chosen, now), (previous(span, chosen), before), (year_before(span, chosen), a_year_ago)):
        assert found == Period(*map(date.fromisoformat, wanted))


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([], []),
        ([(3, 5), (1, 3)], [(1, 5)]),
        ([(1, 4), (2, 3)], [(1, 4)]),
        ([(1, 2), (4, 5), (3, 4)], [(1, 2), (3, 5)]),
    ],
)
def test_periods_that_touch_are_one(periods: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    def days(first: int, after: int) -> Period:
        return Period(date(2026, 3, first), date(2026, 3, after))

    assert together([days(*one) for one in periods]) == [days(*one) for one in expected]


def test_a_day_is_one_of_china(work: Work) -> None:
    work.clock.at = datetime(2026, 4, 1, 0, 30, tzinfo=work.clock.at.tzinfo)
    work.opened()
    assert not counts(work.board().now)
    assert counts(work.statistics.board(LEADER, Span.MONTH, date(2026, 4, 1)).now) == {"建档": 1}


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (Share(0, 0), "—"),
        (Share(5, 19), "5/19（数量少，不算比例）"),
        (Share(5, 20), "25%（5/20）"),
    ],
)
def test_a_small_number_has_no_percentage(share: Share, words: str) -> None:
    assert share.words == words


def test_a_change_is_a_percentage_only_of_enough() -> None:
    assert change(22, 20) == "+10%（原 20）"
    assert change(22, 19) == "+3（原 19）"
