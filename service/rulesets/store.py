"""Drafts and publications in the database. Publications and the versions they name are added, never changed."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from service.rulesets.model import Draft, DraftState, Kind, Person, Publication
from service.storage.tables.rulesets import publication, ruleset_draft, ruleset_version


def newest_number(connection: Connection) -> int:
    """The number of the publication in force; 0 while nothing was published."""
    return int(connection.execute(select(func.coalesce(func.max(publication.c.number), 0))).scalar_one())


def publications(connection: Connection, limit: int = -1) -> list[Publication]:
    """Newest first; all of them without a limit."""
    query = select(publication).order_by(publication.c.number.desc())
    return [_publication(row) for row in connection.execute(query if limit < 0 else query.limit(limit))]


def get_publication(connection: Connection, number: int) -> Publication | None:
    """One publication, or None."""
    row = connection.execute(select(publication).where(publication.c.number == number)).one_or_none()
    return None if row is None else _publication(row)


def files_of(connection: Connection, version: str) -> dict[str, str]:
    """The files of a version that was ever kept."""
    query = select(ruleset_version.c.files).where(ruleset_version.c.version == version)
    files: dict[str, str] = json.loads(connection.execute(query).scalar_one())
    return files


def add_publication(connection: Connection, made: Publication) -> None:
    """Add the next one; its version must be kept already."""
    connection.execute(
        insert(publication).values(
            number=made.number,
            version=made.version,
            previous=made.previous,
            kind=made.kind,
            note=made.note,
            author_id=made.author.account_id,
            author_name=made.author.name,
            publisher_id=made.publisher.account_id,
            publisher_name=made.publisher.name,
            second_person_id=made.second_person.account_id if made.second_person else None,
            second_person_name=made.second_person.name if made.second_person else None,
            published_at=made.published_at,
            incidents=made.incidents,
            changed=made.changed,
            left_red=made.left_red,
        )
    )


def add_draft(connection: Connection, draft: Draft) -> None:
    """Add a new draft."""
    connection.execute(insert(ruleset_draft).values(id=draft.id, created_at=draft.created_at, **_changeable(draft)))


def change_draft(connection: Connection, draft: Draft, seen: int) -> bool:
    """Write the draft if its revision is still `seen`; says whether it was."""
    query = update(ruleset_draft).where(ruleset_draft.c.id == draft.id, ruleset_draft.c.revision == seen)
    return bool(connection.execute(query.values(**_changeable(draft))).rowcount)


def get_draft(connection: Connection, identity: str, *, lock: bool = False) -> Draft | None:
    """One draft, or None. `lock` keeps others that change it waiting until the commit."""
    query = select(ruleset_draft).where(ruleset_draft.c.id == identity)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _draft(row)


def open_drafts(connection: Connection) -> list[Draft]:
    """Those that something can still be done with, the latest first."""
    query = select(ruleset_draft).where(ruleset_draft.c.state.in_([DraftState.OPEN, DraftState.WAITING]))
    return [_draft(row) for row in connection.execute(query.order_by(ruleset_draft.c.updated_at.desc()))]


def _changeable(draft: Draft) -> Mapping[str, Any]:
    return {
        "base": draft.base,
        "files": json.dumps(dict(draft.files), ensure_ascii=False),
        "note": draft.note,
        "author_id": draft.author.account_id,
        "author_name": draft.author.name,
        "updated_at": draft.updated_at,
        "revision": draft.revision,
        "state": draft.state,
        "requested_by_id": draft.requested_by.account_id if draft.requested_by else None,
        "requested_by_name": draft.requested_by.name if draft.requested_by else None,
        "rolls_back": draft.rolls_back,
    }


def _draft(row: Any) -> Draft:
    return Draft(
        id=row.id,
        base=row.base,
        files=json.loads(row.files),
        note=row.note,
        author=Person(row.author_id, row.author_name),
        created_at=row.created_at,
        updated_at=row.updated_at,
        revision=row.revision,
        state=DraftState(row.state),
        requested_by=None if row.requested_by_id is None else Person(row.requested_by_id, row.requested_by_name),
        rolls_back=row.rolls_back,
    )


def _publication(row: Any) -> Publication:
    second = row.second_person_id
    return Publication(
        number=row.number,
        version=row.version,
        previous=row.previous,
        kind=Kind(row.kind),
        note=row.note,
        author=Person(row.author_id, row.author_name),
        publisher=Person(row.publisher_id, row.publisher_name),
        second_person=None if second is None else Person(second, row.second_person_name),
        published_at=row.published_at,
        incidents=row.incidents,
        changed=row.changed,
        left_red=row.left_red,
    )
