"""The rows that figures are counted from: written in the transaction of the event, asked by those who may see."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, bindparam, exists, insert, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from service.accounts.model import Actor, Role
from service.cases.model import Case, Event
from service.cases.stance import invitable
from service.cases.tally import Known, Tally, circle, tallied
from service.storage.tables.cases import case_unit
from service.storage.tables.suggestions import suggestion
from service.storage.tables.tallies import case_circle, case_tally
from service.storage.tables.units import unit
from service.units.model import Kind

# As it stands in the facts of a suggestion.
PETITION = '"扬言信访": true'

_CHANGE = update(case_tally).where(case_tally.c.case_id == bindparam("case"))


def tally(connection: Connection, before: Case, event: Event, case: Case) -> None:
    """Bring the row of a case up to an event that was just added; `case_unit` must be so already."""
    row = connection.execute(select(case_tally).where(case_tally.c.case_id == case.id)).one_or_none()
    old = tally_of(row) if row else Tally(case.id)
    new = tallied(old, before, event, case, _known(connection, old, before, case))
    if row is None:
        connection.execute(insert(case_tally), asdict(new))
    elif changes := {name: value for name, value in asdict(new).items() if value != getattr(old, name)}:
        connection.execute(_CHANGE, changes | {"case": case.id})


def circles_of(actor: Actor) -> CTE | None:
    """The circles whose cases the actor may count, those that `visible` shows them; None where it is every case.

    Asked once in a query, however many parts of it count.
    """
    if actor.has(Role.AUDITOR) or actor.via == "本机":
        return None
    members = set(actor.sees) | ({actor.account_id} if actor.account_id and invitable(actor) else set())
    seen = select(case_circle.c.circle_id).where(case_circle.c.member_id.in_(members))
    return seen.distinct().cte("seen_circles")


def of_circles(circles: CTE | None, circle_id: ColumnElement[int] = case_tally.c.circle_id) -> ColumnElement[bool]:
    """Which rows of the figures are of these circles."""
    return true() if circles is None else circle_id.in_(select(circles.c.circle_id))


def tally_of(row: Any) -> Tally:
    """The tally in a row."""
    return Tally(**row._mapping)


def _known(connection: Connection, old: Tally, before: Case, case: Case) -> Known:
    seen_by = old.circle_id
    if not before.version or case.units != before.units or case.guests != before.guests:
        units = connection.execute(select(case_unit.c.unit_id).where(case_unit.c.case_id == case.id)).scalars()
        seen_by = _circle(connection, {*units, *case.guests})
    villages: frozenset[str] = frozenset()
    if (case.lead_id, case.co_ids) != (before.lead_id, before.co_ids):
        wanted = unit.c.id.in_([case.lead_id, *case.co_ids])
        query = select(unit.c.id).where(wanted, unit.c.kind == Kind.VILLAGE.value)
        villages = frozenset(connection.execute(query).scalars())
    petition = bool(old.petition_on)
    if case.incidents != before.incidents:
        speaks = exists().where(suggestion.c.id.in_(case.incidents), suggestion.c.facts.contains(PETITION))
        petition = bool(connection.execute(select(speaks)).scalar())
    suggested = "" if before.version else _suggested(connection, case)
    return Known(seen_by, villages, suggested, petition)


def _suggested(connection: Connection, case: Case) -> str:
    query = select(suggestion.c.colour).where(suggestion.c.id == case.incidents[0])
    return str(connection.execute(query).scalar() or "")


def _circle(connection: Connection, members: Iterable[str]) -> int:
    number = circle(members)
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    rows = [{"member_id": one, "circle_id": number} for one in sorted(set(members))]
    connection.execute(kind.insert(case_circle).values(rows).on_conflict_do_nothing())
    return number
