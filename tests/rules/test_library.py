"""The shipped rule set."""

from collections.abc import Iterator
from importlib.resources import files

import pytest

from rules import Ruleset, load, render_all, run_tests
from tests.rules.building import TODAY


@pytest.fixture(scope="module")
def library() -> Iterator[Ruleset]:
    ruleset, problems = load(files("rules") / "library", today=TODAY)
    assert problems == [], render_all(problems)
    assert ruleset is not None
    with ruleset:
        yield ruleset


def test_its_own_tests_pass_and_every_rule_is_matched_by_one(library: Ruleset) -> None:
    report = run_tests(library)
    assert report.problems == (), render_all(report.problems)
    assert report.unmatched == ()
    assert len(report.results) >= 2 * len(library.rules)


def test_every_dispute_type_has_a_receiver_of_its_own_choice(library: Ruleset) -> None:
    leads = {kind: library.decide({"纠纷类型": kind}).matched for kind in library.dispute_types}
    assert [kind for kind, matched in leads.items() if not matched] == []


@pytest.mark.parametrize("signal", ["凶器", "威胁", "自伤轻生", "纵火爆炸", "限制自由", "家暴", "暴力"])
def test_a_grave_signal_is_red_whatever_the_model_scores(library: Ruleset, signal: str) -> None:
    for level, score in (("低", 0.0), ("高", 1.0)):
        for settled in (False, True):
            facts = {signal: True, "纠纷类型": "邻里", "风险等级": level, "再发风险": score, "已化解": settled}
            decision = library.decide(facts)
            assert decision.colour == "红"
            assert decision.floor_rules


def test_an_untroubled_case_is_the_lightest_colour(library: Ruleset) -> None:
    assert library.decide({"纠纷类型": "邻里"}).colour == library.colours[-1]
