"""A place as typed comes in; one spelling of it goes out, or None where it is too vague to know a dispute by."""

import re

from classifier.text import normalise

_LONGEST = 200  # what is longer is a story
_HAN = "[\u4e00-\u9fff]"
_UNKNOWN = re.compile("某|xx|××|不详|不明|未知|不清楚")
_REMARK = re.compile(r"[(（].*?[)）]")
_NOISE = re.compile(r"[^\w#-]|_")
_NUMERAL = re.compile(r"第?([〇零一二三四五六七八九十百]+)(?=号|幢|栋|座|单元|室|房|楼|层|弄|组)")
_NUMERALS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")} | {"〇": 0}
# One spelling for each way to write a building, a staircase and a flat; the order matters.
_SPELLINGS = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"(\d+|[a-z])(?:号楼|号幢|栋|座|#楼|#)", r"\1幢"),
        (r"(\d+)(?:号房间?|号室|房间?)(?!产)", r"\1室"),
        (r"(\d+)楼", r"\1层"),
        (r"(?<![\d-])(\d+)-(\d+)-(\d+)(?:室|$)", r"\1幢\2单元\3室"),
        (r"幢-?(\d{1,2})-(\d{3,4})(?:室|$)", r"幢\1单元\2室"),
        (r"(?<![\d-])(\d+)-(\d{3,4})(?:室|$)", r"\1幢\2室"),
        (r"(幢|单元)-?(\d{3,4})$", r"\1\2室"),
        (r"-(?!\d+(?:号|弄))|(?<!\d)-", ""),
        (r"(?<!\d)0+(?=\d)", ""),
    )
)
_NEARBY = re.compile("(?:门口|门前|附近|旁边|边上|旁|对面|楼下|路边|内|里|处|外|家中|家)+$")
_DISTRICT = re.compile(
    f"{_HAN}{{2,7}}?"
    "(?:省|自治区|(?<![超门夜菜城股都集])市|(?<![小社园校景厂片住])区|县|街道(?:办事处)?|(?<!古)镇|乡|社区)"
)
_STREET_NUMBER = re.compile(rf"{_HAN}{{2,}}?(?:路|街|大道|巷)\d+(?:-\d+)?号")
_NUMBERED = re.compile(rf"(.*?{_HAN}{{2,}})[a-z]?\d+(?:-\d+)?(?:号|弄|幢|单元|室)|(.*?{_HAN}{{2,}})[a-z]幢")
_PREMISES = re.compile(
    rf"({_HAN}{{2,}}?|[a-z]{{2,}}{_HAN}*?)(?:超市|饭店|酒店|宾馆|旅馆|餐厅|饭馆|菜馆|面馆|茶馆|医院|卫生院|卫生室|诊所|药房|学校|小学|中学|"
    "学院|大学|幼儿园|厂|公司|店|商场|银行|网吧|浴室|棋牌室|ktv|工地|项目部|加油站|大厦|大楼|养老院)"
)
_OURS = re.compile("(?:本|我|该|这个|那个|我们|自己|老|新|一家|一个|路边|门口|附近|楼下|街上|镇上|村里|当地)+")
_COMMON = re.compile("(?:小区|村|公寓|宿舍|花园|单位|公司|厂|店|家|学校|医院|超市|楼|路|街)?里?")


def canonical_place(place: str) -> str | None:
    """The spelling without 省市区县 before something more exact, and without an estate's street number.

    Records mention these or not.
    """
    if len(place) > _LONGEST:
        return None
    spelt = _NOISE.sub("", _REMARK.sub("", normalise(place)))
    if _UNKNOWN.search(spelt):
        return None
    spelt = _NUMERAL.sub(lambda match: str(_number(match[1])), spelt)
    for pattern, written in _SPELLINGS:
        spelt = pattern.sub(written, spelt)
    spelt = _NEARBY.sub("", spelt)
    while (match := _DISTRICT.match(spelt)) and _is_exact(spelt[match.end() :]):
        spelt = spelt[match.end() :]
    if (match := _STREET_NUMBER.match(spelt)) and _NUMBERED.match(spelt, match.end()):
        spelt = spelt[match.end() :]
    return spelt if _is_exact(spelt) else None


def _is_exact(spelt: str) -> bool:
    """Whether it is a name with a number behind it, or the name of premises."""
    if match := _NUMBERED.match(spelt):
        name = match[1] or match[2]
    elif match := _PREMISES.fullmatch(spelt):
        name = match[1]
    else:
        return False
    common = _OURS.match(name)
    return _COMMON.fullmatch(name, common.end() if common else 0) is None


def _number(numeral: str) -> int:
    """二十三 → 23, 一百零二 → 102, 五〇一 → 501."""
    if not re.search("[十百]", numeral):
        return int("".join(str(_NUMERALS[sign]) for sign in numeral))
    total, digit = 0, 0
    for sign in numeral:
        if sign in "十百":
            total, digit = total + (digit or 1) * (10 if sign == "十" else 100), 0
        else:
            digit = _NUMERALS[sign]
    return total + digit
