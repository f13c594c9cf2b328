"""A street with its units and people, on both databases; the clock is in the hands of the test."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from fastapi.testclient import TestClient

from service.accounts.model import Account, Actor, Role
from service.units.actions import TOP, Units
from service.units.model import Unit
from service.units.standing_in import StandIns
from tests.accounts.conftest import PASSWORD, ROOT, Station, browser, cheap_hashes, station, time

__all__ = ["browser", "cheap_hashes", "station", "time"]

DEPARTMENTS = ("街道矛调中心", "村(社区)", "派出所", "人社")
Browser = Callable[[], TestClient]


@dataclass(frozen=True)
class Town:
    """城关镇 with a 派出所, a 矛调中心, a 部门 and two villages; 东乡镇 with a 派出所. People are made on the way."""

    station: Station
    units: dict[str, Unit] = field(default_factory=dict)

    @property
    def all(self) -> Units:
        return Units(self.station.database, lambda: DEPARTMENTS)

    @property
    def rota(self) -> StandIns:
        return StandIns(self.station.database)

    def add(self, name: str, kind: str, parent: str = "", *departments: str) -> Unit:
        above = self.units[parent].id if parent else TOP
        self.units[name] = self.all.add(ROOT, name, kind, above, departments)
        return self.units[name]

    def person(self, login: str, unit: str = "", *roles: Role, post: str = "成员") -> Account:
        made = self.station.accounts.create(ROOT, login, login, roles or [Role.HANDLER], PASSWORD, must_change=False)
        if unit:
            self.all.place(ROOT, made.id, self.units[unit].id, post)
        return made

    def actor(self, login: str) -> Actor:
        return self.station.signed_in(login)[1]

    def seen(self, login: str) -> set[str]:
        """What somebody who signs in sees, by name."""
        sees = self.actor(login).sees
        return {unit.name for unit in self.units.values() if unit.id in sees}


@pytest.fixture
def town(station: Station) -> Town:
    made = Town(station)
    made.add("城关镇", "镇街")
    made.add("城关派出所", "派出所", "城关镇", "派出所")
    made.add("城关矛调中心", "矛调中心", "城关镇", "街道矛调中心")
    made.add("城关人社所", "部门", "城关镇", "人社")
    made.add("桥头村", "村(社区)", "城关镇")
    made.add("河东社区", "村(社区)", "城关镇")
    made.add("东乡镇", "镇街")
    made.add("东乡派出所", "派出所", "东乡镇", "派出所")
    return made


def signed_in(browser: Browser, login: str) -> TestClient:
    """A browser in which somebody signed in."""
    client = browser()
    assert client.post("/login", data={"login": login, "password": PASSWORD}).status_code == 303
    return client
