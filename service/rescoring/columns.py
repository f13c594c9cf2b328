"""What goes into scoring and what comes out: the columns of an Arrow batch, by name and type."""

import pyarrow as pa

from classifier.model import Model
from rules import Ruleset
from rules.vocabulary import Choice, Fact, Fraction, Text, Whole, YesNo
from service.suggestion import READ_FROM_TEXT

# The text, and why a row could not be read; every other column that goes in is a fact known besides, null if not.
TEXT, ERROR = "描述", "错误"

# What comes out, one row for each that went in. Lists are joined by LIST_MARK, so that any format can hold them.
LIST_MARK = "、"
TYPE, SURE, SECOND_TYPE = "纠纷类型", "类型把握", "第二可能类型"
RISK, LEVEL, SIGNALS = "再发风险", "风险等级", "风险信号"
DEPARTMENT, CO_DEPARTMENTS, COLOUR = "接收部门", "协办部门", "预警颜色"
BY_RULES, MATCHED, FLOOR, ABSTAINED, ADVICE = "规则所定部门", "命中规则", "底线", "转人工", "提示"
MODEL, RULESET, DAY = "模型版本", "规则版本", "规则日期"

SUGGESTED = pa.schema(
    [
        (TYPE, pa.string()),
        (SURE, pa.float64()),
        (SECOND_TYPE, pa.string()),
        (RISK, pa.float64()),
        (LEVEL, pa.string()),
        (SIGNALS, pa.string()),
        (DEPARTMENT, pa.string()),
        (CO_DEPARTMENTS, pa.string()),
        (COLOUR, pa.string()),
        (BY_RULES, pa.string()),
        (MATCHED, pa.string()),
        (FLOOR, pa.bool_()),
        (ABSTAINED, pa.bool_()),
        (ADVICE, pa.string()),
        (MODEL, pa.string()),
        (RULESET, pa.string()),
        (DAY, pa.string()),
        (ERROR, pa.string()),
    ]
)


def known_facts(ruleset: Ruleset, model: Model) -> dict[str, Fact]:
    """The facts that a row may state besides its text: all that are declared but those read from the text."""
    read = READ_FROM_TEXT | set(model.signals.names)
    return {name: fact for name, fact in ruleset.facts.items() if name not in read}


def arrow_type(fact: Fact) -> pa.DataType:
    """The type of a fact's column."""
    match fact:
        case Choice() | Text():
            return pa.string()
        case YesNo():
            return pa.bool_()
        case Whole():
            return pa.int64()
        case Fraction():
            return pa.float64()
