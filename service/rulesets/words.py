"""What a rule may be written with, for an editor's completion: keys, facts with values and operators, decisions."""

from typing import Any

from rules import Ruleset, json_schema
from rules.rulebook import Operator, Status
from rules.schema_condition import operators_for
from rules.vocabulary import Choice, Fact, Fraction, Text, Whole, YesNo, describe


def words(ruleset: Ruleset) -> dict[str, Any]:
    """The JSON of everything that the rule set's head declares, and of what is the same for every rule set."""
    keys = json_schema(ruleset.rulebook)["$defs"]["规则"]["properties"]
    return {
        "keys": [{"name": name, "说明": said.get("description", "")} for name, said in keys.items()],
        "facts": {name: _fact(fact) for name, fact in ruleset.facts.items()},
        "decisions": {name: list(field.values or ()) for name, field in ruleset.fields.items()},
        "statuses": [status.value for status in Status],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    # Equality is written as a bare value.
    operators = [operator.value for operator in operators_for(fact) if operator is not Operator.EQUALS]
    shown: dict[str, Any] = {"kind": _kind(fact), "operators": operators, "说明": describe(fact)}
    match fact:
        case Choice(values=values):
            return shown | {"values": list(values)}
        case YesNo():
            return shown | {"values": ["是", "否"]}
        case Whole(low=low, high=high) | Fraction(low=low, high=high):
            return shown | {"range": [low, high]}
        case Text():
            return shown


def _kind(fact: Fact) -> str:
    match fact:
        case Choice():
            return "取值"
        case YesNo():
            return "是否"
        case Whole():
            return "整数"
        case Fraction():
            return "范围"
        case Text():
            return "文本"
