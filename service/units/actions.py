"""What can be done with units and their members. One transaction each, recorded in it."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from service import clock
from service.accounts.model import Actor, Role, as_identity
from service.accounts.store import get_account
from service.audit.model import Action
from service.audit.store import record
from service.errors import InputError, NotFoundError
from service.storage.database import Database
from service.units import store
from service.units.model import (
    Member,
    Unit,
    check_departments,
    check_kind,
    check_post,
    check_unit_name,
)
from service.units.tree import Tree, require_tree

TOP = ""  # in place of a parent's id: the unit stands at the top


@dataclass(frozen=True, slots=True)
class Units:
    """The units in a database. `known_departments` are those of the rule set in force.

    Every method that changes something raises ForbiddenError where the actor is no 管理员.
    """

    database: Database
    known_departments: Callable[[], Sequence[str]]

    def tree(self, actor: Actor) -> Tree:
        """All units. Everybody may know who there is, whoever they are."""
        del actor
        with self.database.read() as connection:
            return Tree(store.all_units(connection))

    def find(self, actor: Actor, identity: str) -> Unit:
        """One unit; raises NotFoundError."""
        return _known(self.tree(actor), identity)

    def named(self, actor: Actor, name: str) -> Unit:
        """The unit of a name; raises NotFoundError."""
        for unit in self.tree(actor).units.values():
            if unit.name == name.strip():
                return unit
        raise NotFoundError(f"没有叫“{name}”的单位")

    def members(self, actor: Actor) -> list[Member]:
        """Who belongs where: for 管理员 and 审计 everybody, for others the colleagues of their own unit."""
        with self.database.read() as connection:
            if actor.has(Role.ADMIN, Role.AUDITOR):
                return store.members(connection)
            own = store.member(connection, actor.account_id)
            return store.members(connection, own.unit_id) if own else []

    def member(self, actor: Actor, account_id: str) -> Member | None:
        """Where an account belongs, None for nowhere. For 管理员 only."""
        actor.require(Role.ADMIN)
        with self.database.read() as connection:
            return store.member(connection, as_identity(account_id))

    def add(self, actor: Actor, name: str, kind: str, parent_id: str = TOP, departments: Iterable[str] = ()) -> Unit:
        """A new unit; raises InputError where it doesn't fit into the tree."""
        actor.require(Role.ADMIN)
        new = Unit(
            id=str(uuid.uuid4()),
            name=check_unit_name(name),
            kind=check_kind(kind),
            parent_id=_parent(parent_id),
            departments=check_departments(departments, self.known_departments()),
            created_at=clock.stamp(),
        )
        with self.database.write() as connection:
            store.lock(connection)
            units = [*store.all_units(connection), new]
            require_tree(units)
            store.add_units(connection, [new])
            record_added(connection, actor, new, Tree(units))
        return new

    def change(
        self,
        actor: Actor,
        identity: str,
        *,
        name: str | None = None,
        kind: str | None = None,
        parent_id: str | None = None,
        departments: Iterable[str] | None = None,
        enabled: bool | None = None,
    ) -> Unit:
        """Change what is given; the parent TOP is none. A unit is never deleted, only disabled.

        Raises NotFoundError, and InputError where it would not fit into the tree.
        """
        actor.require(Role.ADMIN)
        known = self.known_departments()
        with self.database.write() as connection:
            store.lock(connection)
            units = {one.id: one for one in store.all_units(connection)}
            before = _known(Tree(units.values()), identity)
            after = replace(
                before,
                name=before.name if name is None else check_unit_name(name),
                kind=before.kind if kind is None else check_kind(kind),
                parent_id=before.parent_id if parent_id is None else _parent(parent_id),
                departments=before.departments
                if departments is None
                else check_departments(departments, known, before.departments),
            )
            if enabled is not None and enabled != before.enabled:
                after = replace(after, disabled_at=None if enabled else clock.stamp())
            if after != before:
                units[after.id] = after
                require_tree(units.values())
                store.change_unit(connection, after)
                record_changed(connection, actor, before, after, Tree(units.values()))
        return after

    def place(self, actor: Actor, account_id: str, unit_id: str, post: str) -> Member:
        """Let an account belong to a unit, and to no other; raises NotFoundError and InputError."""
        actor.require(Role.ADMIN)
        wanted = check_post(post)
        with self.database.write() as connection:
            store.lock(connection)
            tree = Tree(store.all_units(connection))
            unit = _known(tree, unit_id)
            holder = get_account(connection, as_identity(account_id))
            if holder is None:
                raise NotFoundError("没有这个账号")
            if not unit.enabled:
                raise InputError(f"单位“{unit.name}”已停用，不能再安排人")
            before = store.member(connection, holder.id)
            placed = Member(holder.id, holder.login, holder.name, unit.id, wanted)
            if before != placed:
                store.place(connection, holder.id, unit.id, wanted)
                detail = {"单位": _moved(_seat(before, tree), _seat(placed, tree))}
                record(connection, actor, Action.MEMBER_PLACED, f"账号 {holder.login}", detail)
        return placed

    def remove(self, actor: Actor, account_id: str) -> None:
        """Let an account belong to no unit; raises NotFoundError where it belongs to none."""
        actor.require(Role.ADMIN)
        with self.database.write() as connection:
            store.lock(connection)
            before = store.member(connection, as_identity(account_id))
            if before is None:
                raise NotFoundError("这个账号不在任何单位")
            store.remove(connection, before.account_id)
            left = _seat(before, Tree(store.all_units(connection)))
            record(connection, actor, Action.MEMBER_REMOVED, f"账号 {before.login}", {"单位": left})


def record_added(connection: Connection, actor: Actor, new: Unit, tree: Tree) -> None:
    """Write down that a unit is new."""
    record(connection, actor, Action.UNIT_ADDED, f"单位 {new.name}", _said(new, tree))


def record_changed(connection: Connection, actor: Actor, before: Unit, after: Unit, tree: Tree) -> None:
    """Write down what a unit was and is."""
    if before.enabled == after.enabled:
        action = Action.UNIT_CHANGED
    else:
        action = Action.UNIT_ENABLED if after.enabled else Action.UNIT_DISABLED
    was, now = _said(before, tree), _said(after, tree)
    detail = {part: _moved(was[part], now[part]) for part in now if was[part] != now[part]}
    record(connection, actor, action, f"单位 {after.name}", detail)


def _said(unit: Unit, tree: Tree) -> dict[str, str]:
    return {
        "名称": unit.name,
        "类型": unit.kind.value,
        "上级": tree.units[unit.parent_id].name if unit.parent_id else "无",
        "部门": "、".join(unit.departments) or "无",
    }


def _moved(was: str, now: str) -> dict[str, str]:
    return {"原": was, "现": now}


def _seat(member: Member | None, tree: Tree) -> str:
    return f"{tree.units[member.unit_id].name}（{member.post}）" if member else "无"


def _known(tree: Tree, identity: str) -> Unit:
    unit = tree.units.get(as_identity(identity))
    if unit is None:
        raise NotFoundError("没有这个单位")
    return unit


def _parent(identity: str) -> str | None:
    return None if identity == TOP else as_identity(identity)
