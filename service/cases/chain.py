"""Every case's chain against its row and against the audit chain: what is stored comes in, in the order of case
numbers, and what doesn't fit goes out. One case is held at a time.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from itertools import groupby, zip_longest

from service.cases.model import START, Case, Event, fold, misfit, remains


@dataclass(frozen=True, slots=True)
class Mark:
    """What the audit chain says of one event of a case: which it is, and its hash."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An event that was changed so that nothing can be made of it."""

    seq: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What of a case doesn't fit first, in Chinese. `event` is its number, 0 where it is the case as a whole."""

    case: str
    event: int
    words: str


@dataclass
class Stored:
    """All that is stored of one case. `row` is None where it is away or can't be read."""

    number: str
    row: Case | None = None
    events: list[Event | Unreadable] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


Part = Case | None | Event | Unreadable | Mark


def gathered(*streams: Iterable[tuple[str, Part]]) -> Iterator[Stored]:
    """What is stored of one case after another; each stream gives parts with the number of their case, in its order."""
    merged = heapq.merge(*streams, key=lambda part: part[0])
    for number, parts in groupby(merged, key=lambda part: part[0]):
        stored = Stored(number)
        for _, part in parts:
            match part:
                case Case():
                    stored.row = part
                case Event() | Unreadable():
                    stored.events.append(part)
                case Mark():
                    stored.marks.append(part)
        yield stored


def fault_of(stored: Stored) -> Fault | None:
    """What of a case doesn't fit first: in its chain, against the audit chain, or against its row."""
    if not stored.events:
        return Fault(stored.number, 0, f"轨迹全不见了，审计链里记着 {len(stored.marks)} 条")
    previous, chain = START, list[Event]()
    try:
        left = remains(event for event in stored.events if isinstance(event, Event))
    except (AttributeError, TypeError, ValueError):
        left = {}  # then what it erased doesn't fit
    for seq, (event, mark) in enumerate(zip_longest(stored.events, stored.marks), start=1):
        if event is None:
            return Fault(stored.number, seq, f"第 {seq} 条轨迹不见了，审计链里记着它")
        if isinstance(event, Unreadable):
            return Fault(stored.number, event.seq, f"第 {event.seq} 条轨迹读不出来，被改过")
        if words := misfit(event, seq, previous, left.get(seq)):
            return Fault(stored.number, seq, words)
        if mark is None:
            return Fault(stored.number, seq, f"第 {seq} 条轨迹在审计链里没有记录，是绕过程序加进去的")
        if mark != Mark(seq, event.hash):
            return Fault(stored.number, seq, f"第 {seq} 条轨迹与审计链里记的哈希不符，被换过")
        previous = event.hash
        chain.append(event)
    if stored.row is None:
        return Fault(stored.number, 0, "档案本身不见了或读不出来，只剩轨迹")
    try:
        told = fold(stored.row.id, chain)
    except (TypeError, ValueError):
        return Fault(stored.number, 0, "轨迹说的不成一份档案，被人连同审计链一起改过")
    if other := [one.name for one in fields(Case) if getattr(told, one.name) != getattr(stored.row, one.name)]:
        return Fault(stored.number, 0, f"档案现在的样子与轨迹说的不符：{'、'.join(other)}")
    return None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cases and events were walked, how many cases don't fit, and the faults of the first of them."""

    cases: int
    events: int
    wrong: int
    faults: tuple[Fault, ...]


def tally(every: Iterable[Stored], most: int = 100) -> Tally:
    """Walk every case; `most` is how many faults are kept."""
    cases = events = wrong = 0
    faults = list[Fault]()
    for stored in every:
        cases, events = cases + 1, events + len(stored.events)
        if fault := fault_of(stored):
            wrong += 1
            faults += [fault][: most - len(faults)]
    return Tally(cases, events, wrong, tuple(faults))
