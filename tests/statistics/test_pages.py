"""/dashboard, /report, the sheet and /api/v1/statistics, for those who lead, and for nobody else."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from service import clock
from service.statistics.actions import Board
from service.statistics.model import Figures, Group, Measure, Period, Share, Span
from service.statistics.workbook import workbook
from tests.casepage.conftest import Town

PATHS = ("/dashboard", "/report", "/report.xlsx", "/api/v1/statistics")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("login", ["officer", "women", "helper", "admin"])
def test_who_leads_and_audits_nothing_gets_none(village: Town, path: str, login: str) -> None:
    assert village.browser(login).get(path).status_code == 403


@pytest.mark.parametrize("login", ["leader", "centre", "auditor"])
def test_who_leads_or_audits_gets_all(village: Town, login: str) -> None:
    assert {village.browser(login).get(path).status_code for path in PATHS} == {200}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("asked", "said"), [("span=季", "可选：周、月、年"), ("day=昨天", "不是日期"), ("day=1999-01-01", "2000")]
)
def test_a_period_that_is_none_is_named(village: Town, path: str, asked: str, said: str) -> None:
    answer = village.browser("leader").get(f"{path}?{asked}")
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize("path", ["/dashboard", "/report"])
def test_the_figures_stand_on_the_page(village: Town, path: str) -> None:
    village.in_hand()
    page = village.browser("leader").get(path).text
    assert re.search(r'<th scope="row">建档</th><td class="num">1</td><td>\+1（原 0）</td>', page)
    assert re.search(r'<th scope="row">柳塘妇联</th><td class="num">(<svg.*?</svg> )?1</td>', page)
    assert re.search(r'<th scope="row">柳塘妇联</th>.*?<td class="num">0/1</td>', page), "too few for a percentage"


@pytest.mark.parametrize("path", ["/dashboard", "/report"])
def test_a_page_brings_neither_script_nor_style_of_its_own(village: Town, path: str) -> None:
    village.in_hand()
    page = village.browser("leader").get(path).text
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", page)


def test_every_bar_stands_beside_its_number(village: Town) -> None:
    village.in_hand()
    page = village.browser("leader").get("/dashboard").text
    for chart in re.findall(r"<svg[^>]*>", page):
        assert 'aria-hidden="true"' in chart or "aria-label=" in chart
    assert re.search(r'<td class="num"><svg class="share".*?</svg> 1</td>', page)


def test_the_interface_says_the_same(village: Town) -> None:
    village.in_hand()
    found = village.browser("leader").get("/api/v1/statistics?span=周").json()
    today = clock.now().date()
    assert found["now"]["first_day"] <= today.isoformat() <= found["now"]["last_day"]
    assert found["now"]["counts"] | {"建档": 0, "流转": 0} == {measure.value: 0 for measure in Measure}
    assert (found["now"]["counts"]["建档"], found["now"]["counts"]["流转"]) == (1, 1)
    assert [one["name"] for one in found["by_village"]] == ["桥头社区"]
    assert found["red_recall"] == {"part": 0, "whole": 0, "low": None, "high": None, "enough": False}


def test_the_description_has_examples(village: Town) -> None:
    document = village.browser("leader").get("/api/v1/openapi.json").json()
    schemas = document["components"]["schemas"]
    assert all(schemas[name]["examples"] for name in ("FiguresOut", "GroupOut", "ShareOut"))
    (asked,) = (one for one in document["paths"]["/api/v1/statistics"]["get"]["parameters"] if one["name"] == "day")
    assert asked["schema"]["examples"] == ["2026-03-02"]


def test_the_sheet_has_every_figure(village: Town) -> None:
    village.in_hand()
    answer = village.browser("leader").get("/report.xlsx?span=年&day=2026-03-02")
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["概要", "月份", "按类型", "按单位", "按村(社区)", "退回的单位", "说明"]
    assert book["概要"]["B1"].value == "本期"


@pytest.mark.parametrize("name", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1"])
def test_a_name_that_looks_like_a_formula_is_a_text(name: str, tmp_path: Path) -> None:
    group = Group(name, 3, 1, 2, Share(1, 2), 0, 0, 0, 0)
    nothing = Figures(dict.fromkeys(Measure, 0), Share(0, 0))
    board = Board(
        Span.WEEK, Period(date(2026, 3, 2), date(2026, 3, 9)), nothing, nothing, nothing, [("红", 1)], "红",
        Share(0, 0), [group], [group], [group], [(name, 1)], [],
    )  # fmt: skip
    book = load_workbook(BytesIO(workbook(board)))
    for sheet in ("按类型", "按单位", "按村(社区)", "退回的单位"):
        cell = book[sheet]["A2"]
        assert (cell.value, cell.data_type, cell.quotePrefix) == (name, "s", True)
    assert book["按单位"]["B2"].value == 3
