"""The concept lexicon: every word can be found in a text, and counts once."""

from collections import Counter

from classifier.features import Features, concept_words, features
from classifier.text import is_han, normalise


def test_every_word_of_the_lexicon_can_occur_in_a_text() -> None:
    for area, name, words in concept_words():
        for word in words:
            assert isinstance(word, str), (area, name, word)
            assert word, (area, name)
            assert all(is_han(char) or (char.isascii() and char.isalnum()) for char in normalise(word)), (name, word)


def test_no_concept_is_written_twice_nor_a_word_twice_in_one() -> None:
    names = Counter((area, name) for area, name, _ in concept_words())
    assert [name for name, times in names.items() if times > 1] == []
    assert len(names) > 150
    twice = [(name, word) for _, name, words in concept_words() for word, times in Counter(words).items() if times > 1]
    assert twice == []


def test_a_word_stands_for_its_concept_and_area_once() -> None:
    found = Counter(name for name in features(["工资", "工资", "薪水"]) if name[0] == "k")
    assert found["k劳动"] == found["k劳动/工资"] == 2


def test_set_phrases_are_no_area_of_life() -> None:
    assert Features.of(["双方", "发生", "纠纷"]).areas == frozenset()
    assert Features.of(["工资", "没", "发"]).areas == {"劳动"}
    assert Features.of([]).areas == frozenset()
