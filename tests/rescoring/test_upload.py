"""A file through the interface: sent, its columns confirmed, scored in another process, fetched, deleted."""

import csv
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from service.jobs.model import State
from service.storage.database import Database
from service.storage.tables import jobs as tables
from tests.rescoring.asking import HEADINGS, KNIFE, LEAK, ROWS, csv_of, ended, own_data_dir, serving
from tests.service.running import RunningService

API = "/api/v1/rescoring"


@pytest.fixture(scope="module")
def data_dir(trained_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return own_data_dir(trained_data_dir, tmp_path_factory.mktemp("rescoring") / "data")


@pytest.fixture(scope="module")
def client(data_dir: Path) -> Iterator[TestClient]:
    with serving(data_dir, upload_mb=1) as client:
        yield client


def send(client: TestClient, content: bytes | None = None, name: str = "一月.csv") -> httpx.Response:
    files = {"file": (name, csv_of() if content is None else content)}
    answer: httpx.Response = client.post(f"{API}/files", files=files)
    return answer


def sent(client: TestClient, *given: Any) -> dict[str, Any]:
    answer = send(client, *given)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def started(client: TestClient, job: dict[str, Any], **other: Any) -> httpx.Response:
    columns = {name: value for name, value in job["columns"].items() if name != "by_name"} | other
    answer: httpx.Response = client.post(f"{API}/{job['id']}/start", json=columns)
    return answer


def folders(data_dir: Path) -> set[str]:
    root = data_dir / "rescoring"
    return {one.name for one in root.iterdir()} if root.exists() else set()


def test_a_file_waits_until_its_columns_are_confirmed(client: TestClient) -> None:
    job = sent(client)
    assert (job["state"], job["name"], job["names"]) == (State.PREPARED, "一月.csv", list(HEADINGS))
    columns = job["columns"]
    assert columns["text"] == "报警内容"
    assert columns["facts"] == {"近90天重复次数": "近90天重复次数"}
    assert columns["before"] == {"预警颜色": "预警颜色", "接收部门": "接收部门"}
    assert (columns["time"], columns["number"]) == ("报警时间", "接警编号")


def test_a_confirmed_file_comes_back_with_suggestions_and_a_report(client: TestClient, data_dir: Path) -> None:
    job = sent(client)
    assert started(client, job).json()["state"] == State.WAITING
    done = ended(client, job["id"])
    assert done["state"] == State.DONE, done["failure"]
    result = done["result"]
    assert (result["rows"], result["unread"], result["rose"]) == (4, 1, 1)
    answer = client.get(f"{API}/{job['id']}/files/result")
    assert "UTF-8''%E4%B8%80%E6%9C%88-" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    assert [tuple(row[name] for name in HEADINGS) for row in rows] == list(ROWS)
    assert [row["研判_预警颜色"] for row in rows][1] == "红"
    assert "空的" in rows[2]["研判_错误"]
    # The same as for one incident at the desk.
    alone = client.post("/api/v1/suggestions", json={"text": LEAK, "facts": {"近90天重复次数": 0}}).json()
    assert (rows[0]["研判_预警颜色"], rows[0]["研判_接收部门"]) == (alone["colour"], alone["department"])
    report = client.get(f"{API}/{job['id']}/files/report.html")
    assert "变化报告" in report.text
    assert KNIFE in report.text
    assert report.headers["cache-control"] == "no-store"
    assert "sandbox" in report.headers["content-security-policy"]
    assert "script" not in report.headers["content-security-policy"]
    assert client.get(f"{API}/{job['id']}/files/report.xlsx").content.startswith(b"PK")
    assert client.delete(f"{API}/{job['id']}").status_code == 204
    assert job["id"] not in folders(data_dir)
    assert client.get(f"{API}/{job['id']}").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "status", "told"),
    [
        ("一月.exe", None, 422, ".xlsx"),
        ("一月", None, 422, ".xlsx"),
        ("", None, 422, ""),
        ("一月.xlsx", None, 422, "xlsx"),
        ("一月.parquet", None, 422, "parquet"),
        ("一月.csv", b"", 422, ""),
        ("一月.csv", b"\x7fELF\x00\x00\x01" * 99, 422, ""),
        ("一月.csv", csv_of(()), 422, "没有可以研判的行"),
        ("一月.csv", csv_of([("1", "2")], ("a", "b")), 422, "描述"),
        ("一月.csv", b"x" * 1024 * 1024, 413, "1 MB"),
    ],
)
def test_what_can_not_be_used_is_refused_and_nothing_of_it_stays(
    client: TestClient, data_dir: Path, name: str, content: bytes | None, status: int, told: str
) -> None:
    before = folders(data_dir)
    answer = send(client, content, name)
    assert answer.status_code == status, answer.text
    assert told in answer.json()["message"]
    assert folders(data_dir) == before


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"'),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nabc\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b"nonsense"),
    ],
)  # fmt: skip
def test_what_is_no_whole_form_is_refused(client: TestClient, data_dir: Path, kind: str, body: bytes) -> None:
    before = folders(data_dir)
    answer = client.post(f"{API}/files", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 422, answer.text
    assert folders(data_dir) == before


@pytest.mark.parametrize("name", ["../../一月.csv", "C:\\用户\\一月.csv", "/etc/一月.csv"])
def test_a_name_leads_nowhere(client: TestClient, data_dir: Path, name: str) -> None:
    job = sent(client, None, name)
    assert job["name"] == "一月.csv"
    assert {path.name for path in (data_dir / "rescoring" / job["id"]).iterdir()} == {"原文件.csv"}


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"text": "没有这列"}, "没有这列"),
        ({"facts": {"凶器": "接警编号"}}, "凶器"),
        ({"before": {"风险信号": "接警编号"}}, "风险信号"),
        ({"facts": {"近90天重复次数": "报警内容"}}, "描述"),
    ],
)
def test_columns_that_can_not_be_are_refused(client: TestClient, other: dict[str, Any], told: str) -> None:
    job = sent(client)
    answer = started(client, job, **other)
    assert answer.status_code == 422
    assert told in answer.json()["message"]
    assert started(client, job).status_code == 200


def test_what_is_not_done_has_no_result(client: TestClient) -> None:
    job = sent(client)
    assert client.get(f"{API}/{job['id']}/files/result").status_code == 409
    assert client.post(f"{API}/{job['id']}/cancel").json()["state"] == State.CANCELLED
    assert client.post(f"{API}/{job['id']}/cancel").status_code == 409
    assert started(client, job).status_code == 409


def test_a_large_file_never_is_in_memory_whole(trained_data_dir: Path, tmp_path: Path) -> None:
    with serving(own_data_dir(trained_data_dir, tmp_path / "data"), upload_mb=40) as client:

        def pieces() -> Iterator[bytes]:
            yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
            for _ in range(300):
                yield b"\1" * 100_000
            yield b"\r\n--x--\r\n"

        tracemalloc.start()
        answer = client.post(
            f"{API}/files", content=pieces(), headers={"Content-Type": "multipart/form-data; boundary=x"}
        )
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert answer.status_code == 422
        assert peak < 100_000_000


def _let_the_lease_run_out(url: str) -> None:
    """Half a minute goes by, and nobody renews what the dead process had taken up."""
    opened = Database(url)
    with opened.write() as connection:
        held = connection.execute(update(tables.job).where(tables.job.c.state == State.RUNNING).values(lease_until=""))
        assert held.rowcount == 1
    opened.close()


def test_a_job_goes_on_after_the_service_was_killed(trained_data_dir: Path, tmp_path: Path) -> None:
    data_dir = own_data_dir(trained_data_dir, tmp_path / "data")
    database = f"sqlite:///{tmp_path / 'tongban.db'}"
    rows = 15_000  # how far it is is told every few seconds: a fast machine must not be done before
    many = csv_of([(str(row), "", f"{LEAK}第{row}次", "蓝", "", "") for row in range(rows)])
    with RunningService(data_dir, database, tmp_path / "log") as service, httpx.Client(base_url=service.url) as client:
        job = client.post(f"{API}/files", files={"file": ("多.csv", many)}).json()
        client.post(f"{API}/{job['id']}/start", json={"text": "报警内容"}).raise_for_status()
        while (now := client.get(f"{API}/{job['id']}").json())["progress"]["rows"] == 0:
            assert now["state"] in (State.WAITING, State.RUNNING), now
            time.sleep(0.05)
        service.kill()
    _let_the_lease_run_out(database)
    with RunningService(data_dir, database, tmp_path / "log") as service, httpx.Client(base_url=service.url) as client:
        done = ended(client, job["id"])
        assert (done["state"], done["result"]["rows"]) == (State.DONE, rows), done
