"""What can be tried while a draft is being written: is it well written, and what would it make of one case?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from classifier.model import Model
from rules import Decision, FactError, Problem, Ruleset, RuleTrace, load_texts, parse_fact
from rules.explanation import FieldReason, field_reasons
from rules.schema import read_rulebook
from service import clock
from service.errors import InputError, RefusedError
from service.rulesets.in_force import InForce
from service.rulesets.model import checked_files
from service.suggestion import suggest


@dataclass(frozen=True, slots=True)
class Explained:
    """One case decided, with the trace of every rule and which rules decided each field."""

    facts: Mapping[str, object]
    decision: Decision
    traces: tuple[RuleTrace, ...]
    reasons: tuple[FieldReason, ...]


@dataclass(frozen=True, slots=True)
class Trying:
    """Nothing is kept or changed here, and the engine sees no draft."""

    in_force: InForce
    model: Model

    def check(self, files: Mapping[str, str]) -> list[Problem]:
        """What is wrong with the writing; nothing is compiled or run, so that it can be asked at every pause."""
        return read_rulebook(checked_files(files))[1]

    def typed_facts(self, typed: str) -> dict[str, object]:
        """Facts as a person types them, 名称=值, one a line; raises InputError."""
        facts: dict[str, object] = {}
        for line in filter(str.strip, typed.splitlines()):
            name, equals, value = re.split("([=＝])", line, maxsplit=1) if re.search("[=＝]", line) else (line, "", "")
            if not equals:
                raise InputError(f"事实要一行一个，写成 名称=值，实际是“{line.strip()}”")
            try:
                facts[name.strip()] = parse_fact(self.in_force.ruleset.facts, name.strip(), value.strip())
            except FactError as error:
                raise InputError(str(error)) from error
        return facts

    def explain(self, text: str, facts: Mapping[str, object], files: Mapping[str, str] | None = None) -> Explained:
        """One case under the rules in force, or under those of a draft. Facts are given, or read from a text."""
        ruleset = self._unproved(files) if files is not None else self.in_force.ruleset.as_of(clock.now().date())
        try:
            if text.strip():
                found = suggest(text, facts, model=self.model, ruleset=ruleset)
                facts, decision, traces = found.facts, found.decision, found.traces
            else:
                decision, traces = ruleset.decide(facts), ruleset.explain(facts)
        except FactError as error:
            raise InputError(str(error)) from error
        return Explained(facts, decision, traces, field_reasons(ruleset.fields, decision, traces))

    def _unproved(self, files: Mapping[str, str]) -> Ruleset:
        """A rule set of which only the writing has been checked: the engine keeps away from it."""
        ruleset, problems = load_texts(checked_files(files), today=clock.now().date(), engine=False)
        if ruleset is None:
            errors = sum(problem.is_error for problem in problems)
            raise RefusedError(f"这些规则还有 {errors} 处错误，改好了才能试")
        return ruleset
