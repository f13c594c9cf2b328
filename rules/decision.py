"""What the matching rules decide together, under each field's hit policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.rulebook import (
    ADVICE,
    CO_DEPARTMENTS,
    COLOUR,
    DEPARTMENT,
    Conclusion,
    DecisionField,
    HitPolicy,
    Rule,
)


@dataclass(frozen=True, slots=True)
class MatchedRule:
    id: str
    title: str
    reason: str
    owner: str
    basis: str
    floor: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, with the rules behind it (in deciding order), the rule set and the engine that made it.

    `values` holds every decision field by name. `degraded` means that the engine failed or disagreed with the
    reference evaluator; the reason says so in Chinese, and the decision should be looked at by a person.
    """

    values: Conclusion
    matched: tuple[MatchedRule, ...]
    ruleset: str
    engine: str
    degraded: bool = False
    degraded_reason: str = ""

    @property
    def department(self) -> str:
        return self.values[DEPARTMENT][0]

    @property
    def co_departments(self) -> tuple[str, ...]:
        return self.values.get(CO_DEPARTMENTS, ())

    @property
    def colour(self) -> str:
        return self.values[COLOUR][0]

    @property
    def advice(self) -> tuple[str, ...]:
        return self.values.get(ADVICE, ())

    @property
    def floor_rules(self) -> tuple[MatchedRule, ...]:
        """The matched rules whose colour nothing and no single person may lower."""
        return tuple(rule for rule in self.matched if rule.floor)


def conclude(fields: Mapping[str, DecisionField], rules: Sequence[Rule]) -> Conclusion:
    """The values of all fields, from the matching rules in deciding order."""
    values = {name: _decide(field, rules) for name, field in fields.items()}
    for name, field in fields.items():
        lead = fields.get(field.same_as) if field.same_as else None
        if field.policy is HitPolicy.UNION and lead and lead.policy is HitPolicy.FIRST:
            # Who leads does not also help: 协办部门 leaves out the 接收部门.
            values[name] = tuple(value for value in values[name] if value not in values[lead.name])
    return values


def heaviness(fields: Mapping[str, DecisionField], values: Conclusion) -> tuple[int, ...]:
    """Smaller is heavier: the rank of each 取最重 field's value."""
    return tuple(
        field.values.index(values[name][0])
        for name, field in fields.items()
        if field.policy is HitPolicy.HEAVIEST and field.values
    )


def matched_rule(rule: Rule) -> MatchedRule:
    return MatchedRule(rule.id, rule.title, rule.reason, rule.owner, rule.basis, rule.floor)


def _decide(field: DecisionField, rules: Sequence[Rule]) -> tuple[str, ...]:
    said = [value for rule in rules for value in rule.conclusion.get(field.name, ())]
    match field.policy:
        case HitPolicy.UNION:
            return tuple(dict.fromkeys(said))
        case HitPolicy.HEAVIEST if said and field.values:
            return (min(said, key=field.values.index),)
        case HitPolicy.FIRST if said:
            return (said[0],)
        case _:
            return () if field.default is None else (field.default,)
