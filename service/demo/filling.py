"""An empty database, a desk and a seed come in; the invented town fills it, and the logins go out, kept nowhere."""

import heapq
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import exists, select

from service import clock
from service.accounts.actions import Accounts
from service.accounts.model import Account, Actor, roles_words
from service.audit.model import Action
from service.audit.store import record
from service.cases.actions import Cases
from service.demo import town
from service.demo.course import course
from service.demo.hands import Hands, Watch
from service.demo.plan import SPAN, disputes
from service.errors import RefusedError
from service.intake.actions import Intake
from service.schedule.store import read_before
from service.schedule.telling import Telling
from service.storage.database import Database
from service.storage.tables import metadata
from service.units.actions import Units
from service.units.store import sight_of

_UNREAD = timedelta(days=2)  # what came earlier was read long ago
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Login:
    """Who may sign in, as what."""

    login: str
    password: str
    name: str
    roles: str
    unit: str


def fill(desk: Intake, cases: Cases, actor: Actor, progress: Progress, *, seed: int, count: int) -> list[Login]:
    """The town with so many cases, up to the moment that `cases.now` says; raises RefusedError unless all is empty.

    Events bear the invented times, the audit log those at which they were written in truth.
    """
    _check_empty(desk.database)
    with desk.database.unhurried_disk():
        return _fill(desk, cases, actor, progress, seed=seed, count=count)


def _fill(desk: Intake, cases: Cases, actor: Actor, progress: Progress, *, seed: int, count: int) -> list[Login]:
    until = cases.now()
    with desk.database.write() as connection:
        # First of all: so that even a filling that breaks off is known for what it is.
        record(connection, actor, Action.DEMONSTRATION, "演示数据", {"种子": seed, "档案": count})
    logins, hands = _settle(desk, replace(cases, now=Watch(until)), actor, until, progress)
    telling = Telling(desk.database, cases.policy, lambda: hands.watch.at)
    waiting: list[tuple[datetime, int, Iterator[datetime]]] = []
    for number, dispute in enumerate(disputes(seed, count, until)):
        steps = course(hands, dispute)
        heapq.heappush(waiting, (next(steps), number, steps))
    while waiting:
        at, number, steps = heapq.heappop(waiting)
        if at >= until:
            # It goes on after the demonstration was made, or never.
            continue
        if at.date() != hands.watch.at.date():
            telling.tell()
            progress(0.2 + 0.8 * max(0.0, 1 - (until - at) / SPAN), f"{at:%m月%d日}")
        hands.watch.at = at
        if (following := next(steps, None)) is not None:
            heapq.heappush(waiting, (following, number, steps))
    telling.tell()
    with desk.database.write() as connection:
        read_before(connection, clock.stamp(until - _UNREAD))
    return logins


def _check_empty(database: Database) -> None:
    with database.read() as connection:
        for table in metadata.sorted_tables:
            if connection.execute(select(exists().select_from(table))).scalar():
                raise RefusedError(
                    "数据文件夹里已经有数据，演示只能放进空的数据文件夹："
                    "请用 TONGBAN_DATA_DIR 指一个新文件夹，再运行 tongban demo"
                )


def _settle(desk: Intake, cases: Cases, actor: Actor, until: datetime, progress: Progress) -> tuple[list[Login], Hands]:
    departments = desk.ruleset.departments
    accounts, units = Accounts(desk.database), Units(desk.database, lambda: departments)
    ids: dict[str, str] = {}
    for place in town.places(departments):
        parent = ids.get(place.parent, "")
        ids[place.name] = units.add(actor, place.name, place.kind, parent, place.departments).id
    logins, made = [], []
    everybody = list(town.people(departments))
    for number, person in enumerate(everybody):
        progress(0.2 * number / len(everybody), "建立单位和账号")
        words = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
        account = accounts.create(actor, person.login, person.name, person.roles, words, must_change=False)
        if person.unit:
            units.place(actor, account.id, ids[person.unit], person.post)
        made.append(account)
        logins.append(Login(person.login, words, person.name, roles_words(account.roles), person.unit))
    day = until.date().isoformat()
    actors = {account.login: _signed_in(desk.database, account, day) for account in made}
    watch = cases.now
    assert isinstance(watch, Watch)  # noqa: S101 - `fill` has just set it
    return logins, Hands(desk, cases, watch, actors, ids, units.tree(actor))


def _signed_in(database: Database, account: Account, day: str) -> Actor:
    with database.read() as connection:
        seen = sight_of(connection, account.id, account.roles, day)
    return Actor(
        account.id, account.login, account.name, account.roles, "会话",
        unit_id=seen.unit_id, acts_for=seen.acts_for, sees=seen.sees,
    )  # fmt: skip
