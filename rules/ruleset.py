"""The public object: the rules in force on a day. Facts come in; a decision and its explanation go out."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Self

from rules.compiled import CompiledDays
from rules.decision import Decision, conclude, heaviness
from rules.engine import EngineError
from rules.facts import complete_facts
from rules.reference import NAME as REFERENCE
from rules.reference import Values
from rules.rulebook import COLOUR, DEPARTMENT, DISPUTE_TYPE, DecisionField, Rule, Rulebook, Status
from rules.trace import RuleTrace
from rules.vocabulary import Choice, Fact, Value

logger = logging.getLogger(__name__)

# More rules that nearly matched than these are not told of.
_MOST_NEAR = 5


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A decision, with the traces of the rules behind it and of those that one comparison alone kept from matching.

    Both stand in deciding order. A rule that has nothing else for it in the case is not told of as a near miss.
    """

    decision: Decision
    matched: tuple[RuleTrace, ...]
    near_misses: tuple[RuleTrace, ...]


class Ruleset:
    """Immutable and safe to share between threads. `files` are the texts that it was loaded from, by name.

    Without the `engine` the reference evaluator decides alone: for a draft that nothing has been proved of.
    """

    def __init__(
        self, rulebook: Rulebook, *, today: datetime.date, files: Mapping[str, str] | None = None, engine: bool = True
    ) -> None:
        self._rulebook = rulebook
        self._files = MappingProxyType(dict(files or {}))
        self._days = CompiledDays(rulebook, engine=engine)
        self._day = today
        self._compiled = self._days.on(today)

    # What it declares.

    @property
    def name(self) -> str:
        return self._rulebook.name

    @property
    def content_hash(self) -> str:
        """sha256 over what the rules say; file names, order and layout don't change it."""
        return self._rulebook.content_hash

    @property
    def version(self) -> str:
        """The name and the beginning of the content hash, as decisions carry it."""
        return self._rulebook.version

    @property
    def day(self) -> datetime.date:
        """The day for which the rules in force were chosen."""
        return self._day

    @property
    def files(self) -> Mapping[str, str]:
        return self._files

    @property
    def rulebook(self) -> Rulebook:
        return self._rulebook

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules in deciding order, whether in force or not."""
        return self._rulebook.rules

    @property
    def deciding(self) -> tuple[Rule, ...]:
        """The rules that decide on the rule set's day, in deciding order."""
        return self._compiled.rules

    @property
    def facts(self) -> Mapping[str, Fact]:
        return MappingProxyType(self._rulebook.facts)

    @property
    def fields(self) -> Mapping[str, DecisionField]:
        return MappingProxyType(self._rulebook.fields)

    @property
    def departments(self) -> tuple[str, ...]:
        return self._rulebook.fields[DEPARTMENT].values or ()

    @property
    def colours(self) -> tuple[str, ...]:
        """Heaviest first."""
        return self._rulebook.fields[COLOUR].values or ()

    @property
    def dispute_types(self) -> tuple[str, ...]:
        fact = self._rulebook.facts.get(DISPUTE_TYPE)
        return fact.values if isinstance(fact, Choice) else ()

    # What it runs on.

    @property
    def engine(self) -> str:
        """Who decides: "durable_rules 2.0.28", or 参考求值器 where that can't be installed."""
        return self._compiled.engine.name if self._compiled.engine else REFERENCE

    @property
    def notices(self) -> tuple[str, ...]:
        """What works in a lesser way, in Chinese, for the health report."""
        return (self._compiled.notice,) if self._compiled.notice else ()

    def as_of(self, day: datetime.date) -> Ruleset:
        """The same rule set with the rules in force on that day. Cheap where they are the same rules."""
        if day == self._day:
            return self
        compiled = self._days.on(day)
        other = object.__new__(type(self))
        other._rulebook, other._files, other._days = self._rulebook, self._files, self._days
        other._day, other._compiled = day, compiled
        return other

    def trying(self, rule: Rule) -> Ruleset:
        """The rule set as if this rule were switched on, on the day nearest to today that its dates allow."""
        nearest = max(self._day, rule.effective or self._day)
        nearest = min(nearest, rule.expires or nearest)
        switched_on = replace(rule, status=Status.ACTIVE)
        rules = tuple(switched_on if other.id == rule.id else other for other in self.rules)
        return Ruleset(replace(self._rulebook, rules=rules), today=nearest, files=self._files)

    def close(self) -> None:
        """Release the engine at once; otherwise it goes with the object. Later decisions are degraded."""
        self._days.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What it does.

    def decide(self, facts: Mapping[str, object]) -> Decision:
        """Decide one case. Facts not given take their default; FactError is raised for those that don't fit.

        The engine decides and the reference evaluator checks. Where the engine fails, the reference answers;
        where they differ, the heavier colour stands. Both are marked as degraded.
        """
        values = self.complete(facts)
        return self._decide(values, self._compiled.reference.matches(values))

    def decide_with_reasons(self, facts: Mapping[str, object]) -> Reasoned:
        """The same decision, and the rules to show beside it."""
        values = self.complete(facts)
        matched, near = self._compiled.reference.matches_and_near(values)
        tracers = self._compiled.deciding_tracers
        return Reasoned(
            self._decide(values, matched),
            tuple([tracers[index](values) for index in matched]),
            tuple([tracers[index](values) for index in near[:_MOST_NEAR]]),
        )

    def complete(self, facts: Mapping[str, object]) -> dict[str, Value]:
        """All declared facts of one case, with the default for those not given; raises FactError."""
        return complete_facts(self._rulebook.facts, facts)

    def conclude(self, matched: Sequence[int]) -> Decision:
        """What follows where the reference evaluator found these of the `deciding` rules to match."""
        return self._decision(matched, REFERENCE)

    def explain(self, facts: Mapping[str, object]) -> tuple[RuleTrace, ...]:
        """The trace of every rule in force, in deciding order; those on trial are marked as shadows."""
        values = self.complete(facts)
        return tuple([trace(values) for trace in self._compiled.tracers])

    def _decide(self, values: Values, expected: tuple[int, ...]) -> Decision:
        compiled = self._compiled
        if compiled.engine is None:
            return self._decision(expected, REFERENCE)
        try:
            found = compiled.engine.matches(values)
        except EngineError as error:
            logger.exception("规则引擎出错，由参考求值器代答")
            return self._decision(expected, REFERENCE, f"规则引擎出错（{error}），由参考求值器代答")
        if found == expected:
            return self._decision(expected, compiled.engine.name)
        return self._safer(found, expected, compiled.engine.name)

    def _decision(self, matched: Sequence[int], engine: str, degraded_reason: str = "") -> Decision:
        compiled = self._compiled
        return Decision(
            values=conclude(self._rulebook.fields, [compiled.rules[index] for index in matched]),
            matched=tuple(compiled.matched_rules[index] for index in matched),
            ruleset=self.version,
            engine=engine,
            degraded=bool(degraded_reason),
            degraded_reason=degraded_reason,
        )

    def _safer(self, found: Sequence[int], expected: Sequence[int], engine: str) -> Decision:
        """The two evaluators differ and neither can be trusted, so the heavier colour stands."""
        apart = sorted(set(found) ^ set(expected))
        named = "、".join(self._compiled.rules[index].id for index in apart)
        logger.error("规则引擎与参考求值器不一致：%s", named)
        reason = f"规则引擎与参考求值器对 {named} 的判断不一致，已取较重的颜色，请人工复核"
        by_reference = self._decision(expected, REFERENCE, reason)
        by_engine = self._decision(found, engine, reason)
        fields = self._rulebook.fields
        heavier = heaviness(fields, by_engine.values) < heaviness(fields, by_reference.values)
        return by_engine if heavier else by_reference
