"""Words and a column come in; where they stand in it goes out, on every kind of database."""

from sqlalchemy import Column, ColumnElement, Connection, func


def place_in(connection: Connection, column: Column[str] | ColumnElement[str], words: str) -> ColumnElement[int]:
    """The place of the words in the column from 1, or 0. As they stand: nothing is a wildcard, and case counts.

    A pattern is worse: PostgreSQL would put a bound one together anew for every row, and SQLite overlooks case.
    """
    return (func.strpos if connection.dialect.name == "postgresql" else func.instr)(column, words)
