"""The HTTP face: the same suggestion as everywhere, and a clear Chinese answer to everything that is wrong."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from service.accounts.model import LOCAL
from service.app import create_app
from service.settings import Settings
from service.suggestion import as_dict

TEXT = "报警人称楼上住户漏水，多次上门协商未果，双方发生争吵，未动手。"
KNIFE = "丈夫酒后持菜刀威胁妻子，扬言要砍死她。"
ONE, MANY = "/api/v1/suggestions", "/api/v1/suggestions/batch"
RULES = "/api/v1/rules"
DRAFTS = RULES + "/drafts"
ACCOUNTS = "/api/v1/accounts"
RESCORING, IMPORT = "/api/v1/rescoring", "/api/v1/incidents/import"
UNITS, STAND_INS, CASES = "/api/v1/units", "/api/v1/stand-ins", "/api/v1/cases"


@pytest.fixture(scope="module")
def client(trained_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    database = tmp_path_factory.mktemp("api") / "tongban.db"
    settings = Settings(data_dir=trained_data_dir, database_url=f"sqlite:///{database}")
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        yield client


def _post(client: TestClient, path: str, body: object) -> tuple[int, dict[str, object]]:
    answer = client.post(path, json=body)
    return answer.status_code, answer.json()


def test_one_text_gets_the_suggestion_that_the_flow_gives(client: TestClient) -> None:
    status, shown = _post(client, ONE, {"text": TEXT, "facts": {"近90天重复次数": 2}})
    desk = client.app.state.intake  # type: ignore[attr-defined]
    expected = as_dict(desk.read(TEXT, {"近90天重复次数": 2}))
    assert status == 201
    assert {key: shown[key] for key in expected} == expected


def test_it_can_be_read_again_word_for_word(client: TestClient) -> None:
    _, shown = _post(client, ONE, {"text": TEXT})
    answer = client.get(f"{ONE}/{shown['id']}")
    assert answer.json() == shown | {"choices": []}


def test_many_come_back_in_order_with_errors_in_their_places(client: TestClient) -> None:
    status, body = _post(client, MANY, {"items": [{"text": TEXT}, {"text": "nothing"}, {"text": KNIFE}]})
    items = body["items"]
    assert status == 201
    assert [item.get("text") for item in items] == [TEXT, "nothing", KNIFE]  # type: ignore[attr-defined]
    assert "没有汉字" in items[1]["error"]["message"]  # type: ignore[index]
    assert items[2]["colour"] == "红"  # type: ignore[index]


def test_five_hundred_at_once_are_read_and_one_more_is_refused(client: TestClient) -> None:
    items = [{"text": f"第{number}号：{TEXT}"} for number in range(501)]
    status, body = _post(client, MANY, {"items": items[:500]})
    assert status == 201
    assert len(body["items"]) == 500  # type: ignore[arg-type]
    status, body = _post(client, MANY, {"items": items})
    assert (status, body["message"]) == (422, "items：太多，最多 500 项")


def test_accept_and_choose_otherwise(client: TestClient) -> None:
    _, shown = _post(client, ONE, {"text": TEXT})
    path = f"{ONE}/{shown['id']}/choices"
    status, body = _post(client, path, {"accept": True, "person": "王警官"})
    assert status == 201
    assert body["choices"][0]["accepted"] is True  # type: ignore[index]
    change = {"accept": False, "person": "李警官", "department": "司法所", "reason": "涉及赔偿"}
    status, body = _post(client, path, change)
    assert status == 201
    assert body["department"] == shown["department"]
    assert body["choices"][1]["department"] == "司法所"  # type: ignore[index]


def test_lowering_a_red_alone_is_refused(client: TestClient) -> None:
    _, shown = _post(client, ONE, {"text": KNIFE})
    change = {"accept": False, "person": "李警官", "colour": "蓝", "reason": "误报"}
    status, body = _post(client, f"{ONE}/{shown['id']}/choices", change)
    assert status == 409
    assert "复核人" in str(body["message"])


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"text": ""}, "是空的"),
        ({"text": "   "}, "是空的"),
        ({"text": "漏" * 10_001}, "最多 10000 字"),
        ({"text": "hello"}, "没有汉字"),
        ({"text": "漏水\x00"}, "二进制"),
        ({"text": 5}, "text：应是文字"),
        ({}, "text：没有填"),
        ({"text": TEXT, "colour": "蓝"}, "colour：没有这一项"),
        ({"text": TEXT, "facts": {"近90天重复数": 1}}, "近90天重复次数"),
        ({"text": TEXT, "facts": {"时刻": 24}}, "时刻"),
        ({"text": TEXT, "facts": {"凶器": True}}, "不能另外填写"),
        ([], "应是 JSON 对象"),
    ],
)
def test_bad_input_is_answered_in_words(client: TestClient, body: object, complaint: str) -> None:
    status, answer = _post(client, ONE, body)
    assert status == 422
    assert complaint in str(answer["message"])


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe\x00", b"", b'{"text": "\\ud800"}'])
def test_a_broken_body_is_answered_in_words(client: TestClient, content: bytes) -> None:
    answer = client.post(ONE, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert any("\u4e00" <= char <= "\u9fff" for char in answer.json()["message"])


def test_half_a_character_anywhere_is_answered_in_words(client: TestClient) -> None:
    for body in (b'{"text":"\xe6\xbc\x8f","facts":{"\\ud800":1}}', b'{"text":"\xe6\xbc\x8f","\\ud800":1}'):
        answer = client.post(ONE, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422
        assert answer.json()["message"]
    items = b'{"items":[{"text":"\xe6\xa5\xbc\xe4\xb8\x8a\xe6\xbc\x8f\xe6\xb0\xb4"},{"text":"\\ud800"}]}'
    answer = client.post(MANY, content=items, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201
    assert ["error" in item for item in answer.json()["items"]] == [False, True]


def test_an_unforeseen_error_is_chinese_and_carries_safe_headers(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("service.intake.actions.Intake.find", fail)
    careful = TestClient(client.app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    answer = careful.get(f"{ONE}/x")
    assert (answer.status_code, answer.json()["message"][:5]) == (500, "程序出错了")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_refusals_carry_safe_headers_too(client: TestClient) -> None:
    answer = client.post(ONE, json={"text": TEXT}, headers={"Origin": "http://evil.example"})
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_database_that_is_gone_is_said_to_be_gone(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr("service.storage.migrate.revision", gone)
    answer = client.get("/api/v1/ready")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "message": "数据库不可用"})


def test_a_body_beyond_the_limit_is_refused_as_it_arrives(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(1024):
            yield b"x" * 1024

    answer = client.post(ONE, content=endless())
    assert (answer.status_code, answer.json()["message"]) == (413, "请求太大，最多 256 KB")


def test_unknown_records_and_paths_are_said_to_be_unknown(client: TestClient) -> None:
    assert client.get(f"{ONE}/nothing").json()["message"].startswith("没有编号为 nothing")
    assert client.get("/api/v1/nothing").json() == {"message": "没有这个地址"}
    assert client.delete(ONE).status_code == 405


def test_health_names_what_decides(client: TestClient) -> None:
    body = client.get("/api/v1/health").json()
    desk = client.app.state.intake  # type: ignore[attr-defined]
    assert (body["model"], body["ruleset"], body["engine"]) == (
        desk.model.fingerprint,
        desk.ruleset.version,
        desk.ruleset.engine,
    )
    assert body["status"] == ("degraded" if body["notices"] else "ok")
    assert client.get("/livez").json() == body


def test_ready_once_the_database_is_at_its_newest_form(client: TestClient) -> None:
    assert client.get("/api/v1/ready").json() == {"ready": True, "message": "就绪"}
    assert client.get("/readyz").status_code == 200


def test_metrics_count_requests(client: TestClient) -> None:
    _post(client, ONE, {"text": TEXT})
    client.post(ONE, json={"text": KNIFE})
    text = client.get("/api/v1/metrics").text
    assert 'tongban_suggestions_total{abstained="否",colour="红",degraded="否",origin="接口"}' in text
    assert 'http_requests_total{handler="/api/v1/suggestions",method="POST",status="2xx"}' in text
    assert client.get("/metrics").text.startswith("# HELP")


def test_the_description_of_the_interface_is_chinese_and_complete(client: TestClient) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    assert set(schema["paths"]) == {
        ONE, MANY, ONE + "/{identity}", ONE + "/{identity}/choices",
        "/api/v1/health", "/api/v1/ready", "/api/v1/metrics",
        ACCOUNTS, ACCOUNTS + "/{identity}", ACCOUNTS + "/{identity}/password",
        ACCOUNTS + "/{identity}/keys", ACCOUNTS + "/{identity}/keys/{key}",
        RULES, RULES + "/words", RULES + "/schema", RULES + "/check", RULES + "/explain", RULES + "/shadow/{rule_id}",
        DRAFTS, DRAFTS + "/{identity}", DRAFTS + "/{identity}/table", DRAFTS + "/{identity}/preview",
        DRAFTS + "/{identity}/publish", DRAFTS + "/{identity}/confirm", DRAFTS + "/{identity}/rebase",
        DRAFTS + "/{identity}/drop",
        RULES + "/versions", RULES + "/versions/{number}", RULES + "/versions/{number}/rollback",
        IMPORT, IMPORT + "/{identity}", IMPORT + "/{identity}/cancel", IMPORT + "/{identity}/refused",
        RESCORING, RESCORING + "/files", RESCORING + "/archive", RESCORING + "/{identity}",
        RESCORING + "/{identity}/start", RESCORING + "/{identity}/cancel", RESCORING + "/{identity}/files/{part}",
        ONE + "/{identity}/rescored",
        UNITS, UNITS + "/{identity}", UNITS + "/{identity}/members/{account}", UNITS + "/members/{account}",
        STAND_INS, STAND_INS + "/{identity}",
        CASES, CASES + "/{identity}", CASES + "/{identity}/incidents", CASES + "/{identity}/acts",
        CASES + "/{identity}/file", CASES + "/{identity}/possible",
        "/api/v1/notices", "/api/v1/notices/read", "/api/v1/notices/{identity}/read",
        "/api/v1/daily", "/api/v1/weekly",
        "/api/v1/webhooks", "/api/v1/webhooks/{identity}", "/api/v1/webhooks/{identity}/again",
        "/api/v1/statistics",
    }  # fmt: skip
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert any("\u4e00" <= char <= "\u9fff" for char in operation["summary"])


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
)
def test_another_sites_page_cannot_change_anything(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post(ONE, json={"text": TEXT}, headers=headers)
    assert (answer.status_code, answer.json()["message"]) == (403, "请求来自别的网站，已拒绝")


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://127.0.0.1"}, {}])
def test_our_own_page_and_programs_can(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post(ONE, json={"text": TEXT}, headers=headers).status_code == 201


def test_a_foreign_host_name_is_refused(client: TestClient) -> None:
    assert client.get("/api/v1/health", headers={"Host": "evil.example"}).status_code == 400


def test_answers_carry_safe_headers_and_are_not_cached(client: TestClient) -> None:
    headers = client.get("/").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


def test_the_archive_holds_the_json_that_was_sent(client: TestClient) -> None:
    answer = client.post(ONE, json={"text": TEXT})
    desk = client.app.state.intake  # type: ignore[attr-defined]
    assert desk.find(LOCAL, json.loads(answer.text)["id"]).body == answer.text
