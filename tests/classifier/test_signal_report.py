"""Precision and recall a signal, on rows that can be counted by hand."""

import pytest

from classifier.assessment import Signal
from classifier.examples import Example, Label
from classifier.signal_report import signal_figures


def _row(first: str, second: str) -> Example:
    return Example(
        "文", "邻里", risk="高",
        first=Label("邻里", None, "高", frozenset(first.split())),
        second=Label("邻里", None, "高", frozenset(second.split())),
    )  # fmt: skip


def _found(*names: str) -> tuple[Signal, ...]:
    return tuple(Signal(name, "否认" if name.startswith("无") else "成立", 0, 1, "文") for name in names)


def test_only_rows_on_which_both_agree_count() -> None:
    rows = [_row("暴力", "暴力"), _row("暴力", "暴力"), _row("暴力", ""), _row("", ""), Example("文", "邻里")]
    found = [_found("暴力"), _found(), _found("暴力"), _found("暴力"), _found("暴力")]
    (figures,) = signal_figures(["暴力"], rows, found)
    assert (figures["agreed"], figures["disputed"], figures["found"]) == (2, 1, 2)
    assert (figures["precision"], figures["recall"]) == (0.5, 0.5)


def test_a_signal_nobody_has_has_no_figures() -> None:
    (figures,) = signal_figures(["醉酒"], [_row("暴力", "暴力")], [_found("暴力")])
    assert (figures["precision"], figures["recall"], figures["recall_interval"]) == (None, None, None)


def test_what_does_not_hold_is_not_found() -> None:
    row, denied = _row("暴力", "暴力"), (Signal("暴力", "否认", 0, 1, "文"),)
    (figures,) = signal_figures(["暴力"], [row], [denied])
    assert figures["recall"] == pytest.approx(0)
