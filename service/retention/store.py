"""What is due, what was asked for, and the erasing itself, in the database.

Whoever calls `erased_case` or `erased_incidents` does so inside `past_the_triggers`.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from service import clock
from service.cases.model import Case, Event
from service.cases.store import case_of
from service.intake.model import ERASED
from service.retention.cutting import bare, bare_facts
from service.retention.model import Due, Erasure, Kind, State, due
from service.retention.period import Period
from service.retention.policy import Retention
from service.storage.tables.cases import attachment, case_event, case_file, case_incident, command_done
from service.storage.tables.incidents import incident, party
from service.storage.tables.linking import incident_key, incident_trace, link_choice
from service.storage.tables.messages import notice
from service.storage.tables.retention import erasing, erasure
from service.storage.tables.suggestions import choice, suggestion, told

_WAITING = (State.PROPOSED.value, State.CONFIRMED.value)
_HAS_FILES = exists().where(attachment.c.case_id == case_file.c.id, attachment.c.sha256 != "")


def due_cases(
    connection: Connection, retention: Retention, now: datetime, seen: ColumnElement[bool], most: int
) -> list[Due]:
    """Cases and files that may be erased and that nobody has proposed yet, those closed longest first."""
    found: list[Due] = []
    asked = exists().where(erasure.c.case_id == case_file.c.id, erasure.c.state.in_(_WAITING))
    free = (case_file.c.hold == "{}", case_file.c.erased_at.is_(None), ~asked, seen)
    query = select(case_file).where(*free).order_by(case_file.c.closed_at, case_file.c.id).limit(most)
    for state, line in retention.cases.items():
        if line.period:
            closed = _closed(line.period, now)
            rows = connection.execute(query.where(case_file.c.state == state.value, closed))
            found += [one for case in map(case_of, rows) if (one := due(case, Kind.CASE, retention, now))]
    if retention.attachments.period:
        whole = {one.case.id for one in found}
        states = [state.value for state in retention.cases]
        closed = _closed(retention.attachments.period, now)
        rows = connection.execute(query.where(case_file.c.state.in_(states), closed, _HAS_FILES))
        found += [
            one
            for case in map(case_of, rows)
            if case.id not in whole and (one := due(case, Kind.FILES, retention, now))
        ]
    return sorted(found, key=lambda one: (one.case.closed_at or "", one.case.number))[:most]


def due_incidents(connection: Connection, until: str, most: int) -> int:
    """How many incidents were taken in before the stamp `until` and never became a case; counting ends at `most`."""
    some = _never_a_case(until).limit(most).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def incidents_until(retention: Retention, now: datetime) -> str | None:
    """The stamp before which incidents are due, or None where they are kept for ever."""
    period = retention.incidents.period
    if period is None:
        return None
    return clock.stamp(clock.end_of(period.over_since(clock.in_china(now).date())))


def add_erasure(connection: Connection, new: Erasure) -> None:
    """Add one."""
    connection.execute(insert(erasure), _row(new))


def change_erasure(connection: Connection, changed: Erasure) -> None:
    """Write it as it is now."""
    connection.execute(update(erasure).where(erasure.c.id == changed.id).values(_row(changed)))


def get_erasure(connection: Connection, identity: str, *, lock: bool = False) -> Erasure | None:
    """One, or None. `lock` keeps others waiting until the commit."""
    query = select(erasure).where(erasure.c.id == identity)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return _erasure(row) if row else None


def waiting_for(connection: Connection, case_id: str, kind: Kind) -> Erasure | None:
    """What was asked for already and is neither done nor answered with no."""
    query = select(erasure).where(erasure.c.case_id == case_id, erasure.c.state.in_(_WAITING))
    row = connection.execute(query if case_id else query.where(erasure.c.kind == kind.value)).first()
    return _erasure(row) if row else None


def erasures(connection: Connection, states: Sequence[State], most: int) -> list[Erasure]:
    """Those in one of these states, the newest first."""
    query = select(erasure).where(erasure.c.state.in_([one.value for one in states]))
    return list(
        map(_erasure, connection.execute(query.order_by(erasure.c.proposed_at.desc(), erasure.c.id).limit(most)))
    )


def unfinished(connection: Connection) -> list[str]:
    """What was confirmed and is still to be erased, or has files left in the data folder."""
    query = select(erasure.c.id).where(
        or_(
            erasure.c.state == State.CONFIRMED.value, and_(erasure.c.state == State.DONE.value, erasure.c.files != "[]")
        )
    )
    return list(connection.execute(query.order_by(erasure.c.answered_at, erasure.c.id)).scalars())


@contextmanager
def past_the_triggers(connection: Connection, asked: Erasure) -> Iterator[None]:
    """Inside, and in this transaction alone, records may be changed."""
    connection.execute(insert(erasing), {"erasure_id": asked.id})
    yield
    connection.execute(delete(erasing))


def rewrite_events(connection: Connection, events: Sequence[Event]) -> None:
    """Write what is left of events over what they were."""
    if not events:
        return
    query = update(case_event).where(case_event.c.case_id == bindparam("of"), case_event.c.seq == bindparam("number"))
    rows = [
        {
            "of": one.case_id,
            "number": one.seq,
            "reason": one.reason,
            "detail": json.dumps(one.detail, ensure_ascii=False),
            "changes": json.dumps(one.changes, ensure_ascii=False),
            "salt": one.salt,
        }
        for one in events
    ]
    connection.execute(query, rows)


def erase_files(connection: Connection, case: Case) -> tuple[str, ...]:
    """Take names and hashes from the rows of a case's files; the ids of those that had one."""
    query = select(attachment.c.id).where(attachment.c.case_id == case.id, attachment.c.sha256 != "")
    ids = tuple(connection.execute(query.order_by(attachment.c.id)).scalars())
    connection.execute(update(attachment).where(attachment.c.id.in_(ids)).values(name="", sha256=""))
    return ids


def erase_beside(connection: Connection, case: Case) -> None:
    """What people were told of a case, and the keys of its commands: their hashes are of what was typed."""
    for table in (notice, command_done):
        connection.execute(delete(table).where(table.c.case_id == case.id))


def next_incidents(connection: Connection, until: str, most: int) -> list[str]:
    """Some of those that `due_incidents` counts, kept from others until the commit."""
    return list(connection.execute(_never_a_case(until).limit(most).with_for_update(skip_locked=True)).scalars())


def erase_incidents(connection: Connection, ids: Sequence[str]) -> None:
    """Everything that names or quotes anybody in these incidents; type, colour, days and choices stay."""
    rows = connection.execute(
        select(suggestion.c.id, suggestion.c.body, suggestion.c.facts).where(suggestion.c.id.in_(ids))
    )
    left = [
        {
            "of": row.id,
            "origin": ERASED,
            "text_hash": "",
            "body": json.dumps(bare(json.loads(row.body)), ensure_ascii=False),
            "facts": json.dumps(bare_facts(json.loads(row.facts)), ensure_ascii=False),
        }
        for row in rows
    ]
    if left:
        connection.execute(update(suggestion).where(suggestion.c.id == bindparam("of")), left)
    connection.execute(update(choice).where(choice.c.suggestion_id.in_(ids)).values(reason=""))
    unnamed = {"alarm_number": "", "linked_alarm": "", "place": ""}
    connection.execute(update(incident).where(incident.c.id.in_(ids)).values(unnamed))
    for table in (party, incident_key, incident_trace):
        connection.execute(delete(table).where(table.c.incident_id.in_(ids)))
    connection.execute(delete(told).where(told.c.suggestion_id.in_(ids)))
    connection.execute(
        delete(link_choice).where(or_(link_choice.c.incident_id.in_(ids), link_choice.c.other_id.in_(ids)))
    )


def _never_a_case(until: str) -> Select[Any]:
    in_a_case = exists().where(case_incident.c.incident_id == suggestion.c.id)
    return (
        select(suggestion.c.id)
        .where(suggestion.c.created_at < until, suggestion.c.origin != ERASED, ~in_a_case)
        .order_by(suggestion.c.created_at, suggestion.c.id)
    )


def _closed(period: Period, now: datetime) -> ColumnElement[bool]:
    return case_file.c.closed_at < clock.stamp(clock.end_of(period.over_since(clock.in_china(now).date())))


def _row(one: Erasure) -> dict[str, Any]:
    return asdict(one) | {"kind": one.kind.value, "state": one.state.value, "files": json.dumps(one.files)}


def _erasure(row: Any) -> Erasure:
    read = Erasure(**row._mapping)
    return replace(read, kind=Kind(row.kind), state=State(row.state), files=tuple(json.loads(row.files)))
