"""The training data keeps its promises: enough of each type, the guide's words, no copies."""

import re
from collections import Counter

import pytest

from classifier.data_check import check_rows
from classifier.examples import Example
from tests.conftest import shipped, shipped_signals

TYPES = [
    "婚恋家庭", "邻里", "劳动欠薪", "债务合同", "消费", "物业", "房产租赁", "土地村务", "征地拆迁",
    "交通事故", "医疗", "人身伤害", "噪音环境", "校园", "诈骗集资", "违建占道", "名誉骚扰", "非纠纷",
]  # fmt: skip
VOICES = {"接警", "出警", "口述", "短记", "听写", "来信", "咨询"}


@pytest.fixture(scope="module")
def rows() -> list[Example]:
    return list(shipped())


def test_every_type_has_at_least_sixty_rows(rows: list[Example]) -> None:
    counts = Counter(row.dispute_type for row in rows)
    assert set(counts) == set(TYPES)
    assert {name: count for name, count in counts.items() if count < 60} == {}


def test_every_type_is_written_in_every_risk_and_in_several_voices(rows: list[Example]) -> None:
    for name in TYPES:
        own = [row for row in rows if row.dispute_type == name]
        assert {row.risk for row in own} == {"低", "中", "高"}, name
        assert len({row.voice for row in own}) >= 5, name


def test_labels_are_the_guides_words(rows: list[Example]) -> None:
    signals = set(shipped_signals().names)
    for row in rows:
        assert row.voice in VOICES, row
        assert row.risk, row
        assert row.also is None or (row.also in TYPES and row.also != row.dispute_type), row
        assert {signal.name for signal in row.signals} <= signals, row
        assert 4 <= len(row.text) <= 700, row


def test_no_two_rows_are_the_same_and_only_rows_of_one_group_open_alike(rows: list[Example]) -> None:
    def letters(text: str) -> str:
        return re.sub(r"\W", "", text)

    whole = Counter(letters(row.text) for row in rows)
    assert [text for text, count in whole.items() if count > 1] == []
    openings: dict[str, set[str]] = {}
    for row in rows:
        openings.setdefault(letters(row.text)[:14], set()).add(row.group or row.text)
    assert [opening for opening, groups in openings.items() if len(groups) > 1] == []


def test_the_checker_finds_nothing(rows: list[Example]) -> None:
    """Near-copies, conflicts and thin types; how it finds them is tested with the checker."""
    assert check_rows(rows) == []


def test_every_row_was_labelled_twice(rows: list[Example]) -> None:
    assert all(row.first and row.second for row in rows)


def test_there_are_the_notes_and_counter_examples_that_were_promised(rows: list[Example]) -> None:
    notes = Counter(row.risk for row in rows if row.voice in VOICES - {"来信", "咨询"})
    assert min(notes["高"], notes["中"]) >= 800
    assert sum(any(signal.status != "成立" for signal in row.signals) for row in rows) >= 500
    assert len({row.group for row in rows if row.group}) >= 300
