"""The pages and the API of units: the tree, one unit, who belongs where, standing in, the table."""

import re

import pytest
from fastapi.testclient import TestClient

from service.accounts.model import Role
from tests.accounts.conftest import ROOT
from tests.units.conftest import Browser, Town, signed_in

API = "/api/v1/units"
FORMS = ["/units", "/units/x", "/units/x/enabled", "/units/table", "/account/stand-ins", "/account/stand-ins/x/end",
         "/accounts/x/unit", "/accounts/x/stand-ins", "/accounts/x/stand-ins/x/end"]  # fmt: skip


@pytest.fixture
def admin(town: Town, browser: Browser) -> TestClient:
    return signed_in(browser, "admin")


@pytest.fixture
def wang(town: Town, browser: Browser) -> TestClient:
    return signed_in(browser, "wang")


def _rows(client: TestClient) -> list[str]:
    cells = re.findall(r"<tr>\s*<td>(.*?)</td>", client.get("/units").text, re.DOTALL)
    return [re.sub(r"<.*?>", "", cell).rstrip() for cell in cells]


def test_everybody_sees_the_tree_and_only_an_administrator_can_change_it(
    town: Town, wang: TestClient, admin: TestClient
) -> None:
    names = [
        "城关镇",
        "　城关派出所",
        "　城关矛调中心",
        "　城关人社所",
        "　桥头村",
        "　河东社区",
        "东乡镇",
        "　东乡派出所",
    ]
    assert sorted(_rows(wang)) == sorted(names)
    assert _rows(wang) == _rows(admin)
    assert "<form" in admin.get("/units").text.partition("<main")[2]
    assert "<form" not in wang.get("/units").text.partition("<main")[2]
    one = f"/units/{town.units['桥头村'].id}"
    assert (admin.get(one).status_code, wang.get(one).status_code) == (200, 403)


def test_without_accounts_the_tree_can_be_looked_at(browser: Browser) -> None:
    assert "还没有单位" in browser().get("/units").text
    assert browser().post("/units", data={"name": "镇", "kind": "镇街"}).status_code == 403


@pytest.mark.parametrize("path", [path for path in FORMS if path.startswith("/units")])
def test_no_form_changes_anything_for_who_is_no_administrator(town: Town, wang: TestClient, path: str) -> None:
    path = path.replace("/x", f"/{town.units['桥头村'].id}")
    data = {"name": "新村", "kind": "镇街", "enabled": "no"}
    sent = (
        {"files": {"table": ("单位.csv", "单位,类型,上级,部门\n新村,镇街,,")}}
        if path.endswith("table")
        else {"data": data}
    )
    assert wang.post(path, **sent).status_code == 403  # type: ignore[arg-type]
    assert town.all.find(ROOT, town.units["桥头村"].id) == town.units["桥头村"]


def test_another_sites_page_cannot_send_any_of_the_forms(admin: TestClient) -> None:
    for path in FORMS:
        assert (
            admin.post(path, headers={"Sec-Fetch-Site": "cross-site"}).json()["message"] == "请求来自别的网站，已拒绝"
        )


def test_a_unit_is_added_changed_and_disabled(town: Town, admin: TestClient) -> None:
    fields = {"name": "西街村", "kind": "村(社区)", "parent_id": town.units["城关镇"].id, "departments": ["人社"]}
    assert admin.post("/units", data=fields).headers["location"] == "/units?done=added"
    (path,) = re.findall(r'<a href="(/units/[^"]+)">西街村', admin.get("/units").text)
    page = admin.get(path).text
    assert re.findall(r'value="(\S+)" checked', page) == ["人社"]
    assert re.findall(r"selected>([^<]+)", page) == ["村(社区)", "城关镇"]
    answer = admin.post(path, data=fields | {"name": "西街社区", "departments": ["派出所"]})
    assert answer.headers["location"] == f"{path}?done=changed"
    assert "西街社区" in admin.get(path).text
    admin.post(f"{path}/enabled", data={"enabled": "no"})
    assert "　西街社区 已停用" in _rows(admin)
    admin.post(f"{path}/enabled", data={"enabled": "yes"})
    assert "　西街社区" in _rows(admin)


def test_what_is_refused_keeps_what_was_typed(town: Town, admin: TestClient) -> None:
    fields = {"name": "城关镇", "kind": "部门", "parent_id": town.units["东乡镇"].id, "departments": ["人社"]}
    for path in ("/units", f"/units/{town.units['桥头村'].id}"):
        answer = admin.post(path, data=fields)
        assert answer.status_code == 422
        assert "已经有叫“城关镇”的单位" in answer.text
        assert re.findall(r"selected>([^<]+)", answer.text) == ["部门", "东乡镇"]
        assert re.findall(r'value="(\S+)" checked', answer.text) == ["人社"]


def test_no_unit_is_offered_as_the_parent_of_its_own_parent(town: Town, admin: TestClient) -> None:
    page = admin.get(f"/units/{town.units['城关镇'].id}").text
    offered = re.findall(r"<option value=\"[^\"]+\" >　*([^<]+)", page)
    assert offered == ["东乡镇", "东乡派出所"]


def test_departments_that_nobody_stands_for_are_named(town: Town, wang: TestClient) -> None:
    assert "还没有单位承接的接收部门" not in wang.get("/units").text
    town.all.change(ROOT, town.units["城关人社所"].id, departments=[])
    assert "还没有单位承接的接收部门：人社。" in wang.get("/units").text


def test_the_table_is_downloaded_edited_and_taken(town: Town, admin: TestClient, wang: TestClient) -> None:
    content = wang.get("/units/table.csv")
    assert "filename*=UTF-8''%E5%8D%95%E4%BD%8D.csv" in content.headers["content-disposition"]
    assert wang.get("/units/table.xlsx").content.startswith(b"PK")
    edited = content.text + "西街村,村(社区),城关镇,\r\n"
    page = admin.post("/units/table", files={"table": ("单位.csv", edited)}).text
    assert "新建 1 个单位，修改 0 个。" in page
    answer = admin.post("/units/table", files={"table": ("单位.csv", edited + "北街村,村,,\r\n")})
    assert answer.status_code == 422
    assert "单位.csv!B11：没有“村”这种单位" in answer.text
    assert "请选择要导入的表格" in admin.post("/units/table", files={"table": ("", b"")}).text


def test_unit_and_post_are_set_on_the_page_of_the_account(town: Town, admin: TestClient) -> None:
    path = f"/accounts/{town.station.wang.id}"
    unit = {"unit_id": town.units["桥头村"].id, "post": "负责人"}
    assert admin.post(f"{path}/unit", data=unit).headers["location"] == f"{path}?done=changed"
    assert re.findall(r"selected>([^<]+)", admin.get(path).text) == ["　桥头村", "负责人"]
    assert "王警官</a>（负责人）" in admin.get("/units").text
    for _ in range(2):
        assert admin.post(f"{path}/unit", data={"unit_id": "", "post": "成员"}).status_code == 303
    assert town.all.member(ROOT, town.station.wang.id) is None
    assert admin.post(f"{path}/unit", data=unit | {"post": "所长"}).status_code == 422


def test_a_stand_in_is_named_and_ended_on_ones_own_page(town: Town, browser: Browser) -> None:
    town.person("chen", "桥头村")
    ding = town.person("ding", "桥头村")
    town.person("feng", "东乡派出所")
    chen = signed_in(browser, "chen")
    offered = re.findall(r'<option value="(\S{36})">(\w+)', chen.get("/account").text)
    assert offered == [(ding.id, "ding")]
    days = {"stand_in_id": ding.id, "first_day": "2026-03-02", "last_day": "2026-03-04"}
    assert chen.post("/account/stand-ins", data=days).headers["location"] == "/account?done=stand-in"
    page = chen.get("/account").text
    assert "ding 代 chen" in page
    assert "代班中" in page
    (end,) = re.findall(r'action="(/account/stand-ins/[^"]+/end)"', page)
    colleague = signed_in(browser, "ding")
    assert "ding 代 chen" in colleague.get("/account").text
    assert end not in colleague.get("/account").text
    assert colleague.post(end).status_code == 403
    assert chen.post(end).status_code == 303
    assert "已结束（提前）" in chen.get("/account").text
    for wrong, complaint in (({"first_day": "明天"}, "第一天要写成"), ({"stand_in_id": ""}, "请选代班人")):
        answer = chen.post("/account/stand-ins", data=days | wrong)
        assert answer.status_code == 422
        assert complaint in answer.text


def test_an_administrator_names_a_stand_in_from_anywhere(town: Town, admin: TestClient) -> None:
    chen, feng = town.person("chen", "桥头村"), town.person("feng", "东乡派出所")
    path = f"/accounts/{chen.id}"
    days = {"stand_in_id": feng.id, "first_day": "2026-03-02", "last_day": "2026-03-04"}
    assert admin.post(f"{path}/stand-ins", data=days).status_code == 303
    (end,) = re.findall(r'action="(/accounts/[^"]+/stand-ins/[^"]+/end)"', admin.get(path).text)
    assert admin.post(f"{path}/stand-ins", data=days).status_code == 422
    assert admin.post(end).status_code == 303


def test_a_program_does_all_of_it(town: Town, browser: Browser) -> None:
    _, key = town.station.accounts.create_key(ROOT, town.station.admin.id, "人事系统", [Role.ADMIN])
    program = browser()
    program.headers["Authorization"] = f"Bearer {key}"
    new = {"name": "西街村", "kind": "村(社区)", "parent_id": town.units["城关镇"].id, "departments": ["人社"]}
    made = program.post(API, json=new)
    assert made.status_code == 201
    shown = made.json()
    assert shown == new | {"id": shown["id"], "enabled": True, "members": []}
    assert shown in program.get(API).json()
    one = f"{API}/{shown['id']}"
    assert program.patch(one, json={"parent_id": "", "enabled": False}).json() == shown | {
        "parent_id": None,
        "enabled": False,
    }
    program.patch(one, json={"enabled": True})
    chen, ding = town.person("chen"), town.person("ding")
    for who in (chen, ding):
        assert program.put(f"{one}/members/{who.id}", json={}).json()["post"] == "成员"
    listed = next(unit for unit in program.get(API).json() if unit["id"] == shown["id"])
    assert [member["login"] for member in listed["members"]] == ["chen", "ding"]
    days = {"account_id": chen.id, "stand_in_id": ding.id, "first_day": "2026-03-03", "last_day": "2026-03-04"}
    standing = program.post("/api/v1/stand-ins", json=days).json()
    assert standing == days | {"id": standing["id"], "absent": "chen", "by": "ding", "state": "未开始"}
    assert program.get("/api/v1/stand-ins").json() == [standing]
    assert program.delete(f"/api/v1/stand-ins/{standing['id']}").status_code == 204
    assert program.delete(f"{API}/members/{chen.id}").status_code == 204
    assert program.delete(f"{API}/members/{chen.id}").status_code == 404
    assert program.patch(f"{API}/x", json={}).status_code == 404
    assert program.post(API, json=new | {"kind": "局"}).status_code == 422
    assert (
        program.post("/api/v1/stand-ins", json=days | {"first_day": "明天"}).json()["message"].startswith("first_day")
    )


def test_what_is_typed_as_a_name_is_shown_and_never_run(town: Town, admin: TestClient) -> None:
    unit = town.add('<script>alert(1)</script>"{{ 7*7 }}', "部门")
    town.all.place(ROOT, town.station.wang.id, unit.id, "成员")
    for path in ("/units", f"/units/{unit.id}", f"/accounts/{town.station.wang.id}", "/audit"):
        page = admin.get(path).text
        assert "<script>alert" not in page, path
        assert "&lt;script&gt;" in page, path
