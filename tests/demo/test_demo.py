"""The invented town: it fills an empty database only, all its chains hold, and it is known for what it is."""

from collections import Counter
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from rules import load
from service.accounts import passwords
from service.accounts.model import LOCAL, terminal
from service.app import create_app
from service.audit.actions import Trail
from service.cases.actions import Cases
from service.cases.life import Act, State
from service.cases.model import fault, fold
from service.cases.store import case_of, events_of, seen_cases
from service.demo.filling import Login, fill
from service.errors import RefusedError
from service.intake.actions import Intake
from service.rulesets.in_force import InForce
from service.startup import silent
from service.storage import migrate
from service.storage.database import Database
from service.storage.tables.accounts import account
from service.storage.tables.cases import case_event, outbox
from service.storage.tables.incidents import incident
from service.storage.tables.linking import incident_key
from service.storage.tables.messages import notice
from service.storage.tables.suggestions import suggestion
from tests.cases.town import Clock, policy
from tests.conftest import TODAY
from tests.filled import filled

ROOT, SECRET = terminal("试"), bytes(range(32))
NOW = datetime(2026, 6, 1, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def invented(desk: Intake) -> list[Login]:
    return fill(desk, Cases(desk.database, policy(), Clock(NOW), link_key=SECRET), ROOT, silent, seed=7, count=12)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """How dear a hash must be is tested with the passwords themselves."""
    monkeypatch.setattr(passwords, "hashed", lambda password: f"plain {len(password)}")


@pytest.fixture
def town(desk: Intake) -> list[Login]:
    """A town with few cases."""
    return filled(desk.database, "the invented town", lambda: invented(desk))


def acts(database: Database) -> Counter[str]:
    with database.read() as connection:
        return Counter(connection.execute(select(case_event.c.act)).scalars())


def test_every_chain_of_the_town_holds(desk: Intake, town: list[Login]) -> None:
    assert Trail(desk.database).verify().fault is None
    with desk.database.read() as connection:
        cases = [case_of(row) for row in connection.execute(seen_cases(LOCAL))]
        assert len(cases) == 12
        for case in cases:
            events = events_of(connection, case.id)
            assert fault(events) is None
            assert fold(case.id, events) == case


def test_cases_go_every_way_that_a_newcomer_is_to_see(desk: Intake, town: list[Login]) -> None:
    done = acts(desk.database)
    wanted = {Act.TRANSFER, Act.KEEP, Act.REPORT, Act.RESOLVE, Act.VISIT, Act.ARCHIVE, Act.RECUR, Act.CRIMINAL, Act.END}
    assert wanted <= done.keys()
    with desk.database.read() as connection:
        changes = "".join(connection.execute(select(case_event.c.changes).where(case_event.c.act == "退回")).scalars())
    assert State.ARBITRATION in changes, "a third return went to arbitration"


def test_every_incident_of_the_town_can_be_found_again(desk: Intake, town: list[Login]) -> None:
    with desk.database.read() as connection:
        registered = set(connection.execute(select(incident.c.id)).scalars())
        traced = set(connection.execute(select(incident_key.c.incident_id)).scalars())
    assert registered == traced != set()


def test_nothing_happens_after_the_moment_of_filling(desk: Intake, town: list[Login]) -> None:
    with desk.database.read() as connection:
        latest = max(connection.execute(select(case_event.c.at)).scalars())
        earliest = min(connection.execute(select(suggestion.c.created_at)).scalars())
    assert latest < "2026-06-01T07:00:00.000Z"
    assert earliest < "2026-03-15"


def test_people_were_told_at_the_time_and_only_what_came_lately_is_unread(desk: Intake, town: list[Login]) -> None:
    with desk.database.read() as connection:
        made = {row.made_at: row.read_at for row in connection.execute(select(notice.c.made_at, notice.c.read_at))}
        assert connection.execute(select(outbox).where(outbox.c.done_at.is_(None))).all() == []
    assert min(made) < "2026-03-15"
    assert {stamp for stamp, read in made.items() if read} == {stamp for stamp in made if stamp < "2026-05-30T07"}


def test_the_same_seed_tells_the_same_story(desk: Intake, town: list[Login], tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path}/other.db")
    migrate.upgrade(other)
    again = invented(Intake(desk.model, desk.in_force, other))
    with desk.database.read() as one, other.read() as two:
        for query in (
            select(case_event.c.at, case_event.c.act, case_event.c.reason).order_by(case_event.c.at, case_event.c.act),
            select(suggestion.c.created_at, suggestion.c.text_hash).order_by(suggestion.c.created_at),
        ):
            assert sorted(map(tuple, one.execute(query))) == sorted(map(tuple, two.execute(query)))
    assert [login.login for login in again] == [login.login for login in town]
    other.close()


def test_passwords_differ_each_time_and_are_kept_nowhere(desk: Intake, town: list[Login]) -> None:
    assert len({login.password for login in town}) == len(town)
    with desk.database.read() as connection:
        kept = " ".join(connection.execute(select(account.c.password_hash)).scalars())
        for entry in Trail(desk.database).read(ROOT, 10_000).entries:
            kept += entry.detail
    assert not [login.login for login in town if login.password in kept]


def test_a_database_that_has_anything_is_left_alone(desk: Intake) -> None:
    desk.suggest("楼上漏水，双方争吵", {}, "页面")
    with pytest.raises(RefusedError, match="已经有数据"):
        invented(desk)
    assert Trail(desk.database).verify().count == 0


def alone(desk: Intake) -> Intake:
    """The same desk with a rule set of its own: an application closes its rule set when it ends."""
    ruleset, problems = load(Path(str(files("rules") / "library")), today=TODAY)
    assert ruleset is not None, problems
    return Intake(desk.model, InForce(ruleset), desk.database)


def test_every_page_says_that_all_is_invented(desk: Intake, town: list[Login]) -> None:
    with TestClient(create_app(prepared=alone(desk)), base_url="http://127.0.0.1") as browser:
        assert "演示数据，全部虚构" in browser.get("/login").text


def test_a_real_station_is_not_called_invented(desk: Intake) -> None:
    with TestClient(create_app(prepared=alone(desk)), base_url="http://127.0.0.1") as browser:
        assert "演示数据" not in browser.get("/").text
