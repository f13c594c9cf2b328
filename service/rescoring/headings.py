"""Headings and some rows of a table come in, and which column holds what goes out."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from classifier.text import is_han
from service.errors import InputError
from service.rescoring import columns as col
from service.rescoring.job import Columns

# The usual names, the likeliest first.
TEXTS = (
    "描述", "警情描述", "事件描述", "案情描述", "报警内容", "警情内容", "报警描述", "接警内容", "事件详情", "警情详情",
    "事件内容", "简要案情", "简要警情", "案情", "内容", "详情", "bjnr", "jqms", "jyaq", "text", "content",
)  # fmt: skip
BEFORE = {
    col.DEPARTMENT: ("接收部门", "转办部门", "转派部门", "承办部门", "流转部门", "承办单位", "主办部门"),
    col.COLOUR: ("预警颜色", "预警等级", "预警级别", "三色预警", "颜色"),
    col.LEVEL: ("风险等级", "风险级别"),
    col.TYPE: (
        "纠纷类型",
        "矛盾类型",
        "矛盾纠纷类型",
        "警情细类",
        "警情类型",
        "警情类别",
        "jqxldm",
        "jqlxdm",
        "jqlbdm",
    ),
}
UNITS = ("辖区单位", "管辖单位", "所属单位", "处警单位", "出警单位", "派出所", "单位", "gxdwdm", "cjdw")
TIMES = ("报警时间", "接警时间", "发生时间", "事发时间", "警情时间", "登记时间", "时间", "bjsj", "jjsj")
NUMBERS = (
    "事件单编号",
    "接警编号",
    "接警单编号",
    "警情编号",
    "事件编号",
    "报警编号",
    "案件编号",
    "编号",
    "序号",
    "jjbh",
    "jqbh",
    "id",
)

_LEAST_HAN = 4  # on average in a cell, below which a column is no description


def guess_columns(
    names: Sequence[str],
    sample: Sequence[Mapping[str, str]],
    known: Collection[str] = (),
    *,
    text: str | None = None,
    facts: Mapping[str, str] = MappingProxyType({}),
) -> Columns:
    """Columns by the usual names; the text, as a last resort, the one with the most Chinese in a cell.

    `sample` are some rows as text, `known` the names of facts that a row may state. What a person says, `text` and
    columns of `facts`, goes before every guess. Raises InputError where nothing can be the text, or a person names
    what is not there.
    """
    _check_chosen(names, known, text, facts)
    by_name = text or _first_of(TEXTS, names)
    text = by_name or _most_chinese(names, sample)
    if text is None:
        raise InputError(f"找不到警情描述在哪一列，请写明是哪一列；有的列是：{'、'.join(names)}")
    facts = {fact: name for name in names if (fact := name.strip()) in known and name != text} | dict(facts)
    free = [name for name in names if name != text and name not in facts.values()]
    before = {column: name for column, usual in BEFORE.items() if (name := _first_of(usual, free))}
    return Columns(
        text,
        by_name=by_name is not None,
        facts=facts,
        before=before,
        unit=_first_of(UNITS, free),
        time=_first_of(TIMES, free),
        number=_first_of(NUMBERS, free),
    )


def _check_chosen(names: Sequence[str], known: Collection[str], text: str | None, facts: Mapping[str, str]) -> None:
    for column in filter(None, (text, *facts.values())):
        if column not in names:
            raise InputError(f"没有「{column}」这一列；有的列是：{'、'.join(names)}")
    for fact in facts:
        if fact not in known:
            raise InputError(f"“{fact}”不是能另外填写的事实；能填写的是：{'、'.join(known)}")


def _first_of(usual: Sequence[str], names: Sequence[str]) -> str | None:
    by_key = {_key(name): name for name in reversed(names)}
    return next((by_key[key] for key in map(_key, usual) if key in by_key), None)


def _key(name: str) -> str:
    """What stays of a heading when width, case, spaces and what stands in brackets don't count."""
    return re.sub(r"\(.*?\)|\s|[*:]", "", unicodedata.normalize("NFKC", name)).lower()


def _most_chinese(names: Sequence[str], sample: Sequence[Mapping[str, str]]) -> str | None:
    if not sample:
        return None
    counts = {name: sum(sum(map(is_han, row.get(name) or "")) for row in sample) / len(sample) for name in names}
    best = max(counts, key=lambda name: counts[name], default=None)
    return best if best is not None and counts[best] >= _LEAST_HAN else None
