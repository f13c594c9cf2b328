"""Why the rules decide a case as they do, as lines for a terminal."""

from collections.abc import Iterator

from rules import RuleTrace
from rules.rulebook import DEPARTMENT
from rules.vocabulary import show
from service.explanation import Explanation


def lines(case: Explanation) -> Iterator[str]:
    """The decision first, then every rule in force, in deciding order."""
    yield f"规则集 {case.decision.ruleset}，按 {case.ruleset.day} 有效的规则"
    told = {name: value for name, value in case.facts.items() if value != case.ruleset.facts[name].default}
    yield f"事实 {'，'.join(f'{name} {show(value)}' for name, value in told.items()) or '全部取缺省'}"
    for reason in case.reasons:
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


def _standing(trace: RuleTrace) -> Iterator[str]:
    yield f"优先级 {trace.priority}"
    if trace.floor:
        yield "底线"
    if trace.shadow:
        yield "试行，不参与决定"
