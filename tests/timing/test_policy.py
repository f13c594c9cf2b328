"""What a case owes, by when, and who is told; under the shipped time limits where nothing else is said."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.errors import SetupError
from service.timing.calendar import is_working_day
from service.timing.deadlines import Deadlines, overdue
from service.timing.policy import Owner, Policy, Reporting, Told
from service.timing.term import Term, Unit

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=CHINA)
BEFORE_NATIONAL_DAY = datetime(2026, 9, 30, 9, 30, tzinfo=CHINA)

colours = st.sampled_from(["红", "黄", "蓝"])
types = st.sampled_from(["邻里", "医疗", "劳动欠薪", "消费"])
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(CHINA))
law = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def test_colours_stand_heaviest_first(policy: Policy) -> None:
    assert policy.colours == ("红", "黄", "蓝")
    assert [policy.level(colour).owner for colour in policy.colours] == list(Owner)


def test_a_colour_is_raised_to_the_next_heavier_one(policy: Policy) -> None:
    assert [policy.raised(colour) for colour in ("蓝", "黄", "红")] == ["黄", "红", "红"]


def test_a_colour_that_is_not_in_the_file_is_told(policy: Policy) -> None:
    with pytest.raises(SetupError, match="没有颜色「橙」，有的是：红、黄、蓝"):
        policy.raised("橙")


@pytest.mark.parametrize(
    ("colour", "at", "by"),
    [
        ("红", "2026-10-01 23:00", "2026-10-02 01:00"),  # hours run through night and holiday
        ("黄", "2026-09-30 17:50", "2026-10-08 18:00"),
        ("黄", "2026-10-09 08:00", "2026-10-10 18:00"),  # a make-up Saturday
        ("蓝", "2026-10-09 08:00", "2026-10-12 18:00"),
    ],
)
def test_a_transferred_case_is_accepted_in_time(policy: Policy, colour: str, at: str, by: str) -> None:
    assert policy.transferred(colour, _at(at)) == _at(by)


@pytest.mark.parametrize(
    ("colour", "dispute_type", "by"),
    [
        ("蓝", "邻里", "2026-10-30 18:00"),  # 30 days
        ("黄", "邻里", "2026-10-30 18:00"),  # 20 working days would be 3 November
        ("红", "邻里", "2026-10-20 18:00"),  # 10 working days, over National Day and its make-up Saturday
        ("蓝", "劳动欠薪", "2026-10-15 18:00"),
        ("红", "劳动欠薪", "2026-10-15 18:00"),  # the law is tighter than the colour
        ("蓝", "医疗", "2026-11-17 18:00"),
        ("黄", "医疗", "2026-11-03 18:00"),
    ],
)
def test_a_case_is_finished_within_its_type_and_its_colour(
    policy: Policy, colour: str, dispute_type: str, by: str
) -> None:
    assert policy.accepted(colour, dispute_type, BEFORE_NATIONAL_DAY).finish_by == _at(by)


def test_a_last_day_that_is_a_holiday_gives_way_to_the_next_working_day(policy: Policy) -> None:
    assert policy.accepted("蓝", "邻里", _at("2026-09-01 10:00")).finish_by == _at("2026-10-08 18:00")


@pytest.mark.parametrize(
    ("colour", "report_by", "review_by"),
    [
        ("红", date(2026, 10, 1), date(2026, 10, 3)),
        ("黄", date(2026, 10, 1), date(2026, 10, 7)),
        ("蓝", None, date(2026, 10, 30)),
    ],
)
def test_reports_and_reviews_know_no_holiday(
    policy: Policy, colour: str, report_by: date | None, review_by: date
) -> None:
    due = policy.accepted(colour, "邻里", BEFORE_NATIONAL_DAY)
    assert (due.report_by, due.review_by) == (report_by, review_by)
    assert (due.accept_by, due.visit_by) == (None, None)


def test_a_station_may_ask_for_reports_on_working_days_only(policy: Policy) -> None:
    level = replace(policy.level("黄"), reporting=Reporting.WORKING_DAYS)
    relaxed = replace(policy, levels=MappingProxyType({"黄": level}))
    assert relaxed.reported("黄", BEFORE_NATIONAL_DAY) == date(2026, 10, 8)


def test_a_resolved_case_is_visited(policy: Policy) -> None:
    assert policy.resolved(MONDAY) == date(2026, 3, 17)


def test_a_day_is_that_of_china(policy: Policy) -> None:
    evening_in_utc = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)  # 01:00 on 2 March in China
    assert policy.reported("红", evening_in_utc) == date(2026, 3, 3)
    assert str(policy.transferred("红", evening_in_utc)) == "2026-03-02 03:00:00+08:00"


@pytest.mark.parametrize(
    ("paused", "resumed", "by"),
    [
        ("2026-03-02 09:30", "2026-03-02 17:00", "2026-03-13 18:00"),  # within a day
        ("2026-03-02 09:30", "2026-03-04 09:00", "2026-03-17 18:00"),
        ("2026-03-06 09:30", "2026-03-09 09:00", "2026-03-16 18:00"),  # over a weekend
        ("2026-03-07 09:30", "2026-03-08 09:00", "2026-03-13 18:00"),  # a weekend
        ("2026-03-04 09:30", "2026-03-02 09:00", "2026-03-13 18:00"),  # a clock put back
    ],
)
def test_a_pause_moves_the_deadline_by_the_working_days_it_took(
    policy: Policy, paused: str, resumed: str, by: str
) -> None:
    assert policy.resumed(_at("2026-03-13 18:00"), _at(paused), _at(resumed)) == _at(by)


BLUE = Deadlines(finish_by=_at("2026-04-01 18:00"), review_by=date(2026, 4, 1))


def test_raising_shortens_what_is_left_and_begins_reports_and_reviews(policy: Policy) -> None:
    assert policy.recoloured(BLUE, "蓝", "红", MONDAY) == Deadlines(
        finish_by=_at("2026-03-16 18:00"), report_by=date(2026, 3, 3), review_by=date(2026, 3, 5)
    )


def test_raising_before_acceptance_hastens_it_and_starts_nothing_else(policy: Policy) -> None:
    waiting = Deadlines(accept_by=_at("2026-03-04 18:00"))
    assert policy.recoloured(waiting, "蓝", "红", MONDAY) == Deadlines(accept_by=_at("2026-03-02 11:30"))


def test_raising_begins_a_missed_review_anew(policy: Policy) -> None:
    missed = replace(BLUE, review_by=date(2026, 3, 1))
    assert policy.recoloured(missed, "蓝", "黄", MONDAY).review_by == date(2026, 3, 9)


def test_raising_puts_off_nothing_that_is_due_today(policy: Policy) -> None:
    due = Deadlines(finish_by=_at("2026-03-03 18:00"), report_by=date(2026, 3, 2), review_by=date(2026, 3, 2))
    assert policy.recoloured(due, "黄", "红", MONDAY) == due


def test_lowering_leaves_the_finish_and_slows_reports_and_reviews(policy: Policy) -> None:
    red = policy.accepted("红", "邻里", MONDAY)
    assert policy.recoloured(red, "红", "蓝", MONDAY) == Deadlines(
        finish_by=red.finish_by, report_by=None, review_by=date(2026, 4, 1)
    )


@pytest.mark.parametrize(
    ("colour", "missed", "told"),
    [
        ("红", timedelta(0), ()),
        ("红", timedelta(seconds=1), (Told.HANDLER,)),
        ("红", timedelta(hours=2), (Told.HANDLER, Told.CENTRE)),
        ("红", timedelta(days=1), (Told.HANDLER, Told.CENTRE, Told.LEADER)),
        ("蓝", timedelta(days=6, hours=23), (Told.HANDLER, Told.CENTRE)),
        ("蓝", timedelta(days=400), (Told.HANDLER, Told.CENTRE, Told.LEADER)),
    ],
)
def test_the_longer_something_is_missed_the_more_are_told(
    policy: Policy, colour: str, missed: timedelta, told: tuple[Told, ...]
) -> None:
    assert policy.escalations(colour, missed) == told


@pytest.mark.parametrize(
    ("due", "missed"),
    [
        (MONDAY, timedelta(0)),
        (MONDAY - timedelta(hours=3), timedelta(hours=3)),
        (MONDAY + timedelta(hours=3), timedelta(0)),
        (date(2026, 3, 2), timedelta(0)),
        (date(2026, 3, 1), timedelta(hours=9, minutes=30)),
    ],
)
def test_a_moment_is_missed_at_once_and_a_day_at_its_end(due: datetime | date, missed: timedelta) -> None:
    assert overdue(due, MONDAY) == missed


@law
@given(colours, types, moments, moments)
def test_whoever_begins_later_is_not_due_earlier(
    policy: Policy, colour: str, dispute_type: str, one: datetime, other: datetime
) -> None:
    early, late = sorted((one, other))
    sooner, later = (policy.accepted(colour, dispute_type, at).finish_by for at in (early, late))
    assert sooner is not None
    assert later is not None
    assert early < sooner <= later
    assert policy.transferred(colour, early) <= policy.transferred(colour, late)


@law
@given(colours, types, moments)
def test_a_case_is_finished_on_a_working_day(policy: Policy, colour: str, dispute_type: str, at: datetime) -> None:
    finish_by = policy.accepted(colour, dispute_type, at).finish_by
    assert finish_by is not None
    assert is_working_day(finish_by.date())


@law
@given(types, moments)
def test_a_heavier_colour_never_has_more_time(policy: Policy, dispute_type: str, at: datetime) -> None:
    due = [policy.accepted(colour, dispute_type, at) for colour in policy.colours]
    assert [one.finish_by for one in due] == sorted(one.finish_by for one in due if one.finish_by)
    assert [one.review_by for one in due] == sorted(one.review_by for one in due if one.review_by)


@law
@given(moments, moments, moments)
def test_a_pause_never_moves_a_deadline_earlier_and_takes_no_hour_of_the_day(
    policy: Policy, finish_by: datetime, paused: datetime, resumed: datetime
) -> None:
    moved = policy.resumed(finish_by, paused, resumed)
    assert moved >= finish_by
    assert moved.time() == finish_by.time()


@law
@given(moments, st.tuples(moments, moments, moments))
def test_two_pauses_on_end_move_it_as_far_as_one(
    policy: Policy, finish_by: datetime, times: tuple[datetime, datetime, datetime]
) -> None:
    first, second, third = sorted(times)
    assert policy.resumed(policy.resumed(finish_by, first, second), second, third) == policy.resumed(
        finish_by, first, third
    )


@law
@given(colours, colours, types, moments, st.integers(0, 90))
def test_a_change_of_colour_never_gives_more_time(
    policy: Policy, was: str, becomes: str, dispute_type: str, at: datetime, days: int
) -> None:
    standing = replace(policy.accepted(was, dispute_type, at), accept_by=policy.transferred(was, at))
    changed = policy.recoloured(standing, was, becomes, at + timedelta(days=days))
    assert changed.finish_by is not None
    assert standing.finish_by is not None
    assert changed.finish_by <= standing.finish_by
    assert changed.accept_by is not None
    assert standing.accept_by is not None
    assert changed.accept_by <= standing.accept_by
    if policy.colours.index(becomes) >= policy.colours.index(was):
        assert (changed.accept_by, changed.finish_by) == (standing.accept_by, standing.finish_by)


@law
@given(colours, st.timedeltas(timedelta(-5), timedelta(50)), st.timedeltas(timedelta(0), timedelta(50)))
def test_nobody_who_was_told_is_forgotten(policy: Policy, colour: str, missed: timedelta, more: timedelta) -> None:
    told = policy.escalations(colour, missed)
    assert policy.escalations(colour, missed + more)[: len(told)] == told
    assert len(set(told)) == len(told)


def test_four_colours_are_as_good_as_three(policy: Policy) -> None:
    level = policy.level("黄")
    four = replace(policy, levels=MappingProxyType({**dict.fromkeys(("红", "橙"), level), "黄": level, "蓝": level}))
    assert [four.raised(colour) for colour in four.colours] == ["红", "红", "橙", "黄"]


@pytest.mark.parametrize("unit", Unit)
def test_a_term_is_said_as_it_is_written(unit: Unit) -> None:
    assert str(Term(3, unit)) == f"3{unit}"
