"""A process of its own for one attempt: a handler and its job go in, progress and the result come out by a pipe.

Nothing that it does holds up the desk, and it ends with the process that began it, however that ends.
"""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Connection
from threadpoolctl import threadpool_limits

from service.errors import TongbanError
from service.jobs.actions import Jobs
from service.jobs.model import Job, LostError, Progress
from service.storage.database import Database

logger = logging.getLogger(__name__)

# The desk goes first wherever both want the processor.
_NICENESS = 10

Result = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Work:
    """One attempt as its handler sees it."""

    job: Job
    jobs: Jobs
    tell: Callable[[Progress], None]

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is refused with LostError once another attempt has the job."""
        with self.jobs.writing(self.job) as connection:
            yield connection


# Runs in the child, so it must be picklable: a function of a module, or a partial of one. It may run again after
# it died half way, and must then come to the same.
Handler = Callable[[Work], Result]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a handler gave up."""

    message: str


class Child:
    """The process while it runs. Leaving the context ends it, with whatever it has started."""

    def __init__(self, handler: Handler, url: str, job: Job) -> None:
        spawning = multiprocessing.get_context("spawn")
        self._receiver, self._sender = spawning.Pipe(duplex=False)
        self._process = spawning.Process(target=_work, args=(handler, url, job, self._sender), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self._sender.close()  # the child holds the other one: when it dies, the pipe ends
        return self

    def heard(self, patience: float) -> Progress | Failure | Result | None:
        """What it says within so many seconds, or None; raises EOFError if it died without a result."""
        try:
            heard: Progress | Failure | Result | None = self._receiver.recv() if self._receiver.poll(patience) else None
        except ConnectionError as error:
            raise EOFError from error
        return heard

    def __exit__(self, *_: object) -> None:
        if self._process.is_alive() and self._process.pid:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:  # it has no group of its own yet
                self._process.kill()
        self._process.join()
        self._receiver.close()


def _work(handler: Handler, url: str, job: Job, sender: Any) -> None:
    os.setsid()  # Ctrl+C in the terminal is for the service, which then ends this process
    os.nice(_NICENESS)
    threadpool_limits(limits=1)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    database = Database(url)
    try:
        sender.send(dict(handler(Work(job, Jobs(database), sender.send))))
    except LostError as error:
        logger.warning("%s：%s", job.id, error.message)
    except TongbanError as error:
        sender.send(Failure(error.message))
    except Exception as error:
        logger.exception("任务 %s 出错", job.id)
        sender.send(Failure(f"程序出错了，没有做完（{type(error).__name__}）；请告诉管理员"))
    finally:
        database.close()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.killpg(0, signal.SIGKILL)
