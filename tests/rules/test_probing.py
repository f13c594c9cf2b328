"""Probes stand at the boundaries of every rule, and find an engine that errs there."""

from collections.abc import Sequence
from random import Random

import pytest

from rules import Ruleset
from rules.engine import Engine
from rules.probing import probe
from rules.reference import Values
from tests.rules.random_rules import random_rulebook
from tests.rules.shipped import TODAY

pytest.importorskip("durable_rules_engine")


def test_the_shipped_rules_agree_at_every_boundary(ruleset: Ruleset) -> None:
    found = probe(ruleset)
    assert found.disagreements == ()
    assert found.asked > 10 * len(ruleset.deciding)


@pytest.mark.parametrize("seed", range(3))
def test_random_rules_agree_at_every_boundary(seed: int) -> None:
    rulebook, _ = random_rulebook(Random(seed), 30)  # noqa: S311  # not for secrets
    with Ruleset(rulebook, today=TODAY) as ruleset:
        assert probe(ruleset).disagreements == ()


def test_an_engine_that_errs_at_one_boundary_is_found(ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    right = Engine.matches

    def wrong_at_the_third_time(engine: Engine, values: Values) -> Sequence[int]:
        found = right(engine, values)
        return found[1:] if values["近90天重复次数"] == 3 else found

    monkeypatch.setattr(Engine, "matches", wrong_at_the_third_time)
    assert any("不一致" in one.reason for one in probe(ruleset).disagreements)


def test_no_more_is_asked_than_allowed(ruleset: Ruleset) -> None:
    assert probe(ruleset, most=100).asked <= max(100, len(ruleset.deciding))
