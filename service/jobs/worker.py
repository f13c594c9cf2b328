"""The thread of a serving process that takes up jobs, one after another, and watches over each one's child process."""

import logging
import threading
import time
from collections.abc import Mapping
from typing import Self

from service.jobs.actions import Jobs
from service.jobs.child import Child, Failure, Handler, Result
from service.jobs.model import Job, LostError, Progress
from service.storage.database import DatabaseError

logger = logging.getLogger(__name__)

# Seconds between two looks for a job, and between two looks at the one in hand: a cancelled one ends soon after.
_PAUSE = 1.0
_LOOK = 0.4
# Seconds between two heartbeats at most; a write each time, which the desk must not feel.
_BEAT = 2.0


class Worker:
    """Runs while its context is open. On leaving, the job in hand goes back for another process, or the next start."""

    def __init__(self, jobs: Jobs, handlers: Mapping[str, Handler], *, pause: float = _PAUSE) -> None:
        self._jobs, self._handlers, self._pause = jobs, handlers, pause
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._pause):
            try:
                while not self._ended.is_set() and (job := self._jobs.claim(self._handlers.keys())):
                    self._work(job)
            except LostError as error:
                logger.warning("%s", error.message)
            except DatabaseError:
                logger.exception("数据库不可用，任务等它恢复")
            except Exception:  # a thread that ends takes up nothing more
                logger.exception("处理任务时出错")

    def _work(self, job: Job) -> None:
        # Leaving, on whatever error, ends the child: one that lost its job does nothing more.
        with Child(self._handlers[job.kind], self._jobs.database.url, job) as child:
            try:
                heard = self._watch(job, child)
            except EOFError:
                self._jobs.give_back(job, died=True)
                return
        if heard is None:
            self._jobs.give_back(job)
        elif isinstance(heard, Failure):
            self._jobs.fail(job, heard.message)
        else:
            self._jobs.finish(job, heard)

    def _watch(self, job: Job, child: Child) -> Failure | Result | None:
        """What the child ends with, or None where it is to be ended: the job is cancelled, or the service stops."""
        beat = min(_BEAT, self._jobs.lease.total_seconds() / 4)
        progress, last_beat = None, 0.0
        while not self._ended.is_set():
            until = time.monotonic() + _LOOK
            while (left := until - time.monotonic()) > 0:
                heard = child.heard(left)
                if isinstance(heard, Progress):
                    progress = heard
                elif heard is not None:
                    return heard
            if time.monotonic() - last_beat < beat:
                job = self._jobs.look(job)
            else:
                job, last_beat = self._jobs.heartbeat(job, progress), time.monotonic()
            if job.cancelling:
                return None
        return None
