"""What a file of periods says, as values: how long each kind of thing is kept, and on which ground."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.cases.life import CLOSED, State
from service.retention.period import Period

FOREVER = "永久"
WITH_CASE = "随档案"


class Technical(StrEnum):
    """Rows that the service needs for a while, and prunes by itself."""

    NOTICES = "消息"
    DELIVERIES = "外发记录"
    COMMANDS = "防重记录"
    OUTBOX = "轨迹待告知"


# The states in which a case can be due, in the order in which people write them.
CASE_STATES = tuple(state for state in State if state in CLOSED)


@dataclass(frozen=True, slots=True)
class Line:
    """How long, None for ever; and why."""

    period: Period | None
    basis: str

    @property
    def words(self) -> str:
        """The period as people write it."""
        return str(self.period) if self.period else FOREVER


@dataclass(frozen=True, slots=True)
class Retention:
    """Everything of a file. Periods of cases and of their files run from closing, those of incidents from intake.

    `attachments` without a period go with their case; `technical` always have one.
    """

    name: str
    cases: Mapping[State, Line]
    attachments: Line
    incidents: Line
    technical: Mapping[Technical, Line]

    def lines(self) -> Iterator[tuple[str, str, str]]:
        """What, how long and why, as people read it."""
        for state, line in self.cases.items():
            yield f"档案（{state}）", line.words, line.basis
        yield "附件", str(self.attachments.period or WITH_CASE), self.attachments.basis
        yield "未建档警情", self.incidents.words, self.incidents.basis
        for kind, line in self.technical.items():
            yield kind.value, line.words, line.basis
