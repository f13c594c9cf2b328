"""Marking cuts a text at its signals and loses nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.intake.marking import pieces


def signal(name: str, status: str, start: int, end: int) -> dict[str, object]:
    return {"name": name, "status": status, "start": start, "end": end}


def test_overlapping_signals_share_a_piece() -> None:
    found = pieces("丈夫持刀威胁妻子", [signal("凶器", "成立", 2, 4), signal("威胁", "成立", 3, 6)])
    assert [(p.text, p.label) for p in found] == [
        ("丈夫", ""), ("持", "凶器"), ("刀", "凶器、威胁"), ("威胁", "威胁"), ("妻子", ""),
    ]  # fmt: skip


def test_a_signal_that_does_not_stand_says_so() -> None:
    (_, denied) = pieces("并未打人", [signal("暴力", "否认", 2, 4)])
    assert (denied.label, denied.weight) == ("暴力（否认）", "absent")


@pytest.mark.parametrize(
    ("signals", "weight"),
    [
        ([("暴力", "否认"), ("威胁", "成立")], "grave"),
        ([("未接触", "成立"), ("多次报警", "成立")], "present"),
        ([("未接触", "成立"), ("暴力", "否认")], "reassuring"),
        ([("暴力", "假设")], "absent"),
    ],
)
def test_the_gravest_signal_that_stands_gives_the_tint(signals: list[tuple[str, str]], weight: str) -> None:
    (piece,) = pieces("打人", [signal(name, status, 0, 2) for name, status in signals])
    assert piece.weight == weight


@given(st.text(min_size=1), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6))
def test_the_pieces_joined_are_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    signals = [signal("暴力", "成立", min(a, b, len(text)), min(max(a, b), len(text))) for a, b in spans if a != b]
    assert "".join(piece.text for piece in pieces(text, signals)) == text
