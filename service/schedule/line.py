"""What the lists need of an event: when, what, and what it made of the case. A month of a street has many of them."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from service.cases.life import Act, Stance
from service.cases.model import Case, Event, after

# Lines that move neither a case nor what it owes.
BESIDE = (Act.COMMENT, Act.ATTACH, Act.SHARE, Act.UNSHARE, Act.LEAVE)


class Line(NamedTuple):
    """A line of the track list. `detail` is empty but for a Miss."""

    at: str
    act: Act
    changes: Mapping[str, Any]
    detail: Mapping[str, Any]


def before(case: Case, lines: Iterable[Line], stamp: str) -> Case:
    """A case as it stood just before a moment."""
    changes: dict[str, Any] = {}
    last = ""
    for line in lines:
        if line.at >= stamp:
            break
        changes |= line.changes
        last = line.at
    # All changes at once are what one after another they come to.
    event = Event(case.id, 0, last, Act.OPEN, "", "", "", Stance.SYSTEM, "", {}, changes, "")
    return after(Case(case.id), event)
