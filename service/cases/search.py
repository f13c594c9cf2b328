"""The list of cases: filters and an Actor come in; how many there are and one page of them go out, heaviest first.

Ids are read colour by colour along an index that is made for it, up to so many that nobody turns over more pages.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Column, ColumnElement, Connection, and_, case, func, or_, select, union_all

from service import clock
from service.accounts.model import Actor, Role
from service.cases.dues import DUES, FINISH, Due
from service.cases.life import State
from service.cases.model import Case
from service.cases.store import case_of, visible
from service.errors import InputError
from service.storage.finding import place_in
from service.storage.tables.cases import case_file, case_guest, case_unit

MOST_LISTED = 5000
_FEW = 5000  # entries of units and cases from which a list is made at once
_LONGEST, _YEARS = 100, range(1970, 2200)
_NUMBER = re.compile(r"\d{4}-\d*")


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for; what is empty is not asked. `words` are part of number, place or dispute type.

    `states`: any of these. `unit_id` leads or helps. Days are China's and both counted.
    """

    words: str = ""
    states: frozenset[State] = frozenset()
    colour: str = ""
    dispute_type: str = ""
    unit_id: str = ""
    opened_from: date | None = None
    opened_to: date | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One page, and how many there are of each colour, the heaviest first. `more`: there are more than were counted."""

    cases: tuple[Case, ...]
    colours: Mapping[str, int]
    more: bool = False

    @property
    def total(self) -> int:
        """How many were counted."""
        return sum(self.colours.values())


def search(
    connection: Connection,
    actor: Actor,
    wanted: Filters,
    *,
    colours: tuple[str, ...],
    now: datetime,
    limit: int,
    offset: int = 0,
    most: int = MOST_LISTED,
) -> Found:
    """The cases that the actor sees, in the order of `colours` and within each the oldest first.

    A colour that is not among them comes first. Counting ends at `most`.
    """
    narrowed = _narrowed(connection, actor)
    conditions = [visible(actor), *_conditions(connection, wanted, now), *narrowed]
    if narrowed or wanted.overdue or wanted.unit_id:
        rows = _sorted(connection, conditions, colours, most)
    else:
        rows = _along(connection, conditions, _colours(connection, wanted, colours), most)
    counts = Counter(colour for _, colour in rows)
    found = [identity for identity, _ in rows]
    page = found[:most][offset : offset + limit]
    whole = connection.execute(select(case_file).where(case_file.c.id.in_(page)))
    places = {identity: place for place, identity in enumerate(page)}
    cases = sorted(map(case_of, whole), key=lambda one: places[one.id])
    return Found(tuple(cases), counts, len(found) > most)


def checked(wanted: Filters) -> Filters:
    """The filters if they can be asked; raises InputError."""
    for typed in (wanted.words, wanted.colour, wanted.dispute_type, wanted.unit_id):
        if len(typed) > _LONGEST or not typed.isprintable():
            raise InputError(f"查询条件最多 {_LONGEST} 个可见字符")
    for day in (wanted.opened_from, wanted.opened_to):
        if day and day.year not in _YEARS:
            raise InputError(f"日期要在 {_YEARS.start} 到 {_YEARS.stop - 1} 年之间")
    return wanted


def missed(due: Due, now: datetime) -> ColumnElement[bool]:
    """Whether a case owes this and it is over."""
    column = case_file.c[due.field]
    running = [case_file.c.paused_at.is_(None)] if due is FINISH else []
    return and_(in_states(due.states), column < due.mark(now), *running)


def helps(unit_id: str) -> ColumnElement[bool]:
    """Whether a unit is among the co-handlers, which are stored as a JSON list."""
    return case_file.c.co_ids.contains(f'"{unit_id}"', autoescape=True)


def by_colour(colours: tuple[str, ...]) -> ColumnElement[int]:
    """The place of a case's colour among these, before all of them where it is none of them."""
    places = {colour: place for place, colour in enumerate(colours)}
    return case(places, value=case_file.c.colour, else_=-1)


def in_states(states: frozenset[State]) -> ColumnElement[bool]:
    """Whether a case is in one of these states.

    Kept cases are many, and few of them are asked for: these are not to be found by the index of states.
    """
    return (case_file.c.state.concat("") if State.KEPT in states else case_file.c.state).in_(states)


def _along(
    connection: Connection, conditions: list[ColumnElement[bool]], colours: Sequence[str], most: int
) -> list[tuple[str, str]]:
    """Ids and colours in order, read along the index, colour after colour."""
    found: list[tuple[str, str]] = []
    for colour in colours:
        query = select(case_file.c.id).where(*conditions, case_file.c.colour == colour)
        query = query.order_by(case_file.c.opened_at, case_file.c.id).limit(most + 1 - len(found))
        found += [(identity, colour) for identity in connection.execute(query).scalars().all()]
    return found


def _sorted(
    connection: Connection, conditions: list[ColumnElement[bool]], colours: tuple[str, ...], most: int
) -> list[tuple[str, str]]:
    """The same where few are sought: these are found first and then sorted."""
    table = case_file.c
    query = select(table.id, table.colour).where(*conditions)
    query = query.order_by(by_colour(colours), table.colour, table.opened_at, table.id).limit(most + 1)
    return [(row.id, row.colour) for row in connection.execute(query).all()]


def _narrowed(connection: Connection, actor: Actor) -> list[ColumnElement[bool]]:
    """Who sees few cases is served from these; `visible` alone would have each case of the town looked at.

    It narrows nothing that `visible` doesn't: it only says from where to begin.
    """
    if actor.has(Role.AUDITOR) or actor.via == "本机":
        return []
    of_units = select(case_unit.c.case_id).where(case_unit.c.unit_id.in_(actor.sees))
    if len(connection.execute(of_units.limit(_FEW + 1)).all()) > _FEW:
        return []
    shared = select(case_guest.c.case_id).where(case_guest.c.account_id == actor.account_id)
    return [case_file.c.id.in_(of_units.union(shared))]


def _colours(connection: Connection, wanted: Filters, known: tuple[str, ...]) -> list[str]:
    """The colours that there are, the heaviest first: a colour that is known no more comes before all."""
    if wanted.colour:
        return [wanted.colour]
    return sorted(
        _distinct(connection, case_file.c.colour),
        key=lambda colour: (known.index(colour) if colour in known else -1, colour),
    )


def _distinct(connection: Connection, column: Column[str]) -> list[str]:
    """What stands in a column, from one to the next along its index: few steps, whatever the number of cases."""
    found = select(func.min(column).label("one")).cte("found", recursive=True)
    next_one = select(func.min(column)).where(column > found.c.one).scalar_subquery()
    found = found.union_all(select(next_one).where(found.c.one.is_not(None)))
    return list(connection.execute(select(found.c.one).where(found.c.one.is_not(None))).scalars())


def _conditions(connection: Connection, wanted: Filters, now: datetime) -> list[ColumnElement[bool]]:
    table, found = case_file.c, list[ColumnElement[bool]]()
    if words := wanted.words.strip():
        found.append(_says(connection, words))
    if wanted.colour:
        found.append(table.colour == wanted.colour)
    if wanted.states:
        found.append(table.state.in_(wanted.states))
    if wanted.dispute_type:
        found.append(table.dispute_type == wanted.dispute_type)
    if unit := wanted.unit_id:
        took_part = select(case_unit.c.case_id).where(case_unit.c.unit_id == unit)
        found += [table.id.in_(took_part), or_(table.lead_id == unit, helps(unit))]
    if wanted.opened_from:
        found.append(table.opened_at >= clock.stamp(clock.end_of(wanted.opened_from - timedelta(days=1))))
    if wanted.opened_to:
        found.append(table.opened_at < clock.stamp(clock.end_of(wanted.opened_to)))
    if wanted.overdue:
        # One after another, since each has its index.
        found.append(table.id.in_(union_all(*(select(table.id).where(missed(due, now)) for due in DUES.values()))))
    return found


def _says(connection: Connection, words: str) -> ColumnElement[bool]:
    table = case_file.c
    if _NUMBER.fullmatch(words):
        return table.number.startswith(words, autoescape=True)
    columns = (table.place, *([table.number] if words.isdigit() else []))
    # Types are few: those meant are known before any case is looked at.
    types = [one for one in _distinct(connection, table.dispute_type) if words.lower() in one.lower()]
    meant = [table.dispute_type.in_(types)] if types else []
    # Chinese has no upper case, and folding it takes as long as searching.
    if words.upper() == words.lower():
        return or_(*(place_in(connection, column, words) > 0 for column in columns), *meant)
    return or_(*(column.icontains(words, autoescape=True) for column in columns), *meant)
