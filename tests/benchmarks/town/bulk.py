"""Rows of a new database come in by the million, past everything that makes single rows slow; it goes out as usual.

Keys and indexes are made afterwards, and what the planner wants to know is gathered. Nobody else may use it meanwhile.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Protocol

import psycopg
from sqlalchemy import Table, make_url

Row = Sequence[object]


class Bulk(Protocol):
    """Where rows are put. Each has a value for every column of the table, in their order."""

    def put(self, table: Table, rows: Iterable[Row]) -> None:
        """Add them; on SQLite they are best in the order of their keys."""


class _Copying:
    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def put(self, table: Table, rows: Iterable[Row]) -> None:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        command = f"COPY {table.name} ({columns}) FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(command.encode()) as copy:
            for row in rows:
                copy.write_row(row)


class _Inserting:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def put(self, table: Table, rows: Iterable[Row]) -> None:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        marks = ", ".join("?" for _ in table.columns)
        self._connection.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", rows)  # noqa: S608


@contextmanager
def bulk(url: str) -> Iterator[Bulk]:
    """Put rows into the migrated database of a URL; on leaving all are there, with their indexes."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(parts.database), isolation_level=None)) as connection:
            yield from _into_sqlite(connection)
        return
    server = {"host": str(parts.query["host"]), "user": parts.username, "dbname": parts.database}
    with psycopg.connect(**server, autocommit=True) as connection:
        yield from _into_postgresql(connection)


def _into_sqlite(connection: sqlite3.Connection) -> Iterator[Bulk]:
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -1000000"):
        connection.execute(f"PRAGMA {pragma}")
    indexes = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    made = dict(indexes.fetchall())
    for name in made:
        connection.execute(f"DROP INDEX {name}")
    connection.execute("BEGIN")
    yield _Inserting(connection)
    connection.execute("COMMIT")
    for command in made.values():
        connection.execute(command)
    connection.execute("ANALYZE")
    connection.execute("PRAGMA journal_mode = WAL")


def _into_postgresql(connection: psycopg.Connection) -> Iterator[Bulk]:
    connection.execute("SET maintenance_work_mem = '1GB'")
    # References are not looked up one by one.
    connection.execute("SET session_replication_role = replica")
    found = connection.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype FROM pg_constraint "
        "WHERE contype IN ('p', 'f') AND connamespace = 'public'::regnamespace AND conrelid::regclass::text "
        "<> 'alembic_version'"
    ).fetchall()
    references, keys = ([one for one in found if one[3] == kind] for kind in "fp")
    for table, name, *_ in (*references, *keys):
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
    indexes = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}".encode())
    yield _Copying(connection)
    for table, name, definition, _ in keys:
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}".encode())
    for _, definition in indexes:
        connection.execute(definition.encode())
    for table, name, definition, _ in references:
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID".encode())
    # As its own housekeeping does soon after: without it no index alone answers anything.
    connection.execute("VACUUM ANALYZE")
