"""The table of a case's life, checked as a whole."""

import pytest

from service.cases.life import ALL, CLOSED, OPEN, REOPENED, STEPS, Act, Stance, State, possible


def test_every_act_has_a_step() -> None:
    assert set(STEPS) == set(Act)


def test_every_state_is_reached_and_none_is_a_dead_end() -> None:
    reached = {step.target for step in STEPS.values()} | {State.ARBITRATION}
    assert reached - {None} == ALL
    assert all(any(state in step.sources and step.target for step in STEPS.values()) for state in ALL)


def test_open_and_reopened_share_the_states_between_them() -> None:
    assert OPEN | REOPENED == ALL
    assert not OPEN & REOPENED
    assert CLOSED < REOPENED


def test_only_the_service_misses_chases_and_erases() -> None:
    assert {act for act, step in STEPS.items() if Stance.SYSTEM in step.by} == {Act.MISS, Act.CHASE, Act.ERASE}


@pytest.mark.parametrize(
    ("state", "stance", "expected"),
    [
        (State.OPENED, Stance.STATION, {Act.TRANSFER, Act.KEEP, Act.CRIMINAL}),
        (State.AT_CENTRE, Stance.CENTRE, {Act.DISPATCH}),
        (State.DISPATCHED, Stance.LEAD, {Act.ACCEPT, Act.RETURN}),
        (State.HANDLING, Stance.LEAD, {Act.REPORT, Act.RESOLVE, Act.END, Act.PAUSE}),
        (State.HANDLING, Stance.GUEST, {Act.REPORT}),
        (State.RESOLVED, Stance.STATION, {Act.VISIT, Act.CRIMINAL}),
        (State.VISITED, Stance.CENTRE, {Act.ARCHIVE}),
    ],
)
def test_what_somebody_can_do(state: State, stance: Stance, expected: set[Act]) -> None:
    assert expected <= set(possible(state, frozenset({stance})))


@pytest.mark.parametrize("state", list(State))
def test_whoever_has_nothing_to_do_with_a_case_can_do_nothing(state: State) -> None:
    assert possible(state, frozenset()) == ()
