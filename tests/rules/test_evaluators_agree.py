"""durable_rules, the reference evaluator, the trace and a naive oracle say the same of every rule set."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.encoding import encode
from rules.engine import Engine
from rules.facts import complete_facts
from rules.plan import MOST_WAYS, SHARD_COLUMNS, SHARD_PATHS, count_ways, paths_of, plan_shards
from rules.reference import ReferenceEvaluator
from rules.rulebook import Rulebook
from rules.trace import compile_trace
from tests.rules.random_rules import holds, random_facts, random_rulebook

pytest.importorskip("durable_rules_engine")


def check_agreement(rulebook: Rulebook, conditions: list[dict[str, object]], random: Random, cases: int) -> None:
    engine = Engine(rulebook.rules, rulebook.facts)
    reference = ReferenceEvaluator(rulebook.rules, rulebook.facts)
    tracers = [compile_trace(rule.condition, rulebook.facts) for rule in rulebook.rules]
    for _ in range(cases):
        facts = random_facts(random)
        values = complete_facts(rulebook.facts, facts)
        expected = tuple(index for index, condition in enumerate(conditions) if holds(condition, facts))
        matched, near = reference.matches_and_near(values)
        assert matched == reference.matches(values) == expected
        assert engine.matches(values) == expected
        traces = [tracer(values) for tracer in tracers]
        assert tuple(index for index, trace in enumerate(traces) if trace.matched) == expected
        assert all((trace.missing == 0) == trace.matched for trace in traces)
        assert near == tuple(index for index, trace in enumerate(traces) if trace.missing == 1 and trace.held)
    engine.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(random=st.randoms(use_true_random=False), rules=st.integers(1, 12))
def test_on_random_rule_sets(random: Random, rules: int) -> None:
    rulebook, conditions = random_rulebook(random, rules)
    check_agreement(rulebook, conditions, random, cases=25)


@pytest.mark.parametrize("seed", range(4))
def test_on_two_hundred_rules_in_many_shards(seed: int) -> None:
    random = Random(seed)  # noqa: S311  # not for secrets
    rulebook, conditions = random_rulebook(random, 200)
    assert len(list(plan_shards(rulebook.rules, rulebook.facts))) > 3
    check_agreement(rulebook, conditions, random, cases=250)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(random=st.randoms(use_true_random=False))
def test_every_plan_keeps_within_what_the_engine_can_carry(random: Random) -> None:
    rulebook, _ = random_rulebook(random, 20)
    for rule in rulebook.rules:
        paths = paths_of(rule.condition, rulebook.facts)
        assert len(paths) == count_ways(rule.condition) <= MOST_WAYS
    for shard in plan_shards(rulebook.rules, rulebook.facts):
        assert len(shard.paths) <= SHARD_PATHS
        assert len(shard.columns) <= SHARD_COLUMNS


@settings(max_examples=60, deadline=None)
@given(random=st.randoms(use_true_random=False))
def test_numbers_keep_the_order_of_the_values_and_never_fall_below_zero(random: Random) -> None:
    rulebook, _ = random_rulebook(random, 1)
    one, other = (complete_facts(rulebook.facts, random_facts(random)) for _ in range(2))
    for name in ("风险", "温度", "次数", "差额", "凶器"):
        fact = rulebook.facts[name]
        encoded = encode(fact, one[name]), encode(fact, other[name])
        assert min(encoded) >= 0
        assert (encoded[0] < encoded[1]) == (float(one[name]) < float(other[name]))
        assert (encoded[0] == encoded[1]) == (one[name] == other[name])


def test_the_names_that_the_engine_hashes_do_not_collide() -> None:
    names = ["id", "sid", "q", "$s", *(f"c{number}" for number in range(SHARD_COLUMNS))]
    assert len({fnv1(name) for name in names}) == len(names)


def fnv1(text: str) -> int:
    """durable_rules knows a property by this 32-bit hash alone."""
    value = 2166136261
    for byte in text.encode():
        value = (value * 16777619) % 2**32 ^ byte
    return value
