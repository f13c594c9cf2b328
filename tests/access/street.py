"""A street with everything that a route can ask for, one person for each role, and the answer that each gets."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from fastapi.testclient import TestClient
from httpx2 import Response
from starlette.types import ASGIApp

from service import clock
from service.accounts.actions import Accounts
from service.accounts.gate import COOKIE
from service.accounts.model import Actor, Role
from service.accounts.signing import SignIn
from service.storage.copying import sqlite_file
from service.storage.database import Database
from service.units.model import Post, Unit
from service.units.standing_in import StandIns
from service.units.store import add_units, place
from tests.accounts.conftest import PASSWORD, ROOT
from tests.cases.town import UNITS

ADDRESS = "http://127.0.0.1"
NOBODY = "没有登录"
# By the head of their column: unit and role. The stand-in is of another station and stands in for 值班民警 today.
PEOPLE: dict[str, tuple[str, Role]] = {
    "值班民警": ("station", Role.DUTY),
    "矛调中心": ("centre", Role.CENTRE),
    "承办人": ("women", Role.HANDLER),
    "调解志愿": ("village", Role.HELPER),
    "领导": ("street", Role.LEADER),
    "规则编辑": ("street", Role.EDITOR),
    "规则发布": ("street", Role.PUBLISHER),
    "管理员": ("street", Role.ADMIN),
    "审计": ("street", Role.AUDITOR),
    "外单位民警": ("elsewhere-station", Role.DUTY),
    "代班": ("elsewhere-station", Role.DUTY),
}
COLUMNS = (NOBODY, *PEOPLE)


def unit_id(name: str) -> str:
    """The id of a unit of the street: such as a route takes."""
    return str(uuid5(NAMESPACE_DNS, name))


def settle(database: Database) -> dict[str, str]:
    """Units and people; the accounts' ids by the heads of their columns."""
    with database.write() as connection:
        add_units(connection, [_unit(one) for one in UNITS])
    accounts = Accounts(database)
    ids = {
        name: accounts.create(ROOT, name, name, [role], PASSWORD, must_change=False).id
        # The first account must be able to make others.
        for name, (_, role) in sorted(PEOPLE.items(), key=lambda one: one[1][1] is not Role.ADMIN)
    }
    with database.write() as connection:
        for name, (unit, _) in PEOPLE.items():
            place(connection, ids[name], unit_id(unit), Post.MEMBER)
    today = clock.now().date()
    StandIns(database).name(ROOT, ids["代班"], today, today + timedelta(days=1), ids["值班民警"])
    return ids


def enter(database: Database, who: str) -> tuple[str, Actor]:
    """Somebody signs in: a token, and whom the service sees."""
    door = SignIn(database)
    token = door.enter(who, PASSWORD, "Firefox")
    actor = door.recognise(token, "")
    assert actor is not None
    return token, actor


def _unit(one: Unit) -> Unit:
    parent = unit_id(one.parent_id) if one.parent_id else None
    return replace(one, id=unit_id(one.id), parent_id=parent, created_at=clock.stamp())


@dataclass
class Street:
    """A service whose database is put back to how it was after every request that may have changed it."""

    client: TestClient
    database: Database
    tokens: dict[str, str]
    before: sqlite3.Connection
    there: dict[str, str]

    def ask(self, who: str, method: str, path: str, sent: dict[str, Any]) -> Response:
        """What somebody gets who asks for something."""
        cookie = {"Cookie": f"{COOKIE}={self.tokens[who]}"} if who in self.tokens else {}
        answer = self.client.request(method, path, headers=cookie, follow_redirects=False, **sent)
        self.client.cookies.clear()
        if method != "GET" and (answer.status_code < 400 or path == "/login"):
            self.put_back()
        return answer

    def path(self, route: str) -> str:
        """The route with something that is there in place of every {name}."""
        for name in re.findall(r"{(.*?)}", route):
            before = route.partition("{" + name)[0].rstrip("/").rpartition("/")[2]
            route = route.replace("{" + name + "}", self.there.get(name) or self.there[before], 1)
        return route

    def put_back(self) -> None:
        """The database as it was when all began."""
        file = sqlite_file(self.database)
        assert file is not None
        with closing(sqlite3.connect(file)) as live:
            live.execute("PRAGMA synchronous = OFF")
            self.before.backup(live)


def routes(app: ASGIApp) -> Iterator[tuple[str, str]]:
    """Method and path of everything that the application answers; what lies below /static is no route."""
    waiting = [*app.routes]  # type: ignore[attr-defined]
    while waiting:
        route = waiting.pop()
        waiting += getattr(getattr(route, "original_router", None), "routes", [])
        for method in (getattr(route, "methods", None) or set()) - {"HEAD"}:
            yield method, route.path


def verdict(method: str, answer: Response) -> str:
    """The class of an answer: 登 sign in first, 拒 not yours to do, 无 nothing there for you, 可 let in.

    What was let in may still be wrong in itself (422) or come at the wrong time (409).
    """
    sent_away = method == "GET" and answer.is_redirect and answer.headers["location"].startswith("/login")
    if answer.status_code == 401 or sent_away:
        return "登"
    assert answer.status_code < 500, answer.text
    return {403: "拒", 404: "无"}.get(answer.status_code, "可")


def sent(method: str, route: str, there: dict[str, str]) -> dict[str, Any]:
    """Words that fit a route, wherever wrong ones would be refused before anybody asks whose they are."""
    today = str(clock.now().date())
    opening = {"suggestion_id": there["suggestions"]}
    holiday = {"stand_in_id": there["account"], "first_day": today, "last_day": today}
    known: dict[str, dict[str, Any]] = {
        "POST /login": {"data": {"login": "值班民警", "password": PASSWORD}},
        "POST /": {"data": {"text": ""}},
        "POST /live": {"data": {"text": "", "hour": "?"}},
        "POST /rescoring/archive": {"data": {"since": "2026-01-01", "until": "2026-01-02"}},
        "POST /suggestions/{identity}/apart": {"data": {"case_id": there["cases"]}},
        "POST /cases/{identity}/acts": {"data": {"act": "签收", "seen": "1"}},
        "POST /units/table": {"files": {"table": ("单位.csv", "单位,类型,上级,部门\n".encode())}},
        "POST /api/v1/accounts": {"json": {"login": "new", "roles": ["审计"], "password": PASSWORD}},
        "POST /api/v1/accounts/{identity}/keys": {"json": {"name": "程序", "roles": ["值班民警"]}},
        "POST /api/v1/accounts/{identity}/password": {"json": {"password": "河边七棵柳树都还绿着"}},
        "POST /api/v1/cases": {"json": opening},
        "POST /api/v1/cases/{identity}/incidents": {"json": opening},
        "POST /api/v1/cases/{identity}/acts": {"json": {"act": "签收"}},
        "POST /api/v1/rescoring/archive": {"json": {"since": "2026-01-01", "until": "2026-01-02"}},
        "POST /api/v1/rescoring/{identity}/start": {"json": {"text": "描述"}},
        "POST /api/v1/rules/check": {"json": {"files": {}}},
        "POST /api/v1/stand-ins": {"json": holiday},
        "POST /api/v1/suggestions/{identity}/choices": {"json": {"accept": True}},
        "POST /api/v1/units": {"json": {"name": "新村", "kind": "村(社区)"}},
        "POST /api/v1/webhooks": {"json": {"unit_id": there["units"], "url": "http://10.0.0.2/", "acts": ["签收"]}},
        "PUT /api/v1/rules/drafts/{identity}": {"json": {"files": {}, "revision": 9}},
        "PUT /api/v1/rules/drafts/{identity}/table": {"data": {"revision": "9"}, "files": {"table": ("a.xlsx", b"")}},
    }
    drafts = ("confirm", "drop", "publish", "rebase")
    known |= {f"POST /api/v1/rules/drafts/{{identity}}/{do}": {"json": {"revision": 9}} for do in drafts}
    known |= {f"POST /rules/drafts/{{identity}}/{do}": {"data": {"revision": "9"}} for do in drafts}
    known |= {f"POST /rules/drafts/{{identity}}{do}": {"data": {"revision": "9"}} for do in ("", "/table")}
    known["POST /api/v1/rules/versions/{number}/rollback"] = {"json": {"note": ""}}
    if method in ("GET", "DELETE"):
        return {}
    return known.get(f"{method} {route}", {"json": {}} if route.startswith("/api/") else {"data": {"more": "1"}})
