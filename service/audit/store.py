"""Audit entries in the database: appended inside the transaction of what they tell of, and read."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, text

from service import clock
from service.accounts.model import Actor
from service.audit.model import START, Action, Entry, detail_text
from service.storage.tables.audit import audit_entry

# Any fixed number: whoever holds it appends, the others wait until that transaction ends.
_LOCK = 7_462_020


def record(connection: Connection, actor: Actor, action: Action, subject: str, detail: Mapping[str, object]) -> Entry:
    """Append to the chain what `actor` does; commits, or is undone, with the transaction of `connection`.

    Call it last in a transaction: from then on others that record wait. `detail` must hold nothing secret,
    and no text of an incident. That a program did it with an API key is added to it.
    """
    if connection.dialect.name == "postgresql":
        # On SQLite BEGIN IMMEDIATE already lets one writer in at a time.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = connection.execute(
        select(audit_entry.c.seq, audit_entry.c.hash).order_by(audit_entry.c.seq.desc()).limit(1)
    ).one_or_none()
    entry = Entry(
        seq=last.seq + 1 if last else 1,
        at=clock.stamp(),
        actor_id=actor.account_id,
        actor_name=actor.name,
        action=action.value,
        subject=subject,
        detail=detail_text({**detail, "经由": actor.via} if actor.via == "接口密钥" else detail),
        previous_hash=last.hash if last else START,
    ).sealed()
    connection.execute(insert(audit_entry), asdict(entry))
    return entry


def entries(connection: Connection) -> Iterator[Entry]:
    """Every entry from the first, one after another from the database."""
    return map(_entry, connection.execute(select(audit_entry).order_by(audit_entry.c.seq)).yield_per(500))


def get_entry(connection: Connection, seq: int) -> Entry | None:
    """The entry with this number, or None."""
    row = connection.execute(select(audit_entry).where(audit_entry.c.seq == seq)).one_or_none()
    return _entry(row) if row else None


def recent_entries(connection: Connection, limit: int, offset: int, *, person: str, action: str) -> list[Entry]:
    """Newest first; an empty person or action is any."""
    query = _narrowed(select(audit_entry), person, action).order_by(audit_entry.c.seq.desc())
    return list(map(_entry, connection.execute(query.limit(limit).offset(offset))))


def count_entries(connection: Connection, *, person: str, action: str) -> int:
    """How many `recent_entries` has in all."""
    query = _narrowed(select(func.count()).select_from(audit_entry), person, action)
    return int(connection.execute(query).scalar_one())


def persons(connection: Connection) -> list[str]:
    """Everybody who ever did something."""
    query = select(audit_entry.c.actor_name).distinct().order_by(audit_entry.c.actor_name)
    return list(connection.execute(query).scalars())


def _narrowed(query: Select[Any], person: str, action: str) -> Select[Any]:
    if person:
        query = query.where(audit_entry.c.actor_name == person)
    if action:
        query = query.where(audit_entry.c.action == action)
    return query


def _entry(row: Any) -> Entry:
    return Entry(**row._mapping)
