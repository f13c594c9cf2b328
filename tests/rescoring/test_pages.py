"""The pages of re-scoring, without script: what is seen, by whom, and what a form that is not right is answered."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.accounts.model import LOCAL, Actor, Role
from service.jobs.model import State
from tests.rescoring.asking import KNIFE, LEAK, csv_of, ended, own_data_dir, serving

OTHER = Actor("o" * 36, "other", "别人", frozenset({Role.DUTY}), "会话")


@pytest.fixture(scope="module")
def client(trained_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(own_data_dir(trained_data_dir, tmp_path_factory.mktemp("pages") / "data"), upload_mb=1) as client:
        yield client


def uploaded(client: TestClient) -> str:
    """The address of the page that an upload ends on."""
    answer = client.post("/rescoring/files", files={"file": ("一月.csv", csv_of())})
    assert answer.status_code == 200, answer.text
    return answer.url.path


def fields(page: str) -> dict[str, str]:
    """What the form of columns sends as it stands."""
    found = re.findall(r'<select[^>]* name="([^"]+)".*?</select>', page, re.DOTALL)
    chosen = re.findall(r"<select[^>]*>(.*?)</select>", page, re.DOTALL)
    picked = [re.search(r"<option selected>([^<]*)<", options) for options in chosen]
    return {name: match[1] if match else "" for name, match in zip(found, picked, strict=True)}


def test_from_upload_to_report_without_script(client: TestClient) -> None:
    address = uploaded(client)
    page = client.get(address).text
    assert "一月.csv" in page
    assert LEAK in page
    form = fields(page)
    assert (form["text"], form["before:预警颜色"], form["fact:近90天重复次数"]) == (
        "报警内容", "预警颜色", "近90天重复次数",
    )  # fmt: skip
    going = client.post(f"{address}/start", data=form)
    assert 'http-equiv="refresh"' in going.text
    assert ended(client, address.rpartition("/")[2])["state"] == State.DONE
    page = client.get(address).text
    assert 'http-equiv="refresh"' not in page
    assert "<b>1</b> 行升为红" in page
    for part in ("result", "report.html", "report.xlsx"):
        assert f"{address}/files/{part}" in page
        assert client.get(f"{address}/files/{part}").status_code == 200
    assert client.post(f"{address}/delete").url.path == "/rescoring"
    assert address not in client.get("/rescoring").text


def test_the_part_that_changes_comes_alone(client: TestClient) -> None:
    part = client.get(f"{uploaded(client)}/progress").text
    assert "<html" not in part
    assert State.PREPARED in part


def test_a_wrong_column_is_told_of_and_the_form_keeps_what_was_chosen(client: TestClient) -> None:
    address = uploaded(client)
    form = fields(client.get(address).text) | {"fact:近90天重复次数": "报警内容", "unit": "接警编号"}
    answer = client.post(f"{address}/start", data=form)
    assert answer.status_code == 422
    assert "是警情描述" in answer.text
    assert fields(answer.text) == form


@pytest.mark.parametrize(("name", "content", "status"), [("一月.exe", b"x", 422), ("一月.csv", b"x" * 2**20, 413)])
def test_a_file_that_can_not_be_used_is_told_of_on_the_list(
    client: TestClient, name: str, content: bytes, status: int
) -> None:
    answer = client.post("/rescoring/files", files={"file": (name, content)})
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "上传一个表格" in answer.text


def test_the_archive_is_decided_again_and_the_record_shows_it(client: TestClient) -> None:
    record = client.post("/", data={"text": KNIFE}).url.path
    assert "研判历史" not in client.get(record).text
    page = client.get("/rescoring").text
    today = re.search(r'id="until"[^>]* value="([0-9-]+)"', page)
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert today
    assert key
    form = {"since": today[1], "until": today[1], "key": key[1]}
    address = client.post("/rescoring/archive", data=form).url.path
    assert client.post("/rescoring/archive", data=form).url.path == address  # pressed twice
    assert ended(client, address.rpartition("/")[2])["state"] == State.DONE
    assert "研判历史" in client.get(record).text
    again = client.get(f"/api/v1{record}/rescored").json()["items"]
    assert [(one["colour"], one["job_id"]) for one in again] == [("红", address.rpartition("/")[2])]


@pytest.mark.parametrize(
    ("since", "until"), [("", ""), ("昨天", "今天"), ("2026-02-30", "2026-03-01"), ("0001-01-01", "9999-12-31")]
)
def test_days_that_are_none_are_told_of(client: TestClient, since: str, until: str) -> None:
    answer = client.post("/rescoring/archive", data={"since": since, "until": until})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_another_sites_form_is_refused(client: TestClient) -> None:
    for path in ("/rescoring/files", "/rescoring/archive", f"{uploaded(client)}/delete"):
        assert client.post(path, headers={"Origin": "https://evil.example"}).status_code == 403


def test_who_sees_what(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = uploaded(client)
    door = client.app.state.sign_in  # type: ignore[attr-defined]

    def status(actor: Actor, path: str) -> int:
        monkeypatch.setattr(type(door), "recognise", lambda *_: actor)
        return client.get(path).status_code

    admin = replace(OTHER, roles=frozenset({Role.ADMIN}))
    editor = replace(OTHER, roles=frozenset({Role.EDITOR}))
    assert [status(actor, address) for actor in (LOCAL, OTHER, admin, editor)] == [200, 404, 200, 403]
    assert [status(actor, "/rescoring") for actor in (LOCAL, OTHER, admin, editor)] == [200, 200, 200, 403]
    monkeypatch.setattr(type(door), "recognise", lambda *_: admin)
    assert client.post("/rescoring/files", files={"file": ("一月.csv", csv_of())}).status_code == 403
