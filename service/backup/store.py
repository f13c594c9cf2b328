"""What a backup must know of a database: its form, the end of its audit chain, its attachments, its webhooks."""

from dataclasses import dataclass

from sqlalchemy import func, inspect, select

from service.accounts.model import Actor
from service.audit.model import START, Action
from service.audit.store import record
from service.errors import SetupError
from service.storage import migrate
from service.storage.database import Database, DatabaseError
from service.storage.tables.audit import audit_entry
from service.storage.tables.cases import attachment
from service.storage.tables.messages import webhook


@dataclass(frozen=True, slots=True)
class Inside:
    """A database seen from a backup. `attachments` are hashes by id; `schema` is "" for an empty database."""

    schema: str
    entries: int
    head: str
    attachments: dict[str, str]
    webhooks: int


def look(database: Database) -> Inside:
    """Look without changing anything, into whatever form the database has; raises SetupError."""
    try:
        return _look(database)
    except DatabaseError as error:
        raise SetupError(f"数据库用不了：{error}") from error


def _look(database: Database) -> Inside:
    schema = migrate.revision(database) or ""
    with database.read() as connection:
        tables = set(inspect(connection).get_table_names())
        last, files, hooks = None, dict[str, str](), 0
        if audit_entry.name in tables:
            newest = select(audit_entry.c.seq, audit_entry.c.hash).order_by(audit_entry.c.seq.desc()).limit(1)
            last = connection.execute(newest).one_or_none()
        if attachment.name in tables:
            files = dict(map(tuple, connection.execute(select(attachment.c.id, attachment.c.sha256))))
        if webhook.name in tables:
            hooks = connection.execute(select(func.count()).where(webhook.c.secret != "")).scalar_one()
    return Inside(schema, last.seq if last else 0, last.hash if last else START, files, hooks)


def note(database: Database, actor: Actor, action: Action, subject: str, detail: dict[str, object]) -> None:
    """Write into the audit chain that a copy was made or put back; a database too old to have one is left alone."""
    with database.write() as connection:
        if inspect(connection).has_table(audit_entry.name):
            record(connection, actor, action, subject, detail)
