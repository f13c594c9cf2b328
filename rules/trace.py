"""Why a rule matched or did not: every condition with its actual value, as data and as lines to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rules.outcomes import compile_compare
from rules.reference import Values
from rules.rulebook import AllOf, AnyOf, Compare, Conclusion, Condition, Not, Operator, Rule, Status, comparisons
from rules.vocabulary import Choice, Fact, Fraction, Text, Value, YesNo, show


@dataclass(frozen=True, slots=True)
class ConditionTrace:
    """One node of a condition.

    `kind` is 比较, 全部, 任一 or 非. `missing` counts the comparisons that must turn out otherwise for the
    node to hold; `held` those that do hold, and by what this case says rather than by a fact's default. A
    comparison of text gives the words found, not the text.
    """

    kind: str
    text: str
    matched: bool
    missing: int
    held: int
    fact: str = ""
    actual: str = ""
    found: tuple[str, ...] = ()
    parts: tuple[ConditionTrace, ...] = ()

    @property
    def line(self) -> str:
        mark = "✓" if self.matched else "✗"
        return f"{mark} {self.text}（实际 {self.actual}）" if self.kind == "比较" else f"{mark} {self.text}"

    def outline(self, indent: int = 0) -> Iterator[str]:
        """This line and, indented below, those of its parts."""
        yield "  " * indent + self.line
        for part in self.parts:
            yield from part.outline(indent + 1)

    def grounds(self) -> Iterator[str]:
        """The facts whose comparisons hold, but those under 非."""
        if self.matched and self.kind == "比较":
            yield self.fact
        if self.kind != "非":
            for part in self.parts:
                yield from part.grounds()


Tracer = Callable[[Values], ConditionTrace]


@dataclass(frozen=True)
class RuleTrace:
    """One rule seen against the facts. A shadow (试行) is evaluated and shown, but decides nothing."""

    id: str
    title: str
    reason: str
    owner: str
    basis: str
    status: Status
    priority: int
    floor: bool
    conclusion: Conclusion
    matched: bool
    missing: int
    condition: ConditionTrace

    @property
    def shadow(self) -> bool:
        return self.status is Status.TRIAL

    @cached_property
    def grounds(self) -> frozenset[str]:
        """The facts whose comparisons hold; what stands under 非 speaks for nothing."""
        return frozenset(self.condition.grounds())

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The condition to read, line by line; an outermost 全部 goes without saying."""
        if self.condition.kind == "全部":
            return tuple(line for part in self.condition.parts for line in part.outline())
        return tuple(self.condition.outline())


RuleTracer = Callable[[Values], RuleTrace]

# A rule has few traces, of those that cases give it; this bound is for the one that has many.
_MOST_REMEMBERED = 1024


def compile_rule_trace(rule: Rule, facts: Mapping[str, Fact]) -> RuleTracer:
    """How to trace a rule. Cases that look alike to it share one trace; fractions hardly ever look alike."""
    tracer = compile_trace(rule.condition, facts)

    def trace(values: Values) -> RuleTrace:
        condition = tracer(values)
        return RuleTrace(
            id=rule.id,
            title=rule.title,
            reason=rule.reason,
            owner=rule.owner,
            basis=rule.basis,
            status=rule.status,
            priority=rule.priority,
            floor=rule.floor,
            conclusion=rule.conclusion,
            matched=condition.matched,
            missing=condition.missing,
            condition=condition,
        )

    compares = list(comparisons(rule.condition))
    if any(isinstance(facts[compare.fact], Fraction) for compare in compares):
        return trace
    words = [
        (compare.fact, str(word))
        for compare in compares
        for word in compare.operands
        if isinstance(facts[compare.fact], Text)
    ]
    texts = {name: facts[name].default for name, _ in words}
    others = tuple({compare.fact for compare in compares} - texts.keys())
    traces: dict[tuple[Value, ...], RuleTrace] = {}

    def remembered(values: Values) -> RuleTrace:
        seen = (
            *[values[name] for name in others],
            *[word in str(values[name]) for name, word in words],
            *[values[name] == unsaid for name, unsaid in texts.items()],
        )
        known = traces.get(seen)
        if known is None:
            if len(traces) >= _MOST_REMEMBERED:
                traces.clear()
            known = traces[seen] = trace(values)
        return known

    return remembered


def compile_trace(condition: Condition, facts: Mapping[str, Fact]) -> Tracer:
    """How to trace a condition: everything that does not depend on the case is worked out once."""
    match condition:
        case Compare():
            return _compile_compare(condition, facts[condition.fact])
        case Not(part=part):
            return _compile_not(compile_trace(part, facts))
        case AllOf(parts=parts):
            return _compile_all([compile_trace(part, facts) for part in parts])
        case AnyOf(parts=parts):
            return _compile_any([compile_trace(part, facts) for part in parts])


def _compile_not(inside: Tracer) -> Tracer:
    def trace(values: Values) -> ConditionTrace:
        part = inside(values)
        return ConditionTrace("非", "非", not part.matched, int(part.matched), 0, parts=(part,))

    return trace


def _compile_all(tracers: Sequence[Tracer]) -> Tracer:
    def trace(values: Values) -> ConditionTrace:
        parts = tuple(tracer(values) for tracer in tracers)
        missing = sum(part.missing for part in parts)
        held = sum(part.held for part in parts)
        return ConditionTrace("全部", "全部", missing == 0, missing, held, parts=parts)

    return trace


def _compile_any(tracers: Sequence[Tracer]) -> Tracer:
    def trace(values: Values) -> ConditionTrace:
        parts = tuple(tracer(values) for tracer in tracers)
        near = min(parts, key=lambda part: (part.missing, -part.held))
        return ConditionTrace("任一", "任一", near.matched, near.missing, near.held, parts=parts)

    return trace


def _compile_compare(compare: Compare, fact: Fact) -> Tracer:
    name, text, holds = compare.fact, describe_compare(compare), compile_compare(compare)
    words = tuple(map(str, compare.operands))

    def trace(values: Values) -> ConditionTrace:
        value = values[name]
        matched = holds(value)
        found: tuple[str, ...] = ()
        actual = show(value)
        if isinstance(fact, Text):
            found = tuple(word for word in words if word in str(value))
            actual = f"含 {'、'.join(found)}" if found else "都不含"
        held = matched and value != fact.default
        return ConditionTrace("比较", text, matched, int(not matched), int(held), name, actual, found)

    if not isinstance(fact, Choice | YesNo):
        return trace
    # A fact with few values has few traces.
    traces: dict[Value, ConditionTrace] = {}

    def remembered(values: Values) -> ConditionTrace:
        known = traces.get(values[name])
        if known is None:
            known = traces[values[name]] = trace(values)
        return known

    return remembered


def describe_compare(compare: Compare) -> str:
    """As it is said: 纠纷类型 邻里 · 近90天重复次数 至少 2 · 时刻 介于 22 和 23 · 描述 含任一 打、砸."""
    shown = [show(operand) for operand in compare.operands]
    match compare.operator:
        case Operator.EQUALS:
            return f"{compare.fact} {shown[0]}"
        case Operator.BETWEEN:
            return f"{compare.fact} {compare.operator} {shown[0]} 和 {shown[1]}"
        case _:
            return f"{compare.fact} {compare.operator} {'、'.join(shown)}"
