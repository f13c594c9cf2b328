"""All cases at once are decided as each of them alone."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules import FactError, ManyCases, Ruleset
from tests.rules.random_rules import random_facts, random_rulebook
from tests.rules.shipped import TODAY, shipped_facts


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(random=st.randoms(use_true_random=False), rules=st.integers(1, 12), cases=st.integers(0, 70))
def test_on_random_rule_sets(random: Random, rules: int, cases: int) -> None:
    rulebook, _ = random_rulebook(random, rules)
    ruleset = Ruleset(rulebook, today=TODAY, engine=False)
    given_facts = [random_facts(random) for _ in range(cases)]
    assert ManyCases(ruleset).decide([ruleset.complete(facts) for facts in given_facts]) == [
        ruleset.decide(facts) for facts in given_facts
    ]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(random=st.randoms(use_true_random=False), cases=st.integers(0, 20))
def test_columns_of_facts_are_decided_as_cases(random: Random, cases: int) -> None:
    rulebook, _ = random_rulebook(random, 8)
    ruleset = Ruleset(rulebook, today=TODAY, engine=False)
    given_facts = [random_facts(random) for _ in range(cases)]
    said = {name for facts in given_facts for name in facts}
    columns = {name: [facts.get(name) for facts in given_facts] for name in said}
    assert ManyCases(ruleset).decide_columns(columns, cases) == [ruleset.decide(facts) for facts in given_facts]


@pytest.mark.parametrize("name", ["纠纷类型", "纠纷类形"])
def test_a_column_that_does_not_fit_is_refused(ruleset: Ruleset, name: str) -> None:
    with pytest.raises(FactError, match=name):
        ManyCases(ruleset).decide_columns({name: [None, "没有这一类"]}, 2)


def test_on_the_shipped_rules(ruleset: Ruleset) -> None:
    random = Random(11)  # noqa: S311  # not for secrets
    given_facts = [shipped_facts(random, ruleset) for _ in range(1000)]
    for facts, decision in zip(
        given_facts, ManyCases(ruleset).decide([ruleset.complete(facts) for facts in given_facts]), strict=True
    ):
        alone = ruleset.decide(facts)
        assert (decision.values, decision.matched) == (alone.values, alone.matched)


def test_without_rules_everything_takes_its_default() -> None:
    rulebook, _ = random_rulebook(Random(1), 0)  # noqa: S311  # not for secrets
    ruleset = Ruleset(rulebook, today=TODAY, engine=False)
    (decision,) = ManyCases(ruleset).decide([ruleset.complete({})])
    assert decision == ruleset.decide({})


def test_a_second_portion_is_decided_as_the_first(ruleset: Ruleset) -> None:
    random, many = Random(7), ManyCases(ruleset)  # noqa: S311  # not for secrets
    for _ in range(3):
        given_facts = [shipped_facts(random, ruleset) for _ in range(50)]
        found = many.decide([ruleset.complete(facts) for facts in given_facts])
        assert [one.values for one in found] == [ruleset.decide(facts).values for facts in given_facts]


def test_facts_that_do_not_fit_are_refused_as_ever(ruleset: Ruleset) -> None:
    with pytest.raises(FactError, match="纠纷类形"):
        ruleset.complete({"纠纷类形": "邻里"})
