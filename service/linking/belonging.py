"""A case comes in; the incidents elsewhere that may belong to it go out: how strongly, why, and where they are now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection

from service import clock
from service.accounts.model import Actor, as_identity
from service.cases import store as case_store
from service.cases.model import Case
from service.errors import NotFoundError
from service.incidents.store import get_incidents
from service.linking import lookup, store
from service.linking.actions import Linking
from service.linking.lookup import Linked
from service.linking.registered import trace_of
from service.linking.strength import Strength
from service.units.store import unit_names

_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Belonging:
    """An incident that may belong to a case. `case` is the one that it is in, None where it was taken out of any.

    Where the actor sees neither, only `unit` is told, the one that registered it.
    """

    unit: str
    incident_id: str = ""
    at: datetime | None = None
    case: Case | None = None
    strength: Strength | None = None


def belonging(links: Linking, actor: Actor, case_id: str) -> list[Belonging]:
    """Up to twenty, the strongest first and those unseen last, each unit once.

    Nothing that a person held apart from the case. Raises NotFoundError where the actor doesn't see the case.
    """
    with links.database.read() as connection:
        case = case_store.get_case(connection, actor, as_identity(case_id))
        if case is None:
            raise NotFoundError("没有这份档案")
        found = _strongest(links, connection, case)
        units = unit_names(connection) if found else {}
        told = [_told(connection, actor, one, units) for one in islice(found, _MOST_SHOWN)]
    seen = [one for one in told if one.strength]
    return [*seen, *dict.fromkeys(one for one in told if not one.strength)]


def _strongest(links: Linking, connection: Connection, case: Case) -> Iterable[Linked]:
    """Each incident with its strongest link to any of the case."""
    texts = store.texts_of(connection, case.incidents)
    own = [
        trace_of(one.id, texts[one.id], one.registration, clock.moment(one.registration.happened_at), links.secret)
        for one in get_incidents(connection, case.incidents)
    ]
    apart = frozenset().union(*(store.apart(connection, one) for one in case.incidents))
    best: dict[str, Linked] = {}
    for trace in own:
        for one in lookup.linked(connection, trace):
            if one.case_id == case.id or one.id in apart:
                continue
            if one.id not in best or best[one.id].strength.value < one.strength.value:
                best[one.id] = one
    return sorted(best.values(), key=lambda one: (one.strength.value, one.at, one.id), reverse=True)


def _told(connection: Connection, actor: Actor, one: Linked, units: Mapping[str, str]) -> Belonging:
    unit = units.get(one.station_id, "外单位")
    case = case_store.get_case(connection, actor, one.case_id) if one.case_id else None
    if case is None and (one.case_id or one.station_id not in actor.sees):
        return Belonging(unit)
    return Belonging(unit, one.id, one.at, case, one.strength)
