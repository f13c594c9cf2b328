"""Why the rules decide a case as they do: one value for terminal, page and interface."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from classifier.model import Model
from rules import Decision, FactError, FieldReason, Ruleset, RuleTrace, field_reasons
from service.errors import InputError
from service.suggestion import suggest


@dataclass(frozen=True, slots=True)
class Explanation:
    """One case under one rule set. `abstained` where the text's type was too doubtful to send it by."""

    ruleset: Ruleset
    facts: Mapping[str, Any]
    decision: Decision
    traces: tuple[RuleTrace, ...]
    abstained: bool = False

    @property
    def reasons(self) -> tuple[FieldReason, ...]:
        """Every field with the rules that decided it."""
        return field_reasons(self.ruleset.fields, self.decision, self.traces)


def explain(ruleset: Ruleset, facts: Mapping[str, Any]) -> Explanation:
    """The case of these facts; raises InputError for facts that the rule set doesn't know."""
    try:
        return Explanation(ruleset, facts, ruleset.decide(facts), ruleset.explain(facts))
    except FactError as error:
        raise InputError(str(error)) from error


def explain_text(ruleset: Ruleset, text: str, known: Mapping[str, Any], model: Model) -> Explanation:
    """The case that the model reads in the text; raises InputError for a text or facts that don't fit."""
    try:
        found = suggest(text, known, model=model, ruleset=ruleset)
    except FactError as error:
        raise InputError(str(error)) from error
    return Explanation(ruleset, found.facts, found.decision, ruleset.explain(found.facts), found.assessment.abstained)


def as_dict(case: Explanation) -> dict[str, Any]:
    """The same for programs."""
    return {
        "ruleset": case.decision.ruleset,
        "day": case.ruleset.day.isoformat(),
        "engine": case.decision.engine,
        "facts": dict(case.facts),
        "decision": {reason.field: {"values": reason.values, "rules": reason.rules} for reason in case.reasons},
        "abstained": case.abstained,
        "degraded": case.decision.degraded,
        "degraded_reason": case.decision.degraded_reason,
        "rules": [asdict(trace) | {"shadow": trace.shadow, "lines": trace.lines} for trace in case.traces],
    }
