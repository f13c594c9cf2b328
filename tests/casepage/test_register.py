"""Registering on the page of a suggestion that a person has decided."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service import clock
from service.app import create_app
from service.cases.handing_over import Leave
from service.cases.life import State
from service.incidents.form import registration_form
from service.incidents.model import MOST_PARTIES, Registration
from service.linking.store import keep_told
from service.settings import Settings
from tests.casepage.conftest import ADDRESS, KNOWN, Town

PERSON = {
    "role": "报警人",
    "name": "王小满",
    "phone": "13812345678",
    "id_number": "330102198001011236",
    "address": "3幢",
}
FORM = {"alarm_number": "3301002026", "place": "桥头社区", "happened_at": "2026-03-01T09:05", **PERSON}


def test_the_form_comes_once_a_person_has_decided(village: Town) -> None:
    officer = village.browser("officer")
    assert "建档并流转到矛调中心" not in officer.get(f"/suggestions/{village.suggestion(decided=False)}").text
    assert "建档并流转到矛调中心" in officer.get(f"/suggestions/{village.suggestion()}").text


@pytest.mark.parametrize(("do", "state"), [("open", State.OPENED), ("transfer", State.AT_CENTRE), ("keep", State.KEPT)])
def test_a_case_begins_and_goes_where_the_button_says(village: Town, do: str, state: State) -> None:
    identity = village.suggestion()
    data = {**FORM, "do": do, "keep_reason": "当场和好"}
    answer = village.browser("officer").post(f"/suggestions/{identity}/case", data=data)
    assert answer.status_code == 303, answer.text
    case_id = answer.headers["location"].split("/")[2].partition("?")[0]
    file = village.cases.find(village.actor("officer"), case_id)
    assert file.case.state is state
    known = file.incidents[0].registration
    assert (known.alarm_number, known.place, known.happened_at) == (
        "3301002026",
        "桥头社区",
        "2026-03-01T01:05:00.000Z",
    )
    assert [party.name for party in known.parties] == ["王小满"]
    page = village.browser("officer").get(f"/suggestions/{identity}").text
    assert f"/cases/{case_id}" in page
    again = village.browser("officer").post(f"/suggestions/{identity}/case", data=data)
    assert again.headers["location"] == f"/cases/{case_id}"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"happened_at": "昨天"}, "不是时间"),
        ({"happened_at": "2999-01-01T00:00"}, "在将来"),
        ({"happened_at": "0001-01-01T00:00"}, "不是时间"),
        ({"do": "keep"}, "请写明不流转的理由"),
        ({"do": ""}, "请选建档"),
        ({"role": "路人"}, "没有“路人”这种人员"),
        ({"phone": "1" * 41}, "电话太长"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(village: Town, change: dict[str, str], complaint: str) -> None:
    identity = village.suggestion()
    data = {**FORM, "do": "open", **change}
    answer = village.browser("officer").post(f"/suggestions/{identity}/case", data=data)
    assert answer.status_code == 422
    assert complaint in answer.text
    for name in ("alarm_number", "place", "happened_at", "name", "phone", "id_number", "address"):
        assert f'name="{name}"' in answer.text
        assert f'value="{data[name]}"' in answer.text
    assert "已经建档" not in village.browser("officer").get(f"/suggestions/{identity}").text


def test_another_row_for_a_person_comes_without_script(village: Town) -> None:
    identity = village.suggestion()
    page = village.browser("officer").post(f"/suggestions/{identity}/case", data={**FORM, "do": "more"}).text
    assert len(re.findall('name="id_number"', page)) == 2
    assert 'value="王小满"' in page
    assert "已经建档" not in page


def test_rows_end_where_no_more_people_are_taken() -> None:
    form = registration_form(role=["当事人"] * MOST_PARTIES)
    assert len(form.with_another().people) == MOST_PARTIES


def test_without_a_unit_the_page_says_what_is_missing(village: Town) -> None:
    identity = village.suggestion(unit_id="")
    roaming = village.browser("roaming")
    page = roaming.get(f"/suggestions/{identity}").text
    assert "还没有所属单位，不能建档" in page
    assert "建档并流转" not in page
    assert roaming.post(f"/suggestions/{identity}/case", data={**FORM, "do": "open"}).status_code == 403


def test_who_takes_no_incidents_registers_none(village: Town) -> None:
    identity = village.suggestion()
    assert village.browser("centre").post(f"/suggestions/{identity}/case", data=FORM).status_code == 403


def test_an_undecided_incident_is_not_registered(village: Town) -> None:
    identity = village.suggestion(decided=False)
    answer = village.browser("officer").post(f"/suggestions/{identity}/case", data={**FORM, "do": "open"})
    assert answer.status_code == 409


def told(village: Town, known: Registration = KNOWN, unit_id: str = "station") -> str:
    """A decided suggestion, with this told of its incident at intake."""
    identity = village.suggestion(unit_id=unit_id)
    with village.database.write() as connection:
        keep_told(connection, identity, replace(known, happened_at=clock.stamp()))
    return identity


def test_what_was_told_at_intake_need_not_be_typed_again(village: Town) -> None:
    page = village.browser("officer").get(f"/suggestions/{told(village)}").text
    assert f'id="r-place" name="place" maxlength="200" value="{KNOWN.place}"' in page
    assert f'id="r-number" name="alarm_number" maxlength="60" value="{KNOWN.alarm_number}"' in page
    assert len(re.findall('name="id_number"', page)) == len(KNOWN.parties)


def test_a_case_of_the_same_dispute_is_joined_with_what_was_typed(village: Town) -> None:
    case_id, identity, officer = village.case(), told(village), village.browser("officer")
    assert f'name="join" value="{case_id}"' in officer.get(f"/suggestions/{identity}").text
    answer = officer.post(f"/suggestions/{identity}/case", data={**FORM, "join": case_id})
    assert answer.headers["location"] == f"/cases/{case_id}?done=join"
    file = village.cases.find(village.actor("officer"), case_id)
    assert file.case.incidents[1:] == (identity,)
    assert file.events[-1].detail["依据"][0].startswith("同一身份证")
    known = next(one for one in file.incidents if one.id == identity).registration
    assert (known.place, known.parties[0].id_number) == (FORM["place"], PERSON["id_number"])


def test_joining_that_is_refused_keeps_what_was_typed(village: Town) -> None:
    case_id, identity = village.case(), told(village)
    data = {**FORM, "join": case_id, "happened_at": "2999-01-01T00:00"}
    answer = village.browser("officer").post(f"/suggestions/{identity}/case", data=data)
    assert answer.status_code == 422
    assert "在将来" in answer.text
    assert 'value="330102198001011236"' in answer.text
    assert village.cases.find(village.actor("officer"), case_id).case.incidents[1:] == ()


@pytest.mark.parametrize("join", ["", "nothing", "{}"])
def test_a_case_that_is_not_there_or_not_seen_is_not_joined(village: Town, join: str) -> None:
    identity, case_id = told(village, unit_id=""), village.case()
    data = {**FORM, "join": join.format(case_id)}
    answer = village.browser("stranger").post(f"/suggestions/{identity}/case", data=data)
    assert answer.status_code == (404 if join else 422)
    assert village.cases.find(village.actor("officer"), case_id).case.incidents[1:] == ()


def test_an_undecided_incident_joins_no_case(village: Town) -> None:
    case_id, identity = village.case(), village.suggestion(decided=False)
    answer = village.browser("officer").post(f"/suggestions/{identity}/case", data={**FORM, "join": case_id})
    assert answer.status_code == 409


def test_the_people_of_a_registered_incident_are_not_shown_with_its_suggestion(village: Town) -> None:
    case_id, identity = village.case(), told(village)
    officer = village.browser("officer")
    officer.post(f"/suggestions/{identity}/case", data={**FORM, "join": case_id})
    village.cases.do(village.actor("officer"), case_id, Leave(identity, "另一户人家"))
    page = officer.get(f"/suggestions/{identity}").text
    assert "这条警情登记过" in page
    for value in (PERSON["id_number"], FORM["alarm_number"], KNOWN.parties[0].id_number):
        assert value not in page


def test_another_key_of_linking_is_told_on_every_page_and_by_health(village: Town, tmp_path: Path) -> None:
    village.case()
    other = create_app(Settings(data_dir=tmp_path / "elsewhere"), prepared=village.app.state.intake)
    with TestClient(other, base_url=ADDRESS) as browser:
        assert "运行 tongban link rebuild" in browser.get("/api/v1/health").json()["notices"][0]
        assert "关联密钥不是原来那一个" in browser.get("/login").text
    assert "关联密钥" not in village.browser("officer").get("/account").text
