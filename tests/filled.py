"""Databases that are filled alike: the first filling is done, the others get the rows that it left."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Table, insert, select

from service.storage.database import Database
from service.storage.tables import metadata

Told = TypeVar("Told")

_left: dict[Hashable, tuple[Any, Sequence[tuple[Table, list[dict[str, Any]]]]]] = {}


def filled(database: Database, name: str, fill: Callable[[], Told]) -> Told:
    """What `fill` returned when it first filled an empty database of this system under this name.

    It must do no more than write: nothing of it may lie in files or in memory.
    """
    key = name, database.engines[0].dialect.name
    if key not in _left:
        assert not _rows(database), "only an empty database is filled"
        told = fill()
        _left[key] = told, _rows(database)
        return told
    told, rows = _left[key]
    with database.write() as connection:
        for table, those in rows:
            connection.execute(insert(table), those)
    return told


def _rows(database: Database) -> Sequence[tuple[Table, list[dict[str, Any]]]]:
    with database.read() as connection:
        found = [(table, connection.execute(select(table)).mappings().all()) for table in metadata.sorted_tables]
    return [(table, [dict(row) for row in rows]) for table, rows in found if rows]
