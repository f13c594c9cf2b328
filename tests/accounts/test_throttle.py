"""The law of waiting after failed logins."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.accounts.throttle import ALL_LOGINS, ONE_LOGIN, Failures, Law, seconds_left, with_one_more

START = datetime(2026, 3, 2, tzinfo=UTC)
LAWS = st.sampled_from([ONE_LOGIN, ALL_LOGINS])
COUNTS = st.integers(0, 10_000)
SOON = st.timedeltas(timedelta(0), timedelta(minutes=9))


def _after(count: int) -> Failures:
    return Failures(count, "2026-03-02T00:00:00.000Z" if count else "")


@given(LAWS, COUNTS)
def test_the_first_few_are_free_and_then_the_wait_grows_to_its_most(law: Law, count: int) -> None:
    wait, longer = seconds_left(law, _after(count), START), seconds_left(law, _after(count + 1), START)
    assert (wait == 0) == (count < law.free)
    assert wait <= longer <= law.most


@given(LAWS, COUNTS, SOON)
def test_waiting_as_long_as_told_is_enough(law: Law, count: int, passed: timedelta) -> None:
    left = seconds_left(law, _after(count), START + passed)
    assert seconds_left(law, _after(count), START + passed + timedelta(seconds=left)) == 0


@given(LAWS, COUNTS)
def test_failures_are_forgotten_after_a_while(law: Law, count: int) -> None:
    assert seconds_left(law, _after(count), START + law.fades) == 0
    assert with_one_more(law, _after(count), START + law.fades).count == 1


@given(LAWS, COUNTS, st.timedeltas(timedelta(0), timedelta(days=9999)))
def test_a_clock_set_back_locks_nobody_out(law: Law, count: int, back: timedelta) -> None:
    assert seconds_left(law, _after(count), START - back) <= law.most


@pytest.mark.parametrize(("failures", "wait"), [(4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (99, 900)])
def test_the_waits_of_one_name(failures: int, wait: int) -> None:
    assert seconds_left(ONE_LOGIN, _after(failures), START) == wait


def test_no_one_can_lock_the_station_out_for_long() -> None:
    assert max(seconds_left(ALL_LOGINS, _after(count), START) for count in range(1000)) == 5


def test_a_day_allows_some_hundred_guesses_at_most() -> None:
    failures, now, guesses = Failures(), START, 0
    while now < START + timedelta(days=1):
        failures = with_one_more(ONE_LOGIN, failures, now)
        guesses += 1
        now += timedelta(seconds=seconds_left(ONE_LOGIN, failures, now) or 1)
    assert guesses < 120
