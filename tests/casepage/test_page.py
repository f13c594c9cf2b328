"""The page of a case: what it shows to whom, and what can be done from it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from service.cases.life import Act, State
from service.incidents.model import Party, PartyRole
from tests.casepage.conftest import KNOWN, Town

PHONE, NAME, OTHER_NAME = "13812345678", "王小满", "赵大有"


def _page(village: Town, login: str, case_id: str) -> str:
    answer = village.browser(login).get(f"/cases/{case_id}")
    assert answer.status_code == 200, answer.text
    return answer.text


def _offered(page: str) -> set[str]:
    return set(re.findall(r'name="act" value="(.*?)"', page))


def test_the_head_says_what_it_is_and_what_is_owed(village: Town) -> None:
    case_id = village.in_hand()
    page = _page(village, "centre", case_id)
    assert "<b>黄</b>色预警" in page
    for words in ("-000001", "已签收", "婚恋家庭", "部门负责人", "柳塘妇联", "桥头社区", "办结", "下次反馈"):
        assert words in page
    assert "已超" not in page


def test_the_number_of_an_alarm_is_not_taken_for_that_of_a_person(village: Town) -> None:
    page = _page(village, "officer", village.case())
    assert page.count(KNOWN.alarm_number) == 2  # with the incident and in the track list


def test_what_is_overdue_is_said_in_words(village: Town) -> None:
    case_id = village.in_hand()
    object.__setattr__(village.cases, "now", lambda at=village.cases.now: at() + timedelta(days=400))
    assert "已超" in _page(village, "centre", case_id)


def test_signals_are_marked_in_the_text_though_it_is_masked(village: Town) -> None:
    page = _page(village, "officer", village.case())
    assert '<mark class="grave">持菜刀威胁<small>凶器</small></mark>' in page
    assert "有凶器" in page


class TestNamesAndNumbers:
    @pytest.mark.parametrize("login", ["officer", "centre", "women", "village", "leader", "auditor"])
    def test_they_are_masked_for_everybody_at_first(self, village: Town, login: str) -> None:
        case_id = village.in_hand()
        village.do("women", case_id, "反馈", words=f"已联系{NAME}，{PHONE}")
        page = _page(village, login, case_id)
        assert PHONE not in page
        assert NAME not in page
        assert "330102198001011236" not in page
        assert "138****5678" in page
        assert "王**" in page

    @pytest.mark.parametrize("login", ["officer", "centre", "women"])
    def test_who_must_call_on_them_is_shown_them_and_that_is_recorded(self, village: Town, login: str) -> None:
        case_id = village.in_hand()
        answer = village.browser(login).post(f"/cases/{case_id}/people")
        assert answer.status_code == 200
        assert PHONE in answer.text
        assert NAME in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        (entry,) = village.audit("显示个人信息")
        assert entry[0] == village.actor(login).name
        assert entry[1].startswith("档案 ")

    @pytest.mark.parametrize("login", ["village", "leader", "auditor"])
    def test_nobody_else_is_and_nothing_is_recorded(self, village: Town, login: str) -> None:
        case_id = village.in_hand()
        assert "显示个人信息" not in _page(village, login, case_id)
        answer = village.browser(login).post(f"/cases/{case_id}/people")
        assert answer.status_code == 403
        assert PHONE not in answer.text
        assert village.audit("显示个人信息") == []

    def test_of_a_confidential_incident_only_the_station_is(self, village: Town) -> None:
        case_id = village.case(replace(KNOWN, confidential=True))
        village.do("officer", case_id, "流转")
        assert village.browser("centre").post(f"/cases/{case_id}/people").status_code == 403
        assert village.browser("officer").post(f"/cases/{case_id}/people").status_code == 200


@pytest.mark.parametrize("path", ["", "/people", "/acts"])
def test_a_foreign_case_is_not_there(village: Town, path: str) -> None:
    case_id = village.case()
    client = village.browser("stranger")
    for address in (f"/cases/{case_id}{path}", f"/cases/x{path}", f"/cases/%00{path}"):
        answer = client.post(address, data={"act": "留言", "seen": "1"}) if path else client.get(address)
        assert answer.status_code == 404, address
        assert "没有这份档案" in answer.text


def test_everything_that_can_be_done_has_a_form_but_what_is_done_elsewhere(village: Town) -> None:
    case_id = village.in_hand()
    for login in ("officer", "centre", "women", "village", "leader", "auditor"):
        possible = village.cases.find(village.actor(login), case_id).possible
        elsewhere = {Act.JOIN, Act.ATTACH}
        dormant = {Act.LEAVE, Act.RESUME, Act.AGREE_LOWER, Act.REFUSE_LOWER, Act.ASK_LOWER, Act.UNSHARE, Act.LIFT}
        assert _offered(_page(village, login, case_id)) == set(possible) - elsewhere - dormant


def test_from_the_station_to_the_archive_through_forms(village: Town) -> None:
    case_id = village.in_hand()
    village.do("village", case_id, "反馈", words="社区陪同上门")
    village.do("women", case_id, "暂停计时", reason="住院")
    village.do("women", case_id, "恢复计时")
    village.do("centre", case_id, "延期", until="2099-01-01", reason="双方同意")
    village.do("women", case_id, "化解", resolution="书面协议", words="签了协议")
    village.do("officer", case_id, "回访", outcome="稳定", words="无新矛盾")
    village.do("centre", case_id, "归档")
    assert village.cases.find(village.actor("officer"), case_id).case.state is State.ARCHIVED
    page = _page(village, "officer", case_id)
    assert page.index("<b>归档</b>") < page.index("<b>化解</b>") < page.index("<b>建档</b>")
    assert "已化解 → 已回访" in page
    assert "柳塘妇联" in page
    assert "社区陪同上门" in page


def _with_a_second(village: Town) -> tuple[str, str]:
    """A case that another incident was joined to, of somebody else; the id of that incident."""
    case_id, second = village.case(), village.suggestion()
    known = replace(KNOWN, alarm_number="J2026-9", parties=(Party(PartyRole.CALLER, OTHER_NAME, PHONE),))
    village.cases.join(village.actor("officer"), case_id, second, known)
    return case_id, second


def test_one_of_several_incidents_is_taken_out_by_who_says_which_and_why(village: Town) -> None:
    case_id, second = _with_a_second(village)
    page = _page(village, "officer", case_id)
    (option,) = re.findall(f'<option value="{second}" >(.*?)</option>', page)
    assert re.match("警情 [12]：J2026-9，.*持菜刀", option)
    village.do("officer", case_id, "移出警情", incident=second, reason=f"与{OTHER_NAME}无关")
    page = _page(village, "officer", case_id)
    assert village.cases.find(village.actor("officer"), case_id).case.incidents != (second,)
    assert "<b>移出警情</b>" in page
    assert page.count("J2026-9") == 2  # in the track list: joined, taken out
    assert OTHER_NAME not in page
    assert Act.LEAVE.value not in _offered(page)


@pytest.mark.parametrize(
    ("incident", "reason", "said"),
    [("", "另一件事", "请选哪一条警情"), ("nothing", "另一件事", "请选哪一条警情"), (None, "", "移出的理由")],
)
def test_without_which_and_why_nothing_is_taken_out(
    village: Town, incident: str | None, reason: str, said: str
) -> None:
    case_id, second = _with_a_second(village)
    version = village.cases.find(village.actor("officer"), case_id).case.version
    data = {"act": "移出警情", "seen": version, "incident": second if incident is None else incident, "reason": reason}
    answer = village.browser("officer").post(f"/cases/{case_id}/acts", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert len(village.cases.find(village.actor("officer"), case_id).case.incidents) == 2


def test_the_heaviest_colour_falls_with_two_persons(village: Town) -> None:
    case_id = village.in_hand()
    village.do("officer", case_id, "调高预警", colour="红", reason="又动刀")
    village.do("centre", case_id, "请求调低", colour="黄", reason="已稳住")
    assert "中心乙请求调低为黄色" in _page(village, "leader", case_id)
    village.do("leader", case_id, "同意调低")
    assert village.cases.find(village.actor("centre"), case_id).case.colour == "黄"


def test_units_are_suggested_to_the_centre_by_department(village: Town) -> None:
    case_id = village.case()
    village.do("officer", case_id, "流转")
    page = _page(village, "centre", case_id)
    assert '<option value="women" selected>' in page
    assert re.search(r'value="justice" checked', page)
    assert "东山派出所" not in page


@pytest.mark.parametrize(
    ("fields", "status", "complaint"),
    [
        ({"act": "退回", "code": "不属本部门职责", "reason": "。"}, 422, "请写明退回的理由"),
        ({"act": "退回", "code": "随便", "reason": "不是我们的"}, 422, "请选原因"),
        ({"act": "延期", "until": "明天", "reason": "不是我们的"}, 422, "要写成"),
        ({"act": "归档", "reason": ""}, 403, "归档由矛调中心办理"),
        ({"act": "反馈", "words": "不是我们的", "seen": "1"}, 409, "别人刚刚办过"),
        ({"act": "留言", "words": "不是我们的", "mentions": "elsewhere"}, 422, "提到里没有"),
        ({"act": "并入警情"}, 409, "不在这里办"),
        ({"act": "乱来"}, 422, "不知道要办什么"),
        ({"act": "反馈", "words": "不是我们的", "seen": "x"}, 422, "哪一版档案"),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(
    village: Town, fields: dict[str, str], status: int, complaint: str
) -> None:
    case_id = village.in_hand()
    answer = village.browser("women").post(f"/cases/{case_id}/acts", data={"seen": "4", **fields})
    assert (answer.status_code, complaint in answer.text) == (status, True), answer.text
    for name in ("reason", "words"):
        if fields.get(name, "。").isalnum():
            assert fields[name] in answer.text
    assert village.cases.find(village.actor("women"), case_id).case.version == 4


def test_the_same_form_sent_twice_does_it_once(village: Town) -> None:
    case_id = village.in_hand()
    for _ in range(2):
        sent = {"act": "反馈", "seen": "4", "words": "已上门"}
        assert village.browser("women").post(f"/cases/{case_id}/acts", data=sent).status_code == 303
    assert village.cases.find(village.actor("women"), case_id).case.version == 5


def test_what_is_refused_too_late_keeps_its_words_though_its_time_is_over(village: Town) -> None:
    case_id = village.in_hand()
    village.do("women", case_id, "终止调解", reason="一方不来")
    sent = {"act": "反馈", "seen": "5", "words": "刚写了很久的进展"}
    answer = village.browser("women").post(f"/cases/{case_id}/acts", data=sent)
    assert answer.status_code == 409
    assert "刚写了很久的进展" in answer.text


def test_a_comment_is_no_matter_of_who_was_faster_and_mentions_units(village: Town) -> None:
    case_id = village.in_hand()
    sent = {"act": "留言", "seen": "1", "words": "请社区看看\r\n谢谢", "mentions": ["village", "station"]}
    assert village.browser("women").post(f"/cases/{case_id}/acts", data=sent).status_code == 303
    event = village.cases.find(village.actor("women"), case_id).events[-1]
    assert (event.reason, list(event.detail["提到"])) == ("请社区看看\n谢谢", ["village", "station"])
    assert "桥头社区、柳塘派出所" in _page(village, "women", case_id)


def test_a_case_is_shared_with_a_volunteer_and_no_longer(village: Town) -> None:
    case_id = village.in_hand()
    helper = village.actor("helper").account_id
    assert village.browser("helper").get(f"/cases/{case_id}").status_code == 404
    village.do("women", case_id, "共享", account_id=helper)
    assert _offered(_page(village, "helper", case_id)) == {"反馈", "留言"}
    assert "显示个人信息" not in _page(village, "helper", case_id)
    village.do("women", case_id, "取消共享", account_id=helper)
    assert village.browser("helper").get(f"/cases/{case_id}").status_code == 404


def test_a_case_is_shared_with_nobody_but_volunteers(village: Town) -> None:
    case_id = village.in_hand()
    sent = {"act": "共享", "seen": "4", "account_id": village.actor("stranger").account_id}
    assert village.browser("women").post(f"/cases/{case_id}/acts", data=sent).status_code == 422


def test_what_is_typed_is_shown_and_never_run(village: Town) -> None:
    case_id = village.case()
    village.do("officer", case_id, "留言", words="<script>alert(1)</script>")
    assert "<script>alert" not in _page(village, "officer", case_id)
