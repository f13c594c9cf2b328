"""What the analysis has found, as a value: the rules it is about, the case that shows it, and the problem to print."""

from __future__ import annotations

from dataclasses import dataclass

from rules.analysis.case import Case
from rules.problem import Place, Problem, Severity, problem_at
from rules.rulebook import Rule


@dataclass(frozen=True, slots=True)
class Finding:
    """`rules` are numbers (编号), the one that is complained of first. `case` is None where no case can show it."""

    code: str
    place: Place
    message: str
    remedy: str
    rules: tuple[str, ...] = ()
    case: Case | None = None
    severity: Severity = Severity.WARNING

    @property
    def problem(self) -> Problem:
        return problem_at(self.place, self.code, self.message, self.remedy, severity=self.severity)


def undecided(rule: Rule, question: str) -> Finding:
    """Too many cases: the question is left open, and said to be open."""
    message = f"规则 {rule.id} {question}，牵涉的情形太多，没有算清"
    return Finding("R078", rule.place, message, "请把条件写简单些，或拆成几条规则，再检查一遍", (rule.id,))
