"""How strongly two incidents are linked, and why."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.linking.model import Key, KeyKind, Mark, Party, Trace
from service.linking.strength import Level, strength
from tests.linking.incidents import LEAK, NOW, caller, made, traces

ALIKE = LEAK.replace("要求民警到场处理", "请派出所来人看一下")
ID, PHONE, HOME = "33010619900101123X", "13812345678", "阳光花园3幢501室"


@pytest.mark.parametrize(
    ("new", "earlier", "level", "reasons"),
    [
        (made(), made(), None, []),
        (
            made(parties=caller(identity=ID)),
            made(text=f"证件{ID}"),
            Level.STRONG,
            ["同一身份证（报警人 330***********123X）"],
        ),
        (
            made(parties=caller(phone=PHONE)),
            made(text=f"电话{PHONE}"),
            Level.STRONG,
            ["同一电话（报警人 138****5678）"],
        ),
        (
            made(text=f"电话{PHONE}"),
            made(parties=caller(phone=PHONE)),
            Level.STRONG,
            ["同一电话（描述中 138****5678）"],
        ),
        (made(linked=("330282001",)), made(alarm="330282001"), Level.STRONG, ["关联警单（330282001）"]),
        (made(text=LEAK), made(text=LEAK), Level.MEDIUM, ["近似文字（约 100% 相同）"]),
        (made(place=HOME), made(place="阳光花园三栋501"), Level.WEAK, ["同一地点（阳光花园3幢501室）"]),
        (made(parties=caller("王某")), made(parties=caller("王某")), None, []),
        (made(parties=caller("王小明")), made(parties=caller("王小明")), None, []),
        (
            made(place=HOME, parties=caller("王某")),
            made(place=HOME, parties=caller("王某")),
            Level.WEAK,
            ["同一地点（阳光花园3幢501室）", "同姓（王某）"],
        ),
        (
            made(place=HOME, parties=caller("王小明")),
            made(place=HOME, parties=(Party("对方", "王小明"),)),
            Level.MEDIUM,
            ["同一地点（阳光花园3幢501室）", "同名（王**）"],
        ),
        (
            made(text=LEAK, place=HOME),
            made(text=LEAK, place=HOME),
            Level.STRONG,
            ["近似文字（约 100% 相同）", "同一地点（阳光花园3幢501室）"],
        ),
    ],
)
def test_each_reason_has_its_weight_and_its_words(
    new: Trace, earlier: Trace, level: Level | None, reasons: list[str]
) -> None:
    found = strength(new, earlier)
    assert (found.level, [reason.text for reason in found.reasons]) == (level, reasons)


def test_the_weightiest_reason_comes_first() -> None:
    everything = made(text=ALIKE, place=HOME, alarm="330282001", parties=caller("王某", PHONE, ID))
    found = strength(everything, replace(everything, id="2"))
    assert [reason.text.partition("（")[0] for reason in found.reasons] == [
        "关联警单",
        "同一身份证",
        "同一电话",
        "近似文字",
        "同一地点",
        "同姓",
    ]


def test_the_more_a_text_was_worked_over_the_less_it_weighs() -> None:
    new = made(text=LEAK)
    copies = [
        LEAK,
        ALIKE,
        LEAK[:30] + "现已自行离开，不需要民警到场了。",
        "因停车占位与邻居发生口角，要求民警到场处理，无人受伤。",
    ]
    values = [strength(new, made(text=copy)).value for copy in copies]
    assert values == sorted(values, reverse=True)
    assert values[1] > 0.3 > values[2] > 0
    assert values[-1] == 0


@pytest.mark.parametrize(("days", "level"), [(0, Level.STRONG), (180, Level.STRONG), (700, Level.MEDIUM), (4000, None)])
def test_a_shared_phone_fades_with_time(days: int, level: Level | None) -> None:
    earlier = made(days_ago=days, parties=caller(phone=PHONE))
    assert strength(made(parties=caller(phone=PHONE)), earlier).level is level


def test_a_reference_does_not_fade() -> None:
    assert strength(made(linked=("330282001",)), made(days_ago=4000, alarm="330282001")).level is Level.STRONG


PAIRS = st.tuples(traces(st.just("1")), traces(st.just("2")))


@given(PAIRS)
def test_a_strength_lies_between_0_and_1_and_has_reasons_unless_it_is_0(pair: tuple[Trace, Trace]) -> None:
    found = strength(*pair)
    assert 0 <= found.value <= 1
    assert (found.value == 0) == (not any(reason.weight for reason in found.reasons))


@given(PAIRS)
def test_it_is_the_same_from_either_side(pair: tuple[Trace, Trace]) -> None:
    assert strength(*pair).value == strength(*reversed(pair)).value


@given(PAIRS, st.sampled_from([kind for kind in KeyKind if kind is not KeyKind.TEXT]))
def test_one_more_reason_never_lowers_it(pair: tuple[Trace, Trace], kind: KeyKind) -> None:
    more = Mark(Key(kind, "另一个"), "")
    new, earlier = (replace(trace, marks=(*trace.marks, more)) for trace in pair)
    assert strength(new, earlier).value >= strength(*pair).value


@given(PAIRS)
def test_a_shared_name_never_lowers_it(pair: tuple[Trace, Trace]) -> None:
    new, earlier = (replace(trace, names=(*trace.names, *made(parties=caller("赵小明")).names)) for trace in pair)
    assert strength(new, earlier).value >= strength(*pair).value


@given(PAIRS, st.integers(0, 3000))
def test_more_time_apart_never_raises_it(pair: tuple[Trace, Trace], days: int) -> None:
    new, earlier = (replace(trace, at=NOW) for trace in pair)
    nearer, further = (strength(new, replace(earlier, at=NOW - timedelta(days=apart))) for apart in (days, days + 30))
    assert further.value <= nearer.value
