"""How personal data is shown where it must not be read."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.personal.finding import Kind
from service.personal.masking import masked, masked_id, masked_name, masked_phone
from tests.personal.texts import TEXTS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("身份证330106199001011234。", "身份证330***********1234。"),
        ("证件33010619900101123x", "证件330***********123X"),
        ("证件330106400101123", "证件330***********1123"),
        ("电话138 1234 5678，", "电话138****5678，"),
        ("幺三八一二三四五六七八", "138****5678"),
        ("＋86 １３８１２３４５６７８", "＋86 138****5678"),
        ("0571-87654321打来", "0571****21打来"),
        ("座机87654321", "座机****21"),
        ("卡号6222 0212 3456 7890 123", "卡号6222********0123"),
        ("浙A12312撞了", "浙A***12撞了"),
        ("浙AD12345", "浙A***45"),
        ("Wang@example.com", "w***@example.com"),
        ("w@13812345678.com", "w***@138****5678.com"),
        ("欠5000元，2024-03-15，案号A3301060000002024010001", "欠5000元，2024-03-15，案号A3301060000002024010001"),
    ],
)
def test_each_kind_has_its_look(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_only_the_kinds_asked_for_are_masked() -> None:
    assert masked("13812345678开浙A12345", {Kind.PLATE}) == "13812345678开浙A***45"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小明", "王**"),
        ("王明", "王**"),
        ("王某", "王**"),
        ("欧阳小明", "欧**"),
        (" 王小明 ", "王**"),
        ("", ""),
        (" ", ""),
    ],
)
def test_a_name_keeps_its_first_character(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("+86 138-1234-5678", "138****5678"),
        ("0571-87654321", "0571****21"),
        ("87654321", "****21"),
        ("12", "****"),
        ("王小明13812345678、13912345678", "****"),
        ("不详", "****"),
        ("", ""),
    ],
)
def test_a_telephone_number_keeps_its_ends(phone: str, shown: str) -> None:
    assert masked_phone(phone) == shown


@pytest.mark.parametrize(
    ("identity", "shown"),
    [
        ("330106199001011234", "330***********1234"),
        ("３３０１０６19900101123ｘ", "330***********123X"),
        ("330106900101123", "330***********1123"),
        ("E12345678", "***********"),
        ("", ""),
    ],
)
def test_an_identity_number_keeps_its_ends(identity: str, shown: str) -> None:
    assert masked_id(identity) == shown


@given(TEXTS)
def test_what_is_masked_stays_as_it_is(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@given(st.text())
def test_a_masked_value_stays_as_it_is(value: str) -> None:
    for mask in (masked_name, masked_phone, masked_id):
        assert mask(mask(value)) == mask(value)


@given(TEXTS, st.sampled_from([masked_phone, masked_id]))
def test_a_masked_value_shows_at_most_seven_digits(value: str, mask: Callable[[str], str]) -> None:
    assert len(re.findall(r"[^*]", mask(value))) <= 7


@given(
    st.text(alphabet="王某报警称，。（\n", max_size=10),
    st.sampled_from(["330106{}1234", "33010619{}X", "138{}5678", "6222{}0128", "0571-{}21"]),
    st.data(),
)
def test_the_digits_between_are_never_shown(before: str, shape: str, data: st.DataObject) -> None:
    kept = shape.format("")
    hidden = data.draw(
        {
            "330106{}1234": st.dates(date(1900, 1, 1), date(2099, 12, 31)).map("{:%Y%m%d}".format),
            "33010619{}X": st.sampled_from(["900101123", "851231777"]),
            "138{}5678": st.from_regex(r"[0-9]{4}", fullmatch=True),
            "6222{}0128": st.just("02123456789"),
            "0571-{}21": st.from_regex(r"[2-8][0-9]{5}", fullmatch=True),
        }[shape]
    )
    shown = masked(f"{before}{shape.format(hidden)}，{before}")
    assert len(re.findall(r"\d", shown)) <= min(8, len(kept))
    assert hidden not in shown
