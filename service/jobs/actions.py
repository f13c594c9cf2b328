"""What can be done with jobs: by people, who ask for and cancel them, and by the attempt that works on one."""

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from service import clock
from service.accounts.model import Actor, Role
from service.audit.model import Action
from service.audit.store import record
from service.errors import NotFoundError, RefusedError
from service.jobs import model, store
from service.jobs.model import LEASE, Job, Progress, State
from service.storage.database import Database, TakenError

Change = Callable[[Job], Job]


@dataclass(frozen=True, slots=True)
class Jobs:
    """The table of jobs. Several processes may share it."""

    database: Database
    lease: timedelta = LEASE

    def submit(
        self,
        actor: Actor,
        kind: str,
        parameters: Mapping[str, object],
        *,
        key: str = "",
        prepared: bool = False,
        identity: str = "",
    ) -> Job:
        """A new job. Submitting again under the same `key` gives the job that is there.

        A `prepared` one waits for `start`. Raises RefusedError where the key is somebody else's.
        """
        made = Job(
            id=identity or str(uuid.uuid4()),
            kind=kind,
            key=key,
            state=State.PREPARED if prepared else State.WAITING,
            parameters=parameters,
            asked_by_id=actor.account_id,
            asked_by_name=actor.name,
            created_at=clock.stamp(),
        )
        try:
            with self.database.write() as connection:
                if key and (there := store.job_with_key(connection, key)):
                    return _own(there, actor)
                store.add_job(connection, made)
                if not prepared:
                    record(connection, actor, Action.JOB_STARTED, _subject(made), {})
        except TakenError:  # by another process, between the look and the insertion
            with self.database.read() as connection:
                there = store.job_with_key(connection, key)
            if there is None:
                raise
            return _own(there, actor)
        return made

    def start(self, actor: Actor, identity: str, parameters: Mapping[str, object]) -> Job:
        """Let a prepared job run, with these parameters; raises NotFoundError, RefusedError."""
        with self.database.write() as connection:
            job = model.started(self._seen(connection, actor, identity), parameters)
            store.change_job(connection, job)
            record(connection, actor, Action.JOB_STARTED, _subject(job), {})
        return job

    def cancel(self, actor: Actor, identity: str) -> Job:
        """End a job, or tell whoever works on it to stop; raises NotFoundError, RefusedError."""
        with self.database.write() as connection:
            job = model.cancelled(self._seen(connection, actor, identity), clock.now())
            store.change_job(connection, job)
            record(connection, actor, Action.JOB_CANCELLED, _subject(job), {})
        return job

    def delete(self, actor: Actor, identity: str) -> Job:
        """Take out a job that nobody works on; raises NotFoundError, RefusedError."""
        with self.database.write() as connection:
            job = self._seen(connection, actor, identity)
            if job.state in (State.WAITING, State.RUNNING):
                raise RefusedError("这项任务还没有结束，请先取消")
            store.delete_job(connection, job.id)
            record(connection, actor, Action.JOB_DELETED, _subject(job), {})
        return job

    def get(self, actor: Actor, identity: str) -> Job:
        """A job that the actor may see; raises NotFoundError."""
        with self.database.read() as connection:
            return _visible(store.get_job(connection, _identity(identity)), actor, identity)

    def list(self, actor: Actor, kinds: Collection[str], limit: int, offset: int = 0) -> list[Job]:
        """The jobs that the actor may see, newest first."""
        with self.database.read() as connection:
            return store.jobs_of(connection, kinds, limit, offset, asked_by=_whose(actor))

    def count(self, actor: Actor, kinds: Collection[str]) -> int:
        """How many `list` has in all."""
        with self.database.read() as connection:
            return store.count_jobs(connection, kinds, asked_by=_whose(actor))

    def claim(self, kinds: Collection[str]) -> Job | None:
        """Take up the oldest job that is free, under a new attempt; None if there is none."""
        with self.database.read() as connection:  # looking must not make each process a writer
            if store.free_job(connection, kinds, clock.stamp()) is None:
                return None
        while True:
            with self.database.write() as connection:
                now = clock.now()
                job = store.free_job(connection, kinds, clock.stamp(now), lock=True)
                if job is None:
                    return None
                job = model.claimed(job, now, self.lease)
                store.change_job(connection, job)
            if job.state is State.RUNNING:
                return job

    def look(self, job: Job) -> Job:
        """The job as it is now, if it is still in these hands; else raises LostError. Writes nothing."""
        with self.database.read() as connection:
            return model.held(store.get_job(connection, job.id), job.attempt)

    def heartbeat(self, job: Job, progress: Progress | None = None) -> Job:
        """Still at it. What comes back says whether to stop; raises LostError where the job is in other hands."""
        return self._by_attempt(job, lambda there: model.beaten(there, progress, clock.now(), self.lease))

    def finish(self, job: Job, result: Mapping[str, object]) -> Job:
        """Done, with what came of it; raises LostError."""
        return self._by_attempt(job, lambda there: model.finished(there, result, clock.now()))

    def fail(self, job: Job, message: str) -> Job:
        """It can't be done, and why; raises LostError."""
        return self._by_attempt(job, lambda there: model.failed(there, message, clock.now()))

    def give_back(self, job: Job, *, died: bool = False) -> Job:
        """Let go of a job that is not done: it waits again, or ends if that was wanted. Raises LostError."""

        def change(there: Job) -> Job:
            return model.given_back(model.died(there) if died else there, clock.now())

        return self._by_attempt(job, change)

    @contextmanager
    def writing(self, job: Job) -> Iterator[Connection]:
        """A transaction for what a job writes: LostError, and nothing written, where it is in other hands."""
        with self.database.write() as connection:
            model.held(store.get_job(connection, job.id, lock=True), job.attempt)
            yield connection

    def _by_attempt(self, job: Job, change: Change) -> Job:
        with self.database.write() as connection:
            changed = change(model.held(store.get_job(connection, job.id, lock=True), job.attempt))
            store.change_job(connection, changed)
        return changed

    def _seen(self, connection: Connection, actor: Actor, identity: str) -> Job:
        return _visible(store.get_job(connection, _identity(identity), lock=True), actor, identity)


def _own(job: Job, actor: Actor) -> Job:
    if not job.visible_to(actor):
        raise RefusedError("这个提交号已经有人用过，请刷新页面再提交")
    return job


def _visible(job: Job | None, actor: Actor, identity: str) -> Job:
    # One that is somebody else's is not there: that it exists is nobody's business.
    if job is None or not job.visible_to(actor):
        raise NotFoundError(f"没有编号为 {identity} 的任务")
    return job


def _whose(actor: Actor) -> str | None:
    return None if actor.has(Role.ADMIN) else actor.account_id


def _identity(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise NotFoundError(f"没有编号为 {text} 的任务") from None


def _subject(job: Job) -> str:
    return f"{job.kind} {job.id}"
