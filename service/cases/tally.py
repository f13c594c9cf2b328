"""What a case counts for in the figures: its events come in one by one, one small row goes out. No personal data.

A case counts once for each thing that can happen to it, on the day in China when it happened first. So no figure of
a past period ever changes, and those of periods side by side add up.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from service import clock
from service.cases.life import Act
from service.cases.model import Case, Event

BETWEEN = "、"


@dataclass(frozen=True, slots=True)
class Tally:
    """A case in the figures. Days are ISO dates; None: it never happened. What is empty is not known yet.

    `circle_id` says who sees it. `unit_id` has it, or had it last: the lead, else the centre, else the station.
    `suggested_colour` is what was suggested for the first incident, `first_colour` what a person settled on then, and
    `colours` holds each that it ever had. `on_time` and `resolution` are those of the first settlement.
    """

    case_id: str
    circle_id: int = 0
    station_id: str = ""
    centre_id: str = ""
    unit_id: str = ""
    village_id: str = ""
    dispute_type: str = ""
    suggested_colour: str = ""
    first_colour: str = ""
    colour: str = ""
    colours: str = ""
    state: str = ""
    opened_on: str = ""
    transferred_on: str | None = None
    returned_on: str | None = None
    returned_by_id: str = ""
    resolved_on: str | None = None
    resolution: str = ""
    on_time: int | None = None
    recurred_on: str | None = None
    criminal_on: str | None = None
    petition_on: str | None = None
    returns: int = 0
    recurrences: int = 0
    misses: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What the events don't tell: who sees the case, which of its units are villages, and what its incidents say.

    `petition`: whether one of its incidents speaks of petitioning (扬言信访).
    """

    circle_id: int
    villages: frozenset[str]
    suggested_colour: str
    petition: bool


def tallied(tally: Tally, before: Case, event: Event, case: Case, known: Known) -> Tally:
    """The row after an event that made `case` of `before`."""
    day = clock.in_china(datetime.fromisoformat(event.at)).date().isoformat()
    colours = tally.colours.split(BETWEEN) if tally.colours else []
    found = replace(
        tally,
        circle_id=known.circle_id,
        station_id=case.station_id,
        centre_id=case.centre_id,
        unit_id=_holder(tally, before, event, case),
        village_id=next((one for one in (case.lead_id, *case.co_ids) if one in known.villages), tally.village_id),
        dispute_type=case.dispute_type,
        colour=case.colour,
        colours=BETWEEN.join(dict.fromkeys([*colours, case.colour])),
        state=case.state.value,
        petition_on=(tally.petition_on or day) if known.petition else None,
        recurrences=case.recurrences,
    )
    if case.recurrences > before.recurrences:
        found = replace(found, recurred_on=tally.recurred_on or day)
    match event.act:
        case Act.OPEN:
            found = replace(
                found, opened_on=day, first_colour=case.colour, suggested_colour=known.suggested_colour or case.colour
            )
        case Act.TRANSFER:
            found = replace(found, transferred_on=tally.transferred_on or day)
        case Act.RETURN:
            found = replace(found, returns=tally.returns + 1)
            if tally.returned_on is None:
                found = replace(found, returned_on=day, returned_by_id=before.lead_id)
        case Act.RESOLVE if tally.resolved_on is None:
            found = replace(found, resolved_on=day, resolution=case.resolution, on_time=_on_time(before, event))
        case Act.CRIMINAL:
            found = replace(found, criminal_on=tally.criminal_on or day)
        case Act.MISS:
            found = replace(found, misses=tally.misses + 1)
    return found


def circle(members: Iterable[str]) -> int:
    """The number of those who see a case: units and accounts by their ids. The same members, the same number."""
    digest = hashlib.sha256("\n".join(sorted(members)).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _holder(tally: Tally, before: Case, event: Event, case: Case) -> str:
    unchanged = (case.lead_id, case.centre_id) == (before.lead_id, before.centre_id)
    # Who settled a case that flares up again keeps it in the figures until somebody else has it.
    if tally.unit_id and (unchanged or event.act is Act.RECUR):
        return tally.unit_id
    return case.lead_id or case.centre_id or case.station_id


def _on_time(before: Case, event: Event) -> int | None:
    """1 within the term, 0 after it, None where there was none; while the clock is paused it stands."""
    return int((before.paused_at or event.at) <= before.finish_by) if before.finish_by else None
