"""Rounds, watched cases, what waits to be told, and notices in the database."""

import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, false, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from service import clock
from service.accounts.model import Actor
from service.cases.life import CLOSED, IN_HAND, Act, State
from service.cases.model import Case, Event
from service.cases.store import case_of, event_of, seen_cases
from service.schedule.line import BESIDE, Line
from service.schedule.overdue import WATCHED
from service.schedule.periods import Period
from service.storage.tables.cases import case_event, case_file, command_done, outbox
from service.storage.tables.jobs import tick
from service.storage.tables.messages import notice
from service.storage.tables.units import stand_in

# Far below what either database takes as parameters of one statement.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that somebody is told. Without an account it is for whoever acts for the unit."""

    account_id: str
    unit_id: str
    case_id: str
    kind: str
    words: str
    made_at: str
    id: str = ""
    read_at: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the outbox with its event and the case as it stands."""

    id: str
    event: Event
    case: Case


def last_done(connection: Connection, schedule: str) -> dict[str, str]:
    """By unit the newest round that was done."""
    query = select(tick.c.unit_id, func.max(tick.c.period)).where(
        tick.c.schedule == schedule, tick.c.done_at.is_not(None)
    )
    return {row[0]: row[1] for row in connection.execute(query.group_by(tick.c.unit_id))}


def take(connection: Connection, unit_id: str, period: Period, now: datetime, lease: timedelta) -> bool:
    """Take a round in hand; False where it is done, or another has it for less than the lease."""
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {"schedule": period.schedule.value, "unit_id": unit_id, "period": period.name}
    stamp = clock.stamp(now)
    taken = (
        kind.insert(tick)
        .values(**values, taken_at=stamp)
        .on_conflict_do_update(
            index_elements=list(values),
            set_={"taken_at": stamp},
            where=and_(tick.c.done_at.is_(None), tick.c.taken_at <= clock.stamp(now - lease)),
        )
        .returning(tick.c.unit_id)
    )
    return connection.execute(taken).first() is not None


def finish(connection: Connection, unit_id: str, period: Period, now: datetime) -> bool:
    """A round is done; False where another has done it meanwhile."""
    mine = and_(tick.c.schedule == period.schedule.value, tick.c.unit_id == unit_id, tick.c.period == period.name)
    done = update(tick).where(mine, tick.c.done_at.is_(None)).values(done_at=clock.stamp(now))
    return bool(connection.execute(done).rowcount)


def watched(connection: Connection, now: datetime) -> list[Case]:
    """Every case with something due by the end of today."""
    moment, today = clock.stamp(now), now.date().isoformat()
    due = or_(
        case_file.c.accept_by < moment,
        case_file.c.finish_by < moment,
        case_file.c.report_by <= today,
        case_file.c.review_by <= today,
        case_file.c.visit_by <= today,
    )
    # A missed report or review moved its day on; it shows in the track list only.
    missed = case_file.c.id.in_(select(case_event.c.case_id).where(case_event.c.act == Act.MISS.value))
    query = select(case_file).where(case_file.c.state.in_([one.value for one in WATCHED]), or_(due, missed))
    return list(map(case_of, connection.execute(query.order_by(case_file.c.number))))


def active(
    connection: Connection, actor: Actor, start: datetime, end: datetime, owing: date | None = None
) -> list[Case]:
    """Every case that the actor sees and that may have been open between two moments.

    `owing`: only those that may have owed a report on that day, which begins at `start`.
    """
    query = seen_cases(actor).where(
        case_file.c.opened_at < clock.stamp(end),
        or_(case_file.c.closed_at.is_(None), case_file.c.closed_at >= clock.stamp(start)),
    )
    if owing:
        # What nobody has touched since stands as it did that morning.
        owed = and_(case_file.c.state.in_([one.value for one in IN_HAND]), case_file.c.report_by <= owing.isoformat())
        query = query.where(or_(case_file.c.changed_at >= clock.stamp(start), owed))
    return list(map(case_of, connection.execute(query.order_by(case_file.c.number))))


def kept_for_review(connection: Connection, actor: Actor, day: date) -> list[Case]:
    """The cases that a station kept (不流转) and that are to be looked at again by a day."""
    query = seen_cases(actor).where(case_file.c.state == State.KEPT.value, case_file.c.review_by <= day.isoformat())
    return list(map(case_of, connection.execute(query.order_by(case_file.c.review_by))))


def not_closed(connection: Connection) -> list[Case]:
    """Every case that is not properly closed."""
    query = select(case_file).where(case_file.c.state.not_in([one.value for one in CLOSED]))
    return list(map(case_of, connection.execute(query)))


def track_lists(connection: Connection, cases: Iterable[Case]) -> dict[str, list[Line]]:
    """By case its lines from the beginning, without those beside the matter."""
    found: dict[str, list[Line]] = defaultdict(list)
    of = case_event.c
    query = select(of.case_id, of.at, of.act, of.changes, of.detail).where(of.act.not_in([one.value for one in BESIDE]))
    for ids in _parts([one.id for one in cases]):
        for row in connection.execute(query.where(of.case_id.in_(ids)).order_by(of.case_id, of.seq)):
            act = Act(row.act)
            detail = json.loads(row.detail) if act is Act.MISS else {}
            found[row.case_id].append(Line(row.at, act, json.loads(row.changes), detail))
    return found


def done_already(connection: Connection, keys: Collection[str]) -> frozenset[str]:
    """Those of the machine's keys under which something was carried out."""
    found: set[str] = set()
    for some in _parts(sorted(keys)):
        query = select(command_done.c.key).where(command_done.c.actor_id == "", command_done.c.key.in_(some))
        found |= set(connection.execute(query).scalars())
    return frozenset(found)


def waiting(connection: Connection, most: int) -> list[Told]:
    """The oldest rows of the outbox, kept from others until the commit."""
    query = select(outbox).where(outbox.c.done_at.is_(None)).order_by(outbox.c.at, outbox.c.seq).limit(most)
    rows = connection.execute(query.with_for_update(skip_locked=True)).all()
    found = []
    for row in rows:
        of_event = select(case_event).where(case_event.c.case_id == row.case_id, case_event.c.seq == row.seq)
        event = event_of(connection.execute(of_event).one())
        case = case_of(connection.execute(select(case_file).where(case_file.c.id == row.case_id)).one())
        found.append(Told(row.id, event, case))
    return found


def told(connection: Connection, ids: Sequence[str], now: str) -> None:
    """Rows of the outbox are done."""
    connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(done_at=now))


def read_before(connection: Connection, stamp: str) -> None:
    """Every notice that was made before this moment was read as soon as it came."""
    connection.execute(update(notice).where(notice.c.made_at < stamp).values(read_at=notice.c.made_at))


def add_notices(connection: Connection, new: Iterable[Notice]) -> None:
    """Add notices, each under a new id."""
    rows = [
        {
            "id": str(uuid.uuid4()),
            "account_id": one.account_id,
            "unit_id": one.unit_id,
            "case_id": one.case_id,
            "kind": one.kind,
            "words": one.words,
            "made_at": one.made_at,
        }
        for one in new
    ]
    if rows:
        connection.execute(insert(notice), rows)


def notices(connection: Connection, actor: Actor, today: str, limit: int, offset: int, *, unread: bool) -> list[Notice]:
    """What the actor is told, and whoever they stand in for; unread first, then the newest."""
    query = select(notice).where(_for(actor, today))
    if unread:
        query = query.where(notice.c.read_at.is_(None))
    order = (notice.c.read_at.is_not(None), notice.c.made_at.desc(), notice.c.id)
    return [Notice(**row._mapping) for row in connection.execute(query.order_by(*order).limit(limit).offset(offset))]


def count_unread(connection: Connection, actor: Actor, today: str) -> int:
    """How many are unread."""
    query = select(func.count()).select_from(notice).where(_for(actor, today), notice.c.read_at.is_(None))
    return int(connection.execute(query).scalar_one())


def read(connection: Connection, actor: Actor, today: str, now: str, identity: str | None = None) -> int:
    """Mark one of the actor's, or all, as read; how many there were to mark."""
    mine = [_for(actor, today)] if identity is None else [_for(actor, today), notice.c.id == identity]
    changed = update(notice).where(*mine, notice.c.read_at.is_(None)).values(read_at=now)
    return int(connection.execute(changed).rowcount)


def exists(connection: Connection, actor: Actor, today: str, identity: str) -> bool:
    """Whether it is one of the actor's."""
    query = select(notice.c.id).where(_for(actor, today), notice.c.id == identity)
    return connection.execute(query).first() is not None


def _for(actor: Actor, today: str) -> ColumnElement[bool]:
    if not actor.account_id:
        return false()
    absent = select(stand_in.c.account_id).where(
        stand_in.c.stand_in_id == actor.account_id,
        stand_in.c.ended_at.is_(None),
        stand_in.c.first_day <= today,
        stand_in.c.last_day >= today,
    )
    mine = or_(notice.c.account_id == actor.account_id, notice.c.account_id.in_(absent))
    if not actor.acts_for:
        return mine
    return or_(mine, and_(notice.c.account_id == "", notice.c.unit_id.in_(actor.acts_for)))


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
