"""What a case counts for, told a second time: from the whole list of its events at once, not one after another."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from service.cases.life import Act
from service.cases.model import Event, fold


def counted(events: Sequence[Event], villages: Iterable[str] = ("village",)) -> dict[str, Any]:
    """The columns that events alone decide."""
    cases = [fold(events[0].case_id, events[:count]) for count in range(1, len(events) + 1)]
    last = cases[-1]
    held = [
        case.lead_id or case.centre_id or case.station_id
        for number, (case, event) in enumerate(zip(cases, events, strict=True))
        if event.act is not Act.RECUR
        and (not number or (case.lead_id, case.centre_id) != (cases[number - 1].lead_id, cases[number - 1].centre_id))
    ]
    by_village = [one for case in cases for one in (case.lead_id, *case.co_ids)[::-1] if one in set(villages)]
    recurred = [number for number in range(1, len(cases)) if cases[number].recurrences > cases[number - 1].recurrences]
    settled = [number for number, event in enumerate(events) if event.act is Act.RESOLVE]
    returned = [number for number, event in enumerate(events) if event.act is Act.RETURN]
    return {
        "case_id": last.id,
        "station_id": last.station_id,
        "centre_id": last.centre_id,
        "unit_id": held[-1],
        "village_id": by_village[-1] if by_village else "",
        "dispute_type": last.dispute_type,
        "first_colour": cases[0].colour,
        "colour": last.colour,
        "colours": "、".join(dict.fromkeys(case.colour for case in cases)),
        "state": last.state,
        "opened_on": _day(events[0]),
        "transferred_on": _first(events, Act.TRANSFER),
        "returned_on": _first(events, Act.RETURN),
        "returned_by_id": cases[returned[0] - 1].lead_id if returned else "",
        "resolved_on": _first(events, Act.RESOLVE),
        "resolution": cases[settled[0]].resolution if settled else "",
        "recurred_on": _day(events[recurred[0]]) if recurred else None,
        "criminal_on": _first(events, Act.CRIMINAL),
        "returns": len(returned),
        "recurrences": last.recurrences,
        "misses": sum(event.act is Act.MISS for event in events),
    }


def _first(events: Sequence[Event], act: Act) -> str | None:
    return next((_day(event) for event in events if event.act is act), None)


def _day(event: Event) -> str:
    """China is eight hours ahead of what is stored."""
    return (datetime.fromisoformat(event.at) + timedelta(hours=8)).date().isoformat()
