"""Traces, choices and what was told in the database. A trace is only hashes: it can be made anew at any time."""

import json
import uuid
from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from service import clock
from service.accounts.model import Actor
from service.incidents.model import Party, PartyRole, Registration
from service.intake.model import ERASED
from service.linking.model import Key, KeyKind, Mark, NameMark, Trace
from service.storage.tables.incidents import incident
from service.storage.tables.linking import incident_key, incident_trace, link_choice, link_key
from service.storage.tables.suggestions import suggestion, told

# Made once: it is asked some twenty times for each incident, and making it takes longer than the answer.
_HOLDERS = (
    select(incident_key.c.incident_id)
    .where(incident_key.c.kind == bindparam("wanted_kind"), incident_key.c.hash == bindparam("wanted_hash"))
    .order_by(incident_key.c.at.desc(), incident_key.c.incident_id.desc())
    .limit(bindparam("most"))
)


def keep_traces(connection: Connection, traces: Iterable[Trace]) -> None:
    """Write the traces of registered incidents over those that were there."""
    new = list(traces)
    ids = [one.id for one in new]
    for table in (incident_key, incident_trace):
        connection.execute(delete(table).where(table.c.incident_id.in_(ids)))
    rows = [
        {"incident_id": one.id, "kind": key.kind.value, "hash": key.value_hash, "at": clock.stamp(one.at)}
        for one in new
        for key in sorted(one.keys)
    ]
    if rows:
        connection.execute(insert(incident_key), rows)
    if new:
        connection.execute(insert(incident_trace), [_row(one) for one in new])


def keep_check(connection: Connection, value: str, *, anew: bool = False) -> None:
    """Keep which secret the traces are made under: the first that made any, or whichever made all `anew`."""
    if anew:
        connection.execute(delete(link_key))
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(kind.insert(link_key).values(id=1, checked_by=value).on_conflict_do_nothing())


def kept_check(connection: Connection) -> str | None:
    """The check value of the secret that the traces were made under, or None where there are none."""
    return connection.execute(select(link_key.c.checked_by)).scalar()


def any_incident(connection: Connection) -> bool:
    """Whether any is registered."""
    return bool(connection.execute(select(exists().select_from(incident))).scalar())


def holders(connection: Connection, key: Key, most: int) -> list[str]:
    """The incidents that have a key, the latest first, so many at most."""
    asked = {"wanted_kind": key.kind.value, "wanted_hash": key.value_hash, "most": most}
    return list(connection.execute(_HOLDERS, asked).scalars())


def traces_of(connection: Connection, ids: Collection[str]) -> list[Trace]:
    """Traces as they were kept: nothing in them can be shown, and the keys of texts are left out."""
    marks: dict[str, list[Mark]] = {one: [] for one in ids}
    # Only what the primary key has: each row more would be looked up somewhere else on the disk.
    query = select(incident_key.c.incident_id, incident_key.c.kind, incident_key.c.hash).where(
        incident_key.c.incident_id.in_(ids), incident_key.c.kind != KeyKind.TEXT.value
    )
    for row in connection.execute(query):
        marks[row.incident_id].append(Mark(Key(KeyKind(row.kind), row.hash), ""))
    rows = connection.execute(
        select(incident_trace, incident.c.happened_at)
        .join(incident, incident.c.id == incident_trace.c.incident_id)
        .where(incident_trace.c.incident_id.in_(ids))
    )
    return [
        Trace(
            row.incident_id,
            clock.moment(row.happened_at),
            tuple(marks[row.incident_id]),
            tuple(NameMark(value_hash, "", bool(full)) for value_hash, full in json.loads(row.names)),
            tuple(json.loads(row.signature)),
        )
        for row in rows
    ]


def add_choices(
    connection: Connection, actor: Actor, one: str, others: Collection[str], *, same: bool, reason: str, now: str
) -> None:
    """Keep what a person said of an incident and each of the others."""
    if not others:
        return
    touching = or_(link_choice.c.incident_id == one, link_choice.c.other_id == one)
    last = connection.execute(select(func.max(link_choice.c.seq)).where(touching)).scalar() or 0
    said = {"incident_id": one, "same": int(same), "reason": reason, "at": now, "seq": last + 1}
    by = {"actor_id": actor.account_id, "actor_name": actor.name}
    rows = [{"id": str(uuid.uuid4()), "other_id": other, **said, **by} for other in others]
    connection.execute(insert(link_choice), rows)


def apart(connection: Connection, one: str) -> frozenset[str]:
    """The incidents of which the latest word is that they and this one are not the same matter."""
    query = select(link_choice).where(or_(link_choice.c.incident_id == one, link_choice.c.other_id == one))
    last = {
        (row.other_id if row.incident_id == one else row.incident_id): row.same
        for row in connection.execute(query.order_by(link_choice.c.seq, link_choice.c.at))
    }
    return frozenset(other for other, same in last.items() if not same)


def keep_told(connection: Connection, suggestion_id: str, known: Registration) -> None:
    """Keep what was told of an incident beside its suggestion."""
    written = json.dumps(asdict(known), ensure_ascii=False)
    connection.execute(insert(told).values(suggestion_id=suggestion_id, registration=written))


def told_of(connection: Connection, suggestion_id: str) -> Registration:
    """What was told of an incident; empty where nothing was."""
    found = connection.execute(select(told.c.registration).where(told.c.suggestion_id == suggestion_id)).scalar()
    if found is None:
        return Registration()
    values = json.loads(found)
    people = tuple(Party(**one | {"role": PartyRole(one["role"])}) for one in values.pop("parties"))
    return Registration(**values, parties=people)


def incident_ids(connection: Connection) -> list[str]:
    """Every registered incident that was not erased."""
    query = select(incident.c.id).join(suggestion, suggestion.c.id == incident.c.id)
    return list(connection.execute(query.where(suggestion.c.origin != ERASED).order_by(incident.c.id)).scalars())


def texts_of(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """The descriptions of incidents."""
    query = select(suggestion.c.id, suggestion.c.facts).where(suggestion.c.id.in_(ids))
    return {row.id: str(json.loads(row.facts).get("描述", "")) for row in connection.execute(query)}


def _row(one: Trace) -> dict[str, Any]:
    names = [[name.value_hash, int(name.full)] for name in one.names]
    return {"incident_id": one.id, "names": json.dumps(names), "signature": json.dumps(one.signature)}
