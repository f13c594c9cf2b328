"""What can be tried while a draft is being written: is it well written, and what would it make of one case?"""

from collections.abc import Mapping
from dataclasses import dataclass

from classifier.model import Model
from rules import Problem, Ruleset, load_texts
from rules.schema import read_rulebook
from service import clock
from service.errors import RefusedError
from service.explanation import Explanation, explain, explain_text
from service.known_facts import known_facts
from service.rulesets.in_force import InForce
from service.rulesets.model import checked_files


@dataclass(frozen=True, slots=True)
class Trying:
    """Nothing is kept or changed here, and the engine sees no draft."""

    in_force: InForce
    model: Model

    def check(self, files: Mapping[str, str]) -> list[Problem]:
        """What is wrong with the writing; nothing is compiled or run, so that it can be asked at every pause."""
        return read_rulebook(checked_files(files))[1]

    def explain(self, text: str, facts: Mapping[str, object], files: Mapping[str, str] | None = None) -> Explanation:
        """One case under the rules in force, or under those of a draft. Facts are given, or read from a text."""
        return self._explained(self._ruleset(files), text, facts)

    def explain_typed(self, text: str, typed: str, files: Mapping[str, str]) -> Explanation:
        """The same with facts as a person types them, 名称=值, one a line: those that the draft declares."""
        ruleset = self._ruleset(files)
        return self._explained(ruleset, text, known_facts(ruleset.facts, filter(str.strip, typed.splitlines())))

    def _explained(self, ruleset: Ruleset, text: str, facts: Mapping[str, object]) -> Explanation:
        return explain_text(ruleset, text, facts, self.model) if text.strip() else explain(ruleset, facts)

    def _ruleset(self, files: Mapping[str, str] | None) -> Ruleset:
        return self.in_force.ruleset.as_of(clock.now().date()) if files is None else self._unproved(files)

    def _unproved(self, files: Mapping[str, str]) -> Ruleset:
        """A rule set of which only the writing has been checked: the engine keeps away from it."""
        ruleset, problems = load_texts(checked_files(files), today=clock.now().date(), engine=False)
        if ruleset is None:
            errors = sum(problem.is_error for problem in problems)
            raise RefusedError(f"这些规则还有 {errors} 处错误，改好了才能试")
        return ruleset
