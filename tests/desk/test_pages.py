"""/todo, /cases and /desk in the browser of each of the town's people."""

import re
from datetime import timedelta

import pytest

from service.cases import lists
from service.cases.handing_over import Keep
from tests.casepage.conftest import Town


def _page(village: Town, login: str, path: str, status: int = 200) -> str:
    answer = village.browser(login).get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def _at_centre(village: Town) -> str:
    case_id = village.case()
    village.do("officer", case_id, "流转")
    return case_id


@pytest.mark.parametrize(
    ("login", "home"),
    [
        ("centre", "/todo"), ("women", "/todo"), ("leader", "/todo"), ("helper", "/todo"),
        ("admin", "/accounts"), ("auditor", "/audit"),
    ],
)  # fmt: skip
def test_everybody_begins_with_what_is_theirs(village: Town, login: str, home: str) -> None:
    assert village.browser(login).get("/").headers["location"] == home
    _page(village, login, home)


@pytest.mark.parametrize(
    ("login", "shown"),
    [
        ("officer", ["我的待办", "档案"]), ("centre", ["我的待办", "分派台", "档案"]), ("women", ["我的待办", "档案"]),
        ("helper", ["我的待办", "档案"]), ("auditor", ["档案"]), ("admin", []),
    ],
)  # fmt: skip
def test_the_menu_shows_the_lists_to_who_uses_them(village: Town, login: str, shown: list[str]) -> None:
    menu = _page(village, login, "/units").partition('<nav class="menu"')[2].partition("</nav>")[0]
    assert [name for name in ("我的待办", "分派台", "档案") if name in menu] == shown


def test_the_menu_counts_what_waits(village: Town) -> None:
    assert "badge" not in _page(village, "centre", "/units")
    _at_centre(village)
    assert _page(village, "centre", "/units").count('<span class="badge">1<') == 2
    assert "badge" not in _page(village, "women", "/units")


def test_todo_says_why_and_by_when(village: Town) -> None:
    assert "现在没有要您办的事" in _page(village, "centre", "/todo")
    case_id = _at_centre(village)
    page = _page(village, "centre", "/todo")
    assert "等中心确定主办和协办" in page
    assert f'href="/cases/{case_id}"' in page
    assert '<li class="tint-黄"><span>黄色</span> <b>1</b>' in page
    assert "超期" not in page
    object.__setattr__(village.cases, "now", lambda at=village.cases.now: at() + timedelta(days=40))
    page = _page(village, "centre", "/todo")
    assert "已超期" in page
    assert "超期 2" in page, "to be dispatched, and to be reviewed"


class TestTheList:
    def test_it_shows_each_case_with_its_colour_state_and_units(self, village: Town) -> None:
        case_id = village.in_hand()
        page = _page(village, "auditor", "/cases")
        assert f'href="/cases/{case_id}"' in page
        for words in ("已签收", "婚恋家庭", "柳塘派出所", "柳塘妇联", "共 1 件"):
            assert words in page

    def test_what_is_over_is_listed_on_request_only(self, village: Town) -> None:
        case_id = village.case()
        village.cases.do(village.actor("officer"), case_id, Keep("当场和解"))
        assert "没有这样的档案" in _page(village, "auditor", "/cases")
        for query in ("state=", "state=不流转"):
            assert f'href="/cases/{case_id}"' in _page(village, "auditor", f"/cases?{query}")

    def test_no_more_pages_are_turned_than_anybody_would(self, village: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        for _ in range(3):
            village.case()
        monkeypatch.setattr(lists, "_MOST_TURNED", 2)
        page = _page(village, "auditor", "/cases?state=")
        assert "多于 2 件，只列前 2 件" in page
        assert len(set(re.findall(r'href="/cases/[0-9a-f-]{36}"', page))) == 2

    @pytest.mark.parametrize(
        ("query", "there"),
        [
            ("words=桥头", True), ("words=没有", False), ("state=未结", True), ("state=已归档", False),
            ("colour=黄", True), ("colour=红", False), ("kind=婚恋家庭", True), ("unit=women", True),
            ("unit=justice", False), ("since=2100-01-01", False), ("until=2100-01-01", True), ("overdue=yes", False),
        ],
    )  # fmt: skip
    def test_the_bar_filters_and_stays_filled(self, village: Town, query: str, there: bool) -> None:
        case_id = village.in_hand()
        page = _page(village, "auditor", f"/cases?{query}")
        assert (f'href="/cases/{case_id}"' in page) is there
        value = query.partition("=")[2]
        assert re.search(rf'value="{value}"|<option selected>{value}<|value="{value}" selected|checked', page)

    @pytest.mark.parametrize("query", ["since=昨天", "state=没有", "words=%01", "until=9999-12-31"])
    def test_what_cannot_be_asked_is_said(self, village: Town, query: str) -> None:
        assert "重置" in _page(village, "auditor", f"/cases?{query}", 422)

    def test_a_page_beyond_the_last_is_empty_and_leads_back(self, village: Town) -> None:
        village.in_hand()
        assert "上一页" in _page(village, "auditor", "/cases?page=99999999")

    def test_what_was_typed_is_not_html(self, village: Town) -> None:
        assert "<script>" not in _page(village, "auditor", "/cases?words=<script>")

    @pytest.mark.parametrize("login", ["stranger", "admin", "helper", "roaming"])
    def test_a_foreign_case_is_not_listed(self, village: Town, login: str) -> None:
        village.in_hand()
        assert "没有这样的档案" in _page(village, login, "/cases")


class TestTheDesk:
    def test_one_click_does_as_suggested(self, village: Town) -> None:
        case_id = _at_centre(village)
        page = _page(village, "centre", "/desk")
        for words in ("<b>柳塘妇联</b> 主办", "柳塘司法所 协办", "婚恋家庭 90%", "持菜刀威胁", "按建议分派"):
            assert words in page
        sent = {"seen": 2, "advised": "yes"}
        answers = [village.browser("centre").post(f"/desk/{case_id}", data=sent) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303]
        case = village.cases.find(village.actor("auditor"), case_id).case
        assert (case.state, case.lead_id, case.co_ids, case.version) == ("待签收", "women", ("justice",), 3)
        assert "已分派" in _page(village, "centre", answers[0].headers["location"])

    def test_names_and_numbers_are_masked(self, village: Town) -> None:
        _at_centre(village)
        page = _page(village, "centre", "/desk")
        assert "138****5678" in page
        assert "王小满" not in page

    def test_another_choice_needs_a_reason_and_keeps_what_was_typed(self, village: Town) -> None:
        case_id = _at_centre(village)
        centre = village.browser("centre")
        refused = centre.post(f"/desk/{case_id}", data={"seen": 2, "lead_id": "justice"})
        assert refused.status_code == 422
        assert "写明理由" in refused.text
        assert '<option value="justice" selected>' in refused.text
        sent = {"seen": 2, "lead_id": "justice", "co_ids": ["women", "village"], "note": "涉及析产"}
        assert centre.post(f"/desk/{case_id}", data=sent).status_code == 303
        case = village.cases.find(village.actor("auditor"), case_id).case
        assert (case.lead_id, case.co_ids) == ("justice", ("women", "village"))

    def test_a_stale_page_is_refused(self, village: Town) -> None:
        case_id = _at_centre(village)
        village.do("officer", case_id, "留言", words="补充")
        answer = village.browser("centre").post(f"/desk/{case_id}", data={"seen": 2, "advised": "yes"})
        assert answer.status_code == 409
        assert "刷新" in answer.text

    @pytest.mark.parametrize("login", ["officer", "women", "leader", "auditor", "admin"])
    def test_it_is_the_centres_alone(self, village: Town, login: str) -> None:
        case_id = _at_centre(village)
        _page(village, login, "/desk", 403)
        sent = {"seen": 2, "lead_id": "justice", "note": "我来"}
        assert village.browser(login).post(f"/desk/{case_id}", data=sent).status_code in (403, 404)
        assert village.cases.find(village.actor("auditor"), case_id).case.state == "待分派"
