"""The analysis against brute force: in a small language, every finding is true and nothing true is missed."""

from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rules.analysis import Case, Finding, findings, landscape, words
from rules.decision import conclude
from rules.facts import complete_facts
from rules.reference import ReferenceEvaluator
from rules.rulebook import Rule, Rulebook
from tests.rules.small_rules import TODAY, Truth, small_rulebook

SETS = {"max_examples": 60, "deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
RANDOM = st.randoms(use_true_random=False)


def truth_of(random: Random, rules: int, colour: str = "蓝", priorities: int = 3) -> tuple[Truth, list[Finding]]:
    rulebook = small_rulebook(random, rules, colour=colour, priorities=priorities)
    assume(rulebook is not None)
    assert rulebook is not None
    return Truth(rulebook), findings(rulebook, TODAY)


def rules_in(found: list[Finding], code: str) -> set[tuple[str, ...]]:
    return {finding.rules for finding in found if finding.code == code}


def deciding(rulebook: Rulebook, case: Case, truth: Truth) -> list[Rule]:
    """The rules that decide a witness, by the reference evaluator."""
    in_force = [rule for rule in truth.active if rule.in_force(case.day)]
    matched = ReferenceEvaluator(in_force, rulebook.facts).matches(complete_facts(rulebook.facts, case.facts))
    return [in_force[number] for number in matched]


@settings(**SETS)
@given(random=RANDOM, rules=st.integers(1, 8), colour=st.sampled_from("红蓝"))
def test_contradictions_colours_and_departments(random: Random, rules: int, colour: str) -> None:
    truth, found = truth_of(random, rules, colour)
    assert rules_in(found, "R070") == truth.contradictions()
    assert rules_in(found, "R075") == truth.floors_with_a_gap()
    assert rules_in(found, "R074") == truth.expired_reds() - truth.floors_with_a_gap()
    without_red = truth.days_without_red()
    reported = [finding for finding in found if finding.code == "R073"]
    assert [finding.is_error for finding in (one.problem for one in reported)] == (
        [without_red[0] == TODAY] if without_red else []
    )
    assert [one.case.day for one in reported if one.case] == without_red[:1]
    unused = [one.message for one in found if one.code == "R076"]
    assert {
        name for name in "甲乙丙" if any(f"「{name}」" in message for message in unused)
    } == truth.unused_departments()
    assert not rules_in(found, "R078")


@settings(**SETS)
@given(random=RANDOM, rules=st.integers(2, 9))
def test_shadowed_rules_and_what_covers_them(random: Random, rules: int) -> None:
    truth, found = truth_of(random, rules)
    covers = {finding.rules[0]: finding.rules[1:] for finding in found if finding.code == "R071"}
    assert set(covers) == truth.shadowed()
    for _, _, matched in truth.decided:
        for rule in matched:
            if rule.id in covers:
                needed = [other for other in matched if other is rule or other.id in covers[rule.id]]
                assert truth.is_vain(rule, needed)


@settings(**SETS)
@given(random=RANDOM, rules=st.integers(2, 6), priorities=st.integers(1, 2))
def test_conflicts(random: Random, rules: int, priorities: int) -> None:
    truth, found = truth_of(random, rules, priorities=priorities)
    assert rules_in(found, "R072") == truth.conflicts()


@settings(**SETS)
@given(random=RANDOM, rules=st.integers(1, 9))
def test_every_witness_shows_what_it_is_for(random: Random, rules: int) -> None:
    truth, found = truth_of(random, rules)
    by_id = {rule.id: rule for rule in truth.rulebook.rules}
    for finding in found:
        assert finding.case is None or str(finding.case) in finding.message or finding.code == "R073"
        if finding.case is None:
            assert finding.code in {"R070", "R074", "R076"}
            continue
        matched = deciding(truth.rulebook, finding.case, truth)
        ids = [rule.id for rule in matched]
        match finding.code:
            case "R071":
                assert finding.rules[0] in ids
                covered = by_id[finding.rules[0]]
                assert truth.is_vain(covered, matched)
                decided = conclude(truth.rulebook.fields, matched)
                for name in {"接收部门", "预警颜色"} & set(covered.conclusion) - {"预警颜色" if covered.floor else ""}:
                    assert f"已经把「{name}」定为 {decided[name][0]}" in finding.message
            case "R072":
                later, earlier = (by_id[name] for name in finding.rules)
                speaking = [rule for rule in matched if "接收部门" in rule.conclusion]
                assert {later.id, earlier.id} <= set(ids)
                assert speaking[0].priority == later.priority == earlier.priority
            case "R073":
                assert finding.case.day in truth.days_without_red()
            case "R075":
                floor = by_id[finding.rules[0]]
                values = complete_facts(truth.rulebook.facts, finding.case.facts)
                assert ReferenceEvaluator([floor], truth.rulebook.facts).matches(values) == (0,)
                assert truth.lighter(matched, floor.conclusion["预警颜色"][0])
            case "R077":
                assert not any("接收部门" in rule.conclusion for rule in matched)
            case _:
                raise AssertionError(finding.code)


@settings(**SETS)
@given(random=RANDOM, rules=st.integers(0, 6))
def test_types_without_a_receiver(random: Random, rules: int) -> None:
    truth, found = truth_of(random, rules)
    reported = {str(one.case.facts["纠纷类型"]) for one in found if one.code == "R077" and one.case}
    assert truth.types_without_receiver() <= reported


@settings(**SETS)
@given(
    asked=st.frozensets(
        st.builds(
            words.Clause, st.frozensets(st.sampled_from(["打", "砸", "打砸", "砸锁", "锁"]), min_size=1), st.booleans()
        ),
        max_size=6,
    )
)
def test_whether_a_clause_is_certain_is_what_looking_for_texts_would_tell(asked: words.Clauses) -> None:
    for clause in asked:
        others = asked - {clause}
        if words.text_with(others, "，") is not None:
            may_fail = words.text_with(others | words.opposite(clause), "，") is not None
            may_hold = words.text_with(others | {clause}, "，") is not None
            assert words.certainty(others, clause, "，") is (None if may_hold and may_fail else may_hold)


@pytest.mark.parametrize(("module", "bound"), [(landscape, "MOST_STEPS"), (words, "MOST_TRIES")])
@settings(**SETS)
@given(random=RANDOM, rules=st.integers(2, 9), most=st.integers(0, 12))
def test_with_a_narrow_bound_what_is_not_reported_is_said_to_be_open(
    module: object, bound: str, random: Random, rules: int, most: int
) -> None:
    rulebook = small_rulebook(random, rules)
    assume(rulebook is not None)
    assert rulebook is not None
    truth = Truth(rulebook)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, bound, most)
        words.text_with.cache_clear()
        found = findings(rulebook, TODAY)
    words.text_with.cache_clear()
    undecided = {name for rules in rules_in(found, "R078") for name in rules}
    true = {
        "R070": truth.contradictions(),
        "R072": truth.conflicts(),
        "R074": truth.expired_reds() - truth.floors_with_a_gap(),
        "R075": truth.floors_with_a_gap(),
    }
    for code, expected in true.items():
        assert rules_in(found, code) <= expected
        assert {rules[0] for rules in expected - rules_in(found, code)} <= undecided
    shadowed = {rules[0] for rules in rules_in(found, "R071")}
    assert shadowed <= truth.shadowed() <= shadowed | undecided
