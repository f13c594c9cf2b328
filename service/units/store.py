"""Units, members and stand-ins in the database."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from service.accounts.model import Role, roles_of
from service.storage.tables.accounts import account
from service.storage.tables.units import membership, stand_in, unit
from service.units.model import Kind, Member, Post, Seat, StandIn, Unit, departments_of, departments_text
from service.units.sight import NOTHING, Sight, sight
from service.units.tree import Tree

# Any fixed number: whoever holds it changes units, members or stand-ins, the others wait until that transaction ends.
_LOCK = 7_462_021


def lock(connection: Connection) -> None:
    """Keep other changers of units, members and stand-ins waiting until the commit. What is read after it is so."""
    if connection.dialect.name == "postgresql":
        # On SQLite BEGIN IMMEDIATE already lets one writer in at a time.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def all_units(connection: Connection) -> list[Unit]:
    """Every unit, the disabled ones too."""
    return list(map(_unit, connection.execute(select(unit)).all()))


def unit_names(connection: Connection) -> dict[str, str]:
    """The name of every unit by its id."""
    return {row.id: row.name for row in connection.execute(select(unit.c.id, unit.c.name)).all()}


def add_units(connection: Connection, new: Iterable[Unit]) -> None:
    """Add units, each after its parent."""
    for one in new:
        connection.execute(insert(unit).values(id=one.id, created_at=one.created_at, **_changeable(one)))


def change_unit(connection: Connection, changed: Unit) -> None:
    """Write everything of a unit but its id and when it was made."""
    connection.execute(update(unit).where(unit.c.id == changed.id).values(_changeable(changed)))


def members(connection: Connection, unit_id: str | None = None) -> list[Member]:
    """The members of a unit, or of all, whose accounts can be used: by unit, post and login name."""
    query = _members().where(account.c.disabled_at.is_(None))
    if unit_id is not None:
        query = query.where(membership.c.unit_id == unit_id)
    order = list(Post)
    found = map(_member, connection.execute(query))
    return sorted(found, key=lambda one: (one.unit_id, order.index(one.post), one.login))


def member(connection: Connection, account_id: str) -> Member | None:
    """Where an account belongs, or None."""
    row = connection.execute(_members().where(account.c.id == account_id)).one_or_none()
    return _member(row) if row else None


def place(connection: Connection, account_id: str, unit_id: str, post: Post) -> None:
    """Let an account belong to a unit, and to no other."""
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {"unit_id": unit_id, "post": post.value}
    new = kind.insert(membership).values(account_id=account_id, **values)
    connection.execute(new.on_conflict_do_update(index_elements=["account_id"], set_=values))


def remove(connection: Connection, account_id: str) -> None:
    """Let an account belong to no unit."""
    connection.execute(delete(membership).where(membership.c.account_id == account_id))


def stand_ins(connection: Connection, account_id: str | None = None) -> list[StandIn]:
    """Those of or by an account, or all, the latest first."""
    query = select(stand_in).order_by(stand_in.c.first_day.desc(), stand_in.c.made_at.desc(), stand_in.c.id)
    if account_id is not None:
        query = query.where(or_(stand_in.c.account_id == account_id, stand_in.c.stand_in_id == account_id))
    return [StandIn(**row._mapping) for row in connection.execute(query)]


def add_stand_in(connection: Connection, new: StandIn) -> None:
    """Add one."""
    connection.execute(
        insert(stand_in).values(
            id=new.id,
            account_id=new.account_id,
            stand_in_id=new.stand_in_id,
            first_day=new.first_day,
            last_day=new.last_day,
            made_at=new.made_at,
        )
    )


def end_stand_in(connection: Connection, identity: str, now: str) -> None:
    """Write that one ended before its last day."""
    connection.execute(update(stand_in).where(stand_in.c.id == identity).values(ended_at=now))


def sight_of(connection: Connection, account_id: str, roles: frozenset[Role], day: str) -> Sight:
    """What an account sees with these roles on a day: one query, and no row where it sees nothing."""
    rows = connection.execute(_SEATS, {"account": account_id, "day": day}).all()
    if not rows:
        return NOTHING
    # Where a unit stands is all that sight asks for; by position, since this is done for every row of every request.
    tree = Tree(Unit(identity, "", _KINDS[kind], parent) for identity, kind, parent, _, _ in rows)
    seats = [(identity, holder, held) for identity, _, _, holder, held in rows if holder is not None]
    own = next((identity for identity, holder, _ in seats if holder == account_id), None)
    absent = [Seat(identity, roles_of(held)) for identity, holder, held in seats if holder != account_id]
    return sight(tree, roles, own, absent)


def _seats() -> Any:
    """Every unit, with the account of :account and of whoever it stands in for on :day; none if there is no such."""
    for_whom = select(stand_in.c.account_id).where(
        stand_in.c.stand_in_id == bindparam("account"),
        stand_in.c.ended_at.is_(None),
        stand_in.c.first_day <= bindparam("day"),
        stand_in.c.last_day >= bindparam("day"),
    )
    seats = (
        select(membership.c.account_id, membership.c.unit_id, account.c.roles)
        .join(account, and_(account.c.id == membership.c.account_id, account.c.disabled_at.is_(None)))
        .where(or_(account.c.id == bindparam("account"), account.c.id.in_(for_whom)))
        .cte("seats")
    )
    return (
        select(unit.c.id, unit.c.kind, unit.c.parent_id, seats.c.account_id, seats.c.roles)
        .outerjoin_from(unit, seats, seats.c.unit_id == unit.c.id)
        .where(exists().select_from(seats))
    )


_KINDS = {kind.value: kind for kind in Kind}
# Made once: a request asks it, and making it takes longer than asking.
_SEATS = _seats()


def _changeable(one: Unit) -> dict[str, object]:
    return {
        "name": one.name,
        "kind": one.kind.value,
        "parent_id": one.parent_id,
        "departments": departments_text(one.departments),
        "disabled_at": one.disabled_at,
    }


def _unit(row: Any) -> Unit:
    return Unit(
        id=row.id,
        name=row.name,
        kind=_KINDS[row.kind],
        parent_id=row.parent_id,
        departments=departments_of(row.departments),
        created_at=row.created_at,
        disabled_at=row.disabled_at,
    )


def _members() -> Any:
    return select(account.c.id, account.c.login, account.c.name, membership.c.unit_id, membership.c.post).join(
        membership, membership.c.account_id == account.c.id
    )


def _member(row: Any) -> Member:
    return Member(row.id, row.login, row.name, row.unit_id, Post(row.post))
