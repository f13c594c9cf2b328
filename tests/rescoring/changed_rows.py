"""Made-up scored rows: what a test does not care about is filled in."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from service.rescoring import columns as col
from service.rescoring.change import SCORED, Before, Changes

COLOURS = ("红", "黄", "蓝")
BEFORE = Before("原颜色", "原部门", "原类型", "原等级", "单位", "时间", "编号")
NOW = {
    col.COLOUR: "蓝", col.DEPARTMENT: "派出所", col.TYPE: "邻里", col.LEVEL: "低", col.SIGNALS: "", col.MATCHED: "",
    col.ADVICE: "", col.ABSTAINED: False, col.MODEL: "模型甲", col.RULESET: "规则乙",
    col.DAY: "2026-03-02", col.ERROR: None,
}  # fmt: skip
EARLIER = {
    "原颜色": "蓝", "原部门": "派出所", "原类型": "邻里", "原等级": "低", "单位": "城东所",
    "时间": "2025-03-02 10:11:12", "编号": "A1", col.TEXT: "楼上漏水",
}  # fmt: skip


def row(**given: Any) -> dict[str, Any]:
    """A row that has not changed, but for what is given under a column's own name; 今… stands for the suggestion's."""
    now = {name: given.pop(f"今{name}", value) for name, value in NOW.items()}
    assert given.keys() <= EARLIER.keys(), given
    return {**EARLIER, **given, **{SCORED + name: value for name, value in now.items()}}


def unread(reason: str | None, **given: Any) -> dict[str, Any]:
    """A row that was not scored."""
    return {**row(**given), **{SCORED + name: None for name in NOW}, SCORED + col.ERROR: reason}


def batch(rows: Sequence[dict[str, Any]]) -> pa.RecordBatch:
    """The rows as one batch, each column of the type that its values have."""
    return pa.RecordBatch.from_pydict({name: [one[name] for one in rows] for name in row()})


def changes(*rows: dict[str, Any]) -> Changes:
    """The rows counted."""
    counted = Changes(COLOURS)
    counted.add(batch(rows), BEFORE)
    return counted


def moved(before: str, now: str) -> dict[str, Any]:
    """A row of another colour."""
    return row(原颜色=before, 今预警颜色=now)
