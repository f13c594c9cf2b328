"""The reference evaluator: which rules match a case, and which nearly do. It checks the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from rules.outcomes import Outcomes
from rules.rulebook import AllOf, AnyOf, Compare, Condition, Not, Rule, comparisons
from rules.vocabulary import Fact, Value

NAME = "参考求值器"

Values = Mapping[str, Value]

# How far a condition is from holding: _MISSING for each comparison that must turn out otherwise, less one for each
# that holds by what the case says. It holds where that is not above zero. Worked out from a case's `Outcomes`.
_Distance = Callable[[int, int], int]
_MISSING = 1 << 16
_FARTHEST = _MISSING**2


class ReferenceEvaluator:
    """Answers as indexes into the rules it was given."""

    name = NAME

    def __init__(self, rules: Sequence[Rule], facts: Mapping[str, Fact]) -> None:
        self._outcomes = Outcomes((one for rule in rules for one in comparisons(rule.condition)), facts)
        self._rules: list[tuple[int, tuple[int, int, list[_Distance]]]] = []
        for index, rule in enumerate(rules):
            bits, others = self._together(_parts(rule.condition))
            # A rule of comparisons alone neither matches nor is near where none of them holds.
            self._rules.append((-1 if others else bits, (index, bits, others)))

    def matches(self, values: Values) -> tuple[int, ...]:
        """The rules that match, ascending."""
        return self.matches_and_near(values)[0]

    def matches_and_near(self, values: Values) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The rules that match, and those that are near: they lack one comparison and have something in the case.

        A rule that has nothing else for it is not near: nearly every rule asks for one dispute type.
        """
        failing, by_case = self._outcomes.of(values)
        matched, near = [], []
        holding = ~failing
        for index, bits, others in [rule for any_of, rule in self._rules if any_of & holding]:
            lacking = bits & failing
            if lacking & (lacking - 1):
                continue  # two comparisons, whatever the other parts say
            far = _MISSING if lacking else 0
            for other in others:
                far += other(failing, by_case)
            if far <= 0:
                matched.append(index)
            elif far < _MISSING or (far == _MISSING and bits & by_case):
                near.append(index)
        return tuple(matched), tuple(near)

    def _compile(self, condition: Condition) -> _Distance:
        match condition:
            case Not(part=part):
                inside = self._compile(part)
                return lambda failing, by_case: _MISSING if inside(failing, by_case) <= 0 else 0
            case AnyOf(parts=parts):
                return self._compile_any(parts)
            case _:
                return self._compile_all(_parts(condition))

    def _compile_all(self, parts: Iterable[Condition]) -> _Distance:
        bits, others = self._together(parts)

        def distance(failing: int, by_case: int) -> int:
            far = (bits & failing).bit_count() * _MISSING - (bits & by_case).bit_count()
            for other in others:
                far += other(failing, by_case)
            return far

        return distance

    def _compile_any(self, parts: Iterable[Condition]) -> _Distance:
        bits, others = self._together(parts)
        otherwise = _MISSING if bits else _FARTHEST

        def distance(failing: int, by_case: int) -> int:
            far = -1 if bits & by_case else 0 if bits & ~failing else otherwise
            for other in others:
                far = min(far, other(failing, by_case))
            return far

        return distance

    def _together(self, parts: Iterable[Condition]) -> tuple[int, list[_Distance]]:
        """The bits of the comparisons among the parts; and the other parts, among them comparisons said once more."""
        bits, others = 0, []
        for part in parts:
            if isinstance(part, Compare) and not bits & self._outcomes.bit(part):
                bits |= self._outcomes.bit(part)
            else:
                others.append(self._compile(part))
        return bits, others


def _parts(condition: Condition) -> Sequence[Condition]:
    """What must all hold."""
    return condition.parts if isinstance(condition, AllOf) else (condition,)
