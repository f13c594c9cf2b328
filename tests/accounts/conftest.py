"""Accounts without a trained model: nobody here reads a text, and a clock that only the test moves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from service import clock
from service.accounts import passwords
from service.accounts.actions import Accounts
from service.accounts.model import Account, Actor, Role, terminal
from service.accounts.signing import SignIn
from service.app import create_app
from service.audit.actions import Trail
from service.audit.model import Entry
from service.intake.actions import Intake
from service.rulesets.in_force import InForce
from service.storage.database import Database
from tests.rulesets.town import town

PASSWORD = "楼下的橘猫爱晒太阳吗"  # noqa: S105 - of this test alone
OTHER = "河边七棵柳树都还绿着"
ROOT = terminal("test")
ADDRESS = "http://127.0.0.1"


@dataclass
class Clock:
    """The time, moved by hand."""

    time: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def move(self, **duration: float) -> None:
        self.time += timedelta(**duration)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The station's clock, in the hands of the test."""
    hands = Clock()
    monkeypatch.setattr(clock, "now", lambda: hands.time)
    return hands


@dataclass(frozen=True)
class Station:
    """A database with its door, its accounts and its chain; `wang` is 值班民警, `admin` is 管理员."""

    database: Database
    wang: Account
    admin: Account

    @property
    def door(self) -> SignIn:
        return SignIn(self.database)

    @property
    def accounts(self) -> Accounts:
        return Accounts(self.database)

    def signed_in(self, login: str, password: str = PASSWORD) -> tuple[str, Actor]:
        """A token and the actor that it stands for."""
        token = self.door.enter(login, password, "Firefox")
        actor = self.door.recognise(token, "")
        assert actor is not None
        return token, actor

    def audit(self) -> list[Entry]:
        """What was recorded, oldest first."""
        assert Trail(self.database).verify().fault is None
        return Trail(self.database).read(ROOT, 1000).entries[::-1]


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2 at its cheapest: how dear it must be is tested with the passwords themselves."""
    monkeypatch.setattr(passwords, "_HASH", PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),)))
    passwords._decoy.cache_clear()
    yield
    passwords._decoy.cache_clear()


@pytest.fixture
def station(database: Database, time: Clock, cheap_hashes: None) -> Station:
    """Two accounts whose holders have chosen their passwords."""
    accounts = Accounts(database)
    admin = accounts.create(ROOT, "admin", "赵管理", [Role.ADMIN], PASSWORD, must_change=False)
    wang = accounts.create(ROOT, "wang", "王警官", [Role.DUTY], PASSWORD, must_change=False)
    return Station(database, wang, admin)


@pytest.fixture
def browser(database: Database) -> Iterator[Callable[[], TestClient]]:
    """Browsers without cookies, each its own, at one service."""
    model = SimpleNamespace(
        fingerprint="试", tokenizer=SimpleNamespace(implementation="rjieba"), tokenizer_note="rjieba"
    )
    app = create_app(prepared=Intake(cast(Any, model), InForce(town()), database))
    with TestClient(app, base_url=ADDRESS):
        yield lambda: TestClient(app, base_url=ADDRESS, follow_redirects=False)
