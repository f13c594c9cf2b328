"""Tables of every format: as many rows come out as went in, their own columns as they were."""

import csv
import datetime
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from service.errors import InputError
from service.rescoring import columns as col
from service.rescoring import sheet
from service.rescoring.delimited import safe
from service.rescoring.json_lines import RAW
from service.rescoring.table import free_prefix, told_apart
from service.rescoring.tables import files_in, new_writer, open_table
from service.spreadsheets import escaped, unescaped
from tests.rescoring.plain import suggested

CELLS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=8),
    st.text(alphabet="打架,\"\n\r\t=+-@' 1a", max_size=8),
    st.sampled_from(["", "=1+1", "-3", "+86 138", "@SUM(A1)", "\t1", "\r1", '"', "_x000D_", "1e5", "是"]),
)
WIDTH = 3
ROWS = st.lists(st.lists(CELLS, min_size=WIDTH, max_size=WIDTH), max_size=12)
lenient = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
HEADINGS = ["编号", "描述", "备注"]


def rewritten(path: Path, rows_at_once: int = 5) -> Path:
    """The file written again with a suggestion for each row, as a run would."""
    table = open_table(path)
    output = path.with_name(f"out_{path.name}")
    with new_writer(output, table, path.suffix) as writer:
        for part in table.parts(rows_at_once):
            texts = [None] * len(part.faults)
            writer.write(part.kept, suggested([*texts], part.faults))
    return output


def read_back(path: Path) -> tuple[list[Any], list[list[str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading, *rows = csv.reader(file)
    return heading, rows


def write_csv(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def last_error(row: Sequence[Any]) -> Any:
    """The error is the last of all columns."""
    return row[-1]


@lenient
@given(ROWS)
def test_a_csv_keeps_every_cell_and_only_formulas_are_made_harmless(tmp_path: Path, rows: list[list[str]]) -> None:
    heading, found = read_back(rewritten(write_csv(tmp_path / "in.csv", [HEADINGS, *rows])))
    assert heading == [*HEADINGS, *(f"研判_{name}" for name in col.SUGGESTED.names)]
    assert [row[:WIDTH] for row in found] == [[safe(cell) for cell in row] for row in rows]
    assert all(last_error(row) == "" for row in found)


@lenient
@given(ROWS)
def test_json_lines_are_kept_letter_by_letter(tmp_path: Path, rows: list[list[str]]) -> None:
    lines = [json.dumps(dict(zip(HEADINGS, row, strict=True)) | {"数": [1.50, None]}) for row in rows]
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(['{"描述":"一"}', *lines]) + "\n", encoding="utf-8")
    found = rewritten(path).read_text(encoding="utf-8").split("\n")[1:-1]
    assert len(found) == len(rows)
    for line, output, row in zip(lines, found, rows, strict=True):
        assert output.startswith(line[:-1] + ", ")
        assert json.loads(output)["描述"] == row[1]


@pytest.mark.parametrize("rows_in_a_group", [1_000, 20_000])
def test_a_parquet_file_never_is_in_memory_whole(rows_in_a_group: int, tmp_path: Path) -> None:
    texts = pa.table({"描述": [os.urandom(500).hex() for _ in range(20_000)]})
    pq.write_table(texts, tmp_path / "in.parquet", row_group_size=rows_in_a_group, use_dictionary=False)
    size = texts.nbytes
    del texts
    before = pa.total_allocated_bytes()
    taken = [pa.total_allocated_bytes() - before for _ in open_table(tmp_path / "in.parquet").parts(1_000)]
    assert len(taken) == 20
    assert max(taken) < size / 3


@lenient
@given(ROWS)
def test_a_parquet_file_keeps_its_columns_and_their_types(tmp_path: Path, rows: list[list[str]]) -> None:
    table = pa.table(
        {
            "描述": pa.array([row[0] for row in rows], pa.large_string()),
            "类": pa.array([row[1] for row in rows]).dictionary_encode() if rows else pa.array([], pa.string()),
            "时间": pa.array([datetime.datetime(2026, 1, 1)] * len(rows), pa.timestamp("ms")),
            "列表": pa.array([[1, None]] * len(rows), pa.list_(pa.int32())),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")
    found = pq.read_table(rewritten(tmp_path / "in.parquet"))
    assert found.select(table.schema.names).equals(pq.read_table(tmp_path / "in.parquet"))
    assert found.schema.names[4:] == [f"研判_{name}" for name in col.SUGGESTED.names]


def write_workbook(path: Path, rows: Sequence[Sequence[object]], more_sheets: Sequence[str] = ()) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell in (cell for row in book.active for cell in row if isinstance(cell.value, str)):
        cell.data_type = "s"
    for name in more_sheets:
        book.create_sheet(name).append(["有", "内容"])
    book.save(path)
    return path


def sheet_rows(path: Path) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in load_workbook(path).active.iter_rows()]


@settings(lenient, max_examples=25)
@given(st.lists(st.lists(CELLS.map(lambda text: ILLEGAL_CHARACTERS_RE.sub("", text)), min_size=3, max_size=3)))
def test_a_workbook_keeps_every_text_as_a_text(tmp_path: Path, rows: list[list[str]]) -> None:
    rows = [*rows, ["最后", "一", "行"]]
    source = write_workbook(tmp_path / "in.xlsx", [HEADINGS, *rows])
    output = rewritten(source)
    assert [[cell or None for cell in row] for row in sheet_rows(source)] == [row[:WIDTH] for row in sheet_rows(output)]
    assert all(cell.data_type != "f" for row in load_workbook(output).active for cell in row)


VALUES = [
    1,
    -2.5,
    10**14,
    True,
    datetime.datetime(2026, 3, 2, 8, 30),
    datetime.datetime(2026, 3, 2),
    datetime.time(8, 30),
    "楼上漏水",
    "第一行\n第二行",
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_a_workbook_keeps_what_is_no_text(tmp_path: Path, value: object) -> None:
    output = rewritten(write_workbook(tmp_path / "in.xlsx", [["描述", "值"], ["漏水", value]]))
    row = sheet_rows(output)[1]
    assert (row[1], type(row[1])) == (value, type(value))
    assert row[2:8] == ["0 字", None, None, 0.5, None, None]


@given(st.text(st.characters(codec="utf-8")))
def test_a_text_in_a_workbook_is_read_as_it_was_written(text: str) -> None:
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("suffix", ["csv", "tsv"])
def test_the_encoding_and_the_delimiter_are_found_out(tmp_path: Path, encoding: str, suffix: str) -> None:
    rows = [HEADINGS, *[["1", "only ascii, so far", ""]] * 3000, ["2", "楼上漏水，𠮷家吵架", "€"]]
    delimiter = "\t" if suffix == "tsv" else ","
    table = open_table(write_csv(tmp_path / f"in.{suffix}", rows, encoding, delimiter))
    assert table.names == tuple(HEADINGS)
    last = list(table.parts(1000))[-1].originals.to_pylist()[-1]
    assert list(last.values()) == rows[-1]


def test_utf_16_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="CSV UTF-8"):
        open_table(write_csv(tmp_path / "in.csv", [HEADINGS], "utf-16"))


GOOD = "1,楼上漏水,\n"


@pytest.mark.parametrize(
    ("bad", "cells", "told"),
    [
        ("2,漏水\n", ["2", "漏水", ""], "只有 2 格"),
        ("2,漏水,甲,乙,丙\n", ["2", "漏水", "甲"], "“乙”、“丙”"),
        ('2,"漏水,甲\n', ["2", "漏水,甲", ""], '原样是：2,"漏水,甲'),
        ('2,"漏"水,甲\n', ["2", "漏水", "甲"], '原样是：2,"漏"水,甲'),
        ("\n", ["", "", ""], "空行"),
        ('2,"两\n行"\n', ["2", "两\n行", ""], "只有 2 格"),
    ],
    ids=["short", "long", "open quotation", "text after a quotation", "blank", "short over two lines"],
)
@pytest.mark.parametrize("after", [GOOD, '3,"带,逗号",\n', '3,"两\n行",\n'])
def test_a_malformed_row_stays_in_its_place_and_harms_no_other(
    tmp_path: Path, bad: str, cells: list[str], told: str, after: str
) -> None:
    path = tmp_path / "in.csv"
    path.write_text("编号,描述,备注\n" + GOOD + bad + after + GOOD * 3, encoding="utf-8")
    _, (first, row, third, *rest) = read_back(rewritten(path))
    assert row[:WIDTH] == cells
    assert told in last_error(row)
    assert third[:WIDTH] == next(csv.reader(io.StringIO(after, newline="")))
    assert [last_error(good) for good in (first, third, *rest)] == [""] * 5


def test_a_cell_longer_than_any_text_costs_its_own_row_only(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    huge = '2,"' + "长" * 200_000 + '",甲'
    path.write_text("编号,描述,备注\n" + GOOD + huge + "\n" + GOOD, encoding="utf-8")
    parts = list(open_table(path).parts(10))
    assert [fault is None for part in parts for fault in part.faults] == [True, False, True]
    assert huge in parts[0].originals.to_pylist()[1]["编号"]


def test_bytes_that_are_no_text_are_shown_and_told(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes("编号,描述,备注\n1,漏水,".encode() + b"\xff\n" + "2,漏水,\n".encode() * 2)
    _, (bad, *good) = read_back(rewritten(path))
    assert bad[2] == "\\xff"
    assert "字节" in last_error(bad)
    assert [last_error(row) for row in good] == ["", ""]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_ends_a_row(tmp_path: Path, end: str) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(end.join(["编号,描述,备注", "1,漏水,", '2,"漏\n水",', "", ""]).encode())
    _, rows = read_back(rewritten(path))
    assert [row[1] for row in rows] == ["漏水", "漏\n水"]


@pytest.mark.parametrize(
    ("line", "told"),
    [("{坏", "不是 JSON"), ("[1]", "不是 JSON 对象"), ("", "空行"), ('{"研判_错误": 1}', "已有"), ("9" * 5000, "JSON")],
)
def test_a_line_that_is_no_object_stays_in_its_place(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"描述": "漏水"}\n' * 1000 + f"{line}\n" + '{"描述": "吵架", "新": "\\ud800"}\n', encoding="utf-8")
    *_, bad, last = map(json.loads, rewritten(path, 300).read_text(encoding="utf-8").splitlines())
    assert bad[RAW] == line
    assert told in bad["研判_错误"]
    assert (last["描述"], last["新"], last["研判_错误"]) == ("吵架", "\ud800", None)


def test_cells_without_a_heading_are_told_in_a_workbook(tmp_path: Path) -> None:
    source = write_workbook(tmp_path / "in.xlsx", [["描述", "值"], ["漏水", 1, None, "红"], [], ["吵架"]])
    _, first, second, third = sheet_rows(rewritten(source))
    assert "红" in last_error(first)
    assert last_error(second) == "空行"
    assert third[:2] == ["吵架", None]
    assert last_error(third) is None


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xlsx", b"no workbook", "完好的 .xlsx"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0", "另存为 .xlsx"),
        ("a.parquet", b"PAR1", "parquet"),
        ("a.csv", b"", "表头"),
        ("a.jsonl", b"[]\n", "JSON 对象"),
        ("a.docx", b"", "能用的是 .xlsx"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=told):
        open_table(tmp_path / name)


def test_two_filled_sheets_are_refused_rather_than_one_forgotten(tmp_path: Path) -> None:
    source = write_workbook(tmp_path / "in.xlsx", [["描述"], ["漏水"]], ["二月"])
    with pytest.raises(InputError, match="二月"):
        open_table(source)


def test_more_rows_than_a_workbook_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "LAST_ROW", 3)
    source = write_workbook(tmp_path / "in.xlsx", [["描述"], ["一"], ["二"], ["三"]])
    with pytest.raises(InputError, match="存为 CSV"):
        rewritten(source)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1+cmd", "'+1+cmd"),
        ("-1-1", "'-1-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("-3.5", "-3.5"),
        ("+3", "+3"),
        ("'=1", "'=1"),
        ("打架", "打架"),
        ("", ""),
    ],
)
def test_what_runs_as_a_formula_becomes_a_text(cell: str, written: str) -> None:
    assert safe(cell) == written


def test_headings_are_told_apart() -> None:
    assert told_apart(["备注", "", "备注", "备注 (2)", " 描述 "]) == ("备注", "第2列", "备注 (3)", "备注 (2)", "描述")


def test_columns_of_an_earlier_run_are_kept_beside_the_new_ones(tmp_path: Path) -> None:
    again = rewritten(rewritten(write_csv(tmp_path / "in.csv", [HEADINGS, ["1", "漏水", ""]])))
    heading, _ = read_back(again)
    assert len(set(heading)) == len(heading) == WIDTH + 2 * len(col.SUGGESTED)
    assert free_prefix(heading) == "研判3_"


def test_files_that_excel_leaves_while_open_are_none(tmp_path: Path) -> None:
    for name in ("b.csv", "下级/a.CSV", "~$b.xlsx", ".a.csv", "说明.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.relative_to(tmp_path).as_posix() for path in files_in(tmp_path)] == ["b.csv", "下级/a.CSV"]
