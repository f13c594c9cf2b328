"""Incidents and their people in the database. Rows are added, never changed."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from service.incidents.model import Incident, Party, PartyRole, Registration
from service.storage.tables.incidents import incident, party


def add_incident(connection: Connection, new: Incident) -> None:
    """Add an incident with its people; raises storage's TakenError where the suggestion has one already."""
    add_incidents(connection, [new])


def add_incidents(connection: Connection, new: Sequence[Incident]) -> None:
    """Add several, one at least; raises as `add_incident` does."""
    connection.execute(insert(incident), [_row(one) for one in new])
    people = [
        {
            "incident_id": held.id,
            "seq": seq,
            "role": one.role.value,
            "name": one.name,
            "phone": one.phone,
            "id_number": one.id_number,
            "address": one.address,
        }
        for held in new
        for seq, one in enumerate(held.registration.parties, start=1)
    ]
    if people:
        connection.execute(insert(party), people)


def get_incidents(connection: Connection, identities: Collection[str]) -> list[Incident]:
    """The registered ones among these, in the order in which they happened."""
    query = select(incident).where(incident.c.id.in_(identities)).order_by(incident.c.happened_at, incident.c.id)
    rows = connection.execute(query).all()
    people: dict[str, list[Party]] = {row.id: [] for row in rows}
    for row in connection.execute(select(party).where(party.c.incident_id.in_(people)).order_by(party.c.seq)):
        found = Party(PartyRole(row.role), row.name, row.phone, row.id_number, row.address)
        people[row.incident_id].append(found)
    return [_incident(row, tuple(people[row.id])) for row in rows]


def _row(new: Incident) -> dict[str, Any]:
    known = new.registration
    return {
        "id": new.id,
        "alarm_number": known.alarm_number,
        "linked_alarm": known.linked_alarm,
        "happened_at": known.happened_at,
        "place": known.place,
        "station_id": new.station_id,
        "confidential": int(known.confidential),
        "registered_at": new.registered_at,
        "registered_by_id": new.registered_by_id,
        "registered_by_name": new.registered_by_name,
    }


def _incident(row: Any, parties: tuple[Party, ...]) -> Incident:
    return Incident(
        id=row.id,
        station_id=row.station_id,
        registration=Registration(
            alarm_number=row.alarm_number,
            linked_alarm=row.linked_alarm,
            happened_at=row.happened_at,
            place=row.place,
            parties=parties,
            confidential=bool(row.confidential),
        ),
        registered_at=row.registered_at,
        registered_by_id=row.registered_by_id,
        registered_by_name=row.registered_by_name,
    )
