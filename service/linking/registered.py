"""An incident as a station registers it, or as it is told at intake, comes in; its trace goes out."""

from datetime import datetime

from service import clock
from service.incidents.model import Registration
from service.linking import keys
from service.linking.model import Incident, Party, Trace


def trace_of(identity: str, text: str, known: Registration, now: datetime, secret: bytes) -> Trace:
    """The trace; without a time of its own it happens `now`. Raises ValueError for a secret that is too short."""
    at = datetime.fromisoformat(known.happened_at) if known.happened_at else now
    return keys.trace(
        Incident(
            identity,
            clock.in_china(at),
            text,
            known.place,
            known.alarm_number,
            (known.linked_alarm,) if known.linked_alarm else (),
            tuple(Party(one.role.value, one.name, one.phone, one.id_number) for one in known.parties),
        ),
        secret,
    )
