"""The events of a case come in; the lines of its track list (轨迹) as people read them go out, the newest first."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from service import clock
from service.cases.life import Act, State
from service.cases.model import REST, Case, Event, after

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
# Of a file, what its list tells already; and what only a program reads.
_ELSEWHERE = frozenset({"名称", "格式", "大小", "哈希", REST})


@dataclass(frozen=True, slots=True)
class Line:
    """One event. `was` and `now` are the states it leads between, None where it moves nothing; times are stamps.

    `facts` are what it says besides the reason, as (name, words); `files` the ids of attachments that it rests on.
    """

    seq: int
    at: str
    act: Act
    who: str
    unit: str
    stance: str
    was: State | None
    now: State | None
    reason: str
    facts: tuple[tuple[str, str], ...]
    files: tuple[str, ...]
    hash: str


def track(case_id: str, events: Iterable[Event], names: Mapping[str, str]) -> list[Line]:
    """The lines; `names` has the words for the ids of units, incidents and attachments."""
    case, lines = Case(case_id), []
    for event in events:
        before, case = case, after(case, event)
        moved = before.version == 0 or before.state != case.state
        lines.append(
            Line(
                seq=event.seq,
                at=event.at,
                act=event.act,
                who=event.actor_name,
                unit=names.get(event.unit_id, event.unit_id),
                stance=event.stance.value,
                was=before.state if moved and before.version else None,
                now=case.state if moved else None,
                reason=event.reason,
                facts=tuple(_facts(event.detail, names)),
                files=tuple(one for part in ("附件", "协议") if (one := event.detail.get(part))),
                hash=event.hash,
            )
        )
    return lines[::-1]


def _facts(detail: Mapping[str, Any], names: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for name, value in detail.items():
        if name not in _ELSEWHERE and (words := _words(value, names)):
            yield name, words


def _words(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, Mapping):
        return " → ".join(_words(part, names) or "无" for part in value.values())
    if isinstance(value, list):
        return "、".join(_words(part, names) for part in value)
    if isinstance(value, bool):
        return "是" if value else ""
    written = "" if value is None else str(value)
    return clock.local(written) if _STAMP.fullmatch(written) else names.get(written, written)
