"""/api/v1/cases: a case from its beginning to its end by program, and who gets what."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.cases.life import STEPS, Act
from tests.casepage.conftest import ADDRESS, Town

API = "/api/v1/cases"
PHONE = "13812345678"
REGISTRATION = {
    "alarm_number": "330100202603020001",
    "happened_at": "2026-03-02T09:05:00",
    "place": "桥头社区3幢201室",
    "parties": [{"role": "报警人", "name": "王小满", "phone": PHONE}],
}


def _open(village: Town, **more: Any) -> dict[str, Any]:
    sent = {"suggestion_id": village.suggestion(), "registration": REGISTRATION}
    answer = village.browser("officer").post(API, json=sent, **more)
    assert answer.status_code == 201, answer.text
    opened: dict[str, Any] = answer.json()
    return opened


def _do(village: Town, login: str, case_id: str, act: str, status: int = 201, **fields: Any) -> dict[str, Any]:
    answer = village.browser(login).post(f"{API}/{case_id}/acts", json={"act": act, **fields})
    assert answer.status_code == status, answer.text
    done: dict[str, Any] = answer.json()
    return done


def _account(village: Town, login: str) -> str:
    return village.actor(login).account_id


@pytest.mark.parametrize(
    ("phone", "given", "written"),
    [
        (PHONE, [], "同一电话（报警人 138****5678）"),
        (PHONE, ["现场民警认出"], "现场民警认出"),
    ],
)
def test_joining_says_why_though_nobody_wrote_it(village: Town, phone: str, given: list[str], written: str) -> None:
    case_id = _open(village)["id"]
    known = {"parties": [{"role": "报警人", "name": "李大山", "phone": phone}]}
    sent = {"suggestion_id": village.suggestion(), "registration": known, "reasons": given}
    headers = {"Idempotency-Key": "join"}
    for _ in range(2):
        answer = village.browser("officer").post(f"{API}/{case_id}/incidents", json=sent, headers=headers)
        assert answer.status_code == 201, answer.text
        assert len(answer.json()["incidents"]) == 2
    event = village.cases.find(village.actor("officer"), case_id).events[-1]
    assert event.detail["依据"][0] == written


def test_a_case_from_the_call_to_the_archive(village: Town) -> None:
    case = _open(village)
    assert (case["state"], case["station_id"], case["version"]) == ("待流转", "station", 1)
    way = [
        ("officer", "流转", {"note": "请尽快"}, "待分派"),
        ("centre", "分派", {"lead_id": "women", "co_ids": ["village"]}, "待签收"),
        ("women", "签收", {}, "已签收"),
        ("women", "共享", {"account_id": _account(village, "helper")}, "已签收"),
        ("helper", "反馈", {"words": "已陪同"}, "办理中"),
        ("women", "暂停计时", {"reason": "等鉴定"}, "办理中"),
        ("women", "恢复计时", {}, "办理中"),
        ("leader", "延期", {"until": "2030-01-31", "reason": "双方同意"}, "办理中"),
        ("women", "调高预警", {"colour": "红", "reason": "扬言持刀"}, "办理中"),
        ("centre", "请求调低", {"colour": "黄", "reason": "已收缴"}, "办理中"),
        ("leader", "同意调低", {}, "办理中"),
        ("centre", "复核", {"colour": "蓝", "words": "平稳"}, "办理中"),
        ("village", "上报", {"reason": "请示"}, "办理中"),
        ("village", "留言", {"words": "今晚再看", "mentions": ["women"]}, "办理中"),
        ("women", "取消共享", {"account_id": _account(village, "helper")}, "办理中"),
        ("women", "化解", {"resolution": "书面协议", "words": "签了协议"}, "已化解"),
        ("women", "回访", {"outcome": "稳定", "words": "相安"}, "已回访"),
        ("centre", "归档", {}, "已归档"),
    ]
    for login, act, fields, state in way:
        case = _do(village, login, case["id"], act, seen=case["version"], **fields)
        assert case["state"] == state, act
    whole = village.browser("auditor").get(f"{API}/{case['id']}").json()
    assert [line["act"] for line in whole["track"]] == ["建档", *(act for _, act, _, _ in way)]
    assert all(len(line["hash"]) == 64 for line in whole["track"])
    assert whole["possible"] == []


@pytest.mark.parametrize(
    ("login", "act", "fields", "state"),
    [
        ("officer", "不流转", {"reason": "当场和解"}, "不流转"),
        ("officer", "转案", {"reason": "致人轻伤", "case_number": "刑2026-1"}, "已转案"),
    ],
)
def test_the_station_may_end_it(village: Town, login: str, act: str, fields: dict[str, str], state: str) -> None:
    assert _do(village, login, _open(village)["id"], act, **fields)["state"] == state


def test_a_case_can_be_returned_or_ended(village: Town) -> None:
    returned = village.in_hand()
    assert _do(village, "women", returned, "退回", code="事实不清", reason="地址不明")["returns"] == 1
    assert _do(village, "women", village.in_hand(), "终止调解", reason="一方拒绝，可起诉")["state"] == "已终止"


def test_every_act_of_a_case_can_be_sent(village: Town) -> None:
    document = village.browser("auditor").get("/api/v1/openapi.json").json()
    body = document["paths"][f"{API}/{{identity}}/acts"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    # A file, and another incident, have their own addresses; the machine alone chases and erases.
    elsewhere = {Act.OPEN, Act.JOIN, Act.RECUR, Act.ATTACH, Act.MISS, Act.CHASE, Act.ERASE}
    assert set(body["discriminator"]["mapping"]) == {act.value for act in STEPS} - {act.value for act in elsewhere}
    for name in body["discriminator"]["mapping"].values():
        model = document["components"]["schemas"][name.rpartition("/")[2]]
        assert model["description"]
        assert all("description" in field for key, field in model["properties"].items() if key != "act"), name


def test_the_same_key_opens_one_case(village: Town) -> None:
    sent = {"suggestion_id": village.suggestion(), "registration": REGISTRATION}
    officer, key = village.browser("officer"), {"Idempotency-Key": "a-1"}
    first, again = (officer.post(API, json=sent, headers=key) for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    other = {**sent, "suggestion_id": village.suggestion()}
    assert officer.post(API, json=other, headers=key).status_code == 409
    assert officer.post(API, json=sent).status_code == 409


def test_the_same_key_acts_once_even_where_the_state_has_moved_on(village: Town) -> None:
    case_id = _open(village)["id"]
    officer, key = village.browser("officer"), {"Idempotency-Key": "b-1"}
    sent = {"act": "流转", "seen": 1}
    answers = [officer.post(f"{API}/{case_id}/acts", json=sent, headers=key) for _ in range(2)]
    assert [answer.json()["version"] for answer in answers] == [2, 2]


def test_who_read_an_older_version_is_refused(village: Town) -> None:
    case_id = _open(village)["id"]
    _do(village, "officer", case_id, "留言", words="补充")
    assert "刷新" in _do(village, "officer", case_id, "流转", 409, seen=1)["message"]


def test_an_incident_joins_and_reopens(village: Town) -> None:
    case_id = _open(village)["id"]
    _do(village, "officer", case_id, "不流转", reason="当场和解")
    sent = {"suggestion_id": village.suggestion(), "registration": REGISTRATION, "reasons": ["同一报警人"]}
    joined = village.browser("officer").post(f"{API}/{case_id}/incidents", json=sent).json()
    assert (joined["state"], joined["recurrences"], len(joined["incidents"])) == ("待流转", 1, 2)
    left = _do(village, "officer", case_id, "移出警情", incident=joined["incidents"][1], reason="不是一家")
    assert left["incidents"] == joined["incidents"][:1]


@pytest.mark.parametrize("login", ["stranger", "admin", "helper", "roaming"])
def test_a_foreign_case_is_not_there(village: Town, login: str) -> None:
    case_id, browser = village.in_hand(), village.browser(login)
    assert browser.get(f"{API}/{case_id}").status_code == 404
    assert browser.get(API).json()["total"] == 0
    for act in ({"act": "签收"}, {"act": "分派", "lead_id": "women"}, {"act": "共享", "account_id": "x"}):
        assert browser.post(f"{API}/{case_id}/acts", json=act).status_code == 404
    joined = browser.post(f"{API}/{case_id}/incidents", json={"suggestion_id": village.suggestion()})
    assert joined.status_code == 404


@pytest.mark.parametrize(
    ("login", "act"),
    [("village", "签收"), ("women", "归档"), ("auditor", "签收"), ("leader", "流转"), ("officer", "签收")],
)
def test_what_is_not_theirs_to_do_is_forbidden(village: Town, login: str, act: str) -> None:
    case_id = village.in_hand()
    assert "办理，您在这份档案里不是" in _do(village, login, case_id, act, 403)["message"]


@pytest.mark.parametrize("login", ["officer", "centre", "women", "village", "leader", "auditor"])
def test_names_and_numbers_are_masked_unless_asked_for_by_who_may(village: Town, login: str) -> None:
    case_id = _open(village)["id"]
    for who, act, fields in (
        ("officer", "流转", {}),
        ("centre", "分派", {"lead_id": "women", "co_ids": ["village"]}),
        ("women", "签收", {}),
        ("women", "反馈", {"words": f"已联系王小满，{PHONE}"}),
    ):
        _do(village, who, case_id, act, **fields)
    browser = village.browser(login)
    masked = browser.get(f"{API}/{case_id}").text
    assert PHONE not in masked
    assert "王小满" not in masked
    plain = browser.get(f"{API}/{case_id}?personal=true")
    if login in ("officer", "centre", "women"):
        assert PHONE in plain.text
        assert len(village.audit("显示个人信息")) == 1
    else:
        assert plain.status_code == 403


def test_the_list_takes_filters_and_pages(village: Town) -> None:
    first, second = _open(village), _open(village)
    _do(village, "officer", first["id"], "流转")
    auditor = village.browser("auditor")
    page = auditor.get(API, params={"state": ["待分派", "待签收"]}).json()
    assert ([one["id"] for one in page["items"]], page["total"], page["more"]) == ([first["id"]], 1, False)
    assert page["items"][0]["owed"][0]["what"] == "签收"
    assert auditor.get(API, params={"limit": 1, "offset": 1}).json()["items"][0]["id"] == second["id"]
    assert auditor.get(API, params={"words": second["number"]}).json()["total"] == 1


@pytest.mark.parametrize(
    "query", ["state=没有", "opened_to=9999-12-31", "opened_from=0001-01-01", "words=%00", "limit=0", "offset=-1"]
)
def test_a_list_that_cannot_be_is_refused_in_words(village: Town, query: str) -> None:
    answer = village.browser("auditor").get(f"{API}?{query}")
    assert answer.status_code == 422
    assert answer.json()["message"]


@pytest.mark.parametrize(
    "sent",
    [
        {"act": "没有"},
        {},
        {"act": "签收", "extra": 1},
        {"act": "延期", "until": "9999-12-31", "reason": "久"},
        {"act": "退回", "code": "没有", "reason": "x"},
        {"act": "化解", "resolution": "书面协议", "words": "好", "agreement": "x"},
        {"act": "分派", "lead_id": "elsewhere-station"},
        {"act": "共享", "account_id": "x"},
        {"act": "调高预警", "colour": "紫", "reason": "x"},
        {"act": "反馈", "words": "\u0000"},
    ],
)
def test_an_act_that_cannot_be_is_refused_in_words(village: Town, sent: dict[str, Any]) -> None:
    case_id = village.in_hand()
    logins = {"延期": "leader", "分派": "centre"}
    answer = village.browser(logins.get(sent.get("act", ""), "women")).post(f"{API}/{case_id}/acts", json=sent)
    assert answer.status_code == 422, answer.text
    assert any("一" <= char <= "鿿" for char in answer.json()["message"])


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2999-01-01T00:00:00"])
def test_a_call_at_no_time_that_was_is_refused(village: Town, moment: str) -> None:
    sent = {"suggestion_id": village.suggestion(), "registration": {"happened_at": moment}}
    assert village.browser("officer").post(API, json=sent).status_code == 422


def test_nobody_unknown_comes_in(village: Town) -> None:
    assert TestClient(village.app, base_url=ADDRESS).get(API).status_code == 401
