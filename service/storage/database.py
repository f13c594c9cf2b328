"""One database, two ways in: `write()` is one transaction that commits at its end, `read()` can't change anything.

SQLite gets a second, query-only engine: readers then never wait for a writer. The pragmas and BEGIN IMMEDIATE
are there because the driver's defaults lose read-then-write updates.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from service.files import sync_one

# Whatever the database has to complain of. Statements are named in it, but never what they carried.
DatabaseError = SQLAlchemyError
# What must be there once was there already.
TakenError = IntegrityError


class Database:
    """Open by URL; SQLite and PostgreSQL alike."""

    def __init__(self, url: str) -> None:
        self.url = url
        if make_url(url).get_backend_name() == "sqlite":
            self._writer = _sqlite(url, "BEGIN IMMEDIATE")
            self._reader = _sqlite(url, "BEGIN", query_only=True)
        else:
            self._writer = _postgresql(url)
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: committed whole on leaving, rolled back on any error."""
        with self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view; changes are refused."""
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def unhurried_disk(self) -> Iterator[None]:
        """Commits don't wait for the disk, all is on it at the end: only to fill an empty database, on SQLite alone.

        Whatever stops the machine meanwhile may leave a file that can't be read, and that holds nothing of worth.
        """
        url = make_url(self.url)
        if url.get_backend_name() != "sqlite":
            yield
            return

        def hasten(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA synchronous = OFF")

        self._writer.dispose()
        event.listen(self._writer, "connect", hasten)
        try:
            yield
        finally:
            event.remove(self._writer, "connect", hasten)
            self._writer.dispose()
            path = Path(str(url.database))
            for part in (path, path.with_name(f"{path.name}-wal"), path.parent):
                if part.exists():
                    sync_one(part)

    def wipe_log(self) -> None:
        """Leave nothing of what was deleted in SQLite's log; in its file it is overwritten as it is deleted.

        As far as readers let it: what one of them still holds goes with the next call. PostgreSQL's vacuum does it.
        """
        if make_url(self.url).get_backend_name() == "sqlite":
            connection = self._writer.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    @property
    def exists(self) -> bool:
        """Whether there is anything to open: a SQLite file may not have been made yet."""
        url = make_url(self.url)
        return url.get_backend_name() != "sqlite" or Path(str(url.database)).exists()

    @property
    def engines(self) -> tuple[Engine, ...]:
        """The engines behind it, for migrations and tests."""
        return (self._writer, self._reader)

    def close(self) -> None:
        """Give every connection back."""
        for engine in self.engines:
            engine.dispose()


def _postgresql(url: str) -> Engine:
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # Compiling a statement takes longer than any of ours runs: a search took 240 ms with it, 90 without.
        connection.execute("SET jit = off")
        connection.commit()

    return engine


def _sqlite(url: str, begin: str, *, query_only: bool = False) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)

    # Not before it is used: whoever only asks whether there is a database leaves no folder behind.
    @event.listens_for(engine, "do_connect")
    def _make_folder(*_: object) -> None:
        Path(str(make_url(url).database)).parent.mkdir(parents=True, exist_ok=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
            f"query_only = {int(query_only)}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
