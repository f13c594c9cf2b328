"""Triggers that refuse UPDATE and DELETE on tables whose rows are records. SQLite's batch migrations drop
triggers silently, so every migration that rebuilds such a table calls `install` again."""

from sqlalchemy import Connection, text

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END $$
"""


def install(connection: Connection, tables: tuple[str, ...]) -> None:
    """Make the tables append-only. Table names come from our own code, never from input."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRES_FUNCTION))
        for table in tables:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"))
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
                )
            )
        return
    for table in tables:
        for change in ("UPDATE", "DELETE"):
            name = f"{table}_no_{change.lower()}"
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
            connection.execute(
                text(
                    f"CREATE TRIGGER {name} BEFORE {change} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
                )
            )
