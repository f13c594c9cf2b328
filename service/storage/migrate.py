"""The database brought to the newest form, by our own command and at every start. Several at once are safe."""

from functools import cache

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text

from service.storage.database import Database

# The database was made by a newer program.
UnknownRevisionError = CommandError

# Any fixed number: whoever holds it migrates, the others wait.
_LOCK = 7_462_019


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", "service.storage:migrations")
    return ScriptDirectory.from_config(config)


@cache
def head() -> str:
    """The newest revision that this program knows."""
    return str(_scripts().get_current_head())


def known() -> frozenset[str]:
    """Every revision that this program knows."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


def revision(database: Database) -> str | None:
    """The revision the database is at; None for an empty one."""
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(database: Database) -> str:
    """Run what is missing, in one transaction; returns the revision reached."""
    scripts = _scripts()
    # SQLite's BEGIN IMMEDIATE already keeps a second migrator waiting.
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        context = MigrationContext.configure(
            connection,
            opts={"fn": lambda current, _: scripts._upgrade_revs("head", current), "transactional_ddl": True},
        )
        with Operations.context(context):
            context.run_migrations()
    return head()
