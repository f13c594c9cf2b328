"""What an incident can be linked by."""

import hmac
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.linking.keys import hashed, trace
from service.linking.model import Incident, KeyKind, Party, Trace
from tests.linking.incidents import LEAK, NOW, OTHER_SECRET, SECRET, caller, made

RIGHT_OF_OLD = "330106194001011237"


def of(kind: KeyKind, trace: Trace) -> list[str]:
    return [mark.key.value_hash for mark in trace.marks if mark.key.kind is kind]


@pytest.mark.parametrize(
    "phone",
    [
        "13812345678",
        "138 1234 5678",
        "１３８－１２３４－５６７８",
        "+86 13812345678",
        "8613812345678",
        "手机13812345678",
    ],
)
def test_a_phone_has_one_key_however_it_is_typed(phone: str) -> None:
    expected = [hashed(KeyKind.PHONE, "13812345678", SECRET).value_hash]
    assert of(KeyKind.PHONE, made(parties=caller(phone=phone))) == expected
    assert of(KeyKind.PHONE, made(text=f"对方电话{phone}，联系不上")) == expected


@pytest.mark.parametrize("identity", ["33010619900101123X", "33010619900101123x", "３３０１０６ 19900101 123Ｘ"])
def test_an_identity_number_has_one_key_however_it_is_typed(identity: str) -> None:
    expected = [hashed(KeyKind.IDENTITY, "33010619900101123X", SECRET).value_hash]
    assert of(KeyKind.IDENTITY, made(parties=caller(identity=identity))) == expected
    assert of(KeyKind.IDENTITY, made(text=f"对方身份证{identity}。")) == expected


def test_an_old_identity_number_has_the_key_of_the_new_one() -> None:
    old, new = made(parties=caller(identity="330106400101123")), made(parties=caller(identity=RIGHT_OF_OLD))
    assert old.keys == new.keys != frozenset()


def test_two_phones_in_one_field_have_two_keys() -> None:
    assert len(of(KeyKind.PHONE, made(parties=caller(phone="13812345678/0571-87654321")))) == 2


@pytest.mark.parametrize(
    "phone", ["", "无", "110", "12345", "4001234567", "13888888888", "13800138000", "1381234", "不详"]
)
def test_nobodys_phone_has_no_key(phone: str) -> None:
    assert made(parties=caller(phone=phone)).keys == frozenset()


@pytest.mark.parametrize("identity", ["", "无", "330106", "330106199013991234", "000000000000000000", "E12345678"])
def test_what_is_no_identity_number_has_no_key(identity: str) -> None:
    assert made(parties=caller(identity=identity)).keys == frozenset()


def test_the_stations_own_phones_have_no_key() -> None:
    incident = Incident("1", NOW, "民警电话138 1234 5678，来电13912345678")
    found = trace(incident, SECRET, own_numbers=["13812345678"])
    assert [mark.shown for mark in found.marks] == ["描述中 139****5678"]


def test_alarm_numbers_of_the_incident_and_of_what_it_refers_to_have_keys() -> None:
    first, second = made(alarm="j330282-2024-0001"), made(alarm="J33028220240002", linked=("Ｊ33028220240001", "1", ""))
    assert first.keys < second.keys
    assert len(second.keys) == 2


def test_a_place_has_a_key_where_it_is_exact() -> None:
    one, other = made(place="阳光花园3幢501室"), made(place="海州市阳光花园三栋501")
    assert one.keys == other.keys != frozenset()
    assert made(place="路边").keys == frozenset()


def test_a_long_text_has_keys_and_a_short_one_none() -> None:
    assert {key.kind for key in made(text=LEAK).keys} == {KeyKind.TEXT}
    assert made(text="邻居吵架，已劝离").keys == frozenset()


def test_names_are_no_keys() -> None:
    found = made(
        parties=(Party("报警人", "王小明"), Party("对方", "李某"), Party("证人", "匿名"), Party("证人", "不详"))
    )
    assert found.keys == frozenset()
    assert [(name.shown, name.full) for name in found.names] == [("王**", True), ("李某", False)]


def test_what_is_shown_is_masked_and_nothing_else_is_kept() -> None:
    found = made(
        text=f"{LEAK}对方手机13912345678",
        place="阳光花园3幢501室",
        parties=caller("王小明", "13812345678", "33010619900101123X"),
    )
    assert [mark.shown for mark in found.marks] == [
        "报警人 330***********123X",
        "报警人 138****5678",
        "描述中 139****5678",
        "阳光花园3幢501室",
    ]
    assert not re.search("13812345678|13912345678|1990|小明|漏水", repr(found))


def test_a_number_said_twice_is_one_mark_of_the_first() -> None:
    found = made(text="我的电话13812345678", parties=caller(phone="13812345678"))
    assert [mark.shown for mark in found.marks] == ["报警人 138****5678"]


def test_another_stations_hashes_are_others() -> None:
    incident = Incident("1", NOW, LEAK, "阳光花园3幢501室", "330282001", (), caller("王某", "13812345678"))
    ours, theirs = trace(incident, SECRET), trace(incident, OTHER_SECRET)
    assert ours.keys.isdisjoint(theirs.keys)
    assert ours.names != theirs.names


def test_a_hash_is_the_hmac_of_kind_and_value() -> None:
    expected = hmac.new(SECRET, "电话\x0013812345678".encode(), "sha256").hexdigest()
    assert hashed(KeyKind.PHONE, "13812345678", SECRET).value_hash == expected


def test_one_value_of_two_kinds_has_two_hashes() -> None:
    assert (
        hashed(KeyKind.ALARM, "13812345678", SECRET).value_hash
        != hashed(KeyKind.PHONE, "13812345678", SECRET).value_hash
    )


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="至少 16 字节"):
        trace(Incident("1", NOW, ""), b"short")


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_anything_typed_makes_a_trace_without_doubles(text: str, place: str, name: str, number: str) -> None:
    party = Party("报警人", name, number, number)
    found = trace(Incident("1", NOW, text, place, number, (number,), (party, party)), SECRET)
    assert len({mark.key for mark in found.marks}) == len(found.marks)
    assert len(set(found.names)) == len(found.names)
