"""How rows write the colour that they already carry, and when they happened."""

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from service.rescoring.change import SCORED, Before, Changes
from service.rescoring.earlier import OTHER, UNSAID, colour_wordings, read_colour, read_month, said
from tests.rescoring.changed_rows import COLOURS, batch, row

FOUR = ("红", "橙", "黄", "蓝")
TRAFFIC = ("红", "黄", "绿")
OWN = ("特急", "平常")


@pytest.mark.parametrize(
    ("colours", "written", "meant"),
    [
        *[(COLOURS, text, "红") for text in "红 红色 红色预警 红码 红灯 【红】 一级 一级预警 Ⅰ级 1级 重大 特别重大 重大风险".split()],
        *[(COLOURS, text, "黄") for text in ("黄", "黄 色", "黄色预警", "黄码", "二级", "II级", "较大", "“黄色”")],
        *[(COLOURS, text, "蓝") for text in ("蓝", "蓝色预警", "绿", "绿码", "绿色", "三级", "一般")],
        *[(COLOURS, text, OTHER) for text in ("橙", "四级", "高", "无", "不是红色", "红转黄", "红" * 99)],
        *[(COLOURS, text, UNSAID) for text in ("", " ", "-", "—", "/", "null", "N/A", None)],
        *[(FOUR, text, meant) for text, meant in zip(("一级", "二级", "三级", "四级"), FOUR, strict=True)],
        *[(FOUR, text, meant) for text, meant in zip(("特别重大", "重大", "较大", "一般"), FOUR, strict=True)],
        (FOUR, "橙色预警", "橙"),
        (TRAFFIC, "绿码", "绿"),
        (TRAFFIC, "蓝色", "绿"),
        (OWN, "特急", "特急"),
        (OWN, "二级", "平常"),
        (OWN, "红", OTHER),
    ],
)  # fmt: skip
def test_a_colour_is_read_however_it_is_written(colours: tuple[str, ...], written: str | None, meant: str) -> None:
    assert read_colour(said(written), colour_wordings(colours)) == meant


@pytest.mark.parametrize("colours", [COLOURS, FOUR, TRAFFIC, OWN])
def test_every_colour_of_a_rule_set_is_read_as_itself(colours: tuple[str, ...]) -> None:
    assert [read_colour(colour, colour_wordings(colours)) for colour in colours] == list(colours)


@pytest.mark.parametrize(
    "written",
    [
        "2025-03-02 10:11:12", "2025-03-02T10:11:12.5", "2025-3-2", "2025/3/2", "2025/03/02 8:01", "2025.3.2",
        "2025年3月2日10时", "２０２５-03-02", "2025-03", "2025年3月", "20250302", "20250302101112", "202503021011",
        20250302101112, 20250302101112.0, "45718", 45718.4, "45718.424", datetime(2025, 3, 2, 10), date(2025, 3, 2),
        "2025-02-28T17:00:00Z", "2025-03-02T10:11:12+08:00", datetime(2025, 2, 28, 17, tzinfo=UTC),
    ],
)  # fmt: skip
def test_the_month_is_read_in_the_usual_forms(written: Any) -> None:
    assert read_month(written) == "2025-03"


@pytest.mark.parametrize(
    "written",
    ["", None, "昨天", "2025-13-01", "2025-02-30", "3/2", "0001-01-01", "99999", "20251301", "2025-03-021", True],
)
def test_what_is_no_time_has_no_month(written: Any) -> None:
    assert read_month(written) == ""


@pytest.mark.parametrize(
    "kind", [pa.timestamp("ns", "UTC"), pa.timestamp("us", "UTC"), pa.timestamp("s", "Asia/Tokyo")]
)
def test_a_column_of_moments_is_read_on_the_clock_of_china(kind: pa.DataType) -> None:
    rows = batch([row(原颜色="红")])
    moments = pa.array([datetime(2025, 2, 28, 16, 30, tzinfo=UTC)]).cast(kind)
    rows = rows.set_column(rows.schema.get_field_index("时间"), "时间", moments)
    counted = Changes(COLOURS)
    counted.add(rows, Before(colour="原颜色", time="时间"))
    assert list(counted.by_month) == ["2025-03"]
    assert [left.time for left in counted.left] == ["2025-03-01 00:30:00"]


def test_all_columns_as_text_are_read_as_typed_ones() -> None:
    typed = batch([row(原颜色="红", 今转人工=True)])
    place = typed.schema.get_field_index(SCORED + "转人工")
    as_text = typed.set_column(place, SCORED + "转人工", pa.array(["true"]))
    found = []
    for rows in (typed, as_text):
        counted = Changes(COLOURS)
        counted.add(rows, Before(colour="原颜色"))
        found.append(list(counted.left))
    assert found[0] == found[1]
    assert found[0][0].abstained
