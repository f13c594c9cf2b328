"""Counts over cases and their events in the database. Every reading takes the Actor and counts only what they see."""

import json
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from service.accounts.model import Actor
from service.cases.life import OPEN, Act
from service.cases.store import visible
from service.statistics.model import Period, Share
from service.storage.tables import case_event, case_file, case_incident, case_unit, suggestion, unit
from service.units.model import Kind

COUNTED = (Act.OPEN, Act.TRANSFER, Act.RESOLVE, Act.RETURN, Act.RECUR, Act.MISS, Act.CRIMINAL)
Rows = Counter[tuple[str, str, str]]  # act, dispute type, unit


def acts(connection: Connection, actor: Actor, period: Period) -> Rows:
    """What was done in a period, by act, dispute type, and the unit that did it for a return, else that leads now."""
    who = func.coalesce(func.nullif(case_file.c.lead_id, ""), case_file.c.centre_id)
    query = (
        select(case_event.c.act, case_file.c.dispute_type, who, case_event.c.unit_id, func.count())
        .join(case_file, case_file.c.id == case_event.c.case_id)
        .where(_within(period), case_event.c.act.in_([act.value for act in COUNTED]), visible(actor))
        .group_by(case_event.c.act, case_file.c.dispute_type, who, case_event.c.unit_id)
    )
    found: Rows = Counter()
    for act, kind, leads, did, count in connection.execute(query):
        found[act, kind, did if act == Act.RETURN else leads] += count
    return found


def by_village(connection: Connection, actor: Actor, period: Period) -> Counter[tuple[str, str]]:
    """What was done in a period in the cases that a 村(社区) takes part in, by act and village."""
    # Under another name: `visible` asks the same table.
    part = case_unit.alias()
    query = (
        select(case_event.c.act, unit.c.id, func.count())
        .join(case_file, case_file.c.id == case_event.c.case_id)
        .join(part, part.c.case_id == case_file.c.id)
        .join(unit, and_(unit.c.id == part.c.unit_id, unit.c.kind == Kind.VILLAGE.value))
        .where(_within(period), case_event.c.act.in_([act.value for act in COUNTED]), visible(actor))
        .group_by(case_event.c.act, unit.c.id)
    )
    return Counter({(act, village): count for act, village, count in connection.execute(query)})


def settled(connection: Connection, actor: Actor, period: Period) -> list[tuple[str, str, bool]]:
    """Each settlement of a period that had a term: dispute type, unit that leads, and whether it came in time."""
    earlier = case_event.alias()
    term = (
        select(earlier.c.changes)
        .where(
            earlier.c.case_id == case_event.c.case_id,
            earlier.c.seq < case_event.c.seq,
            earlier.c.changes.contains('"finish_by"', autoescape=True),
        )
        .order_by(earlier.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(case_event.c.at, case_file.c.dispute_type, case_file.c.lead_id, term)
        .join(case_file, case_file.c.id == case_event.c.case_id)
        .where(_within(period), case_event.c.act == Act.RESOLVE.value, visible(actor))
    )
    found = []
    for at, kind, lead, changes in connection.execute(query):
        due = json.loads(changes)["finish_by"] if changes else None
        if due:
            found.append((kind, lead, at <= due))
    return found


def petitions(connection: Connection, actor: Actor, period: Period) -> int:
    """Incidents of a period, in cases, whose text threatens a petition (扬言信访)."""
    query = (
        select(func.count())
        .select_from(suggestion)
        .join(case_incident, case_incident.c.incident_id == suggestion.c.id)
        .join(case_file, case_file.c.id == case_incident.c.case_id)
        .where(
            suggestion.c.created_at >= period.since,
            suggestion.c.created_at < period.before,
            suggestion.c.facts.contains('"扬言信访": true', autoescape=True),
            visible(actor),
        )
    )
    return int(connection.execute(query).scalar_one())


def colours_now(connection: Connection, actor: Actor) -> Counter[str]:
    """Open cases by colour, as they stand."""
    states = [state.value for state in OPEN]
    query = select(case_file.c.colour, func.count()).where(case_file.c.state.in_(states), visible(actor))
    rows = connection.execute(query.group_by(case_file.c.colour))
    return Counter({str(colour): int(count) for colour, count in rows})


def red_recall(connection: Connection, actor: Actor, period: Period, red: str) -> Share:
    """Of the cases opened in a period that ever were `red`, or turned criminal: how many were suggested so at first."""
    # As `append` writes it.
    coloured = case_event.c.changes.contains(f'"colour": {json.dumps(red, ensure_ascii=False)}', autoescape=True)
    grave = exists().where(
        case_event.c.case_id == case_file.c.id, or_(coloured, case_event.c.act == Act.CRIMINAL.value)
    )
    query = select(case_file.c.incidents).where(
        case_file.c.opened_at >= period.since, case_file.c.opened_at < period.before, grave, visible(actor)
    )
    first = [json.loads(incidents)[0] for incidents in connection.execute(query).scalars()]
    chunks = (first[start : start + 500] for start in range(0, len(first), 500))
    return Share(sum(_suggested(connection, some, red) for some in chunks), len(first))


def _suggested(connection: Connection, identities: Sequence[str], colour: str) -> int:
    query = select(func.count()).where(suggestion.c.id.in_(identities), suggestion.c.colour == colour)
    return int(connection.execute(query).scalar_one())


def _within(period: Period) -> ColumnElement[bool]:
    return and_(case_event.c.at >= period.since, case_event.c.at < period.before)
