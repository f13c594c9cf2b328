"""Cases and their events in the database: events are added, and the case row follows each in the same transaction.

Every reading takes the Actor: a case that they don't see is not there.
"""

import json
import uuid
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    false,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from service.accounts.model import Actor, Role
from service.cases.attached import add_attachment
from service.cases.life import Act, Stance, State
from service.cases.model import SEVERAL, Case, Event, after
from service.cases.stance import invitable
from service.cases.tallying import tally
from service.errors import RefusedError
from service.storage.tables.cases import (
    case_count,
    case_event,
    case_file,
    case_guest,
    case_incident,
    case_unit,
    command_done,
    outbox,
)

_JSON = SEVERAL | {"lowering", "hold"}
# Made once: what changes comes as parameters, and SQLAlchemy has nothing to work out anew.
_CHANGE = update(case_file).where(case_file.c.id == bindparam("case"), case_file.c.version == bindparam("before"))
_FASTER = "别人刚刚办过这份档案，请刷新后看过再办"


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which cases the actor sees: those of their units, and those shared with them; a 审计 all; the machine all."""
    if actor.has(Role.AUDITOR) or actor.via == "本机":
        return true()
    seen: list[ColumnElement[bool]] = []
    if actor.sees:
        # By the case, which has few units; else SQLite looks for it under each unit that the actor sees.
        took_part = select(case_unit.c.case_id).where(
            case_unit.c.case_id == case_file.c.id, case_unit.c.unit_id.concat("").in_(actor.sees)
        )
        # With an offset PostgreSQL looks case by case; else it first gathers every case that a unit ever had.
        seen.append(took_part.offset(0).exists())
    if actor.account_id and invitable(actor):
        guest = and_(case_guest.c.case_id == case_file.c.id, case_guest.c.account_id == actor.account_id)
        seen.append(exists().where(guest))
    return or_(*seen) if seen else false()


def seen_cases(actor: Actor) -> Select[Any]:
    """A query over every case that the actor sees, to be narrowed and ordered."""
    return select(case_file).where(visible(actor))


def get_case(connection: Connection, actor: Actor, identity: str, *, lock: bool = False) -> Case | None:
    """One case that the actor sees, or None. `lock` keeps other changers waiting until the commit."""
    query = seen_cases(actor).where(case_file.c.id == identity)
    row = connection.execute(query.with_for_update(of=case_file) if lock else query).one_or_none()
    return case_of(row) if row else None


def case_with(connection: Connection, incident_id: str) -> str | None:
    """The id of the case that an incident is in, whoever sees it; or None."""
    query = select(case_incident.c.case_id).where(case_incident.c.incident_id == incident_id)
    return connection.execute(query).scalar()


def events_of(connection: Connection, case_id: str) -> list[Event]:
    """The track list of a case from its beginning. Whether it may be seen was asked before."""
    query = select(case_event).where(case_event.c.case_id == case_id).order_by(case_event.c.seq)
    return list(map(event_of, connection.execute(query)))


def last_hash(connection: Connection, case: Case) -> str:
    """The hash of the newest event of a case that has any."""
    query = select(case_event.c.hash).where(case_event.c.case_id == case.id, case_event.c.seq == case.version)
    return str(connection.execute(query).scalar_one())


def append(connection: Connection, before: Case, event: Event) -> Case:
    """Add the next event and what it makes of the case; raises RefusedError where another was faster."""
    case = after(before, event)
    values = row_of(case)
    if before.version == 0:
        connection.execute(insert(case_file), values)
    else:
        if connection.execute(_CHANGE, values | {"before": before.version, "case": case.id}).rowcount != 1:
            raise RefusedError(_FASTER)
    connection.execute(insert(case_event), _event_row(event))
    _follow(connection, before, case)
    tally(connection, before, event, case)
    if event.act is Act.ATTACH:
        add_attachment(connection, event)
    told = {"id": str(uuid.uuid4()), "case_id": case.id, "seq": event.seq, "act": event.act.value, "at": event.at}
    connection.execute(insert(outbox), told)
    return case


def claim(connection: Connection, actor_id: str, key: str, request_hash: str, case_id: str, now: str) -> str | None:
    """Claim a command under its key, first of all; the case of the earlier one where it was carried out already.

    Raises RefusedError where the key was used for something else.
    """
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    claimed = (
        kind.insert(command_done)
        .values(actor_id=actor_id, key=key, request_hash=request_hash, case_id=case_id, at=now)
        .on_conflict_do_nothing()
        .returning(command_done.c.key)
    )
    if connection.execute(claimed).first():
        return None
    query = select(command_done).where(command_done.c.actor_id == actor_id, command_done.c.key == key)
    earlier = connection.execute(query).one()
    if earlier.request_hash != request_hash:
        raise RefusedError("这个幂等键已经用于另一件事；请换一个")
    return str(earlier.case_id)


def next_number(connection: Connection, year: int) -> str:
    """The next case number of a year, such as 2026-000001."""
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    counted = (
        kind.insert(case_count)
        .values(year=year, last=1)
        .on_conflict_do_update(index_elements=["year"], set_={"last": case_count.c.last + 1})
        .returning(case_count.c.last)
    )
    return f"{year}-{connection.execute(counted).scalar_one():06}"


def _follow(connection: Connection, before: Case, case: Case) -> None:
    """Keep who takes part, whom it is shared with and which incidents it has where they can be asked for."""
    if new := case.units - (before.units if before.version else frozenset()):
        kind = postgresql if connection.dialect.name == "postgresql" else sqlite
        rows = [{"case_id": case.id, "unit_id": unit} for unit in sorted(new)]
        # A unit that took part once goes on seeing what became of it.
        connection.execute(kind.insert(case_unit).values(rows).on_conflict_do_nothing())
    for table, column, was, now in (
        (case_guest, case_guest.c.account_id, before.guests, case.guests),
        (case_incident, case_incident.c.incident_id, before.incidents, case.incidents),
    ):
        if gone := set(was) - set(now):
            connection.execute(delete(table).where(table.c.case_id == case.id, column.in_(gone)))
        if added := [one for one in now if one not in was]:
            connection.execute(insert(table), [{"case_id": case.id, column.name: one} for one in added])


def row_of(case: Case) -> dict[str, Any]:
    """The row of `case_file` that a case has."""
    return {
        one.name: json.dumps(value, ensure_ascii=False) if one.name in _JSON else value
        for one in fields(case)
        for value in [getattr(case, one.name)]
    }


def case_of(row: Any) -> Case:
    """The case in a row of `case_file`."""
    values = {name: json.loads(value) if name in _JSON else value for name, value in row._mapping.items()}
    for name in SEVERAL:
        values[name] = tuple(values[name])
    values["state"] = State(values["state"])
    return Case(**values)


def _event_row(event: Event) -> dict[str, Any]:
    return asdict(event) | {
        "act": event.act.value,
        "stance": event.stance.value,
        "detail": json.dumps(event.detail, ensure_ascii=False),
        "changes": json.dumps(event.changes, ensure_ascii=False),
    }


def event_of(row: Any) -> Event:
    """The event in a row of `case_event`."""
    values = {one.name: row._mapping[one.name] for one in fields(Event)}
    values |= {"act": Act(row.act), "stance": Stance(row.stance)}
    values |= {"detail": json.loads(row.detail), "changes": json.loads(row.changes)}
    return Event(**values)
