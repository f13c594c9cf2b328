"""Every case, every event and what the audit chain says of each, from the database, in the order of case numbers."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from service.audit.model import Action
from service.cases.chain import Mark, Part, Stored, Unreadable, gathered
from service.cases.store import case_of, event_of
from service.storage.tables.audit import audit_entry
from service.storage.tables.cases import case_event, case_file

SUBJECT = "档案 "
_AT_ONCE = 500
# Whatever can be wrong with a row that somebody changed by hand.
_SPOILT = (ValueError, TypeError, KeyError, AttributeError)


def stored_cases(connection: Connection) -> Iterator[Stored]:
    """One case after another; the database sorts, so that nothing but one case is held here."""
    return gathered(_rows(connection), _events(connection), _marks(connection))


def _rows(connection: Connection) -> Iterator[tuple[str, Part]]:
    for row in connection.execute(
        select(case_file).order_by(_plain(connection, case_file.c.number)).execution_options(yield_per=_AT_ONCE)
    ):
        try:
            yield row.number, case_of(row)
        except _SPOILT:
            yield row.number, None


def _events(connection: Connection) -> Iterator[tuple[str, Part]]:
    # The events of a case that is away stand under its id.
    number = _plain(connection, func.coalesce(case_file.c.number, case_event.c.case_id))
    query = select(number.label("number"), case_event).join_from(case_event, case_file, isouter=True)
    for row in connection.execute(query.order_by(number, case_event.c.seq).execution_options(yield_per=_AT_ONCE)):
        try:
            yield row.number, event_of(row)
        except _SPOILT:
            yield row.number, Unreadable(row.seq)


def _marks(connection: Connection) -> Iterator[tuple[str, Part]]:
    subject = _plain(connection, audit_entry.c.subject)
    query = select(audit_entry.c.subject, audit_entry.c.detail).where(audit_entry.c.action == Action.CASE_EVENT.value)
    for row in connection.execute(query.order_by(subject, audit_entry.c.seq).execution_options(yield_per=_AT_ONCE)):
        try:
            said = json.loads(row.detail)
            mark = Mark(int(said["序号"]), str(said["哈希"]))
        except _SPOILT:
            mark = Mark(0, "")
        yield row.subject.removeprefix(SUBJECT), mark


def _plain(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Ordered as Python orders: by code points, whatever the database's language."""
    return column.collate("C" if connection.dialect.name == "postgresql" else "BINARY")
