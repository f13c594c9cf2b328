"""What figures are counted from: one row a case, filled from the events of the cases that there are."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from service.cases.life import Act, Stance
from service.cases.model import Case, Event, after
from service.cases.tally import Known, Tally, circle, tallied

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_AT_ONCE = 500  # cases
_PETITION = '%"扬言信访": true%'
_DAYS = ("transferred_on", "returned_on", "resolved_on", "recurred_on", "criminal_on", "petition_on")


def upgrade() -> None:
    _make_tables()
    fill(op.get_bind())


def fill(connection: sa.Connection) -> None:
    """Add the row of every case; both tables must be empty."""
    identities = connection.execute(sa.text("SELECT id FROM case_file ORDER BY id")).scalars().all()
    villages = frozenset(connection.execute(sa.text("SELECT id FROM unit WHERE kind = '村(社区)'")).scalars())
    for start in range(0, len(identities), _AT_ONCE):
        _fill(connection, identities[start : start + _AT_ONCE], villages)


def _make_tables() -> None:
    names = ("station_id", "centre_id", "unit_id", "village_id")
    op.create_table(
        "case_tally",
        sa.Column("case_id", sa.String(36), sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("circle_id", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.String(36), nullable=False) for name in names),
        sa.Column("dispute_type", sa.String(40), nullable=False),
        *(sa.Column(name, sa.String(20), nullable=False) for name in ("suggested_colour", "first_colour", "colour")),
        sa.Column("colours", sa.String(200), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("opened_on", sa.String(10), nullable=False),
        *(sa.Column(name, sa.String(10)) for name in _DAYS),
        sa.Column("returned_by_id", sa.String(36), nullable=False),
        sa.Column("resolution", sa.String(20), nullable=False),
        sa.Column("on_time", sa.Integer),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("returns", "recurrences", "misses")),
    )
    op.create_table(
        "case_circle",
        sa.Column("member_id", sa.String(36), primary_key=True),
        sa.Column("circle_id", sa.BigInteger, primary_key=True, autoincrement=False),
    )
    for name, columns in {
        "opened": (
            "opened_on", "circle_id", "dispute_type", "unit_id", "village_id", "colour", "colours", "suggested_colour",
            "resolved_on", "on_time", "returned_on", "recurred_on", "criminal_on", "petition_on",
        ),
        "state": ("state", "colour", "circle_id"),
        "seen_opened": ("circle_id", "opened_on"),
        "seen_transferred": ("circle_id", "transferred_on"),
        "seen_resolved": ("circle_id", "resolved_on", "on_time"),
        "transferred": ("transferred_on", "circle_id"),
        "resolved": ("resolved_on", "circle_id", "on_time"),
        "returned": ("returned_on", "circle_id", "returned_by_id"),
        "recurred": ("recurred_on", "circle_id"),
        "criminal": ("criminal_on", "circle_id"),
        "petition": ("petition_on", "circle_id"),
    }.items():  # fmt: skip
        op.create_index(f"case_tally_{name}", "case_tally", list(columns))


def _fill(connection: sa.Connection, cases: Sequence[str], villages: frozenset[str]) -> None:
    rows, circles = [], set()
    units = _by_case(connection, "SELECT case_id, unit_id FROM case_unit WHERE case_id IN :cases", cases)
    coloured = (
        "SELECT s.id, s.colour FROM suggestion s JOIN incident i ON i.id = s.id WHERE s.id IN "
        "(SELECT incident_id FROM case_incident WHERE case_id IN :cases)"
    )
    colours = {one: found[0] for one, found in _by_case(connection, coloured, cases).items()}
    speaking = (
        "SELECT c.case_id, c.incident_id FROM case_incident c JOIN suggestion s ON s.id = c.incident_id "
        "WHERE c.case_id IN :cases AND s.facts LIKE :petition"
    )
    petitions = frozenset(
        one for found in _by_case(connection, speaking, cases, petition=_PETITION).values() for one in found
    )
    for identity, events in groupby(_events(connection, cases), key=lambda event: event.case_id):
        case, tally = Case(identity), Tally(identity)
        members = frozenset(units.get(identity, ()))
        for event in events:
            before, case = case, after(case, event)
            petition = not petitions.isdisjoint(case.incidents)
            known = Known(0, villages, colours.get(case.incidents[0], ""), petition)
            tally = tallied(tally, before, event, case, known)
        members |= set(case.guests)
        number = circle(members)
        circles |= {(one, number) for one in members}
        rows.append(asdict(tally) | {"circle_id": number})
    names = list(rows[0])
    written = f"INSERT INTO case_tally ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"  # noqa: S608
    connection.execute(sa.text(written), rows)
    joined = "INSERT INTO case_circle (member_id, circle_id) VALUES (:member, :circle) ON CONFLICT DO NOTHING"
    connection.execute(sa.text(joined), [{"member": one, "circle": number} for one, number in sorted(circles)])


def _by_case(connection: sa.Connection, query: str, cases: Sequence[str], **values: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in connection.execute(_within(query), {"cases": cases, **values}):
        found.setdefault(key, []).append(value)
    return found


def _events(connection: sa.Connection, cases: Sequence[str]) -> Iterator[Event]:
    columns = "case_id, seq, at, act, unit_id, changes"
    query = f"SELECT {columns} FROM case_event WHERE case_id IN :cases ORDER BY case_id, seq"  # noqa: S608
    for row in connection.execute(_within(query), {"cases": cases}):
        yield _event(row)


def _event(row: Any) -> Event:
    """Only what is counted: nobody's words are read."""
    return Event(
        case_id=row.case_id,
        seq=row.seq,
        at=row.at,
        act=Act(row.act),
        actor_id="",
        actor_name="",
        unit_id=row.unit_id,
        stance=Stance.SYSTEM,
        reason="",
        detail={},
        changes=json.loads(row.changes),
        previous_hash="",
    )


def _within(query: str) -> sa.TextClause:
    return sa.text(query).bindparams(sa.bindparam("cases", expanding=True))
