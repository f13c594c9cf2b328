"""The table of jobs on either database: who sees what, who holds what, and what is written down of it."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from service.accounts.model import LOCAL, Actor, Role
from service.audit.actions import Trail
from service.audit.model import Action
from service.errors import NotFoundError, RefusedError
from service.jobs.actions import Jobs
from service.jobs.model import Job, LostError, Progress, State
from service.storage.database import Database

WANG = Actor("a" * 36, "wang", "王警官", frozenset({Role.DUTY}), "会话")
LI = replace(WANG, account_id="b" * 36, login="li", name="李警官")
ADMIN = replace(WANG, account_id="c" * 36, login="admin", name="管理员", roles=frozenset({Role.ADMIN}))
KINDS = {"数数"}


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database)


@pytest.fixture
def hasty(database: Database) -> Jobs:
    """Jobs whose lease is over before the next statement."""
    return Jobs(database, lease=timedelta(seconds=-1))


def claimed(jobs: Jobs) -> Job:
    job = jobs.claim(KINDS)
    assert job is not None
    return job


def test_what_is_submitted_comes_back_whole(jobs: Jobs) -> None:
    made = jobs.submit(WANG, "数数", {"文件": "一月.csv", "行": 3})
    assert jobs.get(WANG, made.id) == made
    done = jobs.finish(jobs.heartbeat(claimed(jobs), Progress("研判", 3, 0.5)), {"红": 1})
    assert jobs.get(WANG, made.id) == done
    assert (done.state, done.attempt, done.progress, done.result) == (
        State.DONE, 1, Progress("研判", 3, 0.5), {"红": 1},
    )  # fmt: skip


def test_the_oldest_waiting_job_is_taken_first_and_once(jobs: Jobs) -> None:
    made = [jobs.submit(WANG, "数数", {"row": row}).id for row in range(3)]
    jobs.submit(WANG, "别的", {})
    taken = [jobs.claim(KINDS) for _ in range(4)]
    assert sorted(job.id for job in taken if job) == sorted(made)
    assert taken[3] is None


def test_claimed_by_many_at_once_each_job_is_taken_once(jobs: Jobs) -> None:
    made = sorted(jobs.submit(WANG, "数数", {}).id for _ in range(12))
    taken: list[str] = []

    def take() -> None:
        while job := jobs.claim(KINDS):
            taken.append(job.id)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # On PostgreSQL a look that finds a job taken just now is not repeated: it finds the next at the next look.
    while job := jobs.claim(KINDS):
        taken.append(job.id)
    assert sorted(taken) == made


def test_an_attempt_that_lost_its_job_writes_nothing(hasty: Jobs) -> None:
    hasty.submit(WANG, "数数", {})
    old = claimed(hasty)
    new = claimed(hasty)
    assert (old.id, old.attempt, new.attempt) == (new.id, 1, 2)
    for write in (hasty.heartbeat, hasty.look, hasty.give_back, lambda job: hasty.finish(job, {})):
        with pytest.raises(LostError):
            write(old)
    with pytest.raises(LostError), hasty.writing(old) as connection:
        connection.execute(text("DELETE FROM job"))
    with hasty.writing(new) as connection:
        connection.execute(text("UPDATE job SET stage = '写过'"))
    assert hasty.finish(new, {}).state is State.DONE


def test_the_same_key_is_the_same_job(jobs: Jobs) -> None:
    first = jobs.submit(WANG, "数数", {"n": 1}, key="一次")
    assert jobs.submit(WANG, "数数", {"n": 2}, key="一次") == first
    with pytest.raises(RefusedError):
        jobs.submit(LI, "数数", {}, key="一次")
    assert jobs.submit(WANG, "数数", {}).id != jobs.submit(WANG, "数数", {}).id


def test_submitted_by_many_at_once_one_key_is_one_job(jobs: Jobs) -> None:
    made: list[Job] = []
    threads = [
        threading.Thread(target=lambda: made.append(jobs.submit(WANG, "数数", {}, key="一次"))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert len({job.id for job in made}) == 1
    assert jobs.count(WANG, KINDS) == 1


def test_a_prepared_job_waits_for_its_start(jobs: Jobs) -> None:
    made = jobs.submit(WANG, "数数", {}, prepared=True)
    assert jobs.claim(KINDS) is None
    jobs.start(WANG, made.id, {"列": "描述"})
    assert claimed(jobs).parameters == {"列": "描述"}
    with pytest.raises(RefusedError):
        jobs.start(WANG, made.id, {})


def test_everybody_sees_their_own_and_an_administrator_all(jobs: Jobs) -> None:
    mine, theirs = jobs.submit(WANG, "数数", {}), jobs.submit(LI, "数数", {})
    assert [job.id for job in jobs.list(WANG, KINDS, 10)] == [mine.id]
    assert {job.id for job in jobs.list(ADMIN, KINDS, 10)} == {mine.id, theirs.id}
    assert (jobs.count(WANG, KINDS), jobs.count(ADMIN, KINDS), jobs.count(LOCAL, KINDS)) == (1, 2, 0)
    for act in (jobs.get, jobs.cancel, jobs.delete):
        with pytest.raises(NotFoundError):
            act(WANG, theirs.id)
    assert jobs.cancel(ADMIN, theirs.id).state is State.CANCELLED


@pytest.mark.parametrize("identity", ["", "1", "没有", "0" * 400, "a\0b"])
def test_what_is_no_number_of_a_job_finds_none(jobs: Jobs, identity: str) -> None:
    with pytest.raises(NotFoundError):
        jobs.get(WANG, identity)


def test_whoever_works_on_a_cancelled_job_hears_of_it(jobs: Jobs) -> None:
    made = jobs.submit(WANG, "数数", {})
    job = claimed(jobs)
    assert not jobs.heartbeat(job).cancelling
    jobs.cancel(WANG, made.id)
    assert jobs.look(job).cancelling
    assert jobs.give_back(job).state is State.CANCELLED
    assert jobs.claim(KINDS) is None


def test_only_what_nobody_works_on_is_deleted(jobs: Jobs) -> None:
    made = jobs.submit(WANG, "数数", {})
    with pytest.raises(RefusedError, match="先取消"):
        jobs.delete(WANG, made.id)
    jobs.finish(claimed(jobs), {})
    jobs.delete(WANG, made.id)
    with pytest.raises(NotFoundError):
        jobs.get(WANG, made.id)


def test_start_cancel_and_deletion_are_audited(jobs: Jobs) -> None:
    made = jobs.submit(WANG, "数数", {"文件": "一月.csv"})
    jobs.cancel(ADMIN, made.id)
    jobs.delete(WANG, made.id)
    trail = Trail(jobs.database)
    entries = trail.read(ADMIN, 10).entries
    assert [(entry.action, entry.actor_name, entry.subject) for entry in reversed(entries)] == [
        (Action.JOB_STARTED, "王警官", f"数数 {made.id}"),
        (Action.JOB_CANCELLED, "管理员", f"数数 {made.id}"),
        (Action.JOB_DELETED, "王警官", f"数数 {made.id}"),
    ]
    assert trail.verify().fault is None
