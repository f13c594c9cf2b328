"""A description and its type come in; past cases that were settled, and how, go out: only those the actor sees."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, select

from service.accounts.model import Actor
from service.cases import store as cases
from service.cases.life import Act, State
from service.linking import store
from service.linking.likeness import alike
from service.storage.tables.cases import case_event, case_file

# The latest of a type: enough to find its like, few enough to be read while somebody types.
_MOST_COMPARED = 200
_MOST_SHOWN = 3
_SETTLED = (State.RESOLVED, State.VISITED, State.ARCHIVED)


@dataclass(frozen=True, slots=True)
class PastCase:
    """A settled case: how alike its first incident is, between 0 and 1, and how it was settled, in words."""

    id: str
    number: str
    text: str
    likeness: float
    resolution: str
    words: str
    resolved_at: str


def past_cases(connection: Connection, actor: Actor, text: str, dispute_type: str) -> list[PastCase]:
    """Up to three, the most alike first."""
    query = (
        select(case_file.c.id, case_file.c.incidents)
        .where(
            cases.visible(actor),
            case_file.c.dispute_type == dispute_type,
            case_file.c.resolved_at.is_not(None),
            case_file.c.erased_at.is_(None),
            case_file.c.state.in_([state.value for state in _SETTLED]),
        )
        .order_by(case_file.c.resolved_at.desc())
        .limit(_MOST_COMPARED)
    )
    firsts = {json.loads(row.incidents)[0]: row.id for row in connection.execute(query)}
    texts = store.texts_of(connection, firsts)
    likest = alike(text, texts)[:_MOST_SHOWN]
    shown = [firsts[one] for one, _ in likest]
    rows = connection.execute(select(case_file).where(case_file.c.id.in_(shown)))
    settled = {case.incidents[0]: case for case in map(cases.case_of, rows)}
    said = _how(connection, shown)
    return [
        PastCase(
            id=settled[one].id,
            number=settled[one].number,
            text=texts[one],
            likeness=likeness,
            resolution=settled[one].resolution,
            words=said.get(settled[one].id, ""),
            resolved_at=settled[one].resolved_at or "",
        )
        for one, likeness in likest
    ]


def _how(connection: Connection, ids: list[str]) -> dict[str, str]:
    """What was written when each was settled last."""
    query = select(case_event.c.case_id, case_event.c.reason).where(
        case_event.c.case_id.in_(ids), case_event.c.act == Act.RESOLVE.value
    )
    return {row.case_id: row.reason for row in connection.execute(query.order_by(case_event.c.seq))}
