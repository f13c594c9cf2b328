"""Two reports of one file: who changed, and whether it can be chance."""

from collections.abc import Sequence
from typing import Any

import pytest

from classifier.comparison import ComparisonError, compare
from classifier.intervals import wilson


def _report(given: Sequence[str], model: str = "m") -> dict[str, Any]:
    answers = [
        {"id": str(number), "dispute_type": "邻里", "also": "物业", "risk": "低", "given_type": name,
         "given_risk": "低"}
        for number, name in enumerate(given)
    ]  # fmt: skip
    return {"model": model, "answers": answers}


def test_who_was_mended_and_who_was_broken() -> None:
    result = compare(_report(["邻里", "消费", "消费", "物业"], "旧"), _report(["消费", "邻里", "物业", "物业"], "新"))
    assert (result["before"], result["after"], result["rows"]) == ("旧", "新", 4)
    assert (result["dispute"]["mended"], result["dispute"]["broken"]) == (2, 1)
    assert (result["dispute_strict"]["mended"], result["dispute_strict"]["broken"]) == (1, 1)
    assert [change["id"] for change in result["changed"]] == ["0", "1", "2"]


def test_ten_mended_and_none_broken_is_hardly_chance() -> None:
    result = compare(_report(["消费"] * 20), _report(["邻里"] * 10 + ["消费"] * 10))
    assert result["dispute"]["p_value"] == pytest.approx(2 / 2**10)
    low, high = result["dispute"]["difference_interval"]
    assert 0 < low < 0.5 < high < 1


def test_nothing_changed_is_no_difference() -> None:
    result = compare(_report(["邻里"]), _report(["邻里"]))
    assert (result["changed"], result["dispute"]["p_value"]) == ([], 1.0)


def test_reports_of_other_files_are_refused() -> None:
    with pytest.raises(ComparisonError, match="不是同一个文件"):
        compare(_report(["邻里"]), _report(["邻里", "邻里"]))
    with pytest.raises(ComparisonError, match="evaluate --json"):
        compare({"model": "m"}, _report(["邻里"]))


@pytest.mark.parametrize(("part", "whole", "low", "high"), [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634)])
def test_wilsons_interval(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=1e-4)
    assert wilson(0, 0) is None
