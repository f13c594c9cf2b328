"""The vocabulary of a rule set comes in; a JSON Schema (draft 2020-12) for its files goes out.

It is for completion and underlining in an editor, and more lenient than `tongban rules check`, which has the last word:
an editor's YAML may hold 3 as a number or as text, and 是 is text to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rules.rulebook import COLOUR, DecisionField, HitPolicy, Operator, Rulebook, Status
from rules.schema import HEAD_KEYS
from rules.schema_condition import operators_for
from rules.schema_decisions import TEST_WORDS
from rules.schema_rule import REQUIRED
from rules.vocabulary import DECIMALS, Choice, Fact, Fraction, Text, Whole, YesNo, describe, show

Schema = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_DATE: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_TEXT: Schema = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
_CONDITION: Schema = {"$ref": "#/$defs/条件"}
_OPERATORS = {
    Operator.ONE_OF: "取值是其中之一",
    Operator.NONE_OF: "取值不是其中任何一个",
    Operator.AT_LEAST: "大于或等于",
    Operator.AT_MOST: "小于或等于",
    Operator.MORE_THAN: "大于，不含相等",
    Operator.LESS_THAN: "小于，不含相等",
    Operator.BETWEEN: "[下限, 上限]，两头都算",
    Operator.CONTAINS_ANY: "含有其中任何一个词",
    Operator.CONTAINS_ALL: "每个词都含有",
    Operator.CONTAINS_NONE: "一个词也不含",
}


def json_schema(rulebook: Rulebook) -> Schema:
    """The schema of every file of the rule set: lists are rules, a mapping is the head."""
    return {
        "$schema": _DRAFT,
        "title": f"{rulebook.name}：规则文件",
        "if": {"type": "array"},
        "then": {"type": "array", "items": {"$ref": "#/$defs/规则"}},
        "else": _head(),
        "$defs": {"规则": _rule(rulebook), "条件": _condition(rulebook.facts), "测试": _test(rulebook)},
    }


def _rule(rulebook: Rulebook) -> Schema:
    keys: dict[str, Schema] = {
        "编号": _said({"type": ["string", "number"], "pattern": r"^\S{1,40}$"}, "整个规则集里不重复，如 JT-003"),
        "名称": _said(_TEXT, "一句话说明管什么"),
        "责任人": _said(_TEXT, "谁对这条规则负责"),
        "依据": _said(_TEXT, "法律、文件或本地约定"),
        "状态": _said(_one_of(Status), "启用；试行只记录，不参与决定；停用"),
        "优先级": _said(_number(Whole(0, 9999, 0)), "0 到 9999，大的先判"),
        "底线": _said(_yes_no(), "是：别的规则和单个人都调不低它的颜色"),
        "生效": _said(_DATE, "从哪天起有效，如 2026-01-01"),
        "失效": _said(_DATE, "有效到哪天，当天仍有效"),
        "条件": _CONDITION,
        "结论": _said(_outcome(rulebook.fields), "命中时怎么办"),
        "理由": _said(_TEXT, "写给值班民警看的理由"),
        "测试": _said(_many({"$ref": "#/$defs/测试"}), "至少一条应当命中的，一条不应命中的"),
    }  # fmt: skip
    floor = {"properties": {"底线": {"const": "是"}}, "required": ["底线"]}
    guarded = {"properties": {"结论": {"required": [COLOUR]}}}
    return _table(keys, REQUIRED) | {"description": "一条规则", "if": floor, "then": guarded}


def _condition(facts: Mapping[str, Fact]) -> Schema:
    connectives = {
        "全部": _said(_many(_CONDITION), "每个条件都成立"),
        "任一": _said(_many(_CONDITION), "至少一个条件成立"),
        "非": _CONDITION | {"description": "条件不成立"},
    }
    compared = {name: _said(_comparison(fact), f"{name}：{describe(fact)}") for name, fact in facts.items()}
    return _table(connectives | compared) | {"description": "几项都写，就要都成立", "minProperties": 1}


def _comparison(fact: Fact) -> Schema:
    compared = {
        operator.value: _said(_operands(fact, operator), _OPERATORS[operator]) for operator in operators_for(fact)
    }
    table = _table(compared) | {"minProperties": 1}
    if isinstance(fact, Text):
        return table
    return {"anyOf": [_value(fact), table]} if compared else _value(fact)


def _operands(fact: Fact, operator: Operator) -> Schema:
    if operator in (Operator.AT_LEAST, Operator.AT_MOST, Operator.MORE_THAN, Operator.LESS_THAN):
        return _value(fact)
    if operator is Operator.BETWEEN:
        return {"type": "array", "items": _value(fact), "minItems": 2, "maxItems": 2}
    return _many(_value(fact)) | {"uniqueItems": True}


def _outcome(fields: Mapping[str, DecisionField], *, empty: bool = False) -> Schema:
    decided = {name: _said(_decided(field, empty), f"{name}（{field.policy}）") for name, field in fields.items()}
    return _table(decided) | {"minProperties": 1}


def _decided(field: DecisionField, empty: bool) -> Schema:
    one = _TEXT if field.values is None else _one_of(field.values)
    if field.policy is not HitPolicy.UNION:
        return one
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 0 if empty else 1, "uniqueItems": True}]}


def _test(rulebook: Rulebook) -> Schema:
    rule_ids = {"anyOf": [_TEXT, _many(_TEXT)]}
    mentions = {word: _said(rule_ids, f"应当{word}的规则编号") for word in TEST_WORDS}
    outcome = _outcome(rulebook.fields, empty=True)
    given = {name: _said(_value(fact), describe(fact)) for name, fact in rulebook.facts.items()}
    keys = {
        "名": _said(_TEXT, "测试的名字"),
        "给定": _said(_table(given), "已知的事实，没写的取缺省"),
        "期望": outcome | {"properties": outcome["properties"] | mentions, "description": "期望的决策和命中"},
    }
    return _table(keys, keys) | {"description": "规则自带的一条测试"}


def _head() -> Schema:
    values = _many(_TEXT) | {"uniqueItems": True}
    bounds = {"type": "array", "items": {"type": ["number", "string"]}, "minItems": 2, "maxItems": 2}
    kinds = [
        _table({kind: one, "缺省": _TEXT}, (kind, "缺省"))
        for kind, one in (("取值", values), ("整数", bounds), ("范围", bounds))
    ]
    fact = {"anyOf": [_one_of(("是否", "文本")), *kinds]}
    field = {
        "命中方式": _said(_one_of(HitPolicy), "取首条：优先级最高的一条说了算；取最重；全部：都算"),
        "取值": {"anyOf": [values, {"type": "string", "pattern": "^同 "}]},
        "文本": {"const": "是"},
        "缺省": _TEXT,
    }
    keys: dict[str, Schema] = {
        "规则集": _said(_TEXT, "规则集的名称"),
        "说明": _TEXT,
        "事实": _said({"type": "object", "additionalProperties": fact}, "条件里能用的事实"),
        "决策": _said({"type": "object", "additionalProperties": _table(field, ("命中方式",))}, "能下的结论"),
        "规则": _many({"$ref": "#/$defs/规则"}),
    }  # fmt: skip
    return _table(keys, HEAD_KEYS) | {"description": "规则集的头"}


def _value(fact: Fact) -> Schema:
    match fact:
        case YesNo():
            return _yes_no()
        case Choice(values=values):
            return _one_of(values)
        case Whole() | Fraction():
            return _number(fact)
        case Text():
            return _TEXT


def _number(fact: Whole | Fraction) -> Schema:
    """A number as such, or as text when it is quoted."""
    kind, decimals = ("integer", "") if isinstance(fact, Whole) else ("number", rf"(\.[0-9]{{1,{DECIMALS}}})?")
    written = {"type": "string", "pattern": f"^-?[0-9]+{decimals}$"}
    return {"anyOf": [{"type": kind, "minimum": fact.low, "maximum": fact.high}, written]}


def _yes_no() -> Schema:
    return {"enum": [show(True), show(False)]}


def _one_of(words: Iterable[str]) -> Schema:
    """The words; those that look like numbers also as numbers, since that is how an editor reads them unquoted."""
    written = [str(word) for word in words]
    return {"enum": [*written, *(int(word) for word in written if re.fullmatch(r"0|[1-9][0-9]{0,14}", word))]}


def _many(items: Schema) -> Schema:
    return {"type": "array", "items": items, "minItems": 1}


def _table(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _said(schema: Schema, description: str) -> Schema:
    return schema | {"description": description}
