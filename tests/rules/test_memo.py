"""The memo never changes an answer, forgets when it is full, and is small where rules see little."""

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules import DecisionMemo, FactError, Ruleset
from tests.rules.random_rules import random_facts, random_rulebook

TODAY = date(2026, 3, 2)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(random=st.randoms(use_true_random=False), rules=st.integers(1, 12))
def test_it_answers_as_the_rule_set_does(random: Random, rules: int) -> None:
    rulebook, _ = random_rulebook(random, rules)
    with Ruleset(rulebook, today=TODAY) as ruleset:
        memo = DecisionMemo(ruleset)
        for _ in range(40):
            facts = random_facts(random)
            assert memo.decide(facts) == ruleset.decide(facts)


def test_it_answers_as_the_shipped_rules_do(ruleset: Ruleset) -> None:
    random, memo = Random(7), DecisionMemo(ruleset)  # noqa: S311  # not for secrets
    for _ in range(3000):
        facts = _shipped_facts(random, ruleset)
        assert memo.decide(facts) == ruleset.decide(facts)


def test_what_no_rule_asks_for_makes_no_class(ruleset: Ruleset) -> None:
    memo = DecisionMemo(ruleset)
    for number in range(1000):
        memo.decide({"纠纷类型": "邻里", "描述": f"为{number}号鞋柜争吵"})
    assert len(memo) == 1


def test_it_forgets_when_it_is_full(ruleset: Ruleset) -> None:
    memo = DecisionMemo(ruleset, most=2)
    for kind in ruleset.dispute_types:
        assert memo.decide({"纠纷类型": kind}) == ruleset.decide({"纠纷类型": kind})
    assert len(memo) == 2


def test_facts_that_do_not_fit_are_refused_as_ever(ruleset: Ruleset) -> None:
    with pytest.raises(FactError, match="纠纷类形"):
        DecisionMemo(ruleset).decide({"纠纷类形": "邻里"})


def test_a_degraded_answer_is_not_kept(ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    from rules.engine import Engine, EngineError

    def fails(*_: object) -> None:
        raise EngineError("试")

    memo = DecisionMemo(ruleset)
    with monkeypatch.context() as patched:
        patched.setattr(Engine, "matches", fails)
        assert memo.decide({"纠纷类型": "邻里"}).degraded
    assert not memo.decide({"纠纷类型": "邻里"}).degraded


def _shipped_facts(random: Random, ruleset: Ruleset) -> dict[str, Any]:
    from rules.vocabulary import Choice, Fraction, Whole, YesNo

    facts: dict[str, Any] = {}
    for name, fact in ruleset.facts.items():
        match fact:
            case Choice(values=values):
                facts[name] = random.choice(values)
            case YesNo():
                facts[name] = random.random() < 0.15
            case Whole(low=low, high=high):
                facts[name] = random.randint(low, min(high, low + 24))
            case Fraction(low=low, high=high):
                facts[name] = round(random.uniform(low, high), 4)
            case _:
                facts[name] = random.choice(["", "拖欠工资", "噪音扰民", "家中漏水"])
    return facts
