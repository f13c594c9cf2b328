"""Suggestions and choices in the database. Rows are added, never changed."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, exists, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from rules import Ruleset
from service.intake.model import Choice, KeptSuggestion, Origin, Outcome, Recorded
from service.storage.tables import choice, ruleset_version, suggestion

_CHOSEN = exists().where(choice.c.suggestion_id == suggestion.c.id)
# While somebody types, every answer shown is kept; only the ones acted on are anybody's record.
_IN_USE = or_(suggestion.c.origin != "输入中", _CHOSEN)
# What was imported came in at no desk.
_LIVE = or_(suggestion.c.origin.not_in(("输入中", "导入")), _CHOSEN)


def keep_ruleset(connection: Connection, ruleset: Ruleset, now: str) -> None:
    """Keep the rule set that decided, once."""
    version = ruleset.version
    if connection.execute(select(ruleset_version.c.version).where(ruleset_version.c.version == version)).first():
        return
    files = dict(ruleset.files)
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(
        kind.insert(ruleset_version)
        .values(version=version, files=json.dumps(files, ensure_ascii=False), first_used_at=now)
        .on_conflict_do_nothing()
    )


def add_suggestions(connection: Connection, rows: Iterable[tuple[KeptSuggestion, str]], origin: Origin) -> None:
    """Add suggestions, each with its facts as JSON."""
    connection.execute(
        insert(suggestion),
        [
            {
                "id": kept.id,
                "created_at": kept.created_at,
                "origin": origin,
                "text_hash": hashlib.sha256(kept.shown["text"].encode()).hexdigest(),
                "dispute_type": kept.shown["dispute_type"],
                "risk_level": kept.shown["risk"]["level"],
                "department": kept.shown["department"],
                "colour": kept.shown["colour"],
                "model": kept.shown["model"],
                "ruleset": kept.shown["ruleset"],
                "facts": facts,
                "body": kept.body,
            }
            for kept, facts in rows
        ],
    )


def get_suggestion(connection: Connection, identity: str, *, lock: bool = False) -> KeptSuggestion | None:
    """One suggestion with its choices, or None. `lock` keeps other choosers waiting until the commit."""
    query = select(suggestion.c.created_at, suggestion.c.body).where(suggestion.c.id == identity)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        return None
    chosen = connection.execute(select(choice).where(choice.c.suggestion_id == identity).order_by(choice.c.seq))
    return KeptSuggestion(identity, row.created_at, row.body, json.loads(row.body), tuple(map(_choice, chosen)))


def add_choice(connection: Connection, identity: str, made: Choice) -> None:
    """Add the next choice beside a suggestion."""
    connection.execute(
        insert(choice).values(
            suggestion_id=identity,
            seq=made.seq,
            chosen_at=made.chosen_at,
            accepted=int(made.accepted),
            dispute_type=made.outcome.dispute_type,
            department=made.outcome.department,
            co_departments=json.dumps(made.outcome.co_departments, ensure_ascii=False),
            colour=made.outcome.colour,
            reason=made.reason,
            person=made.person,
            second_person=made.second_person,
        )
    )


def recent_suggestions(connection: Connection, limit: int, offset: int) -> list[KeptSuggestion]:
    """Newest first, without those made while somebody was still typing that nobody used."""
    rows = connection.execute(
        select(suggestion.c.id)
        .where(_IN_USE)
        .order_by(suggestion.c.created_at.desc(), suggestion.c.id)
        .limit(limit)
        .offset(offset)
    ).scalars()
    return [kept for identity in rows if (kept := get_suggestion(connection, identity))]


def used_suggestions(connection: Connection) -> Iterator[KeptSuggestion]:
    """Every suggestion that `recent_suggestions` has, oldest first, one after another from the database.

    Imported ones only where a person has chosen: they are old, and what comes in now is to be learnt from.
    """
    chosen: dict[str, list[Choice]] = {}
    for row in connection.execute(select(choice).order_by(choice.c.suggestion_id, choice.c.seq)):
        chosen.setdefault(row.suggestion_id, []).append(_choice(row))
    query = select(suggestion.c.id, suggestion.c.created_at, suggestion.c.body).where(_LIVE)
    for row in connection.execute(query.order_by(suggestion.c.created_at, suggestion.c.id)).yield_per(500):
        yield KeptSuggestion(row.id, row.created_at, row.body, json.loads(row.body), tuple(chosen.get(row.id, ())))


def suggestions_between(connection: Connection, since: str, before: str) -> Iterator[KeptSuggestion]:
    """What `recent_suggestions` has from the stamp `since` to just before the other, oldest first, without choices."""
    query = select(suggestion.c.id, suggestion.c.created_at, suggestion.c.body).where(_IN_USE)
    query = query.where(suggestion.c.created_at >= since, suggestion.c.created_at < before)
    for row in connection.execute(query.order_by(suggestion.c.created_at, suggestion.c.id)).yield_per(500):
        yield KeptSuggestion(row.id, row.created_at, row.body, json.loads(row.body))


def count_between(connection: Connection, since: str, before: str) -> int:
    """How many `suggestions_between` has."""
    query = select(func.count()).select_from(suggestion).where(_IN_USE)
    query = query.where(suggestion.c.created_at >= since, suggestion.c.created_at < before)
    return int(connection.execute(query).scalar_one())


def recorded_facts(connection: Connection, since: str = "") -> Iterator[Recorded]:
    """What was read in every suggestion that `recent_suggestions` has, made at the stamp `since` or later."""
    query = select(suggestion.c.id, suggestion.c.created_at, suggestion.c.department, suggestion.c.facts)
    query = query.where(_IN_USE, suggestion.c.created_at >= since).order_by(suggestion.c.created_at, suggestion.c.id)
    for row in connection.execute(query).yield_per(1000):
        yield Recorded(row.id, row.created_at, json.loads(row.facts), row.department)


def count_suggestions(connection: Connection) -> int:
    """How many `recent_suggestions` has in all."""
    query = select(func.count()).select_from(suggestion).where(_IN_USE)
    return int(connection.execute(query).scalar_one())


def _choice(row: Any) -> Choice:
    return Choice(
        outcome=Outcome(row.dispute_type, row.department, tuple(json.loads(row.co_departments)), row.colour),
        accepted=bool(row.accepted),
        reason=row.reason,
        person=row.person,
        second_person=row.second_person,
        seq=row.seq,
        chosen_at=row.chosen_at,
    )
