"""A job as a value, and what may become of it: pure transitions, each refusing what it can't follow on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from service import clock
from service.accounts.model import Actor, Role
from service.errors import RefusedError, TongbanError

# How long a process may be silent before its job is anybody's again.
LEASE = timedelta(seconds=30)
# A job whose process died so often is likely what kills it.
MOST_LOST = 5


class State(StrEnum):
    """Where a job is, by the word that people read."""

    PREPARED = "待确认"
    WAITING = "等待"
    RUNNING = "进行中"
    DONE = "完成"
    FAILED = "失败"
    CANCELLED = "已取消"


ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED})


class LostError(TongbanError):
    """The job is no longer in the hands of this attempt: whatever it still wants to write is refused."""

    status = 409


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: `share` runs from 0 to 1 within the stage."""

    stage: str = ""
    rows: int = 0
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `attempt` counts how often it was taken up and is the fence: only the newest attempt may write.

    `lost` counts the attempts whose process died. Times are stored stamps; parameters and result are JSON.
    """

    id: str
    kind: str
    key: str
    state: State
    parameters: Mapping[str, object]
    asked_by_id: str
    asked_by_name: str
    created_at: str
    attempt: int = 0
    lost: int = 0
    lease_until: str | None = None
    cancelling: bool = False
    progress: Progress = field(default_factory=Progress)
    result: Mapping[str, object] | None = None
    failure: str = ""
    started_at: str | None = None
    ended_at: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing will become of it any more."""
        return self.state in ENDED

    @property
    def asker(self) -> Actor:
        """Who asked for it, for what is written down in their name: it lets nobody do anything."""
        return Actor(self.asked_by_id, "", self.asked_by_name, frozenset(), "会话")

    def visible_to(self, actor: Actor) -> bool:
        """Everybody sees their own, a 管理员 all."""
        return actor.has(Role.ADMIN) or self.asked_by_id == actor.account_id

    def expired(self, now: datetime) -> bool:
        """Whether whoever works on it was silent for too long."""
        return self.state is State.RUNNING and (self.lease_until or "") < clock.stamp(now)


def started(job: Job, parameters: Mapping[str, object]) -> Job:
    """A prepared job with its parameters, ready to be taken up; raises RefusedError."""
    if job.state is not State.PREPARED:
        raise RefusedError(f"这项任务{_said(job)}，不能再开始")
    return replace(job, state=State.WAITING, parameters=parameters)


def claimed(job: Job, now: datetime, lease: timedelta) -> Job:
    """The job in the hands of a new attempt; or ended, where it was to be cancelled or has died too often."""
    if job.expired(now):
        job = given_back(died(job), now)
    if job.state is not State.WAITING:
        return job
    return replace(
        job,
        state=State.RUNNING,
        attempt=job.attempt + 1,
        lease_until=clock.stamp(now + lease),
        started_at=job.started_at or clock.stamp(now),
    )


def beaten(job: Job, progress: Progress | None, now: datetime, lease: timedelta) -> Job:
    """The lease anew, and how far it is."""
    return replace(job, lease_until=clock.stamp(now + lease), progress=progress or job.progress)


def finished(job: Job, result: Mapping[str, object], now: datetime) -> Job:
    """Done, with what came of it."""
    return replace(_over(job, State.DONE, now), result=result)


def failed(job: Job, message: str, now: datetime) -> Job:
    """It can't be done, and why."""
    return replace(_over(job, State.FAILED, now), failure=message)


def died(job: Job) -> Job:
    """One more attempt whose process ended without a word."""
    return replace(job, lost=job.lost + 1)


def given_back(job: Job, now: datetime) -> Job:
    """Out of the hands of an attempt that does not end it: to wait again, unless that is pointless."""
    if job.cancelling:
        return _over(job, State.CANCELLED, now)
    if job.lost >= MOST_LOST:
        return failed(job, f"处理它的进程 {job.lost} 次意外结束，不再重试；可能是内存不够或文件太大", now)
    return replace(job, state=State.WAITING, lease_until=None)


def cancelled(job: Job, now: datetime) -> Job:
    """Ended at once if nobody works on it; else whoever does is told to stop. Raises RefusedError once it ended."""
    if job.ended:
        raise RefusedError(f"这项任务{_said(job)}，不能再取消")
    return replace(job, cancelling=True) if job.state is State.RUNNING else _over(job, State.CANCELLED, now)


def held(job: Job | None, attempt: int) -> Job:
    """The job, if it is still in the hands of this attempt; else raises LostError."""
    if job is None or job.state is not State.RUNNING or job.attempt != attempt:
        raise LostError("这项任务已由别的进程接手，或已经结束")
    return job


def _over(job: Job, state: State, now: datetime) -> Job:
    return replace(job, state=state, lease_until=None, ended_at=clock.stamp(now))


def _said(job: Job) -> str:
    return {State.WAITING: "在等待", State.RUNNING: "在进行"}.get(job.state, str(job.state))
