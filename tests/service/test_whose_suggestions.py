"""Who sees which suggestion: those of their units and those of none, the same wherever suggestions are read."""

import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from rules import Ruleset
from service.accounts.model import LOCAL, Actor, Role, terminal
from service.errors import NotFoundError
from service.incidents.model import Registration
from service.intake.model import Choice, Outcome
from service.intake.store import (
    add_choice,
    count_between,
    count_suggestions,
    get_suggestion,
    recent_suggestions,
    recorded_facts,
    seen_by,
    suggestions_between,
    suggestions_of,
    used_suggestions,
)
from service.linking.actions import Linking
from service.rescoring.store import Rescored, add_rescored, history_of
from service.storage import migrate
from service.storage.database import Database
from tests.cases.town import ADMIN, AUDITOR, CENTRE, OFFICER, STRANGER, VOLUNTEER, Clock, incident, town

STAND_IN = replace(STRANGER, acts_for=STRANGER.acts_for | {"station"}, sees=STRANGER.sees | {"station"})
UNPLACED = Actor("unplaced", "unplaced", "新来的", frozenset({Role.DUTY}), "会话")
BOTH = replace(OFFICER, roles=frozenset({Role.DUTY, Role.AUDITOR}))
EVERYTHING = {"本所", "外所", "无单位"}
SEEN: dict[str, tuple[Actor, set[str]]] = {
    "值班民警": (OFFICER, {"本所", "无单位"}),
    "外单位民警": (STRANGER, {"外所", "无单位"}),
    "代班": (STAND_IN, EVERYTHING),
    "没有单位的民警": (UNPLACED, {"无单位"}),
    "矛调中心": (CENTRE, {"本所", "无单位"}),
    "调解志愿": (VOLUNTEER, {"无单位"}),
    "管理员": (ADMIN, {"无单位"}),
    "审计": (AUDITOR, EVERYTHING),
    "又是民警又是审计": (BOTH, EVERYTHING),
    "还没有账号": (LOCAL, EVERYTHING),
    "命令行": (terminal("王"), EVERYTHING),
}
EVERYBODY = pytest.mark.parametrize(("actor", "expected"), SEEN.values(), ids=SEEN)
ALWAYS = ("0000", "9999")


@pytest.fixture
def archive(database: Database, ruleset: Ruleset) -> dict[str, str]:
    """One suggestion of each kind of unit; what they are called by their ids."""
    units = {"本所": "station", "外所": "elsewhere-station", "无单位": ""}
    return {incident(database, ruleset, name, unit_id=unit): name for name, unit in units.items()}


@EVERYBODY
def test_everybody_finds_those_of_their_units_and_of_none(
    database: Database, archive: dict[str, str], actor: Actor, expected: set[str]
) -> None:
    with database.read() as connection:
        assert {name for one, name in archive.items() if get_suggestion(connection, actor, one)} == expected


@EVERYBODY
def test_every_list_and_count_has_the_same_ones(
    database: Database, archive: dict[str, str], actor: Actor, expected: set[str]
) -> None:
    with database.read() as connection:
        seen = seen_by(actor)
        for found in (
            recent_suggestions(connection, actor, 10, 0),
            used_suggestions(connection, actor),
            suggestions_between(connection, seen, *ALWAYS),
            recorded_facts(connection, seen),
        ):
            assert {archive[one.id] for one in found} == expected
        assert count_suggestions(connection, actor) == count_between(connection, seen, *ALWAYS) == len(expected)


@EVERYBODY
def test_the_pages_of_a_list_together_have_each_once(
    database: Database, archive: dict[str, str], actor: Actor, expected: set[str]
) -> None:
    with database.read() as connection:
        total = count_suggestions(connection, actor)
        pages = [recent_suggestions(connection, actor, 1, number) for number in range(total + 1)]
    assert pages[-1] == []
    assert sorted(archive[page[0].id] for page in pages[:-1]) == sorted(expected)


@EVERYBODY
def test_what_was_decided_again_is_seen_with_its_suggestion(
    database: Database, ruleset: Ruleset, archive: dict[str, str], actor: Actor, expected: set[str]
) -> None:
    job = str(uuid.uuid4())
    with database.write() as connection:
        add_rescored(
            connection,
            [
                Rescored(one, job, "2026-03-02", "测试", ruleset.version, "2026-03-02", "邻里", "低", "妇联", "蓝", "")
                for one in archive
            ],
        )
    with database.read() as connection:
        assert {name for one, name in archive.items() if history_of(connection, actor, one)} == expected


def test_a_case_shows_the_suggestions_of_all_its_incidents_in_whole(
    database: Database, archive: dict[str, str]
) -> None:
    chosen = Choice(Outcome("邻里", "妇联", (), "蓝"), True, "", "民警甲", seq=1, chosen_at="2026-03-02")
    first, *_ = archive
    with database.write() as connection:
        add_choice(connection, first, chosen)
    with database.read() as connection:
        found = suggestions_of(connection, list(archive))
    assert {archive[one] for one in found} == EVERYTHING
    assert found[first].choices == (chosen,)


def test_nobody_begins_a_case_or_adds_to_one_with_a_suggestion_that_they_do_not_see(
    database: Database, archive: dict[str, str]
) -> None:
    ids = {name: one for one, name in archive.items()}
    cases = town(database, Clock())
    own = cases.open(OFFICER, ids["本所"], Registration())
    with pytest.raises(NotFoundError, match=ids["外所"]):
        cases.open(OFFICER, ids["外所"], Registration())
    with pytest.raises(NotFoundError, match=ids["外所"]):
        cases.join(OFFICER, own.id, ids["外所"], Registration())


def test_nobody_holds_apart_what_they_do_not_see(database: Database, archive: dict[str, str]) -> None:
    ids = {name: one for one, name in archive.items()}
    cases = town(database, Clock())
    own = cases.open(OFFICER, ids["本所"], Registration())
    with pytest.raises(NotFoundError):
        Linking(cases, bytes(32)).hold_apart(OFFICER, ids["外所"], own.id, "")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_registered_before_goes_to_its_station(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}" if kind == "sqlite" else request.getfixturevalue("postgres").new_database()
    opened = Database(url)
    with opened.write() as connection:
        _as_before(connection)
        _keep_old(connection, "登记过的", "没登记的")
        connection.execute(
            text("INSERT INTO incident VALUES ('登记过的', '', '', '', '', 'station', 0, '', '', '')"),
        )
    migrate.upgrade(opened)
    with opened.read() as connection:
        found = dict(connection.execute(text("SELECT id, unit_id FROM suggestion")).all())  # type: ignore[arg-type]
    assert found == {"登记过的": "station", "没登记的": ""}
    with pytest.raises(DBAPIError, match="append-only"), opened.write() as connection:
        connection.execute(text("UPDATE suggestion SET unit_id = ''"))
    opened.close()


def _as_before(connection: Connection) -> None:
    """The database as it was before suggestions had a unit."""
    scripts = migrate._scripts()
    before = scripts.get_revision("0011").down_revision
    opts = {"fn": lambda current, _: scripts._upgrade_revs(before, current), "transactional_ddl": True}
    context = MigrationContext.configure(connection, opts=opts)
    with Operations.context(context):
        context.run_migrations()


def _keep_old(connection: Connection, *identities: str) -> None:
    connection.execute(text("INSERT INTO ruleset_version VALUES ('规则@1', '{}', '')"))
    for one in identities:
        connection.execute(
            text("INSERT INTO suggestion VALUES (:one, '', '页面', '', '', '', '', '', '', '规则@1', '{}', '{}')"),
            {"one": one},
        )
