"""Trees at random, for laws that hold in every tree, and ways that the laws are checked against."""

from hypothesis import strategies as st

from service.units.model import Kind, Unit
from service.units.tree import Tree, faults

STAMP = "2026-03-02T01:00:00.000Z"
DEPARTMENTS = ("派出所", "妇联", "司法所", "村(社区)", "医调委")


@st.composite
def units(draw: st.DrawFn) -> list[Unit]:
    """Units that fit: each hangs below an earlier one, or nowhere; what would not fit is left out."""
    made: list[Unit] = []
    for number in range(draw(st.integers(1, 12))):
        new = Unit(
            id=str(number),
            name=f"单位{number}",
            kind=draw(st.sampled_from(Kind)),
            parent_id=draw(st.sampled_from([None, *(one.id for one in made)])),
            departments=tuple(draw(st.lists(st.sampled_from(DEPARTMENTS), unique=True, max_size=2))),
            created_at=STAMP,
            disabled_at=draw(st.sampled_from([None, None, None, STAMP])),
        )
        if not faults([*made, new]):
            made.append(new)
    return made or [Unit("0", "单位0", Kind.STREET, created_at=STAMP)]


TREES = units().map(Tree)


def above(tree: Tree, identity: str) -> list[str]:
    """The ids from a unit to the top, the unit first."""
    found = [identity]
    while (parent := tree.units[found[-1]].parent_id) is not None:
        found.append(parent)
    return found
