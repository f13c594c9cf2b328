"""What a regular expression needs of a text: never more than is true, and enough to tell."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.gate import Gate
from classifier.required import needs

_LETTERS = "打他砍刀了"
_ATOMS = st.sampled_from(
    [*_LETTERS, "[打砍]", "[^他，]", ".", "[^，]{0,2}?", "(?!他)", "(?<!打)", "(?=刀)", "(?<=了)", "$"]
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    whole = inner.map(lambda regex: f"(?:{regex})")
    return st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda choices: f"(?:{'|'.join(choices)})"),
        st.tuples(whole, st.sampled_from(["?", "*", "+", "{2}", "{1,2}?", "{0,2}"])).map("".join),
        inner.map(lambda regex: f"(?={regex})"),
        inner.map(lambda regex: f"(?!{regex})"),
        inner.map(lambda regex: f"({regex})"),
    )


REGEXES = st.recursive(_ATOMS, _grown, max_leaves=8)


@given(REGEXES, st.text(alphabet=_LETTERS + "，", max_size=10))
def test_a_text_that_matches_meets_every_need(regex: str, text: str) -> None:
    if re.search(regex, text):
        assert all(any(word in text for word in need) for need in needs(regex))


@given(st.lists(REGEXES, min_size=1, max_size=4), st.text(alphabet=_LETTERS + "，", max_size=10))
def test_the_gate_is_open_for_what_matches(regexes: list[str], text: str) -> None:
    gate = Gate([needs(regex) for regex in regexes], ["打他"])
    opened = gate.open_for(gate.places(text))
    for number, regex in enumerate(regexes):
        assert opened >> number & 1 or not re.search(regex, text)


@pytest.mark.parametrize(
    ("regex", "told"),
    [
        ("打他", [{"打他"}]),
        ("打(?:他|她)了?", [{"打他", "打她"}]),
        ("打[^，]{0,6}?(?:头|脸)", [{"打"}, {"头", "脸"}]),
        ("(?:打|砍[^，]*他)了", [{"打", "砍"}, {"了"}]),
        ("(?=.*刀)砍", [{"刀"}, {"砍"}]),
        ("(?:打)+人", [{"打"}, {"人"}]),
        ("(?!打)他", [{"他"}]),
        ("[^，]+", []),
        ("打?", []),
        ("(?i:a)b", [{"b"}]),
    ],
)
def test_needs(regex: str, told: list[set[str]]) -> None:
    assert [set(need) for need in needs(regex)] == told


def test_what_needs_nothing_is_always_open() -> None:
    gate = Gate([[], [["打"]]])
    assert gate.open_for(gate.places("")) == 0b01
    assert gate.open_for(gate.places("打")) == 0b11
