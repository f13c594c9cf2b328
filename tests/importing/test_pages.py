"""Importing over the page and the interface: from the file to what came of it, as a job in a process of its own."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service import clock
from service.accounts.actions import Accounts
from service.accounts.model import Role
from service.jobs.model import State
from service.settings import Settings
from service.storage import migrate
from service.storage.database import Database
from service.units.model import Post
from service.units.store import add_units, place
from tests.accounts.conftest import PASSWORD, ROOT
from tests.cases.town import UNITS
from tests.importing.test_run import DAY, LEAK
from tests.rescoring.asking import csv_of, own_data_dir, serving

FILE = csv_of(
    [("A000001", f"{DAY} 08:00", LEAK), ("A000001", f"{DAY} 08:00", LEAK), ("A000002", "不知道", LEAK)],
    ("接警编号", "报警时间", "报警内容"),
)
API = "/api/v1/incidents/import"


@pytest.fixture(scope="module")
def client(trained_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = own_data_dir(trained_data_dir, tmp_path_factory.mktemp("importing") / "data")
    database = Database(Settings(data_dir=folder).database)
    migrate.upgrade(database)
    with database.write() as connection:
        add_units(connection, UNITS)
    accounts = Accounts(database)
    accounts.create(ROOT, "root", "管理员", [Role.ADMIN], PASSWORD, must_change=False)
    officer = accounts.create(ROOT, "officer", "民警甲", [Role.DUTY], PASSWORD, must_change=False)
    with database.write() as connection:
        place(connection, officer.id, "station", Post.MEMBER)
    _, key = accounts.create_key(ROOT, officer.id, "程序", [Role.DUTY])
    database.close()
    with serving(folder) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        yield client


def ended(client: TestClient, identity: str) -> dict[str, Any]:
    deadline = time.monotonic() + 120
    while True:
        shown: dict[str, Any] = client.get(f"{API}/{identity}").json()
        if shown["ended_at"]:
            return shown
        assert time.monotonic() < deadline, shown
        time.sleep(0.2)


def test_a_program_sends_a_file_and_learns_what_came_of_it(client: TestClient) -> None:
    answer = client.post(API, files={"file": ("旧.csv", FILE)})
    assert answer.status_code == 202, answer.text
    done = ended(client, answer.json()["id"])
    assert (done["state"], done["unit"], done["failure"]) == (State.DONE, "柳塘派出所", "")
    result = done["result"]
    assert (result["rows"], result["imported"], result["there"], result["refused"]) == (3, 1, 1, 1)
    assert result["told"][0]["row"] == 4
    refused = client.get(f"{API}/{done['id']}/refused")
    assert refused.content.startswith(b"PK")


def test_the_file_itself_is_gone_once_it_is_imported(client: TestClient) -> None:
    identity = client.post(API, files={"file": ("再来.csv", FILE)}).json()["id"]
    assert ended(client, identity)["result"]["imported"] == 0
    folder = client.app.state.importing.settings.importing_dir / identity  # type: ignore[attr-defined]
    assert {one.name for one in folder.iterdir()} == {"占用", "结果.json", "没有收的行.xlsx"}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"column": "警情描述=天气"}, "没有“天气”这一列"),
        ({"column": "警情描述"}, "项=列"),
        ({"unit": "东山派出所"}, "请选"),
    ],
)
def test_what_can_not_be_begun_leaves_nothing(client: TestClient, query: dict[str, str], message: str) -> None:
    before = client.app.state.importing.count(ROOT)  # type: ignore[attr-defined]
    answer = client.post(API, params=query, files={"file": ("旧.csv", FILE)})
    assert answer.status_code == 422
    assert message in answer.json()["message"]
    assert client.app.state.importing.count(ROOT) == before  # type: ignore[attr-defined]


def test_the_page_shows_the_first_rows_as_they_will_be_read(client: TestClient) -> None:
    page = client.post("/incidents/import", files={"file": ("页面.csv", FILE)})
    assert page.status_code == 200
    assert "前几行会这样收" in page.text
    assert LEAK in page.text
    assert "读不出是什么时间" in page.text
    chosen = {"column:警情描述": "报警内容", "column:报警时间": "报警时间", "do": "look"}
    assert "A000001" not in client.post(f"{page.url.path}/start", data=chosen).text.partition("哪一列是什么")[0]
    begun = client.post(f"{page.url.path}/start", data=chosen | {"column:接警编号": "接警编号", "do": "start"})
    assert begun.url.path == page.url.path
    assert ended(client, page.url.path.rpartition("/")[2])["state"] == State.DONE
    assert "读不出是什么时间" in client.get(page.url.path).text
    assert clock.now().strftime("%Y") in client.get("/incidents/import").text
