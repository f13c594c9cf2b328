"""Triggers that refuse UPDATE and DELETE on tables whose rows are records. SQLite's batch migrations drop
triggers silently, so every migration that rebuilds such a table calls `install` again."""

from sqlalchemy import Connection, text

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END $$
"""
_POSTGRES_UNLESS = """
CREATE OR REPLACE FUNCTION refuse_change_unless_{unless}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' OR NOT EXISTS (SELECT 1 FROM {unless}) THEN
    RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$
"""


def install(connection: Connection, tables: tuple[str, ...], *, unless: str = "") -> None:
    """Make the tables append-only. Table names come from our own code, never from input.

    `unless` names a table: while a transaction sees a row there, it may change these. A row that is taken away before
    the commit is seen by that transaction alone.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRES_UNLESS.format(unless=unless) if unless else _POSTGRES_FUNCTION))
        function = f"refuse_change_unless_{unless}" if unless else "refuse_change"
        for table in tables:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"))
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                    f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
                )
            )
        return
    condition = f"WHEN NOT EXISTS (SELECT 1 FROM {unless}) " if unless else ""  # noqa: S608
    for table in tables:
        for change in ("UPDATE", "DELETE"):
            name = f"{table}_no_{change.lower()}"
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
            connection.execute(
                text(
                    f"CREATE TRIGGER {name} BEFORE {change} ON {table} {condition}"
                    f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
                )
            )
