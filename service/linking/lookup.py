"""A trace comes in; the registered incidents that it is linked to go out, and the history that they make.

Every lookup goes by an index and is bounded, so that a telephone that calls daily doesn't slow the desk.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from service import clock
from service.cases.life import Act
from service.incidents.model import Registration
from service.linking import store
from service.linking.history import Earlier, history_facts
from service.linking.model import KeyKind, Trace
from service.linking.strength import Level, Strength, strength
from service.storage.tables.cases import case_event, case_incident
from service.storage.tables.incidents import incident

# Of each key the latest holders; of texts fewer, since many keys stand for one and phrases recur by chance; of places,
# since the more happens at one, the less it says.
_MOST_HOLDERS = {KeyKind.PLACE: 50, KeyKind.TEXT: 20}
_MOST_OF_OTHERS = 400
_MOST_TEXTS = 50
_MOST_WEIGHED = 500


@dataclass(frozen=True, slots=True)
class Linked:
    """An incident that something links to: how strongly, in which case it is if in any, and who registered it."""

    id: str
    at: datetime
    case_id: str
    station_id: str
    registered_at: str
    strength: Strength


@dataclass(frozen=True, slots=True)
class Past:
    """What was told of an incident, what history makes of it by the names of facts, and where that comes from.

    Facts and sources are empty where nothing came before. `links` is what was found for it, history or not.
    """

    told: Registration = field(default_factory=Registration)
    facts: Mapping[str, int] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    links: tuple[Linked, ...] = ()


NO_PAST = Past()


def linked(connection: Connection, new: Trace) -> list[Linked]:
    """The registered incidents linked to this one at all, the strongest first and then the latest."""
    found: dict[str, None] = {}
    for mark in new.marks:
        most = _MOST_HOLDERS.get(mark.key.kind, _MOST_OF_OTHERS)
        found |= dict.fromkeys(store.holders(connection, mark.key, most))
    # The more bands two texts share, the more alike they are.
    texts = Counter(one for band in new.bands for one in store.holders(connection, band, _MOST_HOLDERS[band.kind]))
    found |= dict.fromkeys(one for one, _ in texts.most_common(_MOST_TEXTS))
    found.pop(new.id, None)
    weighed = {
        other.id: weight
        for other in store.traces_of(connection, list(found)[:_MOST_WEIGHED])
        if (weight := strength(new, other)).level is not None
    }
    where = [_linked(row, weighed[row.id]) for row in _places(connection, incident.c.id.in_(weighed))]
    return sorted(where, key=lambda one: (one.strength.value, one.at, one.id), reverse=True)


def past(connection: Connection, new: Trace, known_by: str) -> Past:
    """The past before the trace's own time, from what was registered at the stamp `known_by` or earlier.

    Strongly linked incidents count, with all that people hold together with them in a case, whoever may see it.
    """
    if not new.marks:
        return NO_PAST
    links = tuple(linked(connection, new))
    apart = store.apart(connection, new.id)
    close = [
        one for one in links if one.strength.level is Level.STRONG and one.registered_at <= known_by and one.at < new.at
    ]
    held_apart = cases_of(connection, apart)
    close = [one for one in close if one.id not in apart and one.case_id not in held_apart]
    if not close:
        return Past(links=links)
    rows = {one.id: (one.at, one.case_id or one.id) for one in close}
    cases = {one.case_id for one in close} - {""}
    # Asked for in two steps: in one, SQLite reads every incident there is.
    members = connection.execute(select(case_incident.c.incident_id).where(case_incident.c.case_id.in_(cases)))
    for row in _places(connection, incident.c.id.in_(members.scalars().all())):
        if row.registered_at <= known_by and row.id != new.id:
            rows[row.id] = clock.moment(row.happened_at), row.case_id
    failed = _failed_mediations(connection, cases, known_by)
    facts = history_facts(new.at, [Earlier(at, case, tuple(failed[case])) for at, case in rows.values()])
    return Past(Registration(), facts, _sources(close, sum(at < new.at for at, _ in rows.values())), links)


def cases_of(connection: Connection, ids: Collection[str]) -> frozenset[str]:
    """The cases that these incidents are in."""
    if not ids:
        return frozenset()
    query = select(case_incident.c.case_id).where(case_incident.c.incident_id.in_(ids))
    return frozenset(connection.execute(query).scalars())


def _sources(close: Sequence[Linked], together: int) -> tuple[str, ...]:
    """One line for each reason, with how many it holds for; and how many more come through their cases."""
    counted = Counter(one.strength.reasons[0].text for one in close)
    lines = [f"{reason}：{count} 条警情" for reason, count in counted.most_common()]
    if more := together - len(close):
        lines.append(f"与它们同一份档案：{more} 条警情")
    return tuple(lines)


def _failed_mediations(connection: Connection, cases: Collection[str], known_by: str) -> dict[str, list[datetime]]:
    query = select(case_event.c.case_id, case_event.c.at).where(
        case_event.c.case_id.in_(cases), case_event.c.act == Act.END.value, case_event.c.at <= known_by
    )
    found = defaultdict[str, list[datetime]](list)
    for row in connection.execute(query):
        found[row.case_id].append(clock.moment(row.at))
    return found


def _places(connection: Connection, which: ColumnElement[bool]) -> Sequence[Any]:
    columns = (incident.c.id, incident.c.happened_at, incident.c.station_id, incident.c.registered_at)
    joined = incident.outerjoin(case_incident, case_incident.c.incident_id == incident.c.id)
    query = select(*columns, case_incident.c.case_id).select_from(joined).where(which)
    return connection.execute(query).all()


def _linked(row: Any, weight: Strength) -> Linked:
    moment = clock.moment(row.happened_at)
    return Linked(row.id, moment, row.case_id or "", row.station_id, row.registered_at, weight)
