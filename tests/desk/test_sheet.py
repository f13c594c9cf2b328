"""/cases.xlsx: the list of cases as a table, for whom, of what, and nothing in it that runs."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from service.cases import lists, overview
from tests.casepage.conftest import KNOWN, Town


def _book(village: Town, login: str, query: str = "") -> Any:
    answer = village.browser(login).get(f"/cases.xlsx{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    return load_workbook(BytesIO(answer.content))


def _rows(book: Any) -> list[dict[str, Any]]:
    headings, *rows = book["档案"].iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def _notes(book: Any) -> list[str]:
    return [row[0] for row in book["说明"].iter_rows(min_row=2, values_only=True)]


def test_it_has_what_the_page_shows(village: Town) -> None:
    case = village.cases.find(village.actor("officer"), village.in_hand()).case
    (row,) = _rows(_book(village, "centre"))
    assert row["档案"] == case.number
    assert (row["颜色"], row["状态"], row["纠纷类型"]) == ("黄", "已签收", "婚恋家庭")
    assert (row["来源单位"], row["主办单位"], row["协办单位"]) == ("柳塘派出所", "柳塘妇联", "桥头社区")
    assert (row["警情条数"], row["退回"], row["事发地址"]) == (1, 0, case.place)
    assert row["欠着"]
    assert row["期限"]


def test_everybody_has_only_the_cases_that_they_see(village: Town) -> None:
    village.case()
    assert [len(_rows(_book(village, login))) for login in ("officer", "auditor", "stranger", "women")] == [1, 1, 0, 0]


def test_the_filters_are_those_of_the_page_and_stand_in_it(village: Town) -> None:
    village.case()
    village.do("officer", village.case(), "流转")
    book = _book(village, "officer", "?state=待分派&unit=women&words=%20")
    assert _rows(book) == []
    book = _book(village, "officer", "?colour=黄&state=待流转")
    assert [row["状态"] for row in _rows(book)] == ["待流转"]
    assert "查询条件：状态 待流转，颜色 黄" in _notes(book)
    assert "共 1 件，都在这里" in _notes(book)


def test_a_filter_that_is_none_is_said_on_the_page(village: Town) -> None:
    answer = village.browser("officer").get("/cases.xlsx?state=没有这个")
    assert answer.status_code == 422
    assert "没有“没有这个”这个状态" in answer.text


def test_no_names_and_numbers_of_people_are_in_it(village: Town) -> None:
    village.case()
    words = str([list(sheet.iter_rows(values_only=True)) for sheet in _book(village, "officer")])
    for party in KNOWN.parties:
        for secret in filter(None, (party.name, party.phone, party.id_number)):
            assert secret not in words


def test_what_a_spreadsheet_would_run_stays_a_text(village: Town) -> None:
    village.case(replace(KNOWN, place='=HYPERLINK("http://10.0.0.1")'))
    sheet = _book(village, "officer")["档案"]
    (cell,) = [cell for cell in sheet[2] if str(cell.value).startswith("=")]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_where_there_are_more_than_fit_it_says_so(village: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        village.case()
    for module in (overview, lists):
        monkeypatch.setattr(module, "MOST_LISTED", 2)
    book = _book(village, "officer")
    assert len(_rows(book)) == 2
    assert any(note.startswith("多于 2 件，只有前 2 件") for note in _notes(book))


def test_it_is_written_down_who_took_it_and_what(village: Town) -> None:
    village.case()
    _book(village, "officer", "?colour=黄")
    ((name, subject, detail),) = village.audit("导出档案清单")
    assert (name, subject) == (village.actor("officer").name, "档案清单")
    assert detail == {"件数": 1, "条件": "查询条件：颜色 黄"}


def test_the_page_leads_there_with_its_filters(village: Town) -> None:
    page = village.browser("officer").get("/cases?colour=黄&state=未结").text
    assert 'href="/cases.xlsx?state=%E6%9C%AA%E7%BB%93&amp;colour=%E9%BB%84"' in page
    assert "最多 5000 件" in page
