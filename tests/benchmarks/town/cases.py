"""A dispute with its incidents comes in; the rows of its case, as its events would have left them, go out."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table

from service import clock
from service.cases.life import IN_HAND, OPEN, Act, Stance, State
from service.cases.model import START, Case, Resolution
from service.cases.store import row_of
from service.cases.tally import Tally, circle
from service.storage.tables.cases import case_event, case_file, case_incident, case_unit
from service.storage.tables.tallies import case_circle, case_tally
from tests.benchmarks.town.bulk import Row
from tests.benchmarks.town.incidents import Taken
from tests.benchmarks.town.texts import registration

_UNSETTLED = timedelta(days=40)  # of the cases so young half are open, of the older one in a hundred
_WAY = (State.OPENED, State.AT_CENTRE, State.DISPATCHED, State.ACCEPTED, State.HANDLING, State.RESOLVED, State.VISITED,
        State.ARCHIVED)  # fmt: skip
_ACTS = {
    State.AT_CENTRE: (Act.TRANSFER, Stance.STATION), State.DISPATCHED: (Act.DISPATCH, Stance.CENTRE),
    State.ACCEPTED: (Act.ACCEPT, Stance.LEAD), State.HANDLING: (Act.REPORT, Stance.LEAD),
    State.RESOLVED: (Act.RESOLVE, Stance.LEAD), State.VISITED: (Act.VISIT, Stance.LEAD),
    State.ARCHIVED: (Act.ARCHIVE, Stance.CENTRE), State.KEPT: (Act.KEEP, Stance.STATION),
    State.ENDED: (Act.END, Stance.CENTRE), State.CRIMINAL: (Act.CRIMINAL, Stance.STATION),
}  # fmt: skip
_CLOSED = (State.ARCHIVED,) * 8 + (State.KEPT,) * 3 + (State.ENDED, State.CRIMINAL)


@dataclass(frozen=True, slots=True)
class Street:
    """The units of a street by their ids."""

    id: str
    station: str
    centre: str
    leads: tuple[str, ...]
    villages: tuple[str, ...]


def rows(
    identity: str, number: int, street: Street, incidents: Sequence[Taken], now: datetime, chance: random.Random
) -> Iterator[tuple[Table, Row]]:
    """By table, each after those it refers to. `incidents` in the order in which they came."""
    began = clock.moment(incidents[0].at)
    state = _state(now - began, chance)
    lead = chance.choice(street.leads + street.villages)
    co = {chance.choice(street.villages)} | ({chance.choice(street.leads)} if chance.random() < 0.05 else set())
    colour = chance.choices(("红", "黄", "蓝"), (3, 20, 77))[0]
    of: dict[str, Any] = {
        "number": f"{began.year}-{number:06}", "state": State.OPENED.value, "station_id": street.station,
        "incidents": [incidents[0].id], "dispute_type": incidents[0].read.columns["dispute_type"], "colour": colour,
        "place": registration(incidents[0].dispute).place, "opened_at": incidents[0].at,
    }  # fmt: skip
    lines: list[tuple[str, Act, Stance, dict[str, Any]]] = [(incidents[0].at, Act.OPEN, Stance.STATION, dict(of))]
    for one in incidents[1:]:
        of["incidents"] = [*of["incidents"], one.id]
        lines.append((one.at, Act.JOIN, Stance.STATION, {"incidents": of["incidents"]}))
    way = _WAY[1 : _WAY.index(state) + 1] if state in _WAY else _before(state)
    days: dict[State, str] = {}
    for step, after in enumerate(way, start=1):
        at = clock.stamp(began + min(timedelta(days=2), (now - began) / (len(way) + 1)) * step)
        days[after] = at
        changes = _changes(after, street, lead, sorted(co - {lead}), at)
        of |= changes
        lines.append((at, *_ACTS[after], changes))
    lines.sort(key=lambda line: line[0])
    of |= _limits(state, now, chance)
    fitted = {name: tuple(value) if isinstance(value, list) else value for name, value in of.items()}
    case = Case(**{"id": identity, "version": len(lines), "changed_at": lines[-1][0], **fitted, "state": state})
    members = sorted(case.units)
    written = row_of(case)
    yield case_file, tuple(written[column.name] for column in case_file.columns)
    yield from ((case_event, row) for row in _events(identity, street, lines, chance))
    yield from ((case_incident, (one.id, identity)) for one in incidents)
    yield from ((case_unit, (identity, unit)) for unit in members)
    tally = _tally(case, days, chance)
    yield case_tally, astuple(tally)
    # As often as there are cases of the circle: only one of each is to be written.
    yield from ((case_circle, (unit, tally.circle_id)) for unit in members)


def _state(age: timedelta, chance: random.Random) -> State:
    if chance.random() < (0.5 if age < _UNSETTLED else 0.01):
        return chance.choice(sorted(OPEN - {State.ARBITRATION}))
    return chance.choice(_CLOSED) if chance.random() < 0.97 else chance.choice((State.RESOLVED, State.VISITED))


def _before(state: State) -> tuple[State, ...]:
    if state is State.ENDED:
        return (State.AT_CENTRE, State.DISPATCHED, State.ACCEPTED, State.HANDLING, state)
    return (state,)


def _changes(state: State, street: Street, lead: str, co: list[str], at: str) -> dict[str, Any]:
    changes: dict[str, Any] = {"state": state.value}
    match state:
        case State.AT_CENTRE:
            changes |= {"centre_id": street.centre}
        case State.DISPATCHED:
            changes |= {"lead_id": lead, "co_ids": co}
        case State.RESOLVED:
            changes |= {"resolved_at": at, "resolution": Resolution.AGREEMENT.value}
        case State.KEPT | State.ARCHIVED | State.CRIMINAL | State.ENDED:
            changes |= {"closed_at": at}
    return changes


def _limits(state: State, now: datetime, chance: random.Random) -> dict[str, str]:
    """What it owes; a quarter of that is overdue."""

    def stamp() -> str:
        return clock.stamp(now + timedelta(days=chance.choice((-3, 1, 5, 20))))

    found: dict[str, str] = {}
    if state in (State.AT_CENTRE, State.DISPATCHED):
        found["accept_by"] = stamp()
    if state in IN_HAND:
        found |= {"finish_by": stamp(), "report_by": stamp()[:10]}
    if state in OPEN or state in (State.KEPT, State.RESOLVED):
        near = chance.random() < 0.05
        found["review_by"] = stamp()[:10] if near else (now + timedelta(days=30)).date().isoformat()
    if state is State.RESOLVED:
        found["visit_by"] = stamp()[:10]
    return found


def _events(
    identity: str, street: Street, lines: Sequence[tuple[str, Act, Stance, dict[str, Any]]], chance: random.Random
) -> Iterator[Row]:
    previous = START
    for seq, (at, act, stance, changes) in enumerate(lines, start=1):
        # As long as a true one: nobody follows this chain.
        sealed = chance.randbytes(32).hex()
        written = json.dumps(changes, ensure_ascii=False)
        words = "双方都同意，已经写明。" if act is not Act.OPEN else ""
        detail = {"警情": changes["incidents"][-1]} if act in (Act.OPEN, Act.JOIN) else {}
        yield (
            identity, seq, at, act.value, "", "测速", street.station, stance.value, words,
            json.dumps(detail, ensure_ascii=False), written, previous,
            sealed, chance.randbytes(16).hex(),
        )  # fmt: skip
        previous = sealed


def _tally(case: Case, days: dict[State, str], chance: random.Random) -> Tally:
    def on(state: State) -> str | None:
        return clock.local(days[state])[:10] if state in days else None

    def seldom(share: float) -> str | None:
        return clock.local(case.changed_at)[:10] if chance.random() < share else None

    returned, resolved = seldom(0.1), on(State.RESOLVED)
    return Tally(
        case_id=case.id,
        circle_id=circle(case.units),
        station_id=case.station_id,
        centre_id=case.centre_id,
        unit_id=case.lead_id or case.centre_id or case.station_id,
        village_id=case.co_ids[0] if case.co_ids else "",
        dispute_type=case.dispute_type,
        suggested_colour=case.colour,
        first_colour=case.colour,
        colour=case.colour,
        colours=case.colour if chance.random() < 0.9 else f"{case.colour}、红",
        state=case.state.value,
        opened_on=clock.local(case.opened_at)[:10],
        transferred_on=on(State.AT_CENTRE),
        returned_on=returned,
        returned_by_id=case.lead_id if returned else "",
        resolved_on=resolved,
        resolution=case.resolution,
        on_time=int(chance.random() < 0.9) if resolved else None,
        recurred_on=seldom(0.06),
        criminal_on=on(State.CRIMINAL),
        petition_on=seldom(0.03),
    )
