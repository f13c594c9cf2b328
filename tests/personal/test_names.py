"""Which words are taken for names of people: most names are found, and nearly nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.personal.names import find_names
from tests.personal.name_texts import NAMES, NO_NAMES, RARE_NAMES
from tests.personal.unseen_name_texts import UNSEEN_NAMES, UNSEEN_NO_NAMES

PARTS = st.sampled_from(
    ["报警人", "王小满", "李强", "与", "称", "（男", "方", "马路", "，", "王**", "某", "欧阳", "村", "张"]
)


def _found(text: str) -> list[str]:
    return [text[start:end] for start, end in find_names(text)]


def _said(marked: str) -> tuple[str, set[tuple[int, int]]]:
    """A text without its marks, and where the marked names stand, each wherever it stands."""
    text = re.sub("[【】]", "", marked)
    names = set(re.findall("【(.*?)】", marked))
    return text, {match.span() for name in names for match in re.finditer(name, text)}


@pytest.mark.parametrize(
    ("texts", "share"),
    [(NAMES + NO_NAMES, 0.9), (UNSEEN_NAMES + UNSEEN_NO_NAMES, 0.9), (RARE_NAMES + NO_NAMES, 0.7)],
    ids=["known", "unseen", "rare"],
)
def test_most_names_are_found_and_nine_in_ten_found_are_names(texts: str, share: float) -> None:
    said = [_said(marked) for marked in texts.splitlines()]
    found = [set(find_names(text)) for text, _ in said]
    right = sum(len(spans & names) for spans, (_, names) in zip(found, said, strict=True))
    assert right >= share * sum(len(names) for _, names in said)
    assert right >= 0.9 * sum(map(len, found))


@pytest.mark.parametrize("text", (NO_NAMES + UNSEEN_NO_NAMES).splitlines())
def test_what_is_no_name_is_left_alone(text: str) -> None:
    assert _found(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("村民王小满来所", ["王小满"]),
        ("报警人：李强", ["李强"]),
        ("对方叫周国平，", ["周国平"]),
        ("张桂芳（女，32岁）", ["张桂芳"]),
        ("村民高峰（男，32岁）", ["高峰"]),
        ("已回访王小满，", ["王小满"]),
        ("陈伟与刘洋争吵", ["陈伟", "刘洋"]),
        ("欧阳雪称", ["欧阳雪"]),
        ("2024-03李娜笔录.docx", ["李娜"]),
    ],
)
def test_what_stands_around_it_makes_a_name(text: str, names: list[str]) -> None:
    assert _found(text) == names


def test_a_name_known_from_one_place_is_one_everywhere() -> None:
    assert _found("业主王小满称漏水。物业已电王小满家") == ["王小满", "王小满"]


@pytest.mark.parametrize(
    "text", ["村民王某称", "村民王某某称", "村民小王称", "村民老张称", "村民王**称", "村民王女士称"]
)
def test_what_names_nobody_stays(text: str) -> None:
    assert _found(text) == []


@pytest.mark.parametrize(
    "text", ["住李家村，", "在张江小区，", "与万科公司，", "去陈记饭店，", "黄山路口", "王强超市的"]
)
def test_a_place_or_a_firm_is_no_person(text: str) -> None:
    assert _found(text) == []


@given(st.lists(PARTS, max_size=12).map("".join))
def test_the_places_are_in_order_inside_the_text_and_apart(text: str) -> None:
    ends = [0]
    for start, end in find_names(text):
        assert ends[-1] <= start < end <= len(text)
        ends.append(end)
