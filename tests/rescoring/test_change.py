"""What a re-scoring changed, counted in one pass."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import InputError
from service.rescoring import columns as col
from service.rescoring.change import MOST_NAMES, NO_MONTH, NO_RESULT, REST, SCORED, Before, Changes, Tally
from service.rescoring.earlier import OTHER, UNSAID
from service.rescoring.moved import Moved, MovedRows
from tests.rescoring.changed_rows import BEFORE, COLOURS, batch, changes, moved, row, unread


def test_rows_are_counted_by_what_was_and_what_is() -> None:
    counted = changes(
        moved("红", "红"),
        moved("红色预警", "黄"),
        moved("蓝", "红"),
        moved("二级", "黄"),
        row(原部门="妇联"),
        row(原部门="派出所（经侦）", 今接收部门="派出所(经侦)"),
    )
    assert counted.colour_matrix == {
        ("红", "红"): 1,
        ("红", "黄"): 1,
        ("蓝", "红"): 1,
        ("黄", "黄"): 1,
        ("蓝", "蓝"): 2,
    }
    assert counted.department_matrix == {
        ("派出所", "派出所"): 4,
        ("妇联", "派出所"): 1,
        ("派出所(经侦)", "派出所(经侦)"): 1,
    }
    assert counted.total == Tally(rows=6, colour=2, department=1, rose=1, left=1)


def test_changes_are_counted_by_type_unit_and_month() -> None:
    counted = changes(
        row(原颜色="红", 今纠纷类型="消费", 单位="城东所", 时间="2025/3/2"),
        row(原颜色="黄", 今预警颜色="红", 今纠纷类型="消费", 单位=None, 时间="很久以前"),
        row(原部门="妇联", 今纠纷类型="邻里", 单位="城东所", 时间="20250402101112"),
    )
    assert counted.by_type == {"消费": Tally(2, colour=2, rose=1, left=1), "邻里": Tally(1, department=1)}
    assert counted.by_unit == {"城东所": Tally(2, colour=1, department=1, left=1), UNSAID: Tally(1, colour=1, rose=1)}
    assert counted.by_month == {
        "2025-03": Tally(1, colour=1, left=1),
        NO_MONTH: Tally(1, colour=1, rose=1),
        "2025-04": Tally(1, department=1),
    }
    assert counted.months_before == {("2025-03", "红"): 1, (NO_MONTH, "黄"): 1, ("2025-04", "蓝"): 1}
    assert counted.months_now == {("2025-03", "蓝"): 1, (NO_MONTH, "红"): 1, ("2025-04", "蓝"): 1}


def test_a_row_that_moved_is_kept_with_what_is_to_be_seen_of_it() -> None:
    counted = changes(
        row(),
        row(
            原颜色="红码", 原类型="债务合同", 原等级="高", 描述="漏" * 100, 今预警颜色="黄", 今命中规则="YJ-601、LL-101",
            今风险信号="已化解、醉酒", 今提示="先看现场", 今转人工=True,
        ),
    )  # fmt: skip
    assert list(counted.rose) == []
    assert list(counted.left) == [
        Moved(
            row=2, number="A1", unit="城东所", time="2025-03-02 10:11:12", text="漏" * 80, colour=("红", "黄"),
            department=("派出所", "派出所"), dispute_type=("债务合同", "邻里"), level=("高", "低"),
            rules=("YJ-601", "LL-101"), signals=("已化解", "醉酒"), advice="先看现场", abstained=True,
        )
    ]  # fmt: skip


@pytest.mark.parametrize(("before", "now"), [("待定", "红"), ("待定", "蓝"), (None, "红"), ("—", "黄")])
def test_what_was_not_read_before_has_not_moved(before: str | None, now: str) -> None:
    counted = changes(row(原颜色=before, 今预警颜色=now))
    assert counted.total == Tally(rows=1)
    assert len(counted.rose) == len(counted.left) == 0
    assert counted.colour_matrix == {(OTHER if before == "待定" else UNSAID, now): 1}
    assert counted.wordings == ({"待定": 1} if before == "待定" else {})


def test_rows_that_were_not_scored_are_counted_by_reason_and_those_that_were_red_apart() -> None:
    counted = changes(row(), unread("描述是空的", 原颜色="一级"), unread("描述是空的"), unread(None))
    assert (counted.rows, counted.total.rows) == (4, 1)
    assert counted.unreadable == {"描述是空的": 2, NO_RESULT: 1}
    assert counted.unreadable_heaviest == 1


def test_a_row_without_colour_and_department_had_no_decision() -> None:
    nothing = {"原颜色": None, "原部门": " "}
    assert changes(row(**nothing), row(原颜色=None), row()).without_decision == 1


def test_only_what_is_named_needs_to_be_there() -> None:
    counted = Changes(COLOURS)
    counted.add(batch([moved("红", "蓝")]), Before(colour="原颜色", text=None))
    (left,) = counted.left
    assert (left.text, left.unit, left.department) == ("", "", (UNSAID, "派出所"))
    with pytest.raises(InputError, match="没有“甲”"):
        counted.add(batch([row()]), Before(colour="甲"))
    with pytest.raises(InputError, match="研判2_预警颜色"):
        counted.add(batch([row()]), BEFORE, scored="研判2_")


def test_a_file_that_was_scored_before_is_compared_with_that_scoring() -> None:
    earlier = batch([moved("蓝", "红"), row()])
    now = {f"研判2_{name.removeprefix(SCORED)}": earlier[name] for name in earlier.schema.names if name[:3] == SCORED}
    now[f"研判2_{col.COLOUR}"] = pa.array(["黄", "蓝"])
    both = pa.RecordBatch.from_pydict({**{name: earlier[name] for name in earlier.schema.names}, **now})
    counted = Changes(COLOURS)
    counted.add(both, Before(colour=SCORED + col.COLOUR), scored="研判2_")
    assert counted.colour_matrix == {("红", "黄"): 1, ("蓝", "蓝"): 1}


def test_a_column_of_many_names_does_not_fill_memory() -> None:
    counted = changes(*[row(单位=f"{number}号", 原部门=f"{number}组") for number in range(MOST_NAMES + 5)])
    assert len(counted.by_unit) == MOST_NAMES + 1
    assert counted.by_unit[REST].rows == 5
    assert counted.total.department == MOST_NAMES + 5
    assert counted.department_matrix.total() == MOST_NAMES + 5


def test_rows_that_moved_spill_into_a_file_and_come_back_in_order() -> None:
    (one,) = changes(row(原颜色="红", 今命中规则="甲、乙", 描述="换\n行“引号”")).left
    kept = MovedRows(in_memory=3)
    for _ in range(5):
        kept.add(one)
    assert next(iter(kept)) == one
    assert list(kept) == [one] * 5
    kept.add(one)
    assert list(kept) == [one] * len(kept) == [one] * 6


_ROW = st.builds(
    lambda colour, now, department, unit, time, read: (
        row(原颜色=colour, 今预警颜色=now, 原部门=department, 单位=unit, 时间=time)
        if read
        else unread("坏了", 原颜色=colour)
    ),
    st.sampled_from(["红", "红色", "二级", "蓝码", "待定", "", None]),
    st.sampled_from(COLOURS),
    st.sampled_from(["派出所", "妇联", None]),
    st.sampled_from(["城东所", "城西所", None]),
    st.sampled_from(["2025-03-02", "2025/4/2 8:01", "昨天", None]),
    st.integers(0, 4).map(bool),
)


def counted_in(parts: Sequence[Sequence[dict[str, Any]]]) -> dict[str, Any]:
    """Everything that is counted, of rows that come in these batches."""
    counted = Changes(COLOURS)
    for part in parts:
        counted.add(batch(part), BEFORE)
    return {name: list(value) if isinstance(value, MovedRows) else value for name, value in vars(counted).items()}


@given(st.lists(_ROW, min_size=1, max_size=12), st.data())
def test_however_the_rows_are_batched_the_counts_are_the_same(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(rows)))
    assert counted_in([rows]) == counted_in([rows[:cut], rows[cut:]]) == counted_in([[one] for one in rows])


@given(st.lists(_ROW, max_size=12))
def test_every_row_is_counted_once_everywhere(rows: list[dict[str, Any]]) -> None:
    counted = changes(*rows)
    scored = counted.total.rows
    assert scored + counted.unreadable.total() == len(rows) == counted.rows
    for counts in (counted.colour_matrix, counted.department_matrix, counted.months_before, counted.months_now):
        assert counts.total() == scored
    for tallies in (counted.by_type, counted.by_unit, counted.by_month):
        assert sum(tally.rows for tally in tallies.values()) == scored
        assert sum(tally.left for tally in tallies.values()) == counted.total.left == len(counted.left)
        assert sum(tally.rose for tally in tallies.values()) == counted.total.rose == len(counted.rose)
    readable = Counter(counted.colour_matrix)
    changed = sum(n for (was, now), n in readable.items() if was in COLOURS and was != now)
    assert counted.total.colour == changed


@given(st.lists(_ROW, min_size=2, max_size=8))
def test_what_is_said_of_a_row_does_not_hang_on_later_rows(rows: list[dict[str, Any]]) -> None:
    """A back-test knows only what was known at the time."""
    first, whole = counted_in([rows[:1]]), counted_in([rows])
    for name in ("rose", "left"):
        assert whole[name][: len(first[name])] == first[name]
