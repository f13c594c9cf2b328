"""变化报告: a page and a workbook that say the same, and harm nobody."""

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from rules import Ruleset
from service.errors import InputError
from service.rescoring import change_report, change_workbook
from service.rescoring.change import Changes
from service.rescoring.change_page import MOST_LISTED
from service.rescoring.change_report import write_report
from tests.rescoring.changed_rows import BEFORE, COLOURS, batch, changes, moved, row, unread

FORMULA = '=HYPERLINK("http://x","点我")'


def page_of(counted: Changes, folder: Path, ruleset: Ruleset, **others: Any) -> str:
    return write_report(counted, folder, ruleset, **others)[0].read_text(encoding="utf-8")


def sheets_of(counted: Changes, folder: Path, ruleset: Ruleset) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(write_report(counted, folder, ruleset)[1])
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def test_the_headline_figures_stand_in_three_cards(tmp_path: Path, ruleset: Ruleset) -> None:
    counted = changes(moved("蓝", "红"), moved("黄", "红"), moved("红", "蓝"), row(原部门="妇联"))
    page = page_of(counted, tmp_path, ruleset, title="旧警情.xlsx")
    assert re.findall(r'class="lead"><b>(\d+)</b>(\S+?)<br>', page) == [
        ("2", "升为红"),
        ("1", "离开红"),
        ("1", "部门改变"),
    ]
    assert "<title>变化报告：旧警情.xlsx</title>" in page


def test_the_page_needs_nothing_else(tmp_path: Path, ruleset: Ruleset) -> None:
    page = page_of(changes(moved("红", "蓝"), unread("坏了")), tmp_path, ruleset)
    assert not re.search(r"<script|<link|<img|src=|href=|url\(|@import|https?://", page)


def test_the_chart_says_every_colour_in_words(tmp_path: Path, ruleset: Ruleset) -> None:
    page = page_of(changes(moved("红", "蓝"), moved("蓝", "蓝"), row(原颜色="待定")), tmp_path, ruleset)
    assert 'aria-label="2025-03。原先：红 1　蓝 1　其他 1。现在：蓝 3。"' in page
    assert ">原先　红 1　蓝 1　其他 1</text>" in page
    widths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)%"', page)]
    assert widths == [33.33, 33.33, 33.33, 100.0]


def test_a_matrix_mutes_what_stayed(tmp_path: Path, ruleset: Ruleset) -> None:
    page = page_of(changes(moved("红", "红"), moved("红", "黄"), moved("红", "黄")), tmp_path, ruleset)
    assert '<th scope="row">红</th><td class="same">1</td><td class="moved">2</td><td class="sum">3</td>' in page


@pytest.mark.parametrize(
    "where", ["描述", "单位", "编号", "时间", "原部门", "原颜色", "原类型", "今提示", "今命中规则", "今风险信号"]
)
def test_nothing_that_a_row_says_becomes_markup(tmp_path: Path, ruleset: Ruleset, where: str) -> None:
    evil = "<b onclick='x'>&\""
    page = page_of(
        changes(
            row(**{"原颜色": "红", **({where: evil} if where != "原颜色" else {})}),
            row(**{where: evil}),
            unread(evil),
        ),
        tmp_path,
        ruleset,
        facts={evil: evil},
        title=evil,
    )
    assert "<b onclick" not in page
    assert "&lt;b" in page


@pytest.mark.parametrize(
    "where", ["描述", "单位", "编号", "时间", "原部门", "原颜色", "原类型", "今提示", "今命中规则", "今风险信号"]
)
@pytest.mark.parametrize("text", [FORMULA, "+1+1", "-2+3", "@SUM(A1)", "_x0041_", "坏\x07字"])
def test_nothing_in_the_workbook_is_a_formula(tmp_path: Path, ruleset: Ruleset, where: str, text: str) -> None:
    counted = changes(
        row(**{"原颜色": "红", **({where: text} if where != "原颜色" else {})}), row(**{where: text}), unread(text)
    )
    book = load_workbook(write_report(counted, tmp_path, ruleset, title=text)[1])
    cells = [
        cell for sheet in book.worksheets for cells in sheet.iter_rows() for cell in cells if cell.value is not None
    ]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    expected = text.replace("\x07", "\N{REPLACEMENT CHARACTER}")
    (named,) = [cell for cell in cells if cell.row == 2 and cell.coordinate == "B2" and cell.parent.title == "概要"]
    assert named.value in (expected, "_x005F" + expected)  # openpyxl leaves the mark, Excel takes it away
    assert named.quotePrefix is text.startswith(("=", "+", "-", "@"))


def test_the_workbook_says_the_same_as_the_page(tmp_path: Path, ruleset: Ruleset) -> None:
    counted = changes(moved("红", "蓝"), moved("黄", "红"), moved("蓝", "蓝"), row(原部门="妇联", 时间="2025/4/1"))
    sheets = sheets_of(counted, tmp_path, ruleset)
    assert list(sheets) == ["概要", "颜色", "部门", "类型", "单位", "月份", "升为红", "离开红"]
    assert {("升为红", 1), ("离开红", 1), ("部门改变", 1), ("行数", 4)} <= set(sheets["概要"])
    assert sheets["颜色"] == [
        ("原先 ＼ 现在", "红", "蓝", "合计"),
        ("红", 0, 1, 1),
        ("黄", 1, 0, 1),
        ("蓝", 0, 2, 2),
        ("合计", 1, 3, 4),
    ]
    assert sheets["部门"][1:] == [("派出所", 3, 3), ("妇联", 1, 1), ("合计", 4, 4)]
    assert sheets["类型"][1:] == [("邻里", 4, 2, 1, 1, 1)]
    assert [line[:6] for line in sheets["月份"][1:]] == [("2025-03", 3, 2, 0, 1, 1), ("2025-04", 1, 0, 1, 0, 0)]
    by_name = dict(zip(sheets["月份"][0], sheets["月份"][1], strict=True))
    assert (by_name["原先红"], by_name["现在红"], by_name["原先蓝"], by_name["现在蓝"]) == (1, 1, 1, 2)
    assert [line[4:6] for line in sheets["升为红"][1:]] == [("黄", "红")]
    assert [line[0] for line in sheets["离开红"][1:]] == [1]


def test_the_page_lists_the_first_rows_and_the_workbook_all(tmp_path: Path, ruleset: Ruleset) -> None:
    rows = [moved("红", "蓝") | {"编号": f"N{number}"} for number in range(MOST_LISTED + 7)]
    counted = changes(*rows)
    page = page_of(counted, tmp_path, ruleset)
    assert page.count('<section class="row">') == MOST_LISTED
    assert "还有 7 行在同名的 xlsx 里" in page
    assert [line[1] for line in sheets_of(counted, tmp_path, ruleset)["离开红"][1:]] == [one["编号"] for one in rows]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(
    tmp_path: Path, ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_workbook, "_MOST_ROWS", 11)
    sheets = sheets_of(changes(*[moved("红", "蓝")] * 25), tmp_path, ruleset)
    assert [len(sheets[name]) - 1 for name in ("离开红", "离开红 2", "离开红 3")] == [10, 10, 5]


def test_rules_stand_with_title_and_reason(tmp_path: Path, ruleset: Ruleset) -> None:
    rule = next(rule for rule in ruleset.deciding if rule.conclusion.get("预警颜色") == ("黄",))
    page = page_of(changes(row(原颜色="红", 今预警颜色="黄", 今命中规则=f"{rule.id}、没有-1")), tmp_path, ruleset)
    assert f"{rule.id} {rule.title}：{rule.reason}\n没有-1" in page
    assert f"{rule.id} 定为黄，没有命中更重的规则" in page


@pytest.mark.parametrize(
    ("now", "said", "unsaid"),
    [
        ({}, "没有命中定颜色的规则，取缺省的蓝", "请核对"),
        ({"今风险等级": "中", "原等级": "高"}, "再发风险判为中（原先高）", "请核对"),
        ({"今风险信号": "已化解、醉酒"}, "原文读出已化解", "请核对"),
        ({}, "没有读出成立的暴力", "请核对"),
        ({"今风险信号": "威胁"}, "请核对：仍读出威胁", "没有读出"),
        ({"今转人工": True}, "请核对：类型没有把握", "仍读出"),
    ],
)
def test_a_row_that_left_red_says_what_speaks_for_it(
    tmp_path: Path, ruleset: Ruleset, now: dict[str, Any], said: str, unsaid: str
) -> None:
    page = page_of(changes(row(原颜色="红", **now)), tmp_path, ruleset)
    assert said in page
    assert unsaid not in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([row(原颜色="甲级", 今预警颜色="红"), row(原颜色="甲级")], "2 行原先的颜色读不懂（“甲级”2 行）"),
        ([row(原颜色="甲级", 今预警颜色="红"), row(原颜色="甲级")], "其中 1 行现在是红，1 行不是"),
        ([row(原颜色=None, 今预警颜色="红")], "1 行原先没有记颜色，无从比较；其中 1 行现在是红"),
        ([unread("坏了", 原颜色="红")], "1 行没能研判，不在下面的数字里。其中 1 行原先是红，请人工看"),
        ([row(今接收部门="转人工研判")], "1 行现在是“转人工研判”"),
    ],
)  # fmt: skip
def test_where_a_red_may_hide_is_said_first(
    tmp_path: Path, ruleset: Ruleset, given: list[dict[str, Any]], said: str
) -> None:
    counted = changes(*given)
    page = page_of(counted, tmp_path, ruleset).replace("&#34;", '"')
    assert said in page[page.index('class="notice"') : page.index("用了哪些事实")]
    assert any(said in str(line[1]) for line in sheets_of(counted, tmp_path, ruleset)["概要"])


def test_the_report_says_which_facts_were_used(tmp_path: Path, ruleset: Ruleset) -> None:
    facts = {"近90天重复次数": "重复次数", "时刻": "时刻"}
    page = page_of(changes(row()), tmp_path, ruleset, facts=facts)
    assert "这些列给出的事实研判：近90天重复次数（取自“重复次数”列）、时刻。" in page
    assert "照该行当时的记录，没有从后来的行去数" in page
    assert "没有用别的列给出事实" in page_of(changes(row()), tmp_path, ruleset)


def test_no_rows_make_a_report_too(tmp_path: Path, ruleset: Ruleset) -> None:
    assert "共 0 行" in page_of(Changes(COLOURS), tmp_path, ruleset)


def test_a_path_gives_both_files_its_name(tmp_path: Path, ruleset: Ruleset) -> None:
    assert [path.name for path in write_report(changes(row()), tmp_path, ruleset)] == ["变化报告.html", "变化报告.xlsx"]
    for name in ("结果.v2", "结果.v2.html"):
        written = write_report(changes(row()), tmp_path / name, ruleset)
        assert [path.name for path in written] == ["结果.v2.html", "结果.v2.xlsx"]


def test_a_report_that_fails_leaves_the_last_one_whole(
    tmp_path: Path, ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = write_report(changes(row()), tmp_path, ruleset)
    before = [path.read_bytes() for path in paths]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(change_report, "write_workbook", full)
    with pytest.raises(InputError, match="变化报告写不到"):
        write_report(changes(moved("红", "蓝")), tmp_path, ruleset)
    assert [path.read_bytes() for path in paths] == before
    assert sorted(tmp_path.iterdir()) == sorted(paths)


def test_a_folder_that_is_not_there_is_told_of(tmp_path: Path, ruleset: Ruleset) -> None:
    with pytest.raises(InputError, match="变化报告写不到"):
        write_report(changes(row()), tmp_path / "没有" / "报告", ruleset)


def test_batches_of_a_whole_file_make_one_report(tmp_path: Path, ruleset: Ruleset) -> None:
    counted = Changes(COLOURS)
    for number in range(3):
        counted.add(batch([moved("红", "蓝"), row(时间=f"2025-0{number + 1}-01")]), BEFORE)
    page = page_of(counted, tmp_path, ruleset)
    assert "共 6 行" in page
    assert re.findall(r"<figcaption>([^<]+)", page) == ["2025-01", "2025-02", "2025-03"]
