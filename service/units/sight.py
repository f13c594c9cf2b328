"""What somebody sees: their seat and those they stand in for today come in, units go out."""

from collections.abc import Iterable
from dataclasses import dataclass

from service.accounts.model import Role
from service.units.model import Kind, Seat
from service.units.tree import Tree

# 调解志愿 works in a unit, and yet sees only what is shared with the account itself.
WITH_UNIT = frozenset({Role.DUTY, Role.CENTRE, Role.HANDLER, Role.HELPER, Role.LEADER})
SEEING = WITH_UNIT - {Role.HELPER}


@dataclass(frozen=True, slots=True)
class Sight:
    """The own unit, the units for which one may act, and the units whose cases one sees."""

    unit_id: str = ""
    acts_for: frozenset[str] = frozenset()
    sees: frozenset[str] = frozenset()


NOTHING = Sight()


def sight(tree: Tree, roles: frozenset[Role], own: str | None, absent: Iterable[Seat]) -> Sight:
    """What somebody with these roles sees from the unit `own`, standing in for whoever is `absent` today.

    A stand-in never sees more than the own and the absent one's seat would show.
    """
    unit_id = own if own and roles & WITH_UNIT else ""
    if not roles & SEEING:
        return Sight(unit_id)
    places = {seat.unit_id for seat in absent if seat.roles & SEEING}
    places |= {unit_id} if unit_id else set()
    return Sight(unit_id, frozenset(places), frozenset().union(*(_seen_from(tree, place) for place in places)))


def _seen_from(tree: Tree, place: str) -> frozenset[str]:
    """The unit and all below it; from the 矛调中心 the whole 镇街."""
    street = tree.street_of(place) if tree.units[place].kind is Kind.CENTRE else None
    top = street.id if street else place
    return tree.below(top) | {top}
