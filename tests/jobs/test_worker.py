"""The thread that takes up jobs, and the child process of each: what becomes of them when either ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.accounts.model import LOCAL
from service.jobs.actions import Jobs
from service.jobs.model import MOST_LOST, Job, State
from service.jobs.worker import Worker
from service.storage import migrate
from service.storage.database import Database
from tests.jobs.handlers import HANDLERS, LEASE


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database, LEASE)


def until(met: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, "it did not come to this"
        time.sleep(0.02)


def ended(jobs: Jobs, kind: str, **parameters: object) -> Job:
    """A job after a worker has worked through it."""
    made = jobs.submit(LOCAL, kind, parameters)
    with Worker(jobs, HANDLERS, pause=0.01):
        until(lambda: jobs.get(LOCAL, made.id).ended)
    return jobs.get(LOCAL, made.id)


def running(jobs: Jobs, identity: str) -> int:
    """The process that works on a sleeping job, once there is one."""
    until(lambda: jobs.get(LOCAL, identity).progress.rows > 0)
    return jobs.get(LOCAL, identity).progress.rows


def alive(process: int) -> bool:
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


@contextmanager
def serving(url: str, role: str = "serve") -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-m", "tests.jobs.handlers", role, url]) as process:
        yield process
        process.kill()


def test_a_job_is_done_in_a_process_of_its_own(jobs: Jobs) -> None:
    job = ended(jobs, "数数", rows=50)
    assert (job.state, job.result and job.result["rows"]) == (State.DONE, 50)
    assert job.result is not None
    assert job.result["process"] != os.getpid()


def test_what_can_not_be_used_fails_with_its_reason(jobs: Jobs) -> None:
    job = ended(jobs, "拒绝")
    assert (job.state, job.failure) == (State.FAILED, "这个文件用不了")


def test_a_fault_of_the_program_fails_the_job_and_tells_nothing_of_what_it_held(jobs: Jobs) -> None:
    job = ended(jobs, "出错")
    assert job.state is State.FAILED
    assert "ZeroDivisionError" in job.failure
    assert "330102" not in job.failure


def test_a_job_that_kills_its_process_fails_in_the_end(jobs: Jobs) -> None:
    job = ended(jobs, "死")
    assert (job.state, job.attempt) == (State.FAILED, MOST_LOST)


def test_a_cancelled_job_ends_within_two_seconds(jobs: Jobs) -> None:
    made = jobs.submit(LOCAL, "睡", {})
    with Worker(jobs, HANDLERS, pause=0.01):
        child = running(jobs, made.id)
        start = time.monotonic()
        jobs.cancel(LOCAL, made.id)
        until(lambda: jobs.get(LOCAL, made.id).ended)
        assert time.monotonic() - start < 2
        assert jobs.get(LOCAL, made.id).state is State.CANCELLED
        assert not alive(child)


def test_a_service_that_stops_gives_its_job_back(jobs: Jobs) -> None:
    made = jobs.submit(LOCAL, "睡", {})
    with Worker(jobs, HANDLERS, pause=0.01):
        child = running(jobs, made.id)
    assert jobs.get(LOCAL, made.id).state is State.WAITING
    assert not alive(child)


def test_a_killed_service_takes_its_child_along_and_another_goes_on(jobs: Jobs) -> None:
    url = jobs.database.url
    made = jobs.submit(LOCAL, "睡", {})
    with serving(url) as first:
        child = running(jobs, made.id)
        first.send_signal(signal.SIGKILL)
        first.wait()
        until(lambda: not alive(child), 5)
    assert jobs.get(LOCAL, made.id).state is State.RUNNING
    with serving(url):
        until(lambda: jobs.get(LOCAL, made.id).attempt == 2)


def test_killed_again_and_again_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'tongban.db'}")
    migrate.upgrade(database)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE effect (seq INTEGER PRIMARY KEY, job TEXT, attempt INT, step INT)")
    jobs = Jobs(database, LEASE)
    made = {jobs.submit(LOCAL, "数数", {}).id for _ in range(40)}
    processes = [
        subprocess.Popen([sys.executable, "-m", "tests.jobs.handlers", "drudge", database.url]) for _ in range(3)
    ]
    kills = 0
    try:
        deadline = time.monotonic() + 120
        while not all(job.ended for job in jobs.list(LOCAL, {"数数"}, 100)):
            assert time.monotonic() < deadline
            time.sleep(1.3)
            victim = processes.pop(0)
            victim.kill()
            victim.wait()
            kills += 1
            processes.append(subprocess.Popen([sys.executable, "-m", "tests.jobs.handlers", "drudge", database.url]))
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert kills > 1
    found = jobs.list(LOCAL, {"数数"}, 100)
    assert {job.id for job in found} == made
    assert {job.state for job in found} == {State.DONE}
    with database.read() as connection:
        rows = [tuple(row) for row in connection.exec_driver_sql("SELECT job, attempt, step FROM effect ORDER BY seq")]
    for job in found:
        written = [(attempt, step) for identity, attempt, step in rows if identity == job.id]
        # Each attempt in its turn and in order: none wrote after another had taken its job.
        assert written == sorted(set(written))
        assert written[-3:] == [(job.attempt, step) for step in range(3)]
        assert job.result == {"attempt": job.attempt}
    database.close()
