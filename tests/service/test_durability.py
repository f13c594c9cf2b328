"""Kill -9 in the middle of a stream of suggestions: what was acknowledged is there afterwards."""

import json
import random
import threading
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path

import pytest

from service.storage.database import Database
from tests.service.running import RunningService


def _stream(url: str, worker: int, acknowledged: dict[str, str]) -> None:
    number = 0
    while True:
        body = json.dumps({"text": f"第{worker}-{number}号：楼上漏水，多次协商未果"}).encode()
        request = urllib.request.Request(  # noqa: S310 - our own loopback address
            f"{url}/api/v1/suggestions", body, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                text = answer.read().decode()
                acknowledged[json.loads(text)["id"]] = text
        except (OSError, HTTPException, json.JSONDecodeError):
            return
        number += 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_acknowledged_is_lost(
    kind: str, request: pytest.FixtureRequest, trained_data_dir: Path, tmp_path: Path
) -> None:
    url = (
        f"sqlite:///{tmp_path / 'tongban.db'}"
        if kind == "sqlite"
        else request.getfixturevalue("postgres").new_database()
    )
    chance = random.Random(7)  # noqa: S311 - moments of a test, no secret
    acknowledged: dict[str, str] = {}
    for _ in range(3):
        with RunningService(trained_data_dir, url, tmp_path / "log") as service:
            workers = [
                threading.Thread(target=_stream, args=(service.url, number, acknowledged)) for number in range(4)
            ]
            for worker in workers:
                worker.start()
            threading.Event().wait(chance.uniform(0.5, 1.5))
            service.kill()
            for worker in workers:
                worker.join()
    assert len(acknowledged) > 50
    database = Database(url)
    with database.read() as connection:
        kept = {row.id: row.body for row in connection.exec_driver_sql("SELECT id, body FROM suggestion")}
    database.close()
    assert {identity: kept.get(identity) for identity in acknowledged} == acknowledged
