"""The database as it must stand: pragmas, append-only tables, migrations that several may start at once."""

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from service.storage import migrate
from service.storage.database import Database
from service.storage.tables import APPEND_ONLY, metadata


def test_tables_are_as_the_migrations_leave_them(database: Database) -> None:
    assert migrate.revision(database) == migrate.head()
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_revisions_told_by_names_are_those_that_the_scripts_declare() -> None:
    scripts = list(migrate._scripts().walk_revisions())
    assert migrate.known() == {script.revision for script in scripts}
    assert migrate.head() == scripts[0].revision


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    opened = Database(f"sqlite:///{tmp_path / 'newer.db'}")
    migrate.upgrade(opened)
    with opened.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrate.UnknownRevisionError, match="9999"):
        migrate.upgrade(opened)
    assert migrate.revision(opened) == "9999"
    opened.close()


def test_upgrading_again_changes_nothing(database: Database) -> None:
    assert migrate.upgrade(database) == migrate.head()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_several_may_upgrade_at_once(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}" if kind == "sqlite" else request.getfixturevalue("postgres").new_database()
    faults: list[Exception] = []

    def upgrade() -> None:
        opened = Database(url)
        try:
            migrate.upgrade(opened)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            faults.append(error)
        finally:
            opened.close()

    threads = [threading.Thread(target=upgrade) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    opened = Database(url)
    assert migrate.revision(opened) == migrate.head()
    opened.close()


def _add_and_fail(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("INSERT INTO ruleset_version VALUES ('规则@1', '{}', '')"))
        raise ZeroDivisionError


def _add_version(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("INSERT INTO ruleset_version VALUES ('规则@1', '{}', '2026-01-01T00:00:00.000Z')"))


@pytest.mark.parametrize("change", ["UPDATE ruleset_version SET files = ''", "DELETE FROM ruleset_version"])
def test_records_are_never_changed(database: Database, change: str) -> None:
    _add_version(database)
    with pytest.raises(DBAPIError, match="append-only"), database.write() as connection:
        connection.execute(text(change))


def test_every_record_table_has_its_triggers(database: Database) -> None:
    with database.read() as connection:
        query = (
            "SELECT DISTINCT event_object_table FROM information_schema.triggers"
            if connection.dialect.name == "postgresql"
            else "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'"
        )
        assert set(connection.execute(text(query)).scalars()) == set(APPEND_ONLY)


def test_reading_can_change_nothing(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as connection:
        connection.execute(text("INSERT INTO ruleset_version VALUES ('规则@1', '{}', '')"))


def test_a_reading_sees_one_moment_and_a_writing_may_follow(database: Database) -> None:
    with database.read() as connection:
        before = connection.execute(text("SELECT count(*) FROM ruleset_version")).scalar()
        _add_version(database)
        assert connection.execute(text("SELECT count(*) FROM ruleset_version")).scalar() == before
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM ruleset_version")).scalar() == 1


def test_postgresql_compiles_no_statement_and_keeps_the_options_it_was_given(request: pytest.FixtureRequest) -> None:
    plain = make_url(request.getfixturevalue("postgres").new_database())
    for options, expected in ({}, "0"), ({"options": "-c statement_timeout=9s"}, "9s"):
        database = Database(plain.update_query_dict(options).render_as_string(hide_password=False))
        with database.read() as connection:
            assert connection.execute(text("SHOW jit")).scalar() == "off"
            assert connection.execute(text("SHOW statement_timeout")).scalar() == expected
        database.close()


def test_complaints_never_quote_what_was_stored(database: Database) -> None:
    _add_version(database)
    again = text("INSERT INTO ruleset_version VALUES ('规则@1', :files, '')")
    with pytest.raises(DBAPIError) as caught, database.write() as connection:
        connection.execute(again, {"files": "身份证330102199001011234"})
    assert "330102199001011234" not in str(caught.value)


def test_a_failed_write_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        _add_and_fail(database)
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM ruleset_version")).scalar() == 0


def test_every_pooled_sqlite_connection_has_its_pragmas(tmp_path: Path) -> None:
    opened = Database(f"sqlite:///{tmp_path / 'tongban.db'}")
    migrate.upgrade(opened)
    for engine, query_only in zip(opened.engines, (0, 1), strict=True):
        connections = [engine.raw_connection() for _ in range(3)]
        for connection in connections:
            cursor = connection.cursor()
            values = [
                cursor.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "foreign_keys", "query_only")
            ]
            assert values == ["wal", 2, 1, query_only]
        for connection in connections:
            connection.close()
    opened.close()


def _synchronous(database: Database) -> int:
    with database.write() as connection:
        return int(connection.execute(text("PRAGMA synchronous")).scalar_one())


def test_the_disk_is_not_waited_for_only_while_an_empty_database_is_filled(tmp_path: Path) -> None:
    opened = Database(f"sqlite:///{tmp_path / 'tongban.db'}")
    migrate.upgrade(opened)
    assert _synchronous(opened) == 2
    with pytest.raises(ZeroDivisionError), opened.unhurried_disk():
        _add_and_fail(opened)
    assert _synchronous(opened) == 2
    with opened.unhurried_disk():
        assert _synchronous(opened) == 0
        _add_version(opened)
    assert _synchronous(opened) == 2
    with opened.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM ruleset_version")).scalar() == 1
    opened.close()


def test_filling_works_on_both_systems(database: Database) -> None:
    with database.unhurried_disk():
        _add_version(database)
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM ruleset_version")).scalar() == 1
