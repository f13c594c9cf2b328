"""Why the rules decide a case as they do, as lines for a terminal and as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rules import Decision, FactError, Ruleset, RuleTrace, field_reasons
from rules.rulebook import DEPARTMENT
from rules.vocabulary import show
from service.errors import InputError


@dataclass(frozen=True, slots=True)
class Explanation:
    """One case under one rule set. `abstained` where the text's type was too doubtful to send it by."""

    ruleset: Ruleset
    facts: Mapping[str, Any]
    decision: Decision
    traces: tuple[RuleTrace, ...]
    abstained: bool = False


def explain(ruleset: Ruleset, facts: Mapping[str, Any]) -> Explanation:
    """The case of these facts; raises InputError for facts that the rule set doesn't know."""
    try:
        return Explanation(ruleset, facts, ruleset.decide(facts), ruleset.explain(facts))
    except FactError as error:
        raise InputError(str(error)) from error


def lines(case: Explanation) -> Iterator[str]:
    """The decision first, then every rule in force, in deciding order."""
    yield f"规则集 {case.decision.ruleset}，按 {case.ruleset.day} 有效的规则"
    told = {name: value for name, value in case.facts.items() if value != case.ruleset.facts[name].default}
    yield f"事实 {'，'.join(f'{name} {show(value)}' for name, value in told.items()) or '全部取缺省'}"
    for reason in field_reasons(case.ruleset.fields, case.decision, case.traces):
        by = "、".join(reason.rules) or ("没有规则说到，取缺省" if reason.values else "没有规则说到")
        yield f"{reason.field} {'、'.join(reason.values) or '（空）'} ← {by}"
    if case.abstained:
        yield f"纠纷类型没有把握，{DEPARTMENT}改为转人工研判"
    if case.decision.degraded:
        yield f"降级 {case.decision.degraded_reason}"
    for trace in case.traces:
        yield ""
        yield f"{'✓' if trace.matched else '✗'} {trace.id} {trace.title}（{'，'.join(_standing(trace))}）"
        yield from (f"    {line}" for line in trace.lines)


def as_dict(case: Explanation) -> dict[str, Any]:
    """The same for programs."""
    reasons = field_reasons(case.ruleset.fields, case.decision, case.traces)
    return {
        "ruleset": case.decision.ruleset,
        "day": case.ruleset.day.isoformat(),
        "engine": case.decision.engine,
        "facts": dict(case.facts),
        "decision": {reason.field: {"values": reason.values, "rules": reason.rules} for reason in reasons},
        "abstained": case.abstained,
        "degraded": case.decision.degraded,
        "degraded_reason": case.decision.degraded_reason,
        "rules": [asdict(trace) | {"shadow": trace.shadow, "lines": trace.lines} for trace in case.traces],
    }


def _standing(trace: RuleTrace) -> Iterator[str]:
    yield f"优先级 {trace.priority}"
    if trace.floor:
        yield "底线"
    if trace.shadow:
        yield "试行，不参与决定"
