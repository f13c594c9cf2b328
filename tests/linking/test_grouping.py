"""Which of many incidents are one dispute."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from service.linking.grouping import Grouping, Verdict, grouped
from service.linking.model import Trace
from service.linking.strength import Level, strength
from tests.linking.incidents import caller, made, traces

A = made("a", days_ago=9, parties=caller(phone="13812345678"))
B = made("b", days_ago=6, text="电话13812345678、13912345678")
C = made("c", days_ago=3, parties=caller(phone="13912345678"))
D = made("d", place="阳光花园3幢501室")
E = made("e", days_ago=1, place="阳光花园3幢501室")


def test_strong_reasons_chain_and_weak_ones_join_nothing() -> None:
    assert grouped([D, C, B, A, E]).groups == (("a", "b", "c"), ("e",), ("d",))


def test_what_a_person_joined_is_together() -> None:
    assert grouped([A, D, E], [Verdict("e", "d", same=True)]).groups == (("a",), ("e", "d"))


def test_joins_reach_over_incidents_that_are_not_here() -> None:
    words = [Verdict("d", "elsewhere", same=True), Verdict("elsewhere", "e", same=True)]
    assert grouped([D, E], words).groups == (("e", "d"),)


def test_what_a_person_held_apart_is_not_joined_by_way_of_a_third() -> None:
    assert grouped([A, B, C], [Verdict("c", "a", same=False)]).groups == (("a", "b"), ("c",))


def test_the_last_word_on_a_pair_holds() -> None:
    words = [Verdict("a", "b", same=False), Verdict("b", "a", same=True)]
    assert grouped([A, B], words).groups == (("a", "b"),)
    assert grouped([A, B], words[::-1]).groups == (("a",), ("b",))


def test_words_that_contradict_each_other_are_handed_back() -> None:
    words = [Verdict("a", "d", same=True), Verdict("d", "e", same=True), Verdict("a", "e", same=False)]
    assert grouped([A, D, E], words) == Grouping((("a", "e", "d"),), (("a", "e"),))


def test_nothing_makes_no_group() -> None:
    assert grouped([]) == Grouping(())


IDS = "abcdefgh"
TRACES = st.lists(traces(st.sampled_from(IDS)), max_size=len(IDS), unique_by=lambda trace: trace.id)
WORDS = st.lists(
    st.builds(Verdict, st.sampled_from(IDS), st.sampled_from(IDS), st.booleans()).filter(
        lambda word: word.one != word.other
    ),
    max_size=8,
)


def places(grouping: Grouping) -> dict[str, int]:
    return {one: number for number, group in enumerate(grouping.groups) for one in group}


def last(words: list[Verdict]) -> dict[frozenset[str], bool]:
    return {frozenset((word.one, word.other)): word.same for word in words}


@given(TRACES, WORDS)
def test_everybody_is_in_one_group(given_traces: list[Trace], words: list[Verdict]) -> None:
    members = [one for group in grouped(given_traces, words).groups for one in group]
    assert sorted(members) == sorted(trace.id for trace in given_traces)


@given(TRACES, WORDS)
def test_a_persons_word_holds(given_traces: list[Trace], words: list[Verdict]) -> None:
    grouping = grouped(given_traces, words)
    place, contradicted = places(grouping), {frozenset(pair) for pair in grouping.contradicted}
    for pair, same in last(words).items():
        one, other = pair
        if one in place and other in place:
            assert (place[one] == place[other]) == (same or pair in contradicted)


@given(TRACES, WORDS)
def test_only_persons_joins_contradict_a_separation(given_traces: list[Trace], words: list[Verdict]) -> None:
    without_reasons = [replace(trace, marks=(), signature=()) for trace in given_traces]
    assert grouped(given_traces, words).contradicted == grouped(without_reasons, words).contradicted


@given(TRACES, WORDS, st.randoms(use_true_random=False))
def test_the_order_of_incidents_makes_no_difference(
    given_traces: list[Trace], words: list[Verdict], random: Random
) -> None:
    shuffled = list(given_traces)
    random.shuffle(shuffled)
    assert grouped(shuffled, words) == grouped(given_traces, words)


@given(TRACES)
def test_every_group_hangs_together_by_strong_links(given_traces: list[Trace]) -> None:
    by_id = {trace.id: trace for trace in given_traces}
    for group in grouped(given_traces).groups:
        reached, border = {group[0]}, [group[0]]
        while border:
            here = by_id[border.pop()]
            near = {one for one in group if strength(here, by_id[one]).level is Level.STRONG} - reached
            reached, border = reached | near, border + sorted(near)
        assert reached == set(group)
