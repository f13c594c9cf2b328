"""The database brought to the newest form, by our own command and at every start. Several at once are safe.

Alembic is imported where there is something to bring forward: a start of a database that is up to date need not wait.
"""

from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, inspect, text

from service.storage.database import Database

# Any fixed number: whoever holds it migrates, the others wait.
_LOCK = 7_462_019


class UnknownRevisionError(Exception):
    """The database was made by a newer program."""


@cache
def known() -> frozenset[str]:
    """Every revision that this program knows: what the scripts' names begin with."""
    names = (script.name for script in (files("service.storage") / "migrations" / "versions").iterdir())
    return frozenset(name.split("_")[0] for name in names if name[:4].isdecimal())


def head() -> str:
    """The newest revision that this program knows."""
    return max(known())


def revision(database: Database) -> str | None:
    """The revision the database is at; None for an empty one."""
    with database.read() as connection:
        return _revision(connection)


def upgrade(database: Database) -> str:
    """Run what is missing, in one transaction; returns the revision reached, or raises UnknownRevisionError."""
    if revision(database) != head():
        # SQLite's BEGIN IMMEDIATE already keeps a second migrator waiting.
        with database.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            _upgrade(connection)
    return head()


def _upgrade(connection: Connection) -> None:
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    now = _revision(connection)
    if now is not None and now not in known():
        raise UnknownRevisionError(now)
    scripts = _scripts()
    context = MigrationContext.configure(
        connection,
        opts={"fn": lambda current, _: scripts._upgrade_revs("head", current), "transactional_ddl": True},
    )
    with Operations.context(context):
        context.run_migrations()


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def _scripts() -> Any:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "service.storage:migrations")
    return ScriptDirectory.from_config(config)
