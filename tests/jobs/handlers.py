"""Handlers that a child process runs for the tests, and a process that works through jobs until it is killed."""

import os
import sys
import time
from datetime import timedelta

from sqlalchemy import text

from service.errors import InputError
from service.jobs.actions import Jobs
from service.jobs.child import Result, Work
from service.jobs.model import LostError, Progress
from service.jobs.worker import Worker
from service.storage.database import Database

LEASE = timedelta(seconds=1.5)


def count(work: Work) -> Result:
    """Counts to the number in its parameters."""
    rows = int(str(work.job.parameters["rows"]))
    for row in range(rows):
        work.tell(Progress("数数", row + 1, (row + 1) / rows))
    return {"rows": rows, "process": os.getpid()}


def refuse(_work: Work) -> Result:
    """Can't use what it was given."""
    raise InputError("这个文件用不了")


def break_down(_work: Work) -> Result:
    """A fault of the program, with something secret in it."""
    raise ZeroDivisionError("身份证330102199001011234")


def die(_work: Work) -> Result:
    """As when memory runs out."""
    os.kill(os.getpid(), 9)
    return {}


def sleep(work: Work) -> Result:
    """Works for so long that only a person or a signal ends it; says which process it is."""
    work.tell(Progress("睡", os.getpid(), 0.5))
    time.sleep(600)
    return {}


HANDLERS = {"数数": count, "拒绝": refuse, "出错": break_down, "死": die, "睡": sleep}


def serve(url: str) -> None:
    """What a serving process does about jobs."""
    with Worker(Jobs(Database(url), LEASE), HANDLERS, pause=0.05):
        time.sleep(600)


def drudge(url: str) -> None:
    """Take up jobs for ever; the effect of each is three rows, written under the fence."""
    jobs = Jobs(Database(url), LEASE)
    while True:
        if (job := jobs.claim({"数数"})) is None:
            time.sleep(0.02)
            continue
        try:
            for step in range(3):
                jobs.heartbeat(job)
                with jobs.writing(job) as connection:
                    connection.execute(
                        text("INSERT INTO effect VALUES (NULL, :job, :attempt, :step)"),
                        {"job": job.id, "attempt": job.attempt, "step": step},
                    )
                time.sleep(0.02)
            jobs.finish(job, {"attempt": job.attempt})
        except LostError:
            continue


if __name__ == "__main__":
    {"serve": serve, "drudge": drudge}[sys.argv[1]](sys.argv[2])
