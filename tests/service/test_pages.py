"""The pages without script: form, answer, choice, records."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.accounts.model import LOCAL
from service.app import create_app
from service.incidents.model import Party, PartyRole, Registration
from service.settings import Settings
from service.units.store import add_units
from tests.cases.town import OFFICER, UNITS

KNIFE = "丈夫酒后持菜刀威胁妻子，扬言要砍死她。"
LEAK = "报警人称楼上住户漏水，多次上门协商未果，双方发生争吵，未动手。"


@pytest.fixture
def client(trained_data_dir: Path, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(data_dir=trained_data_dir, database_url=f"sqlite:///{tmp_path / 'tongban.db'}")
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        yield client


def _submit(client: TestClient, text: str = LEAK, **fields: str) -> tuple[str, str]:
    answer = client.post("/", data={"text": text, **fields})
    assert answer.status_code == 200, answer.text
    return answer.url.path, answer.text


def test_a_submitted_form_ends_on_a_page_of_its_own(client: TestClient) -> None:
    path, page = _submit(client, KNIFE)
    assert re.fullmatch(r"/suggestions/[0-9a-f-]{36}", path)
    assert "<b>红</b>色预警" in page
    assert "底线" in page
    assert KNIFE in page  # the form keeps what was typed


def test_signals_are_marked_in_the_text(client: TestClient) -> None:
    _, page = _submit(client, KNIFE)
    assert re.search(r'<mark class="grave">[^<]*刀[^<]*<small>[^<]*凶器', page)


def test_known_facts_reach_the_rules(client: TestClient) -> None:
    _, page = _submit(client, "楼上漏水，双方口头争吵，未动手", repeats="3")
    assert "<b>红</b>色预警" in page


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"text": "  "}, "是空的"),
        ({"text": "hello"}, "没有汉字"),
        ({"text": LEAK, "hour": "25"}, "时刻"),
        ({"text": LEAK, "repeats": "很多"}, "近90天重复次数"),
    ],
)
def test_a_bad_form_says_what_is_wrong_and_keeps_what_was_typed(
    client: TestClient, fields: dict[str, str], complaint: str
) -> None:
    answer = client.post("/", data=fields)
    assert answer.status_code == 422
    assert complaint in answer.text
    assert fields["text"].strip() in answer.text


def test_line_ends_of_a_browser_do_not_shift_the_marks(client: TestClient) -> None:
    _, page = _submit(client, "第一行\r\n丈夫持刀威胁")
    assert re.search(r'<mark class="grave">[^<]*刀', page)
    assert "\r" not in page


def test_what_is_typed_is_shown_and_never_run(client: TestClient) -> None:
    _, page = _submit(client, '楼上漏水<script>alert(1)</script>"><img src=x>{{ 7*7 }}')
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "{{ 7*7 }}" in page


def test_accepting_is_shown_with_name_and_offered_no_more(client: TestClient) -> None:
    path, _ = _submit(client)
    page = client.post(f"{path}/choices", data={"decision": "accept", "person": "王警官"}).text
    assert "王警官" in page
    assert "按建议办理</p>" in re.sub(r"\s+", "", page)
    assert 'value="accept"' not in page


def test_choosing_otherwise_is_shown_with_its_reason(client: TestClient) -> None:
    path, _ = _submit(client)
    fields = {
        "decision": "otherwise", "dispute_type": "物业", "department": "住建", "co_departments": ["村(社区)"],
        "colour": "黄", "reason": "公共管道漏水", "person": "王警官",
    }  # fmt: skip
    page = client.post(f"{path}/choices", data=fields).text
    assert "另行决定：物业，转住建，村(社区)协办，黄色。理由：公共管道漏水" in page


def test_a_refused_choice_keeps_what_was_filled_in(client: TestClient) -> None:
    path, _ = _submit(client, KNIFE)
    fields = {
        "decision": "otherwise", "dispute_type": "婚恋家庭", "department": "妇联",
        "colour": "蓝", "reason": "双方和好了", "person": "王警官",
    }  # fmt: skip
    answer = client.post(f"{path}/choices", data=fields)
    assert answer.status_code == 409
    assert "须有另一人复核" in answer.text
    assert "双方和好了" in answer.text
    assert "<option selected>妇联</option>" in answer.text


def test_the_live_answer_is_a_fragment(client: TestClient) -> None:
    answer = client.post("/live", data={"text": KNIFE})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "<b>红</b>色预警" in answer.text


def test_a_live_problem_is_a_fragment_too(client: TestClient) -> None:
    answer = client.post("/live", data={"text": "hello"})
    assert answer.status_code == 422
    assert "<html" not in answer.text
    assert "没有汉字" in answer.text


def test_records_list_what_was_submitted_newest_first(client: TestClient) -> None:
    _submit(client, LEAK)
    _submit(client, KNIFE)
    page = client.get("/records").text
    assert "共 2 条" in page
    assert page.index("持菜刀") < page.index("楼上住户漏水")
    assert "未办理" in page


@pytest.mark.parametrize("page", ["99999999999999999999", "0", "-3"])
def test_a_page_that_is_not_there_is_the_nearest(client: TestClient, page: str) -> None:
    assert "第 1 / 1 页" in client.get(f"/records?page={page}").text


def test_pages_that_are_not_there_are_pages(client: TestClient) -> None:
    for path in ("/suggestions/nothing", "/suggestions/%00", "/nothing"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "<h1>办不了</h1>" in answer.text


def test_nothing_on_a_page_comes_from_elsewhere(client: TestClient) -> None:
    for path in ("/", "/records", _submit(client)[0], "/static/style.css", "/static/intake.js"):
        assert re.findall(r"""(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}""", client.get(path).text) == [], path


def test_a_telephone_told_at_intake_brings_the_past_with_where_it_comes_from(client: TestClient) -> None:
    state = client.app.state  # type: ignore[attr-defined]
    links, known = state.linking, Registration(parties=(Party(PartyRole.CALLER, phone="13812345678"),))
    with state.intake.database.write() as connection:
        add_units(connection, UNITS)
    case = state.cases.open(OFFICER, _submit(client)[0].rpartition("/")[2], known)
    path, page = _submit(client, "楼上又漏水，双方争吵", phone="138 1234 5678")
    assert "近90天重复次数 1" in page
    assert "同一电话（报警人 138****5678）：1 条警情" in page
    assert f"档案 {case.number}" in page
    assert 'value="138 1234 5678"' in page  # kept for registering
    assert "先在上面决定怎么办" in page
    client.post(path + "/choices", data={"decision": "accept", "person": "甲"})
    assert "处并入" in client.get(path).text
    page = client.post(path + "/apart", data={"case_id": case.id}).text
    assert f"档案 {case.number}" not in page
    assert links.possible(OFFICER, state.intake.find(LOCAL, path.rpartition("/")[2])).candidates == ()
