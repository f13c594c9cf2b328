"""What comes round: missed reports raise the colour once, whoever looks; overdue things are chased."""

import multiprocessing
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from rules import Ruleset
from service import clock
from service.cases.actions import Cases
from service.cases.handing_over import Accept, Dispatch, Keep, Return
from service.cases.handling import Report, Resolve
from service.cases.life import Act
from service.cases.model import Case, fault
from service.cases.sharing import Comment
from service.cases.stance import MACHINE
from service.cases.warning import Raise, Review
from service.incidents.model import Registration
from service.schedule.periods import Schedule, due, newest
from service.schedule.ticking import Done, Ticking
from service.storage.database import Database
from service.storage.tables.jobs import tick
from service.storage.tables.units import unit
from tests.cases.town import CENTRE, MONDAY, OFFICER, UNITS, WOMEN, Clock, incident, policy, town

CHINA = ZoneInfo("Asia/Shanghai")
Started = Callable[..., Case]


def on(day: int, hour: int = 17, minute: int = 1) -> datetime:
    """A moment of March 2026; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def cases(database: Database, time: Clock) -> Cases:
    return town(database, time)


@pytest.fixture
def in_hand(cases: Cases, ruleset: Ruleset) -> Started:
    """A case that the women's federation has accepted."""

    def begun(colour: str = "黄") -> Case:
        case = cases.open(OFFICER, incident(cases.database, ruleset, colour=colour), Registration())
        case = cases.transfer(OFFICER, case.id)
        cases.do(CENTRE, case.id, Dispatch("women", ("village",)))
        return cases.do(WOMEN, case.id, Accept())

    return begun


def misses(cases: Cases, case: Case) -> list[tuple[str, str]]:
    return [
        (one.detail["漏报"], one.detail["日期"]) for one in cases.find(MACHINE, case.id).events if one.act is Act.MISS
    ]


def chases(cases: Cases, case: Case) -> list[tuple[str, int]]:
    return [
        (one.detail["事项"], one.detail["层级"]) for one in cases.find(MACHINE, case.id).events if one.act is Act.CHASE
    ]


def ticks(database: Database, schedule: Schedule, unit: str = "women") -> list[str]:
    query = select(tick.c.period).where(tick.c.schedule == schedule.value, tick.c.unit_id == unit, tick.c.done_at != "")
    with database.read() as connection:
        return sorted(connection.execute(query).scalars())


@pytest.mark.parametrize(
    ("now", "daily", "weekly"),
    [
        (on(3, 16, 59), "2026-03-02", "2026-W09"),
        (on(3, 17, 0), "2026-03-03", "2026-W09"),
        (on(6, 15, 59), "2026-03-05", "2026-W09"),
        (on(6, 16, 0), "2026-03-05", "2026-W10"),
        (on(8, 0, 0), "2026-03-07", "2026-W10"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=CHINA), "2026-12-31", "2026-W52"),
    ],
)
def test_a_round_is_due_from_its_hour_on(now: datetime, daily: str, weekly: str) -> None:
    assert newest(Schedule.DAILY, policy(), now).name == daily
    assert newest(Schedule.WEEKLY, policy(), now).name == weekly


def test_only_the_newest_round_is_due_where_there_never_was_one() -> None:
    assert [one.name for one in due(Schedule.DAILY, policy(), on(3), None)] == ["2026-03-03"]


def test_days_on_which_nothing_ran_are_due_in_their_order() -> None:
    found = due(Schedule.DAILY, policy(), on(5), "2026-03-02")
    assert [one.name for one in found] == ["2026-03-03", "2026-03-04", "2026-03-05"]


def test_a_report_that_did_not_come_by_the_hour_raises_the_colour(cases: Cases, in_hand: Started, time: Clock) -> None:
    case = in_hand("黄")
    time.at = on(3, 16, 59)
    assert Ticking(cases).look().missed == 0
    time.at = on(3)
    assert Ticking(cases).look().missed == 1
    found = cases.find(MACHINE, case.id)
    assert (found.case.colour, found.case.report_by) == ("红", "2026-03-04")
    assert misses(cases, case) == [("反馈", "2026-03-03")]
    assert fault(found.events) is None


def test_a_report_in_time_is_not_missed(cases: Cases, in_hand: Started, time: Clock) -> None:
    case = in_hand()
    time.at = on(3, 16, 0)
    cases.do(WOMEN, case.id, Report("双方已见面"))
    time.at = on(3)
    assert Ticking(cases).look().missed == 0


def test_a_review_that_did_not_come_raises_the_colour(cases: Cases, ruleset: Ruleset, time: Clock) -> None:
    case = cases.open(OFFICER, incident(cases.database, ruleset, colour="黄"), Registration())
    time.at = on(9)
    Ticking(cases).look()
    assert misses(cases, case) == [("复核", "2026-03-09")]
    assert cases.find(MACHINE, case.id).case.review_by == "2026-03-12"


def test_looking_again_changes_nothing(cases: Cases, in_hand: Started, time: Clock) -> None:
    in_hand()
    time.at = on(3)
    assert Ticking(cases).look().rounds
    assert Ticking(cases).look() == Done()


def test_missed_days_are_caught_up_and_raise_the_colour_together(
    cases: Cases, in_hand: Started, time: Clock, database: Database
) -> None:
    case = in_hand("蓝")
    time.at = on(2)
    Ticking(cases).look()
    cases.do(WOMEN, case.id, Report("双方已见面"))
    cases.do(WOMEN, case.id, Raise("黄", "又争吵了"))
    time.at = on(6, 10)
    Ticking(cases).look()
    assert ticks(database, Schedule.DAILY) == ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"]
    assert misses(cases, case) == [("反馈", "2026-03-05")]
    assert cases.find(MACHINE, case.id).case.report_by == "2026-03-06"
    time.at = on(6)
    Ticking(cases).look()
    assert misses(cases, case) == [("反馈", "2026-03-05"), ("反馈", "2026-03-06")]


def test_a_look_that_dies_halfway_is_finished_by_another_without_missing_twice(
    cases: Cases, in_hand: Started, time: Clock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [in_hand(), in_hand(), in_hand()]
    time.at = on(3)
    done = 0

    def dying(self: Cases, *given: object, **named: object) -> Case:
        nonlocal done
        done += 1
        if done == 3:
            raise KeyboardInterrupt
        return whole(self, *given, **named)  # type: ignore[arg-type]

    whole = Cases.do
    with monkeypatch.context() as patched:
        patched.setattr(Cases, "do", dying)
        with pytest.raises(KeyboardInterrupt):
            Ticking(cases).look()
    assert ticks(database, Schedule.DAILY) != ["2026-03-03"]
    assert sum(len(misses(cases, one)) for one in made) == 2
    Ticking(cases).look()
    assert sum(len(misses(cases, one)) for one in made) == 2, "taken by the one that died, until its lease is over"
    time.at += timedelta(minutes=6)
    Ticking(cases).look()
    assert [misses(cases, one) for one in made] == [[("反馈", "2026-03-03")]] * 3
    assert ticks(database, Schedule.DAILY) == ["2026-03-03"]


def _look(url: str, moment: datetime, gate: object) -> None:
    database = Database(url)
    gate.wait()  # type: ignore[attr-defined]
    Ticking(Cases(database, policy(), Clock(moment))).look()
    database.close()


def test_several_processes_at_once_do_each_round_once(
    cases: Cases, in_hand: Started, time: Clock, database: Database
) -> None:
    made = [in_hand(), in_hand()]
    time.at = on(3)
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(4)
    looking = [context.Process(target=_look, args=(database.url, time.at, gate)) for _ in range(4)]
    for one in looking:
        one.start()
    for one in looking:
        one.join(60)
    assert [one.exitcode for one in looking] == [0] * 4
    assert [misses(cases, one) for one in made] == [[("反馈", "2026-03-03")]] * 2
    with database.read() as connection:
        rows = connection.execute(select(tick)).all()
    assert all(row.done_at for row in rows)
    assert len(rows) == len({(row.schedule, row.unit_id, row.period) for row in rows}) == 2 * len(UNITS)


def test_a_transfer_that_nobody_accepts_is_chased_level_by_level(cases: Cases, ruleset: Ruleset, time: Clock) -> None:
    case = cases.open(OFFICER, incident(cases.database, ruleset, colour="红"), Registration())
    case = cases.transfer(OFFICER, case.id)
    cases.do(CENTRE, case.id, Dispatch("women"))
    for hours, expected in ((2, 0), (3, 1), (4, 2), (5, 2), (26, 3), (27, 3)):
        time.at = MONDAY + timedelta(hours=hours)
        Ticking(cases).look()
        assert chases(cases, case) == [("签收", level) for level in range(1, expected + 1)]


def test_a_case_that_came_back_is_chased_at_the_centre(cases: Cases, ruleset: Ruleset, time: Clock) -> None:
    case = cases.open(OFFICER, incident(cases.database, ruleset, colour="红"), Registration())
    case = cases.transfer(OFFICER, case.id)
    cases.do(CENTRE, case.id, Dispatch("women"))
    cases.do(WOMEN, case.id, Return("不属本部门职责", "是欠薪"))
    time.at = MONDAY + timedelta(hours=3)
    Ticking(cases).look()
    assert chases(cases, case) == [("分派", 1)]


def test_what_lies_with_a_unit_that_was_disabled_is_watched_all_the_same(
    cases: Cases, in_hand: Started, time: Clock, database: Database
) -> None:
    case = in_hand()
    with database.write() as connection:
        connection.execute(update(unit).where(unit.c.id == "women").values(disabled_at=clock.stamp(MONDAY)))
    time.at = on(3)
    Ticking(cases).look()
    assert misses(cases, case) == [("反馈", "2026-03-03")]


def test_a_report_that_comes_while_the_rounds_are_done_is_none_missed(
    cases: Cases, in_hand: Started, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported, commented = in_hand(), in_hand()
    time.at = on(3)
    whole = Ticking._miss

    def slow(self: Ticking, mine: Sequence[Case], day: date) -> int:
        for case in mine:
            cases.do(WOMEN, case.id, Report("双方已见面") if case.id == reported.id else Comment("正在打电话"))
        return whole(self, mine, day)

    monkeypatch.setattr(Ticking, "_miss", slow)
    Ticking(cases).look()
    assert misses(cases, reported) == []
    assert misses(cases, commented) == [("反馈", "2026-03-03")]


def test_missed_reports_are_chased_until_one_comes(cases: Cases, in_hand: Started, time: Clock) -> None:
    case = in_hand("红")
    time.at = on(3)
    Ticking(cases).look()
    time.at = on(4, 3)
    Ticking(cases).look()
    assert chases(cases, case) == [("反馈", 1), ("反馈", 2)]
    cases.do(WOMEN, case.id, Report("双方已见面"))
    time.at = on(5, 9)
    Ticking(cases).look()
    assert ("反馈", 3) not in chases(cases, case)


def test_whoever_settled_a_case_is_chased_for_the_visit(cases: Cases, in_hand: Started, time: Clock) -> None:
    case = in_hand("黄")
    cases.do(WOMEN, case.id, Resolve("书面协议", "双方和好"))
    cases.do(CENTRE, case.id, Review("黄", "看过"))
    time.at = on(18, 9)
    Ticking(cases).look()
    assert ("回访", 1) in chases(cases, case)


def test_a_case_that_was_kept_is_chased_for_its_review(cases: Cases, ruleset: Ruleset, time: Clock) -> None:
    case = cases.open(OFFICER, incident(cases.database, ruleset, colour="黄"), Registration())
    cases.do(OFFICER, case.id, Keep("当场和好"))
    time.at = on(10, 9)
    Ticking(cases).look()
    assert chases(cases, case) == [("复核", 1)]
    assert misses(cases, case) == []


def test_days_are_those_of_china(cases: Cases, in_hand: Started, time: Clock) -> None:
    case = in_hand()
    time.at = datetime(2026, 3, 3, 9, 1, tzinfo=ZoneInfo("UTC"))
    Ticking(cases).look()
    assert misses(cases, case) == [("反馈", date(2026, 3, 3).isoformat())]
