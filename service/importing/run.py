"""An order comes in; the incidents of its table are registered, batch by batch, and what came of each row goes out.

A batch is one transaction: whatever stops a run leaves whole rows, and running it again adds no row twice.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from service import clock
from service.audit.model import Action
from service.audit.store import record
from service.errors import RefusedError, SetupError
from service.importing import store
from service.importing.fields import check
from service.importing.model import MOST_TOLD, Old, Order, Outcome, Refused
from service.importing.reading import RowReader
from service.importing.refusals import Refusals
from service.importing.scoring import Scorer
from service.importing.store import Made
from service.linking.keys import check_value
from service.linking.registered import trace_of
from service.linking.store import kept_check
from service.rescoring.table import Table
from service.rescoring.tables import open_table
from service.storage.database import Database, TakenError

_AT_ONCE = 500
_MOST_TRIES = 5

Cells = Mapping[str, str | None]
Report = Callable[[int, float], None]
Writing = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class Importing:
    """Imports into a database, under the secret of linking. `writing` opens each transaction."""

    database: Database
    scorer: Scorer
    secret: bytes
    writing: Writing

    def run(self, order: Order, refusals: Path, report: Report) -> Outcome:
        """Take all of the table; the refused rows stand in the workbook `refusals`, which is made if there are any.

        `report` is told how many rows are done and which share of the file that is. Raises InputError where the
        file can't be used, RefusedError where other traces were made under another secret.
        """
        self._check_secret()
        outcome = self._all(order, refusals, report, self._take)
        with self.writing() as connection:
            counts = {"行数": outcome.rows, "导入": outcome.imported, "已有": outcome.there, "没有收": outcome.refused}
            detail = {"文件": order.name, "SHA-256": outcome.file_hash, "单位": order.unit_name, **counts}
            record(connection, order.actor, Action.IMPORTED, f"导入 {order.id}", detail)
        return outcome

    def try_out(self, order: Order, refusals: Path, report: Report) -> Outcome:
        """What `run` would come to; nothing is written but the workbook."""
        seen: set[str] = set()

        def look(order: Order, rows: Sequence[Old]) -> int:
            with self.database.read() as connection:
                there = store.there(connection, order, rows)
            new = [one.id for one in rows if one.row not in there and one.id not in seen]
            seen.update(new)
            return len(set(new))

        return self._all(order, refusals, report, look)

    def _all(
        self, order: Order, refusals: Path, report: Report, take: Callable[[Order, Sequence[Old]], int]
    ) -> Outcome:
        tally = _Tally(file_hash(order.source))
        table = open_table(order.source)
        check(order.columns, table.names)
        with Refusals(refusals, table.names) as kept:
            for rows, share in _parts(table):
                reader = RowReader(order.columns, order.unit_id, clock.now())
                read = [(reader.read(number, cells, fault), cells) for number, cells, fault in rows]
                good = [one for one, _ in read if isinstance(one, Old)]
                tally.rows += len(read)
                imported = take(order, good) if good else 0
                tally.imported, tally.there = tally.imported + imported, tally.there + len(good) - imported
                for one, cells in read:
                    if isinstance(one, Refused):
                        tally.refuse(one)
                        kept.add(one, cells)
                report(tally.rows, share)
        if not tally.refused:
            refusals.unlink()
        if file_hash(order.source) != tally.hash:
            raise RefusedError("导入期间文件变了；已经导入的不会丢，请在它不再变动以后再导入一次")
        return tally.outcome

    def _take(self, order: Order, rows: Sequence[Old]) -> int:
        """Import those that are not there; how many of the rows this import has brought, now or in an earlier try."""
        with self.database.read() as connection:
            there = store.there(connection, order, rows)
        new = {one.id: one for one in reversed(rows) if one.row not in there}
        made = self._made([one for one in rows if new.get(one.id) is one])
        for _ in range(_MOST_TRIES):
            try:
                return sum(there.values()) + self._add(order, made)
            except TakenError:  # another import brought one of them between the look and the insertion
                continue
        raise RefusedError("别的导入正在收同样的警情；请等它做完，再导入一次")

    def _add(self, order: Order, made: Sequence[Made]) -> int:
        if not made:
            return 0
        with self.writing() as connection:
            there = store.there(connection, order, [one.old for one in made])
            left = [one for one in made if one.old.row not in there]
            if left:
                value = check_value(self.secret)
                store.add(connection, order, left, self.scorer.ruleset, clock.stamp(), value)
        return len(left)

    def _made(self, rows: Sequence[Old]) -> list[Made]:
        scored = self.scorer.score([one.text for one in rows])
        now = clock.now()
        return [
            Made(one, shown, facts, trace_of(one.id, one.text, one.registration, now, self.secret))
            for one, (shown, facts) in zip(rows, scored, strict=True)
        ]

    def _check_secret(self) -> None:
        with self.database.read() as connection:
            kept = kept_check(connection)
        if kept is not None and not hmac.compare_digest(kept, check_value(self.secret)):
            raise RefusedError("关联密钥不是原来那一个，导入的警情认不出来；请先把原来的 link.key 复制回来")


@dataclass
class _Tally:
    """What is counted on the way."""

    hash: str
    rows: int = 0
    imported: int = 0
    there: int = 0
    refused: int = 0
    told: list[Refused] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    def refuse(self, one: Refused) -> None:
        self.refused += 1
        # Some reasons quote what was found: of these only so many are told apart.
        reason = one.reason if one.reason in self.reasons or len(self.reasons) < MOST_TOLD else "其他"
        self.reasons[reason] += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(one.told)

    @property
    def outcome(self) -> Outcome:
        reasons = dict(self.reasons.most_common())
        counts = (self.rows, self.imported, self.there, self.refused)
        return Outcome(*counts, tuple(self.told), reasons, self.hash)


def file_hash(path: Path) -> str:
    """SHA-256, in hexadecimal; raises SetupError where the file can't be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SetupError(f"读不了 {path.name}：{error.strerror or error}") from error


def _parts(table: Table) -> Iterator[tuple[list[tuple[int, Cells, str | None]], float]]:
    """Rows with their numbers and faults, and the share of the file that is read with them."""
    number = table.first_row
    for part in table.parts(_AT_ONCE):
        rows = part.originals.to_pylist()
        yield [(number + place, row, part.faults[place]) for place, row in enumerate(rows)], part.share
        number += len(rows)
