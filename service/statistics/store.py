"""Counts over the rows of cases in the figures. Every reading takes the Actor and counts only what they see."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Column, ColumnElement, Connection, and_, func, select

from service.accounts.model import Actor
from service.cases.life import OPEN
from service.cases.tally import had
from service.cases.tallying import counted_for
from service.statistics.model import Group, Measure, Period, Share
from service.storage.tables.tallies import case_tally

_row = case_tally.c
_DAYS: Mapping[Measure, Column[str]] = {
    Measure.OPENED: _row.opened_on,
    Measure.TRANSFERRED: _row.transferred_on,
    Measure.RESOLVED: _row.resolved_on,
    Measure.RETURNED: _row.returned_on,
    Measure.RECURRED: _row.recurred_on,
    Measure.CRIMINAL: _row.criminal_on,
    Measure.PETITION: _row.petition_on,
}
_COMMON = frozenset({Measure.OPENED, Measure.TRANSFERRED, Measure.RESOLVED})
_DIMENSIONS: Mapping[str, Column[str]] = {
    "type": _row.dispute_type,
    "unit": _row.unit_id,
    "village": _row.village_id,
}


def by_day(connection: Connection, actor: Actor, measure: Measure, period: Period) -> Counter[str]:
    """To how many cases it happened first on each day of a period."""
    day = _DAYS[measure]
    query = select(day, func.count()).where(_within(day, period), _seen(actor, measure)).group_by(day)
    return Counter({str(one): int(count) for one, count in connection.execute(query).all()})


def settled(connection: Connection, actor: Actor, period: Period) -> dict[str, tuple[int, Share]]:
    """The first settlements on each day of a period, and of those that had a term: how many kept it."""
    day = _row.resolved_on
    query = select(day, func.count(), func.coalesce(func.sum(_row.on_time), 0), func.count(_row.on_time))
    rows = connection.execute(query.where(_within(day, period), counted_for(actor)).group_by(day)).all()
    return {str(one): (int(count), Share(int(part), int(whole))) for one, count, part, whole in rows}


def groups(connection: Connection, actor: Actor, dimension: str, period: Period, red: str) -> list[Group]:
    """What became by now of the cases opened in a period, by type, unit or village; names are still ids."""
    by = _DIMENSIONS[dimension]
    counts = (_row.resolved_on, _row.on_time, _row.returned_on, _row.recurred_on, _row.criminal_on, _row.petition_on)
    query = (
        select(
            by,
            func.count(),
            func.count().filter(_row.suggested_colour == red),
            func.coalesce(func.sum(_row.on_time), 0),
            *map(func.count, counts),
        )
        .where(_within(_row.opened_on, period), counted_for(actor))
        .group_by(by)
    )
    found = []
    for name, opened, began_red, timely, resolved, limited, *rest in connection.execute(query):
        returned, recurred, criminal, petition = map(int, rest)
        found.append(
            Group(
                name=str(name),
                opened=int(opened),
                began_red=int(began_red),
                resolved=int(resolved),
                on_time=Share(int(timely), int(limited)),
                returned=returned,
                recurred=recurred,
                criminal=criminal,
                petition=petition,
            )
        )
    return found


def returned_by(connection: Connection, actor: Actor, period: Period) -> dict[str, int]:
    """How many cases each unit gave back in a period, as the first to do so."""
    by = _row.returned_by_id
    query = (
        select(by, func.count()).where(_within(_row.returned_on, period), _seen(actor, Measure.RETURNED)).group_by(by)
    )
    return {str(one): int(count) for one, count in connection.execute(query)}


def colours_now(connection: Connection, actor: Actor) -> Counter[str]:
    """Open cases by colour, as they stand."""
    states = [state.value for state in OPEN]
    query = select(_row.colour, func.count()).where(_row.state.in_(states), _seen(actor)).group_by(_row.colour)
    return Counter({str(colour): int(count) for colour, count in connection.execute(query)})


def red_recall(connection: Connection, actor: Actor, period: Period, red: str) -> Share:
    """Of the cases opened in a period that proved grave: how many were suggested `red` at first.

    Grave is what turned criminal, and what ever was red; not what began red until two persons lowered it for good.
    """
    criminal = _row.criminal_on.is_not(None)
    query = (
        select(_row.colours, _row.suggested_colour, criminal, _row.colour, func.count())
        .where(_within(_row.opened_on, period), counted_for(actor))
        .group_by(_row.colours, _row.suggested_colour, criminal, _row.colour)
    )
    grave = []
    for colours, suggested, turned, colour, count in connection.execute(query):
        began = suggested == red
        if turned or (had(colours, red) and not (began and colour != red)):
            grave.append((began, int(count)))
    return Share(sum(count for began, count in grave if began), sum(count for _, count in grave))


def _seen(actor: Actor, measure: Measure | None = None) -> ColumnElement[bool]:
    # What is rare is found by its day, what is open by its state: an expression keeps SQLite from reading every case
    # that the actor sees instead.
    return counted_for(actor) if measure in _COMMON else counted_for(actor, _row.circle_id + 0)


def _within(day: Column[str], period: Period) -> ColumnElement[bool]:
    return and_(day >= period.first.isoformat(), day < period.after.isoformat())
