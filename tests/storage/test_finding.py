"""Words are found as they stand, alike on every kind of database."""

import pytest
from sqlalchemy import insert, select

from service.storage.database import Database
from service.storage.finding import place_in
from service.storage.tables.units import unit


@pytest.mark.parametrize(
    ("words", "place"), [("柳塘", 1), ("100%", 3), ("塘1", 2), ("塘_", 0), ("%", 6), ("ab", 0), ("AB", 7), ("石桥", 0)]
)
def test_where_words_stand(database: Database, words: str, place: int) -> None:
    with database.write() as connection:
        values = {"id": "1", "name": "柳塘100%AB", "kind": "镇街", "departments": "[]", "created_at": ""}
        connection.execute(insert(unit).values(values))
        assert connection.execute(select(place_in(connection, unit.c.name, words))).scalar_one() == place
