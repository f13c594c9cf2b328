"""Words keep their places in the text as typed, and every word stands in one clause."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.phrases import CLAUSE_MARKS
from classifier.text import normalise
from classifier.tokenizer import Tokenizer
from classifier.wording import OPENING, clauses_between, read_words

TOKENIZER = Tokenizer("rjieba")


def _clauses(text: str) -> list[str]:
    wording = read_words(text, TOKENIZER)
    count = int(wording.clauses[-1]) + 1 if wording.words else 0
    return [text[slice(*wording.clause(number))] for number in range(count)]


def test_marks_part_clauses() -> None:
    assert _clauses("他骂我,我没理。后来\n他打了我！") == ["他骂我", "我没理", "后来", "他打了我"]


def test_a_dictation_without_marks_is_taken_in_pieces() -> None:
    clauses = _clauses("就是那个楼上的他天天半夜挪凳子我去说了三回他就把我推了一把然后我就摔了腰疼了好几天现在还贴膏药")
    assert len(clauses) > 1
    assert all(len(clause) <= 32 for clause in clauses)


def test_spaced_out_text_is_closed_up() -> None:
    wording = read_words("邻 居 漏 水 不 管", TOKENIZER)
    assert "漏水" in wording.words
    assert [wording.typed[place] for place, word in enumerate(wording.words) if word == "漏水"] == ["漏 水"]


def test_the_opening_is_the_first_four_hundred_characters() -> None:
    wording = read_words("漏水，" * 300, TOKENIZER)
    assert wording.starts[wording.opening - 1] < OPENING <= wording.starts[wording.opening]


@pytest.mark.parametrize("text", ["", "，。！", "😀", "   "])
def test_a_text_without_words_has_none(text: str) -> None:
    wording = read_words(text, TOKENIZER)
    assert (wording.words, wording.opening, len(wording.clauses)) == ([], 0, 0)


@given(st.text(alphabet="王女士她在東风村 打 了ＡB12，。！\n？漏水", max_size=60))
def test_every_word_stands_where_it_says(text: str) -> None:
    wording = read_words(text, TOKENIZER)
    assert len(wording.words) == len(wording.starts) == len(wording.ends) == len(wording.clauses)
    assert all(start < end <= len(text) for start, end in zip(wording.starts, wording.ends, strict=True))
    assert all(before <= after for before, after in zip(wording.ends, wording.starts[1:], strict=False))
    for place in range(len(wording.words)):
        assert normalise(wording.typed[place]).strip()


@given(st.text(alphabet="他在楼上漏水打了，。！\n？", max_size=120))
def test_many_texts_are_parted_as_one_is(text: str) -> None:
    wording = read_words(text, TOKENIZER)
    marks = np.array([place for place, sign in enumerate(text) if sign in CLAUSE_MARKS], dtype=np.intp)
    assert clauses_between(marks, np.array(wording.starts, dtype=np.intp)).tolist() == wording.clauses
