"""Imported incidents in the database: which are there already, and a batch of new ones with all that is theirs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from rules import Ruleset
from service.importing.model import Old, Order
from service.incidents.model import Incident
from service.incidents.store import add_incidents
from service.intake.model import KeptSuggestion
from service.intake.store import add_suggestions, keep_ruleset
from service.linking.model import Trace
from service.linking.store import keep_check, keep_traces
from service.storage.tables.incidents import incident
from service.storage.tables.suggestions import suggestion


@dataclass(frozen=True, slots=True)
class Made:
    """A row with its suggestion (JSON), the facts that it rests on, and its trace."""

    old: Old
    shown: Mapping[str, Any]
    facts: Mapping[str, object]
    trace: Trace


def there(connection: Connection, order: Order, rows: Sequence[Old]) -> dict[int, bool]:
    """The rows whose incident is there, by number; True where this very row of this very import brought it.

    An alarm number is the same in the same unit, or anywhere at the same moment: other units may count their own.
    """
    ids = {one.id for one in rows}
    bodies = dict(connection.execute(select(suggestion.c.id, suggestion.c.body).where(suggestion.c.id.in_(ids))).all())
    brought = {identity: json.loads(body).get("imported", {}) for identity, body in bodies.items()}
    found = {
        one.row: brought[one.id].get("id") == order.id and brought[one.id].get("row") == one.row
        for one in rows
        if one.id in brought
    }
    numbers = {one.registration.alarm_number for one in rows if one.row not in found} - {""}
    columns = (incident.c.alarm_number, incident.c.station_id, incident.c.happened_at)
    held = connection.execute(select(*columns).where(incident.c.alarm_number.in_(numbers))).all() if numbers else []
    by_unit = {row.alarm_number for row in held if row.station_id == order.unit_id}
    by_moment = {(row.alarm_number, row.happened_at) for row in held}
    for one in rows:
        known = one.registration
        if known.alarm_number in by_unit or (known.alarm_number, known.happened_at) in by_moment:
            found.setdefault(one.row, False)
    return found


def add(
    connection: Connection, order: Order, made: Sequence[Made], ruleset: Ruleset, now: str, check_value: str
) -> None:
    """Add a batch; raises storage's TakenError where one of it came in meanwhile."""
    keep_ruleset(connection, ruleset, now)
    add_suggestions(connection, [_kept(order, one, now) for one in made], "导入", order.unit_id)
    who = (now, order.actor.account_id, order.actor.name)
    add_incidents(connection, [Incident(one.old.id, order.unit_id, one.old.registration, *who) for one in made])
    keep_traces(connection, [one.trace for one in made])
    keep_check(connection, check_value)


def _kept(order: Order, one: Made, now: str) -> tuple[KeptSuggestion, str]:
    """The suggestion under the incident's own time, since it stands among the others of that day."""
    old, at = one.old, one.old.registration.happened_at
    source = {"id": order.id, "at": now, "file": order.name, "row": old.row, "result": old.result}
    shown = {"id": old.id, "created_at": at, **one.shown, "imported": source}
    facts = json.dumps(one.facts, ensure_ascii=False)
    return KeptSuggestion(old.id, at, json.dumps(shown, ensure_ascii=False), shown), facts
