"""Rows that the service needed for a while are deleted, a small batch a transaction, once their period is over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, select

from service import clock
from service.retention.policy import Retention, Technical
from service.storage.database import Database
from service.storage.tables.cases import command_done, outbox
from service.storage.tables.messages import delivery, notice

_AT_ONCE = 500

# What each kind is, when it began, and which rows are over. By the machine's own keys it knows what it did already.
_ROWS: dict[Technical, tuple[Table, ColumnElement[str], ColumnElement[bool]]] = {
    Technical.NOTICES: (notice, notice.c.made_at, notice.c.id.is_not(None)),
    Technical.DELIVERIES: (delivery, delivery.c.made_at, delivery.c.next_at.is_(None)),
    Technical.COMMANDS: (command_done, command_done.c.at, command_done.c.actor_id != ""),
    Technical.OUTBOX: (outbox, outbox.c.at, outbox.c.done_at.is_not(None)),
}


@dataclass(frozen=True, slots=True)
class Pruning:
    """The technical rows of a database."""

    database: Database
    retention: Retention
    now: Callable[[], datetime] = clock.now

    def prune(self) -> int:
        """Everything that is over; how many rows it was."""
        count = 0
        for kind in Technical:
            while some := self._some(kind):
                count += some
        return count

    def _some(self, kind: Technical) -> int:
        table, began, over = _ROWS[kind]
        period = self.retention.technical[kind].period
        if period is None:
            return 0
        before = clock.stamp(clock.end_of(period.over_since(clock.in_china(self.now()).date())))
        keys = list(table.primary_key.columns)
        with self.database.write() as connection:
            query = select(*keys).where(began < before, over).limit(_AT_ONCE).with_for_update(skip_locked=True)
            rows = [
                {f"of_{key.name}": value for key, value in zip(keys, row, strict=True)}
                for row in connection.execute(query)
            ]
            if rows:
                chosen = and_(*(key == bindparam(f"of_{key.name}") for key in keys))
                connection.execute(delete(table).where(chosen), rows)
        return len(rows)
