"""A rulebook comes in; the sheet 说明 goes out: how to fill in the table, with this rule set's own words."""

from __future__ import annotations

from collections.abc import Iterator

from rules.rulebook import HitPolicy, Rulebook
from rules.vocabulary import Choice, Fact, Fraction, Text, Whole, YesNo, describe, show
from service.rulesets.cells import Cell, Sheet

GUIDE = "说明"
EXPORTED_FROM = "导出自"

_HOW = (
    ("怎么改", ""),
    ("一行一条规则", "「规则」表一行一条规则，「测试」表一行一条测试；加行、删行、排序、筛选都可以，列名不要改。"),
    (
        "导回去",
        "在网页的草稿里上传，或 tongban rules table in 这个文件 原规则文件夹 --output 新文件夹；"
        "有一处错就整个不收，并指出是哪一格。",
    ),
    ("底线", "填「是」的规则，它的预警颜色别的规则、分数和单个人都调不低。"),
    ("生效、失效", "写成 2026-01-01；空着就是没有期限。失效当天仍然有效。"),
    ("文件", "规则放在哪个文件；空着就留在原来的文件，新规则放进 new.yaml。"),
    ("测试", "每条规则至少要有一条命中它的和一条不命中它的测试，写在「期望：命中」「期望：未命中」里，填编号。"),
    (
        "几个值",
        "部门、颜色、编号之间用「、」；「提示」这类文字一行一条（按 Alt+Enter 换行）。期望里填（空）表示什么也没有。",
    ),
)
_CONDITIONS = (
    ("条件怎么写", "一行一个条件，全部成立才算命中；写在一行里时用「；」隔开。"),
    ("凶器 是", "事实，空格，值"),
    ("纠纷类型 属于 邻里、物业", "几个值之一；反过来是「不属于」"),
    ("近90天重复次数 至少 2", "还有 至多、大于、小于，也可以写 ≥ ≤ > <"),
    ("时刻 介于 22 和 23", "两头都算"),
    ("描述 含任一 打、砸", "原文里有其中一个词；还有 含全部、均不含"),
    ("任一（凶器 是；家暴 是）", "括号里有一个成立就行"),
    ("非（已化解 是；风险等级 低）", "括号里的不同时成立"),
    (
        "任一（凶器 是；全部（家暴 是；近90天重复次数 至少 2））",
        "括号里还可以有括号，最多四层；可以分成几行写，缩进随意",
    ),
    ("描述 含任一 「打、砸」、「多 次」", "值里有顿号、逗号、分号、空格、单个括号的，放进「」；值里的 」写两遍"),
    ("给定怎么写", "「测试」表的「给定」一行一个事实：事实，空格，值；没写的取缺省。"),
)


def guide_of(rulebook: Rulebook) -> Sheet:
    """Two columns: what, and what to know about it."""
    return Sheet(GUIDE, tuple((Cell(left), Cell(right)) for left, right in _lines(rulebook)))


def version_in(sheet: Sheet) -> str | None:
    """The version of the rule set that a table was written from, where its 说明 still says so."""
    rows = ((row[0].text.strip(), row[1].text.strip()) for row in sheet.rows if len(row) > 1)
    return next((version for what, version in rows if what == EXPORTED_FROM), None)


def _lines(rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    yield EXPORTED_FROM, rulebook.version
    yield f"规则集：{rulebook.name}", rulebook.description
    yield from (("", ""), *_HOW, ("", ""), *_CONDITIONS, ("", ""))
    yield "事实", "能写什么"
    for name, fact in rulebook.facts.items():
        yield name, f"{_all_of(fact)}；比较词：{_operators(fact)}；缺省 {show(fact.default) or '空'}"
    yield "", ""
    yield "决策", "能写什么"
    for field in rulebook.fields.values():
        several = "可以写几个" if field.policy is HitPolicy.UNION else "写一个"
        values = "文字" if field.values is None else "、".join(field.values)
        if field.policy is HitPolicy.HEAVIEST:
            values += "（从重到轻）"
        yield field.name, f"{several}：{values}"


def _all_of(fact: Fact) -> str:
    return f"取值为 {'、'.join(fact.values)}" if isinstance(fact, Choice) else describe(fact)


def _operators(fact: Fact) -> str:
    match fact:
        case YesNo():
            return "直接写值"
        case Choice():
            return "直接写值、属于、不属于"
        case Whole() | Fraction():
            return "直接写值、至少、至多、大于、小于、介于、属于、不属于"
        case Text():
            return "含任一、含全部、均不含"
