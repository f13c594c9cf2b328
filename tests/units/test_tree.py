"""The tree: who stands above and below whom, which unit a department leads to, and what is refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import InputError
from service.units.model import Kind, Unit
from service.units.tree import Tree, faults, require_tree
from tests.units.trees import DEPARTMENTS, TREES, above, units

STREET = Unit("s", "城关镇", Kind.STREET)
CENTRE = Unit("c", "城关矛调中心", Kind.CENTRE, "s", ("街道矛调中心",))
STATION = Unit("p", "城关派出所", Kind.STATION, "s", ("派出所",))
VILLAGE = Unit("v", "桥头村", Kind.VILLAGE, "s")
GROUP = Unit("g", "桥头村调解队", Kind.VOLUNTEERS, "v")
OTHER = Unit("o", "东乡镇", Kind.STREET)
OTHER_STATION = Unit("q", "东乡派出所", Kind.STATION, "o", ("派出所",))
HOSPITALS = Unit("h", "县医调委", Kind.MEDIATION, None, ("医调委",))
TOWN = (STREET, CENTRE, STATION, VILLAGE, GROUP, OTHER, OTHER_STATION, HOSPITALS)


@given(TREES)
def test_a_unit_is_below_exactly_those_above_it(tree: Tree) -> None:
    for one in tree.units:
        assert tree.below(one) == {other for other in tree.units if one in above(tree, other)[1:]}


@given(TREES)
def test_children_are_those_right_below(tree: Tree) -> None:
    for one in [None, *tree.units]:
        assert {child.id for child in tree.children(one)} == {
            unit.id for unit in tree.units.values() if unit.parent_id == one
        }


@given(TREES)
def test_walking_meets_everybody_once_right_below_their_parent(tree: Tree) -> None:
    met = list(tree.walk())
    assert sorted(unit.id for _, unit in met) == sorted(tree.units)
    way: list[str] = []
    for depth, unit in met:
        way[depth:] = [unit.id]
        assert way[::-1] == above(tree, unit.id)


@given(TREES)
def test_the_centre_is_an_enabled_one_right_below_the_nearest_street(tree: Tree) -> None:
    for one in tree.units:
        streets = [step for step in above(tree, one) if tree.units[step].kind is Kind.STREET]
        street, centre = tree.street_of(one), tree.centre_of(one)
        assert (street.id if street else None) == (streets[0] if streets else None)
        if centre is not None:
            assert (centre.kind, centre.enabled, centre.parent_id) == (Kind.CENTRE, True, streets[0])
        elif streets:
            assert not any(child.kind is Kind.CENTRE and child.enabled for child in tree.children(streets[0]))


@given(TREES, st.sampled_from(DEPARTMENTS))
def test_a_department_leads_to_an_enabled_unit_that_stands_for_it_and_never_into_another_street(
    tree: Tree, department: str
) -> None:
    for near in tree.units:
        found = tree.unit_for(department, near)
        if found is None:
            continue
        assert found.enabled
        assert department in found.departments or (department == "村(社区)" and found.kind is Kind.VILLAGE)
        assert tree.street_of(found.id) in (None, tree.street_of(near))


@pytest.mark.parametrize(
    ("department", "near", "found"),
    [
        ("派出所", "v", "p"), ("派出所", "p", "p"), ("派出所", "o", "q"), ("街道矛调中心", "g", "c"),
        ("街道矛调中心", "q", None), ("医调委", "v", "h"), ("医调委", "h", "h"), ("派出所", "h", None),
        ("村(社区)", "g", "v"), ("村(社区)", "v", "v"), ("村(社区)", "p", None), ("法院", "v", None),
    ],
)  # fmt: skip
def test_which_unit_a_department_leads_to(department: str, near: str, found: str | None) -> None:
    unit = Tree(TOWN).unit_for(department, near)
    assert (unit.id if unit else None) == found


def test_of_two_that_stand_for_a_department_a_person_chooses_unless_one_is_nearer() -> None:
    second = Unit("p2", "桥头派出所", Kind.STATION, "v", ("派出所",))
    tree = Tree([*TOWN, second])
    assert tree.unit_for("派出所", "c") is None
    assert tree.unit_for("派出所", "g") == tree.unit_for("派出所", "v") == second


def test_a_disabled_unit_takes_nothing_new() -> None:
    tree = Tree(replace(unit, disabled_at="t") if unit.id in "cp" else unit for unit in TOWN)
    assert tree.centre_of("v") is None
    assert tree.unit_for("派出所", "v") is None


@given(units(), st.data())
def test_moving_a_unit_below_itself_is_refused_and_any_other_way_up_ends(made: list[Unit], data: st.DataObject) -> None:
    moved = data.draw(st.sampled_from(made))
    under = data.draw(st.sampled_from(made))
    cyclic = moved.id in above(Tree(made), under.id)
    after = [replace(unit, parent_id=under.id) if unit is moved else unit for unit in made]
    said = [fault.message for fault in faults(after) if fault.unit_id == moved.id]
    assert any("自己的下级" in message for message in said) == cyclic


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        (replace(VILLAGE, parent_id="x"), "没有这个上级单位"),
        (replace(VILLAGE, parent_id="g"), "不能在自己的下级之下"),
        (replace(VILLAGE, parent_id="v"), "不能在自己的下级之下"),
        (replace(VILLAGE, name="东乡镇"), "已经有叫“东乡镇”的单位"),
        (replace(VILLAGE, disabled_at="t"), "“桥头村调解队”还在用，上级“桥头村”却是停用的"),
        (replace(CENTRE, parent_id=None), "上级要是镇街"),
        (replace(CENTRE, parent_id="v"), "上级要是镇街"),
        (replace(STREET, kind=Kind.DEPARTMENT), "矛调中心“城关矛调中心”的上级要是镇街"),
        (replace(VILLAGE, kind=Kind.CENTRE), "已经有矛调中心“城关矛调中心”"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(changed: Unit, complaint: str) -> None:
    require_tree(TOWN)
    with pytest.raises(InputError, match=complaint):
        require_tree(changed if unit.id == changed.id else unit for unit in TOWN)
