"""durable_rules as its tutorial shows it, on the same rules and incidents; one JSON line a stage goes out.

One decorated function a rule, one session an incident, deleted after. Run in a process of its own, since it may crash
or never end. Of the tutorial's language it needs no `matches`: words are looked for by the caller, who tells yes or no.

    python -m tests.benchmarks.plain_engine 100 --always
"""

import argparse
import contextlib
import functools
import json
import operator
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rules.facts import complete_facts
from rules.outcomes import compile_compare
from rules.reference import ReferenceEvaluator
from rules.rulebook import AllOf, AnyOf, Compare, Condition, Not, Operator, Rule, Rulebook
from rules.schema import read_rulebook
from tests.benchmarks.realistic import incidents, rule_files

_COMPARED: dict[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQUALS: operator.eq,
    Operator.AT_LEAST: operator.ge,
    Operator.AT_MOST: operator.le,
    Operator.MORE_THAN: operator.gt,
    Operator.LESS_THAN: operator.lt,
}
_WORDS = (Operator.CONTAINS_ANY, Operator.CONTAINS_ALL, Operator.CONTAINS_NONE)


class Plain:
    """The rules registered under a name, each with a function that notes its match for the case in hand."""

    def __init__(self, rulebook: Rulebook, *, always: bool) -> None:
        from durable.lang import m, ruleset, when_all

        self._names = {name: f"f{number}" for number, name in enumerate(rulebook.facts)}
        self._words: dict[Compare, str] = {}
        self._facts = m
        self._matched: list[str] = []
        with ruleset("plain"):
            for rule in rulebook.rules:
                when_all(self._said(rule.condition))(self._action(rule))
            if always:
                when_all(m.always == True)(lambda _c: None)  # noqa: E712 - the library's way to write it
        self._tests = {name: (compare.fact, compile_compare(compare)) for compare, name in self._words.items()}

    def _action(self, rule: Rule) -> Callable[[Any], None]:
        def act(_c: Any) -> None:
            self._matched.append(rule.id)

        return act

    def _said(self, condition: Condition) -> Any:
        match condition:
            case Compare(operator=Operator.ONE_OF, fact=fact, operands=operands):
                return self._joined(operator.or_, [self._fact(fact) == one for one in operands])
            case Compare(operator=Operator.NONE_OF, fact=fact, operands=operands):
                return self._joined(operator.and_, [self._fact(fact) != one for one in operands])
            case Compare() if condition.operator in _WORDS:
                name = self._words.setdefault(condition, f"w{len(self._words)}")
                return getattr(self._facts, name) == True  # noqa: E712
            case Compare(operator=compared, fact=fact, operands=(operand,)):
                return _COMPARED[compared](self._fact(fact), operand)
            case Not(part=Compare(operator=Operator.EQUALS, fact=fact, operands=(operand,))):
                return self._fact(fact) != operand
            case AllOf(parts=parts):
                return self._joined(operator.and_, [self._said(part) for part in parts])
            case AnyOf(parts=parts):
                return self._joined(operator.or_, [self._said(part) for part in parts])
        raise ValueError(f"not among the realistic rules: {condition}")

    def _joined(self, join: Callable[[Any, Any], Any], said: Sequence[Any]) -> Any:
        return functools.reduce(join, said)

    def _fact(self, name: str) -> Any:
        return getattr(self._facts, self._names[name])

    def prepare(self, values: Mapping[str, Any], number: int) -> dict[str, Any]:
        """The fact as posted; `sid` is its session."""
        facts = {self._names[name]: value for name, value in values.items() if not isinstance(value, str)}
        facts |= {self._names[name]: value for name, value in values.items() if name in ("纠纷类型", "风险等级")}
        words = {name: holds(values[fact]) for name, (fact, holds) in self._tests.items()}
        return {"sid": str(number), "always": True, **facts, **words}

    def decide(self, fact: dict[str, Any]) -> list[str]:
        """The rules that matched, in the order of their firing."""
        from durable.engine import MessageNotHandledException
        from durable.lang import assert_fact, delete_state

        self._matched = []
        with contextlib.suppress(MessageNotHandledException):  # how it says that no rule matches
            assert_fact("plain", fact)
        delete_state("plain", fact["sid"])
        return self._matched


def main() -> None:
    """Register, decide every incident once, and tell how often that was right."""
    parser = argparse.ArgumentParser(description="照 durable_rules 教程的写法判定同样的规则和警情")
    parser.add_argument("rules", type=int, help="规则条数")
    parser.add_argument("--seed", type=int, default=1, help="随机数种子")
    parser.add_argument("--cases", type=int, default=2000, help="判定多少条")
    parser.add_argument("--always", action="store_true", help="另加一条总是命中的规则，绕开删除无命中会话时的崩溃")
    wanted = parser.parse_args()
    rulebook, problems = read_rulebook(rule_files(wanted.rules, wanted.seed))
    if rulebook is None:
        raise SystemExit("\n".join(map(str, problems)))
    reference = ReferenceEvaluator(rulebook.rules, rulebook.facts)
    cases = [complete_facts(rulebook.facts, facts) for facts in incidents(wanted.cases, wanted.seed)]
    plain = Plain(rulebook, always=wanted.always)
    posted = [plain.prepare(values, number) for number, values in enumerate(cases)]
    wrong = 0
    spent: list[float] = []
    for values, fact in zip(cases, posted, strict=True):
        start = time.perf_counter()
        matched = plain.decide(fact)
        spent.append((time.perf_counter() - start) * 1e6)
        expected = {rulebook.rules[index].id for index in reference.matches(values)}
        wrong += set(matched) != expected
        if len(spent) in (1, 100, wanted.cases):
            print(
                json.dumps({"decided": len(spent), "wrong": wrong, "spent": sorted(spent)[len(spent) // 2]}), flush=True
            )


if __name__ == "__main__":
    main()
