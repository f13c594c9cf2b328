"""A case and its events as values. A case is what its events say: nothing else changes it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from service.cases.life import OPEN, Act, Stance, State

START = "0" * 64


class Resolution(StrEnum):
    """How a dispute was settled."""

    AGREEMENT = "书面协议"
    ORAL = "口头协议"
    CONFIRMED = "司法确认"
    PERFORMED = "当场履行"
    WITHDRAWN = "当事人和解"
    COURT = "引导诉讼或仲裁"


class ReturnCode(StrEnum):
    """Why a unit gives a case back."""

    NOT_OURS = "不属本部门职责"
    WRONG_AREA = "不属本辖区"
    UNCLEAR = "事实不清"
    DUPLICATE = "重复交办"
    NEEDS_LEAD = "需他部门牵头"


class Outcome(StrEnum):
    """What a follow-up visit found."""

    STABLE = "稳定"
    AGAIN = "有反复"
    UNREACHED = "联系不上"


@dataclass(frozen=True, slots=True)
class Case:
    """One dispute. `version` counts its events. Times are stored stamps, days ISO dates in China; None: no such limit.

    Units are named by their ids. `lowering` is what somebody asked for that a second person must agree to,
    `hold` who keeps the case from being erased. Of an erased one nobody's data is left.
    """

    id: str
    number: str = ""
    version: int = 0
    state: State = State.OPENED
    colour: str = ""
    dispute_type: str = ""
    place: str = ""
    station_id: str = ""
    centre_id: str = ""
    lead_id: str = ""
    co_ids: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    opened_at: str = ""
    changed_at: str = ""
    accept_by: str | None = None
    finish_by: str | None = None
    report_by: str | None = None
    review_by: str | None = None
    visit_by: str | None = None
    paused_at: str | None = None
    resolved_at: str | None = None
    closed_at: str | None = None
    returns: int = 0
    recurrences: int = 0
    level: int = 0
    resolution: str = ""
    agreement: str = ""
    lowering: Mapping[str, str] = field(default_factory=dict)
    hold: Mapping[str, str] = field(default_factory=dict)
    erased_at: str | None = None

    @property
    def open(self) -> bool:
        """Whether somebody must do something."""
        return self.state in OPEN

    @property
    def units(self) -> frozenset[str]:
        """The units that take part."""
        return frozenset({self.station_id, self.centre_id, self.lead_id, *self.co_ids}) - {""}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the track list. `detail` is for people to read, `changes` is what it makes of the case.

    `hash` covers everything else, `previous_hash` included. It tells nothing of the words once they and the `salt` are
    erased; events of before there were salts have none.
    """

    case_id: str
    seq: int
    at: str
    act: Act
    actor_id: str
    actor_name: str
    unit_id: str
    stance: Stance
    reason: str
    detail: Mapping[str, Any]
    changes: Mapping[str, Any]
    previous_hash: str
    hash: str = ""
    salt: str = ""

    def seal(self) -> str:
        """SHA-256, in hexadecimal, over all fields but the hash and an empty salt, as a JSON list in ASCII."""
        return _sealed([getattr(self, one.name) for one in fields(self) if one.name not in ("hash", "salt")], self.salt)

    def rest(self) -> str:
        """The same over what is left of an erased event, with its old hash: the event that erased it keeps this."""
        return _sealed([getattr(self, one.name) for one in fields(self) if one.name != "salt"], "")

    def sealed(self) -> "Event":
        """The event with its hash."""
        return replace(self, hash=self.seal())


def _sealed(values: list[Any], salt: str) -> str:
    written = json.dumps(values + [salt] * bool(salt), separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(written.encode("ascii")).hexdigest()


# What a case has several of: lists once they are written.
SEVERAL = frozenset({"co_ids", "incidents", "guests"})


def after(case: Case, event: Event) -> Case:
    """What an event makes of a case."""
    changes: dict[str, Any] = {
        name: tuple(value) if name in SEVERAL else value for name, value in event.changes.items()
    }
    if "state" in changes:
        changes["state"] = State(changes["state"])
    return replace(case, **changes, version=event.seq, changed_at=event.at)


def fold(case_id: str, events: Iterable[Event]) -> Case:
    """The case that its events tell of."""
    case = Case(case_id)
    for event in events:
        case = after(case, event)
    return case


REST = "余下"


def remains(events: Iterable[Event]) -> dict[int, str]:
    """By number what is to be left of the events that were erased, as those tell that erased them."""
    found: dict[int, str] = {}
    for event in events:
        if event.act is Act.ERASE:
            left: Mapping[str, str] = event.detail.get(REST, {})
            found |= {int(seq): rest for seq, rest in left.items() if int(seq) < event.seq}
    return found


def misfit(event: Event, expected: int, previous: str, rest: str | None = None) -> str | None:
    """In Chinese why an event can't be the one numbered `expected` after the hash `previous`, or None.

    `rest` is what is to be left of it where it was erased.
    """
    if event.seq != expected:
        return f"第 {expected} 条轨迹不见了，下一条是第 {event.seq} 条"
    if rest is None and event.hash != event.seal():
        return f"第 {event.seq} 条轨迹的内容与它的哈希不符，被改过"
    if rest is not None and (event.rest() != rest or event.reason or event.salt):
        return f"第 {event.seq} 条轨迹与清除时留下的不符，被改过"
    if event.previous_hash != previous:
        return f"第 {event.seq} 条轨迹接不上第 {event.seq - 1} 条"
    return None


def fault(events: Iterable[Event]) -> str | None:
    """In Chinese what of a case's chain of events does not fit first, or None."""
    chain = list(events)
    left, previous = remains(chain), START
    for expected, event in enumerate(chain, start=1):
        if found := misfit(event, expected, previous, left.get(expected)):
            return found
        previous = event.hash
    return None
