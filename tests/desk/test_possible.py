"""/api/v1/cases/{id}/possible, and what a person does about it by program: join, take out."""

from typing import Any

from service.incidents.model import Party, PartyRole, Registration
from tests.casepage.conftest import Town

API = "/api/v1/cases"
PHONE = "13812345678"
KNOWN = Registration(parties=(Party(PartyRole.CALLER, "王小满", PHONE),))
SENT = {"parties": [{"role": "报警人", "name": "王小满", "phone": PHONE}]}


def _possible(village: Town, login: str, case_id: str) -> list[dict[str, Any]]:
    answer = village.browser(login).get(f"{API}/{case_id}/possible")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def _join(village: Town, case_id: str, suggestion_id: str) -> int:
    sent = {"suggestion_id": suggestion_id, "registration": SENT}
    return village.browser("officer").post(f"{API}/{case_id}/incidents", json=sent).status_code


def _leave(village: Town, case_id: str, incident_id: str) -> int:
    act = {"act": "移出警情", "incident": incident_id, "reason": "另一户人家"}
    return village.browser("officer").post(f"{API}/{case_id}/acts", json=act).status_code


def test_an_incident_of_another_case_is_named_with_strength_and_reasons(village: Town) -> None:
    one, other = village.case(KNOWN), village.case(KNOWN)
    (found,) = _possible(village, "officer", one)
    number = village.cases.find(village.actor("officer"), other).case.number
    assert (found["case_id"], found["case_number"], found["unit"]) == (other, number, "柳塘派出所")
    assert found["level"] == "强"
    assert 0.8 < found["strength"] < 1
    assert found["reasons"][0] == {"text": "同一电话（报警人 138****5678）", "weight": 0.8}
    assert PHONE not in str(found)


def test_of_a_case_that_one_does_not_see_only_the_unit_is_told(village: Town) -> None:
    case_id = village.case(KNOWN)
    for _ in range(2):
        village.cases.open(village.actor("stranger"), village.suggestion(unit_id="elsewhere-station"), KNOWN)
    (found,) = _possible(village, "officer", case_id)
    assert {name: value for name, value in found.items() if value} == {"unit": "东山派出所"}


def test_the_possible_ones_of_a_case_are_for_who_sees_the_case(village: Town) -> None:
    case_id = village.case(KNOWN)
    assert village.browser("stranger").get(f"{API}/{case_id}/possible").status_code == 404
    assert village.browser("officer").get(f"{API}/nothing/possible").status_code == 404


def test_an_incident_that_was_taken_out_joins_another_case_and_is_not_suggested_for_the_first(village: Town) -> None:
    first, second, incident = village.case(KNOWN), village.case(KNOWN), village.suggestion()
    assert _join(village, first, incident) == 201
    assert _join(village, second, incident) == 409, "it is in a case already"
    assert _leave(village, first, incident) == 201
    # What a person held apart from the one is still possible for the other.
    taken_out = [one for one in _possible(village, "officer", second) if one["incident_id"] == incident]
    assert [one["case_id"] for one in taken_out] == [""]
    assert incident not in [one["incident_id"] for one in _possible(village, "officer", first)]
    assert _join(village, second, incident) == 201
    assert incident in village.cases.find(village.actor("officer"), second).case.incidents
    assert incident not in [one["incident_id"] for one in _possible(village, "officer", first)]


def test_nothing_is_possible_where_nothing_is_alike(village: Town) -> None:
    case_id = village.case(Registration())
    assert _possible(village, "officer", case_id) == []
