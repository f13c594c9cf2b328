"""Who stands in for whom: whoever will be absent names somebody for days, and ends it. Recorded in the audit log."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from service import clock
from service.accounts.model import Account, Actor, Role, as_identity
from service.accounts.store import all_accounts
from service.audit.model import Action
from service.audit.store import record
from service.errors import ForbiddenError, InputError, NotFoundError
from service.storage.database import Database
from service.units import store
from service.units.model import StandIn, State, check_days
from service.units.sight import SEEING


@dataclass(frozen=True, slots=True)
class Standing:
    """A stand-in by the names that people read, and how it stands today."""

    stand_in: StandIn
    absent: str
    by: str
    state: State


@dataclass(frozen=True, slots=True)
class StandIns:
    """The stand-ins in a database."""

    database: Database

    def mine(self, actor: Actor) -> list[Standing]:
        """Those for the actor and by the actor; for 管理员 all. The latest first."""
        with self.database.read() as connection:
            found = store.stand_ins(connection, None if actor.has(Role.ADMIN) else actor.account_id)
            return _shown(connection, found)

    def of(self, actor: Actor, account_id: str) -> list[Standing]:
        """Those for an account and by it; raises ForbiddenError for the account of another, unless 管理员 asks."""
        if account_id != actor.account_id:
            actor.require(Role.ADMIN)
        with self.database.read() as connection:
            return _shown(connection, store.stand_ins(connection, as_identity(account_id)))

    def able(self, actor: Actor, account_id: str) -> list[Account]:
        """Whom the actor may let stand in for an account: who sees cases, in the same unit unless 管理员 asks."""
        with self.database.read() as connection:
            everybody = all_accounts(connection)
            own = store.member(connection, account_id)
            near = {one.account_id for one in store.members(connection, own.unit_id)} if own else set()
        able = [one for one in everybody if one.enabled and one.roles & SEEING and one.id != account_id]
        return [one for one in able if own and (one.id in near or actor.has(Role.ADMIN))]

    def name(self, actor: Actor, stand_in_id: str, first_day: date, last_day: date, account_id: str = "") -> StandIn:
        """Let somebody stand in for the actor, or as 管理员 for another account, on days of China, both counted.

        Raises InputError for days and people that don't fit, ForbiddenError for somebody outside the own unit.
        """
        absent_id = as_identity(account_id or actor.account_id)
        if absent_id != actor.account_id or not actor.account_id:
            actor.require(Role.ADMIN)
        check_days(first_day, last_day, clock.in_china(clock.now()).date())
        new = StandIn(
            id=str(uuid.uuid4()),
            account_id=absent_id,
            stand_in_id=as_identity(stand_in_id),
            first_day=first_day.isoformat(),
            last_day=last_day.isoformat(),
            made_at=clock.stamp(),
        )
        with self.database.write() as connection:
            store.lock(connection)
            accounts = {one.id: one for one in all_accounts(connection)}
            absent, by = _people(accounts, new)
            _check_units(connection, actor, absent, by)
            _check_free(accounts, store.stand_ins(connection), new)
            store.add_stand_in(connection, new)
            detail = {"代班人": by.login, "首日": new.first_day, "末日": new.last_day}
            record(connection, actor, Action.STAND_IN_NAMED, f"账号 {absent.login}", detail)
        return new

    def end(self, actor: Actor, identity: str) -> None:
        """End one before its last day: by whoever is absent, or 管理员; raises NotFoundError for any other."""
        with self.database.write() as connection:
            store.lock(connection)
            known = store.stand_ins(connection, None if actor.has(Role.ADMIN) else actor.account_id)
            found = next((one for one in known if one.id == as_identity(identity)), None)
            if found is None or found.state(clock.in_china(clock.now()).date()) == "已结束":
                raise NotFoundError("没有这项代班，或者已经结束了")
            if found.account_id != actor.account_id and not actor.has(Role.ADMIN):
                raise ForbiddenError("代班要由请人代班的人或管理员结束")
            store.end_stand_in(connection, found.id, clock.stamp())
            logins = {one.id: one.login for one in all_accounts(connection)}
            detail = {"代班人": logins[found.stand_in_id], "首日": found.first_day, "末日": found.last_day}
            record(connection, actor, Action.STAND_IN_ENDED, f"账号 {logins[found.account_id]}", detail)


def _people(accounts: dict[str, Account], new: StandIn) -> tuple[Account, Account]:
    absent, by = accounts.get(new.account_id), accounts.get(new.stand_in_id)
    if absent is None:
        raise NotFoundError("没有这个账号")
    if by is None:
        raise InputError("请选代班人：没有这个账号")
    if absent == by:
        raise InputError("不能由自己代自己的班")
    if not by.enabled:
        raise InputError(f"{by.name} 的账号已停用，不能代班")
    if not by.roles & SEEING:
        raise InputError(f"{by.name} 没有办理警情的角色，看不到单位的件，不能代班")
    return absent, by


def _check_units(connection: Connection, actor: Actor, absent: Account, by: Account) -> None:
    away, there = (store.member(connection, one.id) for one in (absent, by))
    if away is None:
        raise InputError(f"{absent.name} 还不属于任何单位，不用代班；请管理员先安排单位")
    if not actor.has(Role.ADMIN) and (there is None or there.unit_id != away.unit_id):
        raise ForbiddenError(f"{by.name} 不在您的单位；请别的单位的人代班，要由管理员安排")


def _check_free(accounts: dict[str, Account], known: list[StandIn], new: StandIn) -> None:
    """Nobody has two stand-ins at a time, and nobody stands in who is absent."""
    for one in known:
        taken = one.account_id in (new.account_id, new.stand_in_id) or one.stand_in_id == new.account_id
        if taken and one.overlaps(new.first_day, new.last_day):
            away, by = accounts[one.account_id].name, accounts[one.stand_in_id].name
            raise InputError(f"{away} 在 {one.first_day} 到 {one.last_day} 已经请 {by} 代班；请换日期，或先结束那一项")


def _shown(connection: Connection, found: list[StandIn]) -> list[Standing]:
    names = {one.id: one.name for one in all_accounts(connection)}
    today = clock.in_china(clock.now()).date()
    return [Standing(one, names[one.account_id], names[one.stand_in_id], one.state(today)) for one in found]
