"""Counts over the rows of cases in the figures. Every reading takes the Actor and counts only what they see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, case, func, literal, or_, select, union_all

from service.accounts.model import Actor
from service.cases.life import OPEN
from service.cases.tally import BETWEEN
from service.cases.tallying import circles_of, of_circles
from service.statistics.model import Group, Measure, Period, Share
from service.storage.finding import place_in
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
NAMELESS = {"unit": "未分派", "village": "没有村(社区)参与"}
# What else than measures and dimensions the rows of a query tell of.
_RECALL, _RETURNED_BY, _COLOUR = "recall", "returned by", "colour"


def _sum(column: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


# How many kept their term, and how many had one.
_TERM = (_sum(_row.on_time), func.count(_row.on_time))
_NO_TERM = (literal(0), literal(0))


@dataclass(frozen=True, slots=True)
class Counted:
    """To how many cases each thing happened first on each day, and of settlements, how many kept their term.

    `returned_by`: how many each unit gave back, as the first to do so; `colours_now`: open cases by colour.
    """

    days: Mapping[Measure, Mapping[str, tuple[int, Share]]]
    returned_by: Mapping[str, int]
    colours_now: Mapping[str, int]


def counted(
    connection: Connection, actor: Actor, wanted: Mapping[Measure, Sequence[Period]], period: Period
) -> Counted:
    """Days of the `wanted` periods of each measure, which don't overlap; who gave back in `period`. One query."""
    circles = circles_of(actor)
    common = of_circles(circles)
    # What is rare is found by its day, what is open by its state: an expression keeps SQLite from reading every case
    # that the actor sees instead.
    rare = of_circles(circles, _row.circle_id + 0)
    returned, is_open = _within(_row.returned_on, period), _row.state.in_([state.value for state in OPEN])
    parts = [
        _counts(_RETURNED_BY, _row.returned_by_id, returned, rare),
        _counts(_COLOUR, _row.colour, is_open, rare),
        *(
            _counts(measure.value, day, _within(day, one), common if measure in _COMMON else rare)
            for measure, day in _DAYS.items()
            for one in wanted.get(measure, ())
        ),
    ]
    found: dict[str, dict[str, tuple[int, Share]]] = {name: {} for name in (_RETURNED_BY, _COLOUR, *Measure)}
    for name, by, count, part, whole in connection.execute(union_all(*parts)).all():
        found[name][str(by)] = int(count), Share(int(part), int(whole))
    return Counted(
        {measure: found[measure] for measure in Measure},
        *({by: count for by, (count, _) in found[name].items()} for name in (_RETURNED_BY, _COLOUR)),
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """What became by now of the cases opened in a period, by "type", "unit" and "village", in no order.

    `red_recall`: of those that proved grave, how many were suggested red at first.
    """

    groups: Mapping[str, Sequence[Group]]
    red_recall: Share


def opened(connection: Connection, actor: Actor, period: Period, red: str, names: Mapping[str, str]) -> Opened:
    """The cases opened in a period, read once. `names` are those of units by their ids.

    Grave is what turned criminal, and what ever was red; not what began red until two persons lowered it for good.
    """
    began_red = case((_row.suggested_colour == red, 1)).label("began_red")
    colours = literal(BETWEEN).concat(_row.colours).concat(BETWEEN)
    was_red = place_in(connection, colours, f"{BETWEEN}{red}{BETWEEN}") > 0
    lowered = and_(_row.suggested_colour == red, _row.colour != red)
    grave = case((or_(_row.criminal_on.is_not(None), and_(was_red, ~lowered)), 1)).label("grave")
    counted_too = (began_red, _row.resolved_on, _row.returned_on, _row.recurred_on, _row.criminal_on, _row.petition_on)
    rows = (
        select(*_DIMENSIONS.values(), *counted_too, _row.on_time, grave)
        .where(_within(_row.opened_on, period), of_circles(circles_of(actor)))
        .cte("opened")
    )
    counts = [func.count(rows.c[one.name]) for one in counted_too]
    parts = [
        select(
            literal(name), rows.c[by.name], func.count(), _sum(rows.c.on_time), func.count(rows.c.on_time), *counts
        ).group_by(rows.c[by.name])
        for name, by in _DIMENSIONS.items()
    ]
    recalled = select(
        literal(_RECALL), literal(""), literal(0), _sum(rows.c.grave * rows.c.began_red), func.count(rows.c.grave),
        *(literal(0) for _ in counted_too),
    )  # fmt: skip
    found: dict[str, list[Group]] = {name: [] for name in _DIMENSIONS}
    recall = Share(0, 0)
    row: Any
    for row in connection.execute(union_all(*parts, recalled)).all():
        dimension, name, number, part, whole, *rest = row
        share = Share(int(part), int(whole))
        if dimension == _RECALL:
            recall = share
            continue
        # In the order of `counted_too`.
        red_ones, resolved, returned, recurred, criminal, petition = map(int, rest)
        found[dimension].append(
            Group(
                name=str(name) if dimension == "type" else names.get(str(name), NAMELESS[dimension]),
                opened=int(number),
                began_red=red_ones,
                resolved=resolved,
                on_time=share,
                returned=returned,
                recurred=recurred,
                criminal=criminal,
                petition=petition,
            )
        )
    return Opened(found, recall)


def _counts(name: str, by: Column[str], *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    term = _TERM if name == Measure.RESOLVED else _NO_TERM
    return select(literal(name), by, func.count(), *term).where(*conditions).group_by(by)


def _within(day: Column[str], period: Period) -> ColumnElement[bool]:
    return and_(day >= period.first.isoformat(), day < period.after.isoformat())
