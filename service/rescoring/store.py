"""New decisions on stored suggestions, in the database. Rows are added, never changed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from service.accounts.model import Actor
from service.intake.store import seen_by, visible
from service.storage.tables.suggestions import rescored, suggestion


@dataclass(frozen=True, slots=True)
class Rescored:
    """What a suggestion became when it was decided again, by one job. Departments and rules are joined by 、."""

    suggestion_id: str
    job_id: str
    made_at: str
    model: str
    ruleset: str
    day: str
    dispute_type: str
    risk_level: str
    department: str
    colour: str
    matched_rules: str


def add_rescored(connection: Connection, rows: Sequence[Rescored]) -> None:
    """Add decisions; those that an earlier attempt of the same job added stay as they are."""
    if rows:
        kind = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(kind.insert(rescored).on_conflict_do_nothing(), [asdict(row) for row in rows])


def history_of(connection: Connection, actor: Actor, suggestion_id: str) -> list[Rescored]:
    """Every decision on a suggestion since the first, oldest first; none where the actor doesn't see it."""
    query = select(rescored).join(suggestion, suggestion.c.id == rescored.c.suggestion_id)
    query = query.where(rescored.c.suggestion_id == suggestion_id, visible(seen_by(actor)))
    return [_rescored(row) for row in connection.execute(query.order_by(rescored.c.made_at, rescored.c.job_id))]


def _rescored(row: Any) -> Rescored:
    return Rescored(**row._mapping)
