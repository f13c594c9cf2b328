"""Suggestions and choices in the database. Rows are added, never changed.

Every reading takes the Actor: a suggestion that they don't see is not there.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, or_, select, true
from sqlalchemy.dialects import postgresql, sqlite

from rules import Ruleset
from service.accounts.model import Actor, Role
from service.intake.model import ERASED, Choice, KeptSuggestion, Origin, Outcome, Recorded
from service.storage.tables.rulesets import ruleset_version
from service.storage.tables.suggestions import choice, suggestion

_CHOSEN = exists().where(choice.c.suggestion_id == suggestion.c.id)
# While somebody types, every answer shown is kept; only the ones acted on are anybody's record.
# Of those that were erased nothing is left to be read.
_IN_USE = and_(
    suggestion.c.origin != ERASED,
    or_(suggestion.c.origin != "输入中", _CHOSEN),
)
# What was imported came in at no desk.
_LIVE = and_(suggestion.c.origin != ERASED, or_(suggestion.c.origin.not_in(("输入中", "导入")), _CHOSEN))

_ROWS = select(suggestion.c.id, suggestion.c.created_at, suggestion.c.body)

# The units whose suggestions somebody sees, besides those of no unit; None: all there are.
Seen = frozenset[str] | None


def seen_by(actor: Actor) -> Seen:
    """Those of the units that they see or act for; a 审计 all; the machine all."""
    return None if actor.has(Role.AUDITOR) or actor.via == "本机" else actor.sees | actor.acts_for


def visible(seen: Seen) -> ColumnElement[bool]:
    """Which suggestions they are."""
    return true() if seen is None else suggestion.c.unit_id.in_(sorted({"", *seen}))


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


def add_suggestions(
    connection: Connection, rows: Iterable[tuple[KeptSuggestion, str]], origin: Origin, unit_id: str
) -> None:
    """Add suggestions, each with its facts as JSON. `unit_id` is the unit of who took them in, or empty."""
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
                "unit_id": unit_id,
            }
            for kept, facts in rows
        ],
    )


def get_suggestion(connection: Connection, actor: Actor, identity: str, *, lock: bool = False) -> KeptSuggestion | None:
    """One suggestion that the actor sees, with its choices, or None. `lock` keeps other choosers waiting."""
    query = _ROWS.where(suggestion.c.id == identity, visible(seen_by(actor)))
    row = connection.execute(query.with_for_update(of=suggestion) if lock else query).one_or_none()
    return _whole(connection, [row])[identity] if row else None


def suggestions_of(connection: Connection, incidents: Collection[str]) -> dict[str, KeptSuggestion]:
    """The suggestions of a case's incidents, with their choices. Whether the case may be seen was asked before."""
    return _whole(connection, connection.execute(_ROWS.where(suggestion.c.id.in_(incidents))).all())


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


def recent_suggestions(connection: Connection, actor: Actor, limit: int, offset: int) -> list[KeptSuggestion]:
    """Newest first, without those made while somebody was still typing that nobody used."""
    newest = select(suggestion.c.id).where(_IN_USE, visible(seen_by(actor)))
    newest = newest.order_by(suggestion.c.created_at.desc(), suggestion.c.id.desc())
    ids = connection.execute(newest.limit(limit).offset(offset)).scalars().all()
    found = suggestions_of(connection, ids)
    return [found[identity] for identity in ids]


def count_suggestions(connection: Connection, actor: Actor) -> int:
    """How many `recent_suggestions` has in all."""
    query = select(func.count()).select_from(suggestion).where(_IN_USE, visible(seen_by(actor)))
    return int(connection.execute(query).scalar_one())


def used_suggestions(connection: Connection, actor: Actor) -> Iterator[KeptSuggestion]:
    """Every suggestion that `recent_suggestions` has, oldest first, one after another from the database.

    Imported ones only where a person has chosen: they are old, and what comes in now is to be learnt from.
    """
    chosen: dict[str, list[Choice]] = {}
    for row in connection.execute(select(choice).order_by(choice.c.suggestion_id, choice.c.seq)):
        chosen.setdefault(row.suggestion_id, []).append(_choice(row))
    query = _ROWS.where(_LIVE, visible(seen_by(actor))).order_by(suggestion.c.created_at, suggestion.c.id)
    for row in connection.execute(query).yield_per(500):
        yield _kept(row, chosen.get(row.id, ()))


def suggestions_between(connection: Connection, seen: Seen, since: str, before: str) -> Iterator[KeptSuggestion]:
    """What `recent_suggestions` has from the stamp `since` to just before the other, oldest first, without choices."""
    query = _ROWS.where(_between(seen, since, before)).order_by(suggestion.c.created_at, suggestion.c.id)
    for row in connection.execute(query).yield_per(500):
        yield _kept(row)


def count_between(connection: Connection, seen: Seen, since: str, before: str) -> int:
    """How many `suggestions_between` has."""
    query = select(func.count()).select_from(suggestion).where(_between(seen, since, before))
    return int(connection.execute(query).scalar_one())


def recorded_facts(connection: Connection, seen: Seen, since: str = "") -> Iterator[Recorded]:
    """What was read in every suggestion that `recent_suggestions` has, made at the stamp `since` or later."""
    query = select(suggestion.c.id, suggestion.c.created_at, suggestion.c.department, suggestion.c.facts)
    query = query.where(_IN_USE, visible(seen), suggestion.c.created_at >= since)
    query = query.order_by(suggestion.c.created_at, suggestion.c.id)
    for row in connection.execute(query).yield_per(1000):
        yield Recorded(row.id, row.created_at, json.loads(row.facts), row.department)


def _between(seen: Seen, since: str, before: str) -> ColumnElement[bool]:
    return and_(_IN_USE, visible(seen), suggestion.c.created_at >= since, suggestion.c.created_at < before)


def _whole(connection: Connection, rows: Sequence[Any]) -> dict[str, KeptSuggestion]:
    """Rows with their choices, by their ids."""
    query = select(choice).where(choice.c.suggestion_id.in_([row.id for row in rows]))
    chosen = defaultdict[str, list[Choice]](list)
    for row in connection.execute(query.order_by(choice.c.suggestion_id, choice.c.seq)):
        chosen[row.suggestion_id].append(_choice(row))
    return {row.id: _kept(row, chosen[row.id]) for row in rows}


def _kept(row: Any, chosen: Iterable[Choice] = ()) -> KeptSuggestion:
    return KeptSuggestion(row.id, row.created_at, row.body, json.loads(row.body), tuple(chosen))


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
