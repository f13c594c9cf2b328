"""What counts as personal data in a text, and where it stands."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.personal import numbers
from service.personal.finding import Kind, find
from tests.personal.texts import TEXTS

# All numbers are invented.
RIGHT = "33010619900101123" + numbers.check_digit("33010619900101123")
CARD = "6222021234567890128"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (f"对方身份证{RIGHT}。", Kind.IDENTITY, RIGHT),
        ("对方330106199001011234在场", Kind.IDENTITY, "330106199001011234"),
        ("证件33010619900101123x，", Kind.IDENTITY, "33010619900101123X"),
        ("３３０１０６１９９００１０１１２３４", Kind.IDENTITY, "330106199001011234"),
        ("330106 19900101 1234", Kind.IDENTITY, "330106199001011234"),
        ("330106-1990-0101-123-X", Kind.IDENTITY, "33010619900101123X"),
        ("老人的证件是330106400101123", Kind.IDENTITY, "330106400101123"),
        ("身份证号码为：330106199013991234", Kind.IDENTITY, "330106199013991234"),
        ("身份证编号330282202403010012", Kind.IDENTITY, "330282202403010012"),
        ("身份证三三零一零六一九九〇零一零一一二三四", Kind.IDENTITY, "330106199001011234"),
        ("张三三三零一零六一九九〇零一零一一二三四", Kind.IDENTITY, "330106199001011234"),
        ("报警人电话13812345678", Kind.MOBILE, "13812345678"),
        ("张三13812345678报警", Kind.MOBILE, "13812345678"),
        ("电话138-1234-5678", Kind.MOBILE, "13812345678"),
        ("电话138 1234-5678", Kind.MOBILE, "13812345678"),
        ("电话１３８　１２３４　５６７８", Kind.MOBILE, "13812345678"),
        ("电话138\u200b1234\u200b5678", Kind.MOBILE, "13812345678"),
        ("1 3 8 1 2 3 4 5 6 7 8", Kind.MOBILE, "13812345678"),
        ("138 001 38001", Kind.MOBILE, "13800138001"),
        ("+86 138 1234 5678", Kind.MOBILE, "13812345678"),
        ("+8613812345678", Kind.MOBILE, "13812345678"),
        ("长途013812345678", Kind.MOBILE, "13812345678"),
        ("号码幺三八一二三四五六七八", Kind.MOBILE, "13812345678"),
        ("张三一三八一二三四五六七八", Kind.MOBILE, "13812345678"),
        ("138一二三四5678", Kind.MOBILE, "13812345678"),
        ("一三八，一二三四，五六七八", Kind.MOBILE, "13812345678"),
        ("0571-87654321打来", Kind.LANDLINE, "057187654321"),
        ("(0571)8765 4321", Kind.LANDLINE, "057187654321"),
        ("02187654321", Kind.LANDLINE, "02187654321"),
        ("座机：87654321", Kind.LANDLINE, "87654321"),
        ("联系电话是 6354 321", Kind.LANDLINE, "6354321"),
        (f"转到{CARD}", Kind.CARD, CARD),
        ("卡号 6222 0212 3456 7890 123", Kind.CARD, "6222021234567890123"),
        ("账号为1234567890123456", Kind.CARD, "1234567890123456"),
        ("浙A12345撞了人", Kind.PLATE, "浙A12345"),
        ("沪b·d1234 撞了人", Kind.PLATE, "沪BD1234"),
        ("新能源车浙AD12345", Kind.PLATE, "浙AD12345"),
        ("浙A1234学", Kind.PLATE, "浙A1234学"),
        ("发到Wang.x@example.com", Kind.EMAIL, "WANG.X@EXAMPLE.COM"),
        ("邮箱13812345678@example.cn", Kind.EMAIL, "13812345678@EXAMPLE.CN"),
    ],
)
def test_personal_data_is_found(text: str, kind: Kind, value: str) -> None:
    assert [(found.kind, found.value) for found in find(text)] == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "赔偿5000元，再给12345678元",
        "欠款13800000000元不还",
        "投资款15000000000 元",
        "2024-03-15 08:30:12到场",
        "20240315083012",
        "2024年3月15日8时30分",
        "二〇二四年三月十五日",
        "15-08-2024 123",
        "接警编号330282202403010012",
        "警情编号：3302820000202403150001234",
        "案号A3301060000002024010001",
        "(2024)浙0282民初1234号",
        "订单号6222021234567890128",
        "统一社会信用代码91330282MA2AB1CD2E",
        "注册号330282000123456",
        "来电话20240315又说",
        "电话1234567",
        "拨打110、12345、95588、4008001234",
        "阳光花园3幢2单元501室",
        "浙A区3栋12345",
        "面积120.5平方米，长15-20米",
        "手机尾号5678",
        "138****5678和330***********1234",
        "一三五七九，逢单日",
        "一、三、五、七",
        "每月3800，共6200 4500 1200",
        "192.168.1.100",
        "",
    ],
)
def test_ordinary_numbers_are_left_alone(text: str) -> None:
    assert find(text) == ()


def test_several_are_found_in_order_each_in_its_place() -> None:
    text = f"王某（{RIGHT}，138 1234 5678）开浙A12345，邮箱w@example.cn"
    assert [text[found.start : found.end] for found in find(text)] == [
        RIGHT,
        "138 1234 5678",
        "浙A12345",
        "w@example.cn",
    ]


def test_numbers_side_by_side_are_told_apart() -> None:
    glued, spaced = "33010619900101123413812345678", "13812345678 13912345678 330106199001011234"
    assert [found.value for found in find(glued)] == ["330106199001011234", "13812345678"]
    assert [found.value for found in find(spaced)] == spaced.split()


@given(TEXTS)
def test_findings_lie_in_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for found in find(text):
        assert end <= found.start < found.end <= len(text)
        assert found.value
        end = found.end


@given(
    before=st.text(alphabet="王某报警称，。（ab", max_size=8),
    after=st.text(alphabet="打来的，。）ab", max_size=8),
    rest=st.integers(0, 10**9 - 1),
    second=st.sampled_from("3456789"),
    separator=st.sampled_from(["", " ", "-", "－", "　", "–"]),
    wide=st.booleans(),
)
def test_a_mobile_number_is_found_however_it_is_typed(
    before: str, after: str, rest: int, second: str, separator: str, wide: bool
) -> None:
    digits = f"1{second}{rest:09d}"
    typed = separator.join((digits[:3], digits[3:7], digits[7:]))
    if wide:
        typed = typed.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    [found] = find(before + typed + after)
    assert (found.kind, found.value) == (Kind.MOBILE, digits)
    assert (found.start, found.end) == (len(before), len(before) + len(typed))


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 999), st.integers(0, 9))
def test_every_identity_number_is_found_whatever_its_last_digit(day: date, order: int, last: int) -> None:
    number = f"330282{day:%Y%m%d}{order:03d}{last}"
    assert [found.value for found in find(f"对方{number}，")] == [number]
