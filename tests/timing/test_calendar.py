"""Working days, with the holidays and make-up days as the State Council set them."""

import subprocess
import sys
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.timing.calendar import add_working_days, is_working_day, known_until, reminder, working_days_between

DAY = timedelta(days=1)
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
numbers = st.integers(0, 60)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-09-20", True),  # Sunday, made up for National Day
        ("2026-09-26", False),  # Saturday in the Mid-Autumn holiday
        ("2026-10-01", False),
        ("2026-10-07", False),  # Wednesday, the last day of National Day
        ("2026-10-08", True),
        ("2026-10-10", True),  # Saturday, made up for National Day
        ("2026-10-11", False),
        ("2026-02-23", False),  # Monday in the Spring Festival
        ("2026-02-28", True),  # Saturday, made up for the Spring Festival
        ("2025-09-28", True),
    ],
)
def test_holidays_and_make_up_days_are_known(day: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is works


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(2003, 10, 1), date(2099, 10, 1), date(9999, 12, 31)])
def test_in_a_year_that_is_not_known_monday_to_friday_work(day: date) -> None:
    assert is_working_day(day) is (day.weekday() < 5)


@pytest.mark.parametrize(
    ("day", "number", "then"),
    [
        ("2026-09-30", 0, "2026-09-30"),
        ("2026-10-01", 0, "2026-10-08"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-09-30", 4, "2026-10-12"),
        ("2026-10-03", 1, "2026-10-08"),
    ],
)
def test_working_days_are_counted_over_national_day(day: str, number: int, then: str) -> None:
    assert add_working_days(date.fromisoformat(day), number) == date.fromisoformat(then)


def test_no_working_days_are_taken_away() -> None:
    with pytest.raises(ValueError, match="-1"):
        add_working_days(date(2026, 3, 2), -1)


@given(days, numbers)
def test_working_days_lead_to_a_working_day(day: date, number: int) -> None:
    assert is_working_day(add_working_days(day, number))


@given(days, days, numbers, numbers)
def test_more_days_or_a_later_start_never_end_earlier(one: date, other: date, few: int, more: int) -> None:
    start, end = sorted((one, other))
    least, most = sorted((few, more))
    assert add_working_days(start, least) <= add_working_days(end, most)


@given(days, numbers, numbers)
def test_working_days_can_be_added_in_two_steps(day: date, first: int, then: int) -> None:
    start = add_working_days(day, 0)
    assert add_working_days(add_working_days(start, first), then) == add_working_days(start, first + then)


@given(days, st.integers(1, 60))
def test_between_is_what_was_added(day: date, number: int) -> None:
    assert working_days_between(day, add_working_days(day, number)) == number


@given(days, days)
def test_between_counts_nothing_backwards(one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    assert working_days_between(later, earlier) == 0


def test_the_calendar_is_known_to_the_end_of_a_year() -> None:
    until = known_until()
    assert until >= date(2026, 12, 31)
    assert (until.month, until.day) == (12, 31)


def test_the_days_are_those_of_the_library() -> None:
    first = date(2004, 1, 1)
    known = [first + passed * DAY for passed in range((known_until() - first).days + 1)]
    assert [day for day in known if is_working_day(day) != chinese_calendar.is_workday(day)] == []


def test_people_are_reminded_before_the_known_days_run_out() -> None:
    until = known_until()
    assert reminder(until - timedelta(days=60)) == ""
    for day in (until - timedelta(days=30), until, until + DAY, until + 400 * DAY):
        assert str(until) in reminder(day)


def test_the_library_opens_no_file_and_no_connection() -> None:
    watch = """
import datetime, enum, sys
import service.timing
opened = []
sys.addaudithook(lambda event, args: opened.append((event, args)) if event.startswith(("open", "socket")) else None)
import chinese_calendar
datetime.date(2026, 10, 10) in chinese_calendar.workdays
print([args for event, args in opened if event.startswith("socket") or ".py" not in str(args[0])])
"""
    done = subprocess.run([sys.executable, "-c", watch], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
