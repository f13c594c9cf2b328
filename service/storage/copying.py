"""One SQLite database copied while others write to it; whatever opens doors is taken out of the copy."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from service.storage.database import Database

# No room on the disk, or a database that can't be read.
CopyError = sqlite3.Error


def sqlite_file(database: Database) -> Path | None:
    """Where the database lies, or None where it is not SQLite."""
    url = make_url(database.url)
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def pg_dump(database: Database, target: str) -> str:
    """The command that dumps a PostgreSQL database; the password is not in it."""
    url = make_url(database.url).set(drivername="postgresql", password=None)
    return f"pg_dump --format=custom --file={target} '{url.render_as_string(hide_password=False)}'"


def copy_sqlite(source: Path, target: Path, *, secrets: bool, now: str) -> None:
    """The database as it stands at one moment, in one file, without sessions.

    Without `secrets` those of the webhooks are blanked, too, and the webhooks disabled at `now`.
    """
    with closing(sqlite3.connect(source, timeout=30)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "session" in tables:
            copy.execute("DELETE FROM session")
        if "webhook" in tables and not secrets:
            copy.execute("UPDATE webhook SET secret = '', disabled_at = coalesce(disabled_at, ?)", (now,))


def unharmed(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with a database file."""
    try:
        with closing(sqlite3.connect(path)) as opened:
            return list(opened.execute("PRAGMA integrity_check")) == [("ok",)]
    except sqlite3.DatabaseError:
        return False


def in_one_file(path: Path) -> None:
    """Leave nothing of a closed database beside its file."""
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA journal_mode = DELETE")
