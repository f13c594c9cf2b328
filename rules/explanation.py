"""A decision and the traces of its rules come in; which rules decided each field goes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.decision import Decision
from rules.rulebook import DecisionField, HitPolicy
from rules.trace import RuleTrace


@dataclass(frozen=True, slots=True)
class FieldReason:
    """What was decided for a field, and by the numbers of which rules; by none where it is the default."""

    field: str
    values: tuple[str, ...]
    rules: tuple[str, ...]


def field_reasons(
    fields: Mapping[str, DecisionField], decision: Decision, traces: Iterable[RuleTrace]
) -> tuple[FieldReason, ...]:
    """The reason for every field, in the order of their declaration. The traces stand in deciding order."""
    deciding = {match.id for match in decision.matched}
    matched = [trace for trace in traces if trace.id in deciding]
    return tuple(_reason(field, decision.values[name], matched) for name, field in fields.items())


def _reason(field: DecisionField, values: tuple[str, ...], matched: Iterable[RuleTrace]) -> FieldReason:
    sayers = tuple(trace.id for trace in matched if set(trace.conclusion.get(field.name, ())) & set(values))
    return FieldReason(field.name, values, sayers[:1] if field.policy is HitPolicy.FIRST else sayers)
