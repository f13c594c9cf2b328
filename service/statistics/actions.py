"""What a leader, the centre or an auditor can ask: the figures of a period beside those of others, by group."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from service.accounts.model import Actor, Role
from service.cases.life import Act
from service.statistics import store
from service.statistics.model import Figures, Group, Period, Share, Span, months_on, period, previous, year_before
from service.storage.database import Database
from service.units.store import all_units

_MONTHS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the dashboard shows. `colours` and `colours_now` come heaviest first."""

    span: Span
    period: Period
    now: Figures
    previous: Figures
    year_before: Figures
    colours_now: Sequence[tuple[str, int]]
    red_recall: Share
    by_type: Sequence[Group]
    by_unit: Sequence[Group]
    by_village: Sequence[Group]
    months: Sequence[tuple[str, Mapping[str, int]]]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures over the cases in a database. `colours` are those of the rule set in force, heaviest first."""

    database: Database
    colours: Callable[[], Sequence[str]]

    def board(self, actor: Actor, span: Span, day: date) -> Board:
        """The figures of the period that a day lies in; raises ForbiddenError for who leads and audits nothing."""
        actor.require(Role.LEADER, Role.CENTRE, Role.AUDITOR)
        chosen, colours = period(span, day), self.colours()
        with self.database.read() as connection:
            names = {one.id: one.name for one in all_units(connection)}
            rows, settled = store.acts(connection, actor, chosen), store.settled(connection, actor, chosen)
            villages = store.by_village(connection, actor, chosen)
            standing = store.colours_now(connection, actor)
            first = months_on(chosen.first.replace(day=1), 1 - _MONTHS_SHOWN)
            months = [Period(months_on(first, n), months_on(first, n + 1)) for n in range(_MONTHS_SHOWN)]
            return Board(
                span=span,
                period=chosen,
                now=_figures(connection, actor, chosen),
                previous=_figures(connection, actor, previous(span, chosen)),
                year_before=_figures(connection, actor, year_before(span, chosen)),
                colours_now=[(name, standing[name]) for name in dict.fromkeys([*colours, *standing])],
                red_recall=store.red_recall(connection, actor, chosen, colours[0]),
                by_type=_groups(
                    ((kind, act, n) for (act, kind, _), n in rows.items()), ((kind, ok) for kind, _, ok in settled)
                ),
                by_unit=_groups(
                    ((names.get(who, "未分派"), act, n) for (act, _, who), n in rows.items()),
                    ((names.get(lead, "未分派"), ok) for _, lead, ok in settled),
                ),
                by_village=_groups(((names[who], act, n) for (act, who), n in villages.items()), ()),
                months=[(f"{one.first:%Y-%m}", _totals(store.acts(connection, actor, one))) for one in months],
            )


def _figures(connection: Connection, actor: Actor, one: Period) -> Figures:
    settled = store.settled(connection, actor, one)
    return Figures(
        _totals(store.acts(connection, actor, one)),
        Share(sum(ok for _, _, ok in settled), len(settled)),
        store.petitions(connection, actor, one),
    )


def _totals(rows: store.Rows) -> Counter[str]:
    found: Counter[str] = Counter()
    for (act, _, _), count in rows.items():
        found[act] += count
    return found


def _groups(counts: Iterable[tuple[str, str, int]], settled: Iterable[tuple[str, bool]]) -> list[Group]:
    """The groups with most opened cases first."""
    by: dict[str, Counter[str]] = defaultdict(Counter)
    for name, act, count in counts:
        by[name][act] += count
    timely: dict[str, list[bool]] = defaultdict(list)
    for name, good in settled:
        timely[name].append(good)
    groups = [Group(name, found, Share(sum(timely[name]), len(timely[name]))) for name, found in by.items()]
    return sorted(groups, key=lambda one: (-one.acts.get(Act.OPEN, 0), one.name))
