"""Runs the tests that stand inside the rules: what was expected, what came out, which rules matched."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rules.document import with_excerpts
from rules.problem import Problem, Severity, problem_at
from rules.rulebook import Conclusion, Rule, RuleTest, Status
from rules.ruleset import Ruleset
from rules.trace import RuleTrace


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test of one rule. `complaints` say in Chinese what came out otherwise; none means passed."""

    __test__: ClassVar[bool] = False  # not a test class, whatever pytest makes of the name

    rule_id: str
    name: str
    file: str
    line: int
    column: int
    expected: Conclusion
    got: Conclusion
    matched: tuple[str, ...]
    complaints: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.complaints


@dataclass(frozen=True, slots=True)
class TestReport:
    """All results, the rules that no test matched, and the same as problems at their places."""

    __test__: ClassVar[bool] = False

    results: tuple[TestResult, ...]
    unmatched: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def passed(self) -> bool:
        return all(result.passed for result in self.results)


def run_tests(ruleset: Ruleset) -> TestReport:
    """Run every test of every rule that is not retired (停用).

    A rule on trial, or not in force on the rule set's day, is tested as if it were in force among the others.
    """
    tested = [rule for rule in ruleset.rules if rule.status is not Status.RETIRED]
    results: list[TestResult] = []
    problems: list[Problem] = []
    for rule in tested:
        among = ruleset if _decides(rule, ruleset.day) else ruleset.trying(rule)
        for test in rule.tests:
            result = _run(among, rule, test)
            results.append(result)
            if not result.passed:
                message = f"规则 {rule.id} 的测试「{test.name}」没有通过：{'；'.join(result.complaints)}"
                problems.append(problem_at(test.place, "R060", message, "请改规则，或改这条测试的期望"))
    seen = {rule_id for result in results for rule_id in result.matched}
    unmatched = [rule for rule in tested if rule.id not in seen]
    for rule in unmatched:
        message = f"没有一条测试命中规则 {rule.id}"
        remedy = "请核对它的条件和测试"
        problems.append(problem_at(rule.place, "R061", message, remedy, severity=Severity.WARNING))
    shown = tuple(with_excerpts(problems, ruleset.files))
    return TestReport(tuple(results), tuple(rule.id for rule in unmatched), shown)


def _decides(rule: Rule, day: datetime.date) -> bool:
    return rule.status is Status.ACTIVE and rule.in_force(day)


def _run(ruleset: Ruleset, rule: Rule, test: RuleTest) -> TestResult:
    decision = ruleset.decide(test.given)
    matched = tuple(hit.id for hit in decision.matched)
    complaints = [
        f"{name} 期望 {_said(expected)}，得到 {_said(decision.values[name])}"
        for name, expected in test.expected.items()
        if set(expected) != set(decision.values[name])
    ]
    complaints += _complaints_about_matches(ruleset, test, matched)
    if decision.degraded:
        complaints.append(decision.degraded_reason)
    place = test.place
    return TestResult(
        rule_id=rule.id,
        name=test.name,
        file=place.file,
        line=place.line,
        column=place.column,
        expected=test.expected,
        got={name: decision.values[name] for name in test.expected},
        matched=matched,
        complaints=tuple(complaints),
    )


def _complaints_about_matches(ruleset: Ruleset, test: RuleTest, matched: tuple[str, ...]) -> Iterator[str]:
    for rule_id in test.misses:
        if rule_id in matched:
            yield f"不应命中 {rule_id}，却命中了"
    missed = [rule_id for rule_id in test.hits if rule_id not in matched]
    if not missed:
        return
    traces = {trace.id: trace for trace in ruleset.explain(test.given)}
    for rule_id in missed:
        trace = traces.get(rule_id)
        if trace is None:
            yield f"应当命中 {rule_id}，但它停用或不在有效期内"
        elif trace.shadow and trace.matched:
            yield f"应当命中 {rule_id}，但它在试行，不参与决定"
        else:
            yield f"应当命中 {rule_id}，却没有：{' '.join(_failing_lines(trace))}"


def _failing_lines(trace: RuleTrace) -> Iterator[str]:
    """The lines of those outermost conditions that do not hold."""
    failing = False
    for line in trace.lines:
        if not line.startswith(" "):
            failing = line.startswith("✗")
        if failing:
            yield line.strip()


def _said(values: tuple[str, ...]) -> str:
    return "、".join(values) or "（空）"
