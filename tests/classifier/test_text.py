"""Normalising keeps every offset true, and binary input is told from text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.text import closed_up, is_han, normalise, unreadable


@given(st.text())
def test_normalising_never_changes_the_length(text: str) -> None:
    assert len(normalise(text)) == len(text)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("Wifi密码", "wifi密码"),
        ("３０００元　整", "3000元 整"),
        ("打了他，还骂人！", "打了他，还骂人！"),
        ("揚言要殺我，拿著鐵棍", "扬言要杀我，拿着铁棍"),
    ],
)
def test_full_width_and_case_are_folded_and_clause_marks_kept(typed: str, read: str) -> None:
    assert normalise(typed) == read


@given(st.text(alphabet="打他刀 ，a\n", max_size=30))
def test_closing_up_drops_only_spaces_and_knows_every_place(text: str) -> None:
    closed, places = closed_up(text)
    assert closed == "".join(text[place] for place in places)
    assert closed.replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("丈 夫 拿 刀 ， 砍 人", "丈夫拿刀，砍人"),
        ("他 打 我  很 疼", "他打我  很疼"),
        ("他打我 我报警 他跑了", "他打我 我报警 他跑了"),
        ("王 某 打", "王 某 打"),
    ],
)
def test_spaces_between_single_characters_are_closed_up(text: str, closed: str) -> None:
    assert closed_up(text)[0] == closed


@pytest.mark.parametrize(("char", "han"), [("警", True), ("〇", True), ("a", False), ("あ", False), ("１", False)])
def test_ideographs_are_recognised(char: str, han: bool) -> None:
    assert is_han(char) is han


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("第一行\n第二行\t完", False),
        ("𠮷某打人", False),
        ("PK\x03\x04警情", True),
        ("a\x00b", True),
        ("打\ud83d人", True),
        ("\ufffd人", True),
    ],
)
def test_binary_input_and_wrong_encodings_are_unreadable(text: str, odd: bool) -> None:
    assert unreadable(text) is odd
