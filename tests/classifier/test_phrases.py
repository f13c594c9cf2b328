"""The notation of the word lists: what a phrase finds, where, and what it refuses."""

import pytest

from classifier.phrasebook import Hit, Phrasebook, PhraseFinder
from classifier.phrases import PhraseError, expand, to_regex


def found(text: str, *phrases: str, groups: dict[str, list[str]] | None = None) -> set[str]:
    """What the phrases find in the text."""
    finder = PhraseFinder(Phrasebook.of([("某", phrase) for phrase in phrases], groups))
    return {text[hit.start : hit.end] for hit in finder.find(text)}


def test_alternatives() -> None:
    assert found("他砸了车又砸了门", "砸了(车|门)") == {"砸了车", "砸了门"}


def test_optional_part() -> None:
    assert found("踢了他，踢他", "踢(了)?他") == {"踢了他", "踢他"}


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("用一根木棍打人", {"用一根木棍打"}),
        ("用一二三四五六打", {"用一二三四五六打"}),
        ("用一二三四五六七打", set()),
        ("用心，打工", set()),
        ("用心  打工", set()),
    ],
)
def test_gap_is_six_characters_within_a_clause(text: str, hits: set[str]) -> None:
    assert found(text, "用…打") == hits


def test_long_gap() -> None:
    assert found("用一二三四五六七八九十打", "用……打") == {"用一二三四五六七八九十打"}


def test_group_inside_and_outside_brackets() -> None:
    groups = {"人": ["他", "她"]}
    assert found("打他打她打我", "打<人>", groups=groups) == {"打他", "打她"}
    assert found("打他打狗", "打(<人>|狗)", groups=groups) == {"打他", "打狗"}


def test_regex_in_braces() -> None:
    assert found("打他电话，打他的头", "打他{(?!电话)}") == {"打他"}
    assert found("砍了三刀，砍了树", "砍了{[一二三]}(刀|剑)") == {"砍了三刀"}
    assert found("踢了群，踢了人", "(踢{(?!了群)}|踹)了") == {"踢了"}


def test_braces_hold_together_alternatives_of_their_own() -> None:
    assert found("甲乙丁，甲丙丁", "甲{乙|丙}丁") == {"甲乙丁", "甲丙丁"}


def test_many_variants_still_find_the_whole() -> None:
    letters = "(一|二|三|四|五|六|七|八|九|十)"
    assert found("零三七五", "零" + letters * 3) == {"零三七五"}


def test_label_and_place() -> None:
    assert PhraseFinder(Phrasebook.of([("甲", "打架"), ("乙", "架")])).find("打架") == [
        Hit("甲", 0, 2),
        Hit("乙", 1, 2),
    ]


def test_one_phrase_under_two_labels() -> None:
    assert {hit.label for hit in PhraseFinder(Phrasebook.of([("甲", "打架"), ("乙", "打架")])).find("打架")} == {
        "甲",
        "乙",
    }


@pytest.mark.parametrize(
    "phrase", ["打(人", "打人)", "打{(?=人)", "", "…打", "(打)?", "{.}打", "打.了?", "[打揍]人", "打*"]
)
def test_refuses(phrase: str) -> None:
    with pytest.raises(PhraseError, match="词表写法有误"):
        Phrasebook.of([("甲", phrase)])


def test_refuses_an_unknown_group() -> None:
    with pytest.raises(PhraseError, match="没有名为“人”的词组"):
        expand("打<人>", {})


def test_to_regex_prefers_the_longest_choice() -> None:
    assert to_regex("打(他|他们)") == "(?:打)(?:他们|他)"
