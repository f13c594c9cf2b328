"""Jobs in the database. Whoever changes one reads it with `lock` in the same transaction."""

import json
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, insert, or_, select, update

from service.jobs.model import Job, Progress, State
from service.storage.tables.jobs import job as table


def add_job(connection: Connection, job: Job) -> None:
    """Add a new job; raises TakenError where its key is there already."""
    connection.execute(insert(table).values(_row(job)))


def change_job(connection: Connection, job: Job) -> None:
    """Write a job that was read with `lock`."""
    connection.execute(update(table).where(table.c.id == job.id).values(_row(job)))


def delete_job(connection: Connection, identity: str) -> None:
    """Take a job out."""
    connection.execute(delete(table).where(table.c.id == identity))


def get_job(connection: Connection, identity: str, *, lock: bool = False) -> Job | None:
    """One job, or None. `lock` keeps others that change it waiting until the commit."""
    query = select(table).where(table.c.id == identity)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _job(row)


def job_with_key(connection: Connection, key: str) -> Job | None:
    """The job that was submitted under a key, or None."""
    row = connection.execute(select(table).where(table.c.key == key)).one_or_none()
    return None if row is None else _job(row)


def free_job(connection: Connection, kinds: Collection[str], now: str, *, lock: bool = False) -> Job | None:
    """The oldest job that waits, or whose lease is over at the stamp `now`; None if there is none.

    `lock` takes it, passing over those that others are taking just now.
    """
    free = or_(
        table.c.state == State.WAITING,
        and_(table.c.state == State.RUNNING, table.c.lease_until < now),
    )
    query = select(table).where(table.c.kind.in_(kinds), free).order_by(table.c.created_at, table.c.id).limit(1)
    row = connection.execute(query.with_for_update(skip_locked=True) if lock else query).one_or_none()
    return None if row is None else _job(row)


def jobs_of(
    connection: Connection, kinds: Collection[str], limit: int, offset: int, *, asked_by: str | None
) -> list[Job]:
    """Newest first; those that one account asked for, or all where `asked_by` is None."""
    query = _narrowed(select(table), kinds, asked_by).order_by(table.c.created_at.desc(), table.c.id)
    return list(map(_job, connection.execute(query.limit(limit).offset(offset))))


def count_jobs(connection: Connection, kinds: Collection[str], *, asked_by: str | None) -> int:
    """How many `jobs_of` has in all."""
    query = _narrowed(select(func.count()).select_from(table), kinds, asked_by)
    return int(connection.execute(query).scalar_one())


def _narrowed(query: Select[Any], kinds: Collection[str], asked_by: str | None) -> Select[Any]:
    query = query.where(table.c.kind.in_(kinds))
    return query if asked_by is None else query.where(table.c.asked_by_id == asked_by)


def _row(job: Job) -> dict[str, Any]:
    row = asdict(job)
    progress = row.pop("progress")
    return {
        **row,
        **progress,
        "key": job.key or None,
        "parameters": json.dumps(job.parameters, ensure_ascii=False),
        "result": None if job.result is None else json.dumps(job.result, ensure_ascii=False),
        "cancelling": int(job.cancelling),
    }


def _job(row: Any) -> Job:
    values = dict(row._mapping)
    progress = Progress(*(values.pop(name) for name in ("stage", "rows", "share")))
    return Job(
        **values
        | {
            "key": row.key or "",
            "state": State(row.state),
            "parameters": json.loads(row.parameters),
            "result": None if row.result is None else json.loads(row.result),
            "cancelling": bool(row.cancelling),
            "progress": progress,
        }
    )
