"""What was known of a dispute at a moment."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import Ruleset
from service.linking.history import MOST_DAYS, Earlier, history_facts
from tests.linking.incidents import NOW

NOTHING = {"近7天重复次数": 0, "近30天重复次数": 0, "近90天重复次数": 0, "近180天重复次数": 0, "调解失败次数": 0}
_EARLIER = st.builds(
    lambda days, case, failed: Earlier(
        NOW + timedelta(days=days), case, tuple(NOW + timedelta(days=day) for day in failed)
    ),
    st.integers(-400, 400),
    st.sampled_from("甲乙"),
    st.lists(st.integers(-400, 400), max_size=3),
)


def ago(**how_long: float) -> datetime:
    return NOW - timedelta(**how_long)


def test_a_first_incident_has_no_history() -> None:
    assert history_facts(NOW, []) == NOTHING


def test_earlier_incidents_are_counted_within_each_span() -> None:
    linked = [Earlier(ago(days=days), "甲") for days in (1, 7, 8, 30, 90, 91, 180, 181)]
    assert history_facts(NOW, linked) == {
        "近7天重复次数": 2,
        "近30天重复次数": 4,
        "近90天重复次数": 5,
        "近180天重复次数": 7,
        "距上次天数": 1,
        "调解失败次数": 0,
    }


def test_days_since_the_last_are_whole_days() -> None:
    assert history_facts(NOW, [Earlier(ago(hours=47), "甲"), Earlier(ago(days=9), "甲")])["距上次天数"] == 1


def test_a_failed_mediation_that_several_incidents_name_counts_once() -> None:
    failed = (ago(days=20), ago(days=10))
    linked = [
        Earlier(ago(days=30), "甲", failed),
        Earlier(ago(days=15), "甲", failed),
        Earlier(ago(days=15), "乙", failed[:1]),
    ]
    assert history_facts(NOW, linked)["调解失败次数"] == 3


def test_the_same_moment_and_what_comes_after_it_are_not_known() -> None:
    linked = [Earlier(NOW, "甲", (ago(days=1),)), Earlier(ago(days=2), "甲", (NOW, NOW + timedelta(days=1)))]
    assert history_facts(NOW, linked) == NOTHING | dict.fromkeys(list(NOTHING)[:4], 1) | {"距上次天数": 2}


@given(st.lists(_EARLIER, max_size=8), st.lists(_EARLIER.filter(lambda one: one.at >= NOW), max_size=8))
def test_what_happens_later_changes_nothing(linked: list[Earlier], later: list[Earlier]) -> None:
    assert history_facts(NOW, linked + later) == history_facts(NOW, linked)


@given(st.lists(_EARLIER, max_size=8), st.integers(0, 400))
def test_a_mediation_that_fails_later_changes_nothing(linked: list[Earlier], days: int) -> None:
    failing = [Earlier(one.at, one.case, (*one.failed_mediations, NOW + timedelta(days=days))) for one in linked]
    assert history_facts(NOW, failing) == history_facts(NOW, linked)


@pytest.mark.parametrize("days", [1, 20_000])
def test_the_shipped_rules_know_every_fact_and_its_range(ruleset: Ruleset, days: int) -> None:
    failed = tuple(ago(days=days, seconds=second) for second in range(100))
    facts = history_facts(NOW, [Earlier(ago(days=days), "甲", failed)] * 10_050)
    assert ruleset.complete(facts).items() >= facts.items()


def test_the_shipped_rules_take_a_dispute_without_a_past_for_long_ago(ruleset: Ruleset) -> None:
    assert ruleset.complete(history_facts(NOW, []))["距上次天数"] == MOST_DAYS
