"""The reference evaluator: conditions become closures. It explains every decision and checks the engine's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rules.rulebook import AllOf, AnyOf, Compare, Condition, Not, Operator, Rule
from rules.vocabulary import Value

NAME = "参考求值器"

Values = Mapping[str, Value]
Matcher = Callable[[Values], bool]


class ReferenceEvaluator:
    """Answers which of the rules match, as indexes into the rules it was given."""

    name = NAME

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._matchers = [compile_condition(rule.condition) for rule in rules]

    def matches(self, values: Values) -> tuple[int, ...]:
        return tuple(index for index, matches in enumerate(self._matchers) if matches(values))


def compile_condition(condition: Condition) -> Matcher:
    match condition:
        case Compare():
            return _compile_compare(condition)
        case Not(part=part):
            matches = compile_condition(part)
            return lambda values: not matches(values)
        case AllOf(parts=parts):
            return _settled_by(False, [compile_condition(part) for part in parts])
        case AnyOf(parts=parts):
            return _settled_by(True, [compile_condition(part) for part in parts])


def _settled_by(outcome: bool, matchers: Sequence[Matcher]) -> Matcher:
    """任一 is settled by the first part that holds, 全部 by the first that does not. A loop, for speed."""

    def matches(values: Values) -> bool:
        for matcher in matchers:
            if matcher(values) is outcome:
                return outcome
        return not outcome

    return matches


def compile_compare(compare: Compare) -> Callable[[Value], bool]:
    """Whether one value of the fact fulfils the comparison."""
    return _test_of(compare.operator, compare.operands)


def _compile_compare(compare: Compare) -> Matcher:
    fact, holds = compare.fact, compile_compare(compare)
    return lambda values: holds(values[fact])


def _test_of(operator: Operator, operands: tuple[Value, ...]) -> Callable[[Value], bool]:
    match operator:
        case Operator.EQUALS:
            wanted = operands[0]
            return lambda value: value == wanted
        case Operator.ONE_OF:
            return lambda value: value in operands
        case Operator.NONE_OF:
            return lambda value: value not in operands
        case Operator.CONTAINS_ANY | Operator.CONTAINS_ALL | Operator.CONTAINS_NONE:
            return _test_of_words(operator, tuple(map(str, operands)))
        case _:
            return _test_of_numbers(operator, tuple(map(float, operands)))


def _test_of_words(operator: Operator, words: tuple[str, ...]) -> Callable[[Value], bool]:
    match operator:
        case Operator.CONTAINS_ANY:
            return lambda text: any(word in str(text) for word in words)
        case Operator.CONTAINS_ALL:
            return lambda text: all(word in str(text) for word in words)
        case _:
            return lambda text: not any(word in str(text) for word in words)


def _test_of_numbers(operator: Operator, bounds: tuple[float, ...]) -> Callable[[Value], bool]:
    bound = bounds[0]
    match operator:
        case Operator.AT_LEAST:
            return lambda number: float(number) >= bound
        case Operator.AT_MOST:
            return lambda number: float(number) <= bound
        case Operator.MORE_THAN:
            return lambda number: float(number) > bound
        case Operator.LESS_THAN:
            return lambda number: float(number) < bound
        case Operator.BETWEEN:
            return lambda number: bound <= float(number) <= bounds[1]
        case _:
            raise ValueError(f"{operator} does not compare numbers")
