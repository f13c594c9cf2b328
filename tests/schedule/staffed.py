"""The small town of the case tests with people in their posts, and what they are told."""

from collections.abc import Callable

import pytest
from sqlalchemy import insert

from rules import Ruleset
from service import clock
from service.accounts.model import Account, Actor, Role
from service.accounts.store import add_account
from service.cases.actions import Cases
from service.cases.handing_over import Dispatch
from service.cases.model import Case
from service.incidents.model import Party, PartyRole, Registration
from service.schedule.inbox import Inbox
from service.schedule.telling import Telling
from service.storage.database import Database
from service.storage.tables.units import membership
from service.units.model import Post
from service.units.sight import sight
from service.units.tree import Tree
from tests.cases.town import MONDAY, UNITS, Clock, incident, town

_PEOPLE = (
    ("officer", "station", Role.DUTY, Post.MEMBER),
    ("centre", "centre", Role.CENTRE, Post.MEMBER),
    ("head", "women", Role.HANDLER, Post.HEAD),
    ("handler", "women", Role.HANDLER, Post.MEMBER),
    ("village", "village", Role.HANDLER, Post.MEMBER),
    ("leader", "street", Role.LEADER, Post.LEADER),
    ("admin", "street", Role.ADMIN, Post.MEMBER),
)
IDS = {login: f"00000000-0000-4000-8000-{number:012}" for number, (login, *_) in enumerate(_PEOPLE, 1)}
NAMED = Registration(parties=(Party(PartyRole.CALLER, "王小满", "13800000001"),), place="桥头社区3幢201室")


def someone(login: str) -> Actor:
    _, unit, role, _ = next(one for one in _PEOPLE if one[0] == login)
    seen = sight(Tree(UNITS), frozenset({role}), unit, ())
    roles = frozenset({role})
    return Actor(IDS[login], login, login, roles, "会话", False, "", seen.unit_id, seen.acts_for, seen.sees)


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def cases(database: Database, time: Clock) -> Cases:
    """The town with people in their posts."""
    opened = town(database, time)
    with database.write() as connection:
        for login, unit, role, post in _PEOPLE:
            add_account(connection, Account(IDS[login], login, login, frozenset({role}), clock.stamp(MONDAY)), "")
            connection.execute(insert(membership).values(account_id=IDS[login], unit_id=unit, post=post.value))
    return opened


@pytest.fixture
def dispatched(cases: Cases, ruleset: Ruleset) -> Callable[..., Case]:
    def begun(colour: str = "红") -> Case:
        case = cases.open(someone("officer"), incident(cases.database, ruleset, colour=colour), NAMED)
        cases.transfer(someone("officer"), case.id)
        return cases.do(someone("centre"), case.id, Dispatch("women", ("village",)))

    return begun


def tell(cases: Cases) -> int:
    return Telling(cases.database, cases.policy, cases.now).tell()


def kinds(cases: Cases, login: str) -> list[str]:
    return sorted(one.kind for one in Inbox(cases.database, cases.now).notices(someone(login)))
