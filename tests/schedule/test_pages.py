"""消息, 日清, 周结 and 外发通知 in the browser and over the API."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from service import clock
from service.cases.handing_over import Dispatch
from service.schedule.telling import Telling
from service.schedule.ticking import Ticking
from service.storage.tables.cases import case_file
from tests.casepage import conftest as town
from tests.casepage.conftest import Town

cheap_hashes, database, village = town.cheap_hashes, town.database, town.village


def tell(village: Town) -> None:
    Telling(village.database, village.cases.policy).tell()


def at_the_list(village: Town, *, days: int = 1) -> datetime:
    """An evening to come, by itself that on which the first report is owed; the lists look from there."""
    moment = (clock.now() + timedelta(days=days)).replace(hour=17, minute=30)
    state = village.app.state
    state.lists = replace(state.lists, now=lambda: moment)
    Ticking(replace(village.cases, now=lambda: moment)).look()
    return moment


def in_menu(client: TestClient) -> str | None:
    """How many unread messages the menu counts."""
    found = re.search(r'消息 <span class="badge">(\d+)', client.get("/units").text)
    return found and found[1]


def test_what_one_is_told_stands_in_the_inbox_and_is_counted_in_the_menu(village: Town) -> None:
    case_id = village.in_hand()
    tell(village)
    women = village.browser("women")
    page = women.get("/inbox").text
    assert "分派到您的单位，请签收" in page
    assert f'href="/cases/{case_id}"' in page
    assert in_menu(women) == "1"
    assert women.post("/inbox/read").headers["location"] == "/inbox"
    assert in_menu(women) is None
    assert "王小满" not in page


def test_a_notice_of_another_is_not_there(village: Town) -> None:
    village.in_hand()
    tell(village)
    (one,) = village.browser("women").get("/api/v1/notices").json()["notices"]
    assert village.browser("village").post(f"/inbox/{one['id']}/read").status_code == 404
    assert village.browser("village").post(f"/api/v1/notices/{one['id']}/read").status_code == 404
    assert village.browser("women").post(f"/api/v1/notices/{one['id']}/read").json() == {"read": 1}
    assert village.browser("women").get("/api/v1/notices").json()["unread"] == 0


def test_the_daily_list_shows_who_did_not_report_and_earlier_days_stay(village: Town) -> None:
    village.in_hand()
    moment = at_the_list(village)
    page = village.browser("centre").get("/daily").text
    assert "柳塘妇联" in page
    assert "漏报 1" in page
    assert "王小满" not in page
    (unit,) = village.browser("centre").get(f"/api/v1/daily?day={moment.date()}").json()
    assert unit["compliance"] == {"owed": 1, "on_time": 0, "late": 0, "missing": 1}
    assert "没有单位应做反馈" in village.browser("centre").get(f"/daily?day={moment.date() - timedelta(days=1)}").text


@pytest.mark.parametrize("path", ["/daily", "/weekly"])
def test_a_day_that_is_none_or_to_come_is_refused(village: Town, path: str) -> None:
    for day in ("gestern", "2999-01-01", "0001-01-01"):
        assert village.browser("centre").get(f"{path}?day={day}").status_code == 422


@pytest.mark.parametrize("path", ["/daily", "/weekly", "/api/v1/daily", "/api/v1/weekly"])
def test_who_works_with_no_cases_sees_no_list(village: Town, path: str) -> None:
    assert [village.browser(login).get(path).status_code for login in ("admin", "helper", "auditor")] == [403, 403, 200]


def test_the_weekly_list_has_what_is_not_properly_closed(village: Town) -> None:
    case_id = village.in_hand()
    with village.database.read() as connection:
        number = connection.execute(select(case_file.c.number).where(case_file.c.id == case_id)).scalar_one()
    at_the_list(village, days=7)  # in a week that closes after the case was opened, whatever day it is
    page = village.browser("centre").get("/weekly").text
    assert number in page
    assert "1 件没有真正办结" in page
    assert "没有真正办结</h2>" not in village.browser("stranger").get("/weekly").text
    assert number not in village.browser("stranger").get("/weekly").text


def test_an_administrator_sets_up_a_webhook_whose_secret_is_shown_once(village: Town) -> None:
    admin = village.browser("admin")
    typed = {"unit_id": "women", "url": "http://10.1.2.3:8080/notify", "acts": ["分派", "漏报"]}
    page = admin.post("/webhooks", data=typed).text
    secret = page.partition('class="key">')[2].partition("<")[0]
    assert len(secret) == 43
    assert secret not in admin.get("/webhooks").text
    (one,) = admin.get("/api/v1/webhooks").json()
    assert (one["unit"], one["acts"], one["enabled"]) == ("柳塘妇联", ["分派", "漏报"], True)
    assert secret not in admin.get(f"/webhooks/{one['id']}").text
    assert admin.patch(f"/api/v1/webhooks/{one['id']}", json={"enabled": False}).json()["enabled"] is False
    assert [entry[0] for entry in village.audit("建立外发通知")] == ["管理壬"]
    assert village.audit("修改外发通知")[0][2] == {"状态": {"原": "启用", "现": "停用"}}


def test_what_was_typed_stays_where_a_webhook_is_refused(village: Town) -> None:
    typed = {"unit_id": "women", "url": "ftp://10.1.2.3/", "acts": ["分派"]}
    answer = village.browser("admin").post("/webhooks", data=typed)
    assert answer.status_code == 422
    assert "ftp://10.1.2.3/" in answer.text
    assert "网址要写成" in answer.text


def test_nobody_else_sees_webhooks(village: Town) -> None:
    for login in ("officer", "centre", "leader", "auditor"):
        assert village.browser(login).get("/webhooks").status_code == 403
        assert village.browser(login).get("/api/v1/webhooks").status_code == 403


def test_a_dispatch_to_a_unit_is_told_by_the_running_service(village: Town) -> None:
    case_id = village.case()
    village.do("officer", case_id, "流转")
    village.cases.do(village.actor("centre"), case_id, Dispatch("women"))
    tell(village)
    assert [one["kind"] for one in village.browser("women").get("/api/v1/notices").json()["notices"]] == ["分派"]
