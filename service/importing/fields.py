"""Headings of a table come in, and which column holds which part of an incident goes out."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from service.errors import InputError
from service.incidents.model import PartyRole
from service.rescoring.headings import TEXTS, TIMES

# A field by its Chinese name → the column that holds it.
Columns = Mapping[str, str]

TEXT, TIME, NUMBER, LINKED = "警情描述", "报警时间", "接警编号", "关联警单"
PLACE, CONFIDENTIAL, RESULT = "事发地址", "是否保密", "处警结果"
NEEDED = (TEXT, TIME)

# Whom a table tells of, by the word before 姓名, and what they are in an incident.
PEOPLE: Mapping[str, PartyRole] = MappingProxyType(
    {
        "报警人": PartyRole.CALLER,
        "当事人": PartyRole.PARTY,
        "对方": PartyRole.PARTY,
        "受害方": PartyRole.VICTIM,
        "相关人": PartyRole.OTHER,
    }
)
NAME, PHONE, ID_NUMBER, ADDRESS = "姓名", "电话", "证件号码", "住址"
ABOUT = (NAME, PHONE, ID_NUMBER, ADDRESS)

OF_INCIDENTS = (TEXT, TIME, NUMBER, LINKED, PLACE, CONFIDENTIAL, RESULT)
OF_PEOPLE = tuple(who + what for who in PEOPLE for what in ABOUT)
FIELDS = (*OF_INCIDENTS, *OF_PEOPLE)

# The usual names, the likeliest first. A serial number (序号) begins anew in every table, and so names no incident.
_USUAL = {
    TEXT: TEXTS,
    TIME: TIMES,
    NUMBER: (
        "接警编号", "接警单编号", "接警单号", "警情编号", "事件单编号", "事件编号", "报警编号", "警单编号", "警单号",
        "警情号", "案件编号", "编号", "jjbh", "jjdbh", "jqbh",
    ),
    LINKED: (
        "关联警单", "关联警单编号", "关联接警编号", "关联主接警单", "关联接警单编号", "关联警情编号", "关联警情",
        "主警单编号", "glzjjdbh",
    ),
    PLACE: (
        "事发地址", "报警地点", "警情地址", "事发地点", "案发地址", "案发地点", "发生地址", "发生地点", "报警地址",
        "详细地址", "地址", "地点", "jqdz", "sfdz",
    ),
    CONFIDENTIAL: ("是否保密", "保密", "sfbm"),
    RESULT: (
        "处警结果", "处理结果", "处置结果", "处警情况", "处置情况", "处理情况", "反馈内容", "处警反馈", "cjjg", "cljg",
    ),
}  # fmt: skip
_WHO = {
    "报警人": "报警人|报案人|来电人|求助人|bjr",
    "当事人": "(?:双方)?当事人[1一甲a]?|甲方",
    "对方": "对方(?:当事人)?|另一方(?:当事人)?|当事人[2二乙b]|乙方",
    "受害方": "受害人|被害人|被侵害人|受害方",
    "相关人": "相关人员?|涉案人员?|嫌疑人|违法行为人|关系人",
}
_WHAT = {
    NAME: "(?:的?(?:姓名|名称|名字|xm))?",
    PHONE: "的?(?:联系)?(?:电话|手机|方式|dh|lxdh)(?:号码?)?",
    ID_NUMBER: "的?(?:(?:居民)?身份证|证件|公民身份|zj|sfz)(?:号码?|hm?)?",
    ADDRESS: "的?(?:现|居|户籍)?(?:住址|住所|住地|地址|居住地|dz)",
}
_PEOPLE = {who + what: re.compile(f"(?:{_WHO[who]}){_WHAT[what]}") for who in PEOPLE for what in ABOUT}
# Where nobody is named before it, it is the caller's.
_CALLERS = {
    "报警人电话": re.compile("(?:报警|联系|来电|主叫)?(?:电话|手机|号码)(?:号码?)?|联系方式|bjdh|lxdh"),
    "报警人证件号码": re.compile("(?:居民)?(?:身份证|证件|公民身份)(?:号码?)?|sfzh|zjhm"),
    "报警人住址": re.compile("(?:现|居|户籍)?(?:住址|住所)|户籍地址"),
    "报警人姓名": re.compile("姓名"),
}


def guess(names: Sequence[str], chosen: Columns = MappingProxyType({})) -> Columns:
    """Columns by the usual names; what a person has `chosen` goes before every guess. Each is taken once."""
    free = [name for name in names if name not in chosen.values()]
    found = {field: chosen[field] for field in FIELDS if chosen.get(field)}
    for field in FIELDS:
        if field not in chosen and (name := _likely(field, free)):
            found[field] = name
            free.remove(name)
    for field, pattern in _CALLERS.items():
        if field not in chosen and field not in found and (name := _matching(pattern, free)):
            found[field] = name
            free.remove(name)
    return {field: found[field] for field in FIELDS if field in found}


def check(columns: Columns, names: Sequence[str]) -> Columns:
    """The columns if the table has them, and all that is needed; raises InputError."""
    if unknown := [field for field in columns if field not in FIELDS]:
        raise InputError(f"没有“{'、'.join(unknown)}”这一项；可以是：{'、'.join(FIELDS)}")
    there = "、".join(names)
    if missing := [name for name in dict.fromkeys(columns.values()) if name not in names]:
        raise InputError(f"文件里没有“{'、'.join(missing)}”这一列。有的列是：{there}")
    for field in NEEDED:
        if field not in columns:
            raise InputError(f"找不到{field}在哪一列，请写明是哪一列。有的列是：{there}")
    twice = [name for name in dict.fromkeys(columns.values()) if list(columns.values()).count(name) > 1]
    if twice:
        raise InputError(f"“{'、'.join(twice)}”这一列用了两次；一列只能是一项")
    return {field: columns[field] for field in FIELDS if field in columns}


def _likely(field: str, free: Sequence[str]) -> str | None:
    if field in _USUAL:
        by_key = {_key(name): name for name in reversed(free)}
        return next((by_key[key] for key in map(_key, _USUAL[field]) if key in by_key), None)
    return _matching(_PEOPLE[field], free)


def _matching(pattern: re.Pattern[str], names: Iterable[str]) -> str | None:
    return next((name for name in names if pattern.fullmatch(_key(name))), None)


def _key(name: str) -> str:
    """What stays of a heading when width, case, spaces and what stands in brackets don't count."""
    return re.sub(r"\(.*?\)|\s|[*:]", "", unicodedata.normalize("NFKC", name)).lower()
