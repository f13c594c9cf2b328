"""A unit, and whom of it a thing concerns, come in; the accounts to be told go out."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from service.accounts.model import Role
from service.accounts.store import all_accounts
from service.timing.policy import Told
from service.units.model import Member, Post
from service.units.store import members
from service.units.tree import Tree


class Audience(StrEnum):
    """Whom of a unit, or of the 镇街 above it, a thing concerns."""

    MEMBERS = "成员"
    HEAD = "负责人"
    CENTRE = "矛调中心"
    LEADER = "分管领导"


# The levels of the time-limit file.
OF_LEVEL = {Told.HANDLER: Audience.HEAD, Told.CENTRE: Audience.CENTRE, Told.LEADER: Audience.LEADER}


@dataclass(frozen=True, slots=True)
class People:
    """Who is where, and what they may do."""

    tree: Tree
    members: tuple[Member, ...]
    roles: dict[str, frozenset[Role]]


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody to be told; without an account, whoever comes to act for the unit."""

    account_id: str
    unit_id: str


def people_of(connection: Connection, tree: Tree) -> People:
    """Everybody whose account can be used."""
    roles = {one.id: one.roles for one in all_accounts(connection) if one.enabled}
    return People(tree, tuple(one for one in members(connection) if one.account_id in roles), roles)


def reached(audience: Audience, unit_id: str, people: People) -> list[Reached]:
    """Those whom it concerns; where a post is empty the whole unit, and where that is empty the unit's inbox itself."""
    tree = people.tree
    if unit_id not in tree.units:
        return []
    place = unit_id
    if audience is Audience.CENTRE and (centre := tree.centre_of(unit_id)):
        place = centre.id
    if audience is Audience.LEADER and (street := tree.street_of(unit_id)):
        place = street.id
    there = [one for one in people.members if one.unit_id == place]
    chosen = [one for one in there if _fits(audience, one, people.roles[one.account_id])] or there
    return [Reached(one.account_id, place) for one in chosen] or [Reached("", place)]


def _fits(audience: Audience, member: Member, roles: frozenset[Role]) -> bool:
    match audience:
        case Audience.MEMBERS:
            return True
        case Audience.HEAD:
            return member.post is Post.HEAD
        case Audience.CENTRE:
            return Role.CENTRE in roles
        case Audience.LEADER:
            return member.post is Post.LEADER or Role.LEADER in roles
