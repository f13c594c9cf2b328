"""What somebody must do now: an Actor comes in; their duties with the cases that wait for each go out.

A duty is an act of a case's life that is somebody's own; who may besides need not be told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from service.accounts.model import Actor, Role
from service.cases.dues import ACCEPT, FINISH, REPORT, REVIEW, VISIT, Due, shown
from service.cases.life import IN_HAND, STEPS, Act, Stance, State
from service.cases.model import Case
from service.cases.search import by_colour, helps, in_states, missed
from service.cases.stance import invitable
from service.cases.store import case_of
from service.storage.tables.cases import case_file, case_guest


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to be done to cases in `states` by who is one of `by` to them.

    `within`: only once its day is so near; None: whatever the day. `why` says what it waits for.
    """

    name: str
    why: str
    act: Act
    states: frozenset[State]
    by: frozenset[Stance]
    due: Due | None = None
    within: timedelta | None = None


TODAY = timedelta()
# A case once more, to be found by a day of its own.
_NEAR = case_file.alias()
_HELD_BY: Mapping[Stance, Role] = {
    Stance.STATION: Role.DUTY,
    Stance.CENTRE: Role.CENTRE,
    Stance.LEAD: Role.HANDLER,
    Stance.CO: Role.HANDLER,
    Stance.LEADER: Role.LEADER,
}
ARBITRATE = Duty(
    "待仲裁",
    "多次退回，由中心裁定主办单位",
    Act.DISPATCH,
    frozenset({State.ARBITRATION}),
    frozenset({Stance.CENTRE}),
    ACCEPT,
)
DISPATCH = Duty(
    "待分派", "等中心确定主办和协办", Act.DISPATCH, frozenset({State.AT_CENTRE}), frozenset({Stance.CENTRE}), ACCEPT
)
DUTIES = (
    Duty(
        "待答复调低",
        "有人请求调低预警，须另一人答复",
        Act.AGREE_LOWER,
        STEPS[Act.AGREE_LOWER].sources,
        STEPS[Act.AGREE_LOWER].by,
    ),
    Duty("待签收", "分派给您的单位，等签收", Act.ACCEPT, STEPS[Act.ACCEPT].sources, frozenset({Stance.LEAD}), ACCEPT),
    ARBITRATE,
    DISPATCH,
    Duty("待流转", "已建档，等流转或决定不流转", Act.TRANSFER, frozenset({State.OPENED}), frozenset({Stance.STATION})),
    Duty("今日反馈", "今天要反馈进展", Act.REPORT, IN_HAND, frozenset({Stance.LEAD}), REPORT, TODAY),
    Duty("限期将到", "办结期限快到或已过", Act.RESOLVE, IN_HAND, frozenset({Stance.LEAD}), FINISH, timedelta(days=3)),
    Duty("待复核", "预警颜色到了复核日期", Act.REVIEW, REVIEW.states, STEPS[Act.REVIEW].by, REVIEW, TODAY),
    Duty("待回访", "已化解，等回访", Act.VISIT, VISIT.states, frozenset({Stance.LEAD, Stance.CENTRE}), VISIT),
    Duty("待归档", "回访稳定，等归档", Act.ARCHIVE, frozenset({State.VISITED}), frozenset({Stance.CENTRE})),
    Duty("协办与参与", "请您协助，有进展就反馈", Act.REPORT, IN_HAND, frozenset({Stance.CO, Stance.GUEST}), REPORT),
)


@dataclass(frozen=True, slots=True)
class Task:
    """One case that waits; `by` in words for people, empty where there is no such day."""

    case: Case
    by: str
    late: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A duty, how many cases wait for it by colour and how many of them too long, and the first of them."""

    duty: Duty
    colours: Mapping[str, int]
    late: Mapping[str, int]
    tasks: tuple[Task, ...] = ()

    @property
    def total(self) -> int:
        """How many wait."""
        return sum(self.colours.values())


def counts(connection: Connection, actor: Actor, now: datetime, duties: Sequence[Duty] = DUTIES) -> list[Group]:
    """Every one of these duties for which a case waits, without the cases: one query."""
    if actor.via == "本机":
        return []
    # An expression, or SQLite reads every case along an index that has them by colour.
    by = case_file.c.colour.concat("")
    mine = [(place, duty) for place, duty in enumerate(duties) if any(_may_be(stance, actor) for stance in duty.by)]
    if not mine:
        return []
    parts = [
        select(
            literal(place).label("place"),
            by.label("colour"),
            func.count().label("number"),
            func.sum(case((_late(duty, now), 1), else_=0)).label("late"),
        )
        .where(waiting(duty, actor, now))
        .group_by(by)
        for place, duty in mine
    ]
    found: dict[int, tuple[dict[str, int], dict[str, int]]] = {}
    for place, colour, count, late in connection.execute(union_all(*parts)):
        colours, lates = found.setdefault(place, ({}, {}))
        colours[colour], lates[colour] = count, late
    return [Group(duties[place], *found[place]) for place in sorted(found)]


def tasks(
    connection: Connection, actor: Actor, duty: Duty, now: datetime, *, order: tuple[str, ...], limit: int
) -> tuple[Task, ...]:
    """The cases that wait for a duty: what is overdue first, then by colour, then the soonest due, then the oldest."""
    query = select(case_file).where(waiting(duty, actor, now)).limit(limit)
    if duty.due:
        # Not by the negation: where no day is set it is neither true nor false.
        query = query.order_by(case((missed(duty.due, now), 0), else_=1))
    found = map(case_of, connection.execute(heaviest_first(query, duty.due, order)))
    return tuple(task(one, duty, now) for one in found)


def heaviest_first(query: Select[tuple[Case]], due: Due | None, order: tuple[str, ...]) -> Select[tuple[Case]]:
    """A query over cases, what is equal by now in the order of the colours of `order`, then of a limit, then of age."""
    by = [case_file.c[due.field].asc().nulls_last()] if due else []
    return query.order_by(by_colour(order), *by, case_file.c.opened_at, case_file.c.id)


def waiting(duty: Duty, actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Whether a case waits for the actor to do it: whoever is anything to a case sees it, so that isn't asked again."""
    found = [
        in_states(duty.states),
        or_(false(), *(_is(stance, actor) for stance in duty.by if _may_be(stance, actor))),
    ]
    if duty.due is FINISH:
        found.append(case_file.c.paused_at.is_(None))
    # Days and requests by themselves, so that each is found by its index; terms have none, as they outlive their cases.
    if duty.due and duty.within is not None:
        table = case_file if duty.due is FINISH else _NEAR
        soon = table.c[duty.due.field] <= duty.due.mark(now + duty.within)
        found.append(soon if table is case_file else case_file.c.id.in_(select(table.c.id).where(soon)))
    if duty.act is Act.AGREE_LOWER:
        # Written as the index has it: a bound value would not be known for the same.
        asked = select(_NEAR.c.id).where(_NEAR.c.lowering != literal_column("'{}'"))
        # Who asked can't agree.
        mine = case_file.c.lowering.contains(f'"{actor.account_id}"', autoescape=True)
        found += [case_file.c.id.in_(asked), ~mine]
    return and_(*found)


def _may_be(stance: Stance, actor: Actor) -> bool:
    """Whether there can be a case to which the actor is that."""
    return invitable(actor) if stance is Stance.GUEST else stance in _HELD_BY and actor.has(_HELD_BY[stance])


def _is(stance: Stance, actor: Actor) -> ColumnElement[bool]:
    """What `stance.stances` says of one case, of all of them."""
    table, acts_for, seen = case_file.c, sorted(actor.acts_for), sorted(actor.sees)
    match stance:
        case Stance.STATION:
            return table.station_id.in_(acts_for)
        case Stance.CENTRE:
            return table.centre_id.in_(acts_for)
        case Stance.LEAD:
            return table.lead_id.in_(acts_for)
        case Stance.CO:
            return or_(false(), *map(helps, acts_for))
        case Stance.LEADER:
            return or_(table.station_id.in_(seen), table.centre_id.in_(seen), table.lead_id.in_(seen))
        case Stance.GUEST:
            # Few have anything shared with them: from those, not from every case.
            return table.id.in_(select(case_guest.c.case_id).where(case_guest.c.account_id == actor.account_id))
        case _:
            return false()


def _late(duty: Duty, now: datetime) -> ColumnElement[bool]:
    return missed(duty.due, now) if duty.due else false()


def task(one: Case, duty: Duty, now: datetime) -> Task:
    """A case that waits for a duty."""
    by: str | None = getattr(one, duty.due.field) if duty.due else None
    if duty.due is None or by is None:
        return Task(one, "", False)
    return Task(one, shown(duty.due, by), duty.due.missed(by, now))
