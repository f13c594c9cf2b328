"""Where a job may go from where it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import clock
from service.errors import RefusedError
from service.jobs import model
from service.jobs.model import ENDED, LEASE, MOST_LOST, Job, LostError, State

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = NOW + LEASE + timedelta(seconds=1)

WAITING = Job("1", "数数", "", State.WAITING, {}, "", "本机", clock.stamp(NOW))
PREPARED = replace(WAITING, state=State.PREPARED)
RUNNING = model.claimed(WAITING, NOW, LEASE)
CANCELLING = model.cancelled(RUNNING, NOW)
DONE = model.finished(RUNNING, {"rows": 3}, NOW)
FAILED = model.failed(RUNNING, "不行", NOW)
CANCELLED = model.cancelled(WAITING, NOW)
EVERY = [PREPARED, WAITING, RUNNING, CANCELLING, DONE, FAILED, CANCELLED]


@pytest.mark.parametrize(
    ("job", "becomes"),
    [
        (PREPARED, State.CANCELLED),
        (WAITING, State.CANCELLED),
        (RUNNING, State.RUNNING),
        (CANCELLING, State.RUNNING),
    ],
)
def test_cancelling_ends_a_job_unless_somebody_works_on_it(job: Job, becomes: State) -> None:
    cancelled = model.cancelled(job, NOW)
    assert cancelled.state is becomes
    assert cancelled.cancelling == (becomes is State.RUNNING)


@pytest.mark.parametrize("job", [DONE, FAILED, CANCELLED])
def test_what_ended_is_not_cancelled(job: Job) -> None:
    with pytest.raises(RefusedError, match=job.state.value):
        model.cancelled(job, NOW)


@pytest.mark.parametrize("job", [job for job in EVERY if job is not PREPARED])
def test_only_a_prepared_job_is_started(job: Job) -> None:
    with pytest.raises(RefusedError):
        model.started(job, {})


def test_a_running_job_is_nobody_elses_until_its_lease_is_over() -> None:
    assert not RUNNING.expired(NOW + LEASE)
    assert RUNNING.expired(LATER)


def test_a_job_whose_lease_is_over_goes_to_a_new_attempt() -> None:
    again = model.claimed(RUNNING, LATER, LEASE)
    assert (again.state, again.attempt, again.lost) == (State.RUNNING, 2, 1)
    assert again.started_at == RUNNING.started_at
    assert model.held(again, 2) is again
    with pytest.raises(LostError):
        model.held(again, 1)


def test_a_job_to_be_cancelled_is_not_begun_again() -> None:
    assert model.claimed(CANCELLING, LATER, LEASE).state is State.CANCELLED


def test_a_job_that_kills_its_process_is_given_up() -> None:
    job, moment = RUNNING, NOW
    while job.state is State.RUNNING:
        moment += LEASE + timedelta(seconds=1)
        job = model.claimed(job, moment, LEASE)
    assert (job.state, job.lost) == (State.FAILED, MOST_LOST)
    assert "意外结束" in job.failure


def test_a_stop_of_the_service_counts_as_no_death() -> None:
    job = RUNNING
    for _ in range(2 * MOST_LOST):
        job = model.claimed(model.given_back(job, NOW), NOW, LEASE)
    assert (job.state, job.lost) == (State.RUNNING, 0)


STEPS: list[Callable[[Job], Job]] = [
    lambda job: model.started(job, {}),
    lambda job: model.claimed(job, LATER, LEASE),
    lambda job: model.cancelled(job, NOW),
    lambda job: model.finished(model.held(job, job.attempt), {}, NOW),
    lambda job: model.failed(model.held(job, job.attempt), "不行", NOW),
    lambda job: model.given_back(model.held(job, job.attempt), NOW),
    lambda job: model.beaten(model.held(job, job.attempt), None, NOW, LEASE),
]


@given(st.sampled_from([PREPARED, WAITING]), st.lists(st.sampled_from(STEPS), max_size=20))
def test_whatever_happens_an_end_is_an_end_and_no_attempt_comes_twice(
    job: Job, steps: list[Callable[[Job], Job]]
) -> None:
    for step in steps:
        try:
            after = step(job)
        except (RefusedError, LostError):
            continue
        assert after.attempt in (job.attempt, job.attempt + 1)
        assert not job.ended or after == job
        assert (after.ended_at is not None) == (after.state in ENDED)
        assert (after.lease_until is not None) == (after.state is State.RUNNING)
        job = after
