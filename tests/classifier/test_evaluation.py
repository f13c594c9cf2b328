"""Figures against labels, on small cases that can be counted by hand."""

import pytest

from classifier.evaluation import (
    calibration_error,
    class_figures,
    confusion,
    evaluate,
    reliability,
)
from classifier.examples import Example
from classifier.model import Model


def test_precision_recall_and_f1_a_label() -> None:
    figures = {f.name: f for f in class_figures(["邻里", "邻里", "消费"], ["邻里", "消费", "消费"])}
    assert (figures["邻里"].precision, figures["邻里"].recall) == (1.0, 0.5)
    assert (figures["消费"].precision, figures["消费"].recall) == (0.5, 1.0)
    assert figures["邻里"].f1 == pytest.approx(2 / 3)


def test_a_label_never_given_has_no_precision() -> None:
    (figures,) = class_figures(["邻里"], ["消费"], ["邻里"])
    assert figures.precision is None
    assert figures.recall == 0


def test_confusion_leaves_zeroes_out() -> None:
    assert confusion(["低", "高", "高"], ["低", "低", "高"]) == {"低": {"低": 1}, "高": {"低": 1, "高": 1}}


def test_calibration_error_weighs_the_gap_of_each_bin() -> None:
    bins = reliability([0.95, 0.95, 0.15, 0.15], [True, True, True, False])
    assert [(b.low, b.count, b.accuracy) for b in bins] == [(0.1, 2, 0.5), (0.9, 2, 1.0)]
    assert calibration_error(bins) == pytest.approx((0.35 + 0.05) / 2)


def test_certainty_falls_into_the_last_bin() -> None:
    assert reliability([1.0], [True])[0].low == 0.9


def test_also_counts_as_right_only_where_it_is_asked(model: Model) -> None:
    text = "公司拖欠三个月工资不发，老板一直推脱"
    strict, lenient = Example(text, "债务合同", None, "中"), Example(text, "债务合同", "劳动欠薪", "中")
    assert evaluate(model, [strict])["dispute"]["accuracy_with_also"] == 0
    assert evaluate(model, [lenient])["dispute"]["accuracy_with_also"] == 1
    assert evaluate(model, [lenient])["dispute"]["accuracy"] == 0


def test_files_without_risk_are_measured_for_type_alone(model: Model) -> None:
    report = evaluate(model, [Example("楼上漏水", "邻里")])
    assert "risk" not in report
    assert report["rows"] == 1
