"""What somebody sees: laws over trees at random, seats and stand-ins."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.accounts.model import Role
from service.units.model import Kind, Seat, StandIn
from service.units.sight import NOTHING, SEEING, Sight, sight
from service.units.tree import Tree
from tests.units.test_tree import TOWN
from tests.units.trees import TREES

ROLES = st.frozensets(st.sampled_from(Role))
HANDLER = frozenset({Role.HANDLER})
TREE = Tree(TOWN)
DAYS = st.dates(date(2026, 3, 1), date(2026, 3, 9))


@given(TREES, st.data())
def test_one_sees_the_own_unit_and_all_below_and_from_the_centre_the_street(tree: Tree, data: st.DataObject) -> None:
    own = data.draw(st.sampled_from(list(tree.units)))
    seen = sight(tree, HANDLER, own, [])
    top = own
    if tree.units[own].kind is Kind.CENTRE:
        top = str(tree.units[own].parent_id)
    assert seen == Sight(own, frozenset({own}), tree.below(top) | {top})


@given(TREES, ROLES, st.data())
def test_a_stand_in_sees_what_both_seats_show_and_no_more(
    tree: Tree, roles: frozenset[Role], data: st.DataObject
) -> None:
    places = st.sampled_from(list(tree.units))
    own = data.draw(st.none() | places)
    absent = data.draw(st.lists(st.builds(Seat, places, ROLES), max_size=3))
    seen = sight(tree, roles, own, absent)
    alone = sight(tree, roles, own, [])
    others = [sight(tree, seat.roles, seat.unit_id, []) for seat in absent]
    assert seen.unit_id == alone.unit_id
    if not roles & SEEING:
        assert (seen.sees, seen.acts_for) == (frozenset(), frozenset())
    else:
        assert seen.sees == alone.sees.union(*(one.sees for one in others))
        assert seen.acts_for == alone.acts_for.union(*(one.acts_for for one in others))


@given(st.frozensets(st.sampled_from([Role.ADMIN, Role.AUDITOR, Role.EDITOR, Role.PUBLISHER])))
def test_who_manages_or_audits_or_edits_rules_has_no_unit(roles: frozenset[Role]) -> None:
    assert sight(TREE, roles, "s", [Seat("o", HANDLER)]) == NOTHING


def test_a_volunteer_belongs_to_a_unit_and_sees_no_units_cases() -> None:
    assert sight(TREE, frozenset({Role.HELPER}), "g", [Seat("s", HANDLER)]) == Sight("g")


@pytest.mark.parametrize(
    ("own", "seen"), [("s", "scpvg"), ("c", "scpvg"), ("p", "p"), ("v", "vg"), ("g", "g"), ("q", "q"), ("h", "h")]
)
def test_who_sees_which_units(own: str, seen: str) -> None:
    assert sight(TREE, HANDLER, own, []).sees == set(seen)


def test_who_has_no_unit_acts_for_the_unit_of_the_absent_one() -> None:
    assert sight(TREE, HANDLER, None, [Seat("v", HANDLER)]) == Sight("", frozenset("v"), frozenset("vg"))


@given(DAYS, DAYS, DAYS, st.booleans())
def test_a_stand_in_holds_on_its_days_unless_ended(first: date, last: date, day: date, ended: bool) -> None:
    one = StandIn("i", "a", "b", first.isoformat(), last.isoformat(), "t", "t" if ended else None)
    assert (one.state(day) == "代班中") == (not ended and first <= day <= last)
    if first <= last:
        days = {first + timedelta(n) for n in range((last - first).days + 1)}
        assert one.overlaps(day.isoformat(), day.isoformat()) == (not ended and day in days)
