"""A finished re-scoring is compared with the decisions that its rows carried."""

from datetime import date
from pathlib import Path

import pytest

from service.rescoring import columns as col
from service.rescoring.comparing import carries_decisions, changes_in
from service.rescoring.job import Basis, Columns, Job

COLOURS = ("红", "黄", "蓝")
BASIS = Basis(Path("model"), Path("key"), "m1", {}, "r1", date(2026, 3, 2))


def job(tmp_path: Path, columns: Columns, source: str, target: str) -> Job:
    return Job(tmp_path / source, tmp_path / target, columns, BASIS)


def scored_row(colour: str, department: str) -> str:
    values = dict.fromkeys(col.SUGGESTED.names, "") | {col.COLOUR: colour, col.DEPARTMENT: department}
    return ",".join(values.values())


def write(path: Path, heading: str, *rows: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")


HEADINGS = ",".join(f"研判_{name}" for name in col.SUGGESTED.names)


def test_every_file_of_a_folder_is_compared_by_the_columns_that_it_has(tmp_path: Path) -> None:
    columns = Columns("描述", before={col.COLOUR: "颜色", col.DEPARTMENT: "部门"})
    write(tmp_path / "old" / "a.csv", "描述,颜色,部门", "打架,红,司法所", "漏水,蓝,住建")
    write(tmp_path / "old" / "b.csv", "描述,颜色", "讨薪,黄")
    a = ["打架,红,司法所," + scored_row("黄", "司法所"), "漏水,蓝,住建," + scored_row("红", "司法所")]
    write(tmp_path / "new" / "a.csv", "描述,颜色,部门," + HEADINGS, *a)
    write(tmp_path / "new" / "b.csv", "描述,颜色," + HEADINGS, "讨薪,黄," + scored_row("黄", "人社"))
    changes = changes_in(job(tmp_path, columns, "old", "new"), COLOURS)
    assert dict(changes.colour_matrix) == {("红", "黄"): 1, ("蓝", "红"): 1, ("黄", "黄"): 1}
    assert (changes.total.rose, changes.total.left, changes.total.department) == (1, 1, 1)


@pytest.mark.parametrize(
    ("before", "compared"),
    [({}, False), ({col.LEVEL: "等级"}, False), ({col.COLOUR: "颜色"}, True), ({col.DEPARTMENT: "部门"}, True)],
)
def test_there_is_a_report_only_where_a_colour_or_a_department_was_recorded(
    before: dict[str, str], compared: bool
) -> None:
    assert carries_decisions(Columns("描述", before=before)) is compared
