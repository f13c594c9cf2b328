"""What spreadsheet programs do to a file, and what people hand in as one."""

import datetime
import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from service.errors import InputError
from service.rulesets.cells import Cell, Kind, Sheet
from service.rulesets.csv_files import read_csv, write_csv
from service.rulesets.decision_table import RULES, TESTS, read_table, table_of
from service.rulesets.guide import guide_of
from service.rulesets.workbook import read_workbook, write_workbook
from tests.rules.building import rule, ruleset_of

BASE = ruleset_of(rule(优先级="950", 生效="2026-01-01")).rulebook
GUIDE = Sheet("说明", ())


def workbook(change: Callable[[Any], None]) -> bytes:
    """The table of BASE after somebody worked on it."""
    content = write_workbook(table_of(BASE), guide_of(BASE), {"状态": ("启用", "试行", "停用")})
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def date_cells(book: Any) -> None:
    book[RULES]["H2"] = datetime.datetime(2026, 1, 1)


def numbers_as_floats(book: Any) -> None:
    book[RULES]["F2"] = 950.0


def blanks_around(book: Any) -> None:
    book[RULES]["B2"] = f"  {book[RULES]['B2'].value}　\r\n"


def empty_rows_below(book: Any) -> None:
    for row in range(5, 200):
        book[RULES].cell(row, 3).value = "  "
        book[TESTS].cell(row + 3, 1).number_format = "@"


def another_sheet(book: Any) -> None:
    book.create_sheet("我的笔记", 0)["A1"] = "随便写"


@pytest.mark.parametrize("change", [date_cells, numbers_as_floats, blanks_around, empty_rows_below, another_sheet])
def test_what_excel_does_is_survived(change: Callable[[Any], None]) -> None:
    sheets = read_workbook(workbook(change))
    reading = read_table(sheets[RULES], sheets[TESTS], BASE)
    assert reading.rulebook is not None, reading.problems
    assert reading.rulebook.content_hash == BASE.content_hash


def merged(book: Any) -> None:
    book[RULES].merge_cells("C2:D2")


def formula(book: Any) -> None:
    book[RULES]["F2"] = "=900+50"


def day_for_a_name(book: Any) -> None:
    book[RULES]["B2"] = datetime.datetime(2026, 3, 1)


def whole_sheet_merged(book: Any) -> None:
    book[RULES].merged_cells.add("A1:XFD1048576")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (whole_sheet_merged, "规则!A1: 错误 R022 A1:XFD1048576 是合并的单元格"),
        (merged, "规则!C2: 错误 R022 C2:D2 是合并的单元格"),
        (formula, "规则!F2: 错误 R032 这一格是公式"),
        (day_for_a_name, "规则!B2: 错误 R032 这一格被表格程序当成了日期 2026-03-01"),
    ],
)
def test_what_can_not_be_told_is_refused_at_its_cell(change: Callable[[Any], None], problem: str) -> None:
    sheets = read_workbook(workbook(change))
    reading = read_table(sheets[RULES], sheets[TESTS], BASE)
    assert reading.rulebook is None
    assert str(reading.problems[0]).startswith(problem)


RISKY = [
    "=1+1", "+86", "-5", "@甲", "＝甲", "'=甲", "''=甲", "'甲", "#N/A", "_x000D_", "2026-01-01", "1e3", "007", "TRUE",
    "甲\n乙",
]  # fmt: skip


def test_texts_that_look_like_something_else_stay_texts() -> None:
    sheet = Sheet("规则", ((Cell("名称"),), *((Cell(text),) for text in RISKY)))
    (read, _) = read_workbook(write_workbook([sheet], GUIDE, {})).values()
    assert read.rows == sheet.rows
    assert read_csv("规则", write_csv(sheet)).rows == sheet.rows


def test_no_cell_of_a_written_file_is_a_formula_or_can_become_one() -> None:
    sheet = Sheet("规则", ((Cell("名称"),), *((Cell(text),) for text in RISKY)))
    book = openpyxl.load_workbook(io.BytesIO(write_workbook([sheet], GUIDE, {})))
    assert all(cell.data_type == "s" and cell.quotePrefix for (cell,) in book["规则"].iter_rows())
    lines = write_csv(sheet).decode("utf-8-sig").splitlines()
    assert [line for line in lines if line.lstrip('"')[:1] in tuple("=+-@＝")] == []


def test_a_formula_in_csv_is_known_as_one() -> None:
    assert read_csv("f", "名称\n=1+1\n".encode()).rows[1] == (Cell("=1+1", Kind.FORMULA),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_csv_is_read_in_the_encodings_that_excel_writes(encoding: str, line_end: str) -> None:
    content = line_end.join(["编号,名称", f'T-1,"甲{line_end}乙"', ""]).encode(encoding)
    assert [[cell.text for cell in row] for row in read_csv("f", content).rows] == [["编号", "名称"], ["T-1", "甲\n乙"]]


def test_csv_is_written_so_that_excel_opens_it() -> None:
    assert write_csv(Sheet("f", ((Cell("编号"),),))) == b"\xef\xbb\xbf" + "编号\r\n".encode()


def packed(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def many_rows() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("规则")
    for number in range(5_003):
        sheet.append([number])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (lambda: b"", "不是完好的 .xlsx"),
        (lambda: "编号,名称".encode(), "不是完好的 .xlsx"),
        (lambda: packed("a.txt", b"a"), "不是完好的 .xlsx"),
        (lambda: workbook(empty_rows_below)[:-100], "不是完好的 .xlsx"),
        (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, ".xls"),
        (lambda: b"\0" * ((10 << 20) + 1), "10 MB"),
        (lambda: packed("xl/workbook.xml", b" " * (31 << 20)), "解开后"),
        (many_rows, "5000 行"),
        (lambda: packed("xl/styles.xml", b"<a/>" * (1 << 20)), "格式太多"),
        (lambda: packed("xl/worksheets/sheet1.xml", b'<c r="A1"/>' * 500_000), "500000 格"),
    ],
)
def test_what_is_no_table_of_rules_is_refused_in_one_sentence(content: Callable[[], bytes], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        read_workbook(content())


@pytest.mark.parametrize(
    ("content", "complaint"), [(b'"a', "引号没有配对"), (b"\xff\xff", "编码"), (b"a" * (10 << 20) + b"a", "10 MB")]
)
def test_what_is_no_csv_is_refused_in_one_sentence(content: bytes, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        read_csv("规则.csv", content)


@pytest.mark.parametrize(("text", "complaint"), [("甲" * 32_768, "32767"), ("甲\r乙", "回车符")])
def test_what_no_cell_can_hold_is_not_written(text: str, complaint: str) -> None:
    sheet = Sheet("规则", ((Cell("名称"),), (Cell(text),)))
    for write in (lambda: write_csv(sheet), lambda: write_workbook([sheet], GUIDE, {})):
        with pytest.raises(InputError, match=f"规则!A2.*{complaint}"):
            write()
