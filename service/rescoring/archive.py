"""Stored suggestions come in and the table of them that is scored goes out, and the other way round.

Only what was recorded goes in: the text, and the facts known at the time. Nothing that was learnt later decides.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

import pyarrow as pa

from service import clock
from service.intake.model import KeptSuggestion
from service.rescoring import columns as col
from service.rescoring.job import PREFIX, Columns
from service.rescoring.request import ARCHIVE_COLUMNS, EARLIER, NUMBER, TIME, WAS
from service.rescoring.store import Rescored
from service.rescoring.table import as_text

_AT_ONCE = 2_000


def columns_of(facts: Collection[str]) -> Columns:
    """The columns of the archive, with these facts."""
    was = ARCHIVE_COLUMNS
    return Columns(was.text, facts={fact: fact for fact in facts}, before=was.before, time=was.time, number=was.number)


def schema_of(facts: Collection[str]) -> pa.Schema:
    """The table's schema: all of it text."""
    return pa.schema([(name, pa.string()) for name in (NUMBER, TIME, col.TEXT, *facts, *(WAS + e for e in EARLIER))])


def batches(found: Iterable[KeptSuggestion], facts: Collection[str]) -> Iterator[pa.RecordBatch]:
    """Suggestions as rows. A fact that is not among `facts` means nothing to the rules of today."""
    schema, remaining = schema_of(facts), iter(found)
    while some := list(islice(remaining, _AT_ONCE)):
        yield pa.RecordBatch.from_pylist([_row(kept, facts) for kept in some], schema=schema)


def _row(kept: KeptSuggestion, facts: Collection[str]) -> dict[str, str | None]:
    known = kept.shown["known"]
    was = kept.suggested
    earlier = {
        col.COLOUR: was.colour,
        col.DEPARTMENT: was.department,
        col.LEVEL: kept.shown["risk"]["level"],
        col.TYPE: was.dispute_type,
    }
    return {
        NUMBER: kept.id,
        TIME: clock.local(kept.created_at),
        col.TEXT: kept.shown["text"],
        **{fact: as_text(known.get(fact)) for fact in facts},
        **{WAS + name: value for name, value in earlier.items()},
    }


def decisions(batch: pa.RecordBatch, job_id: str, now: str) -> Sequence[Rescored]:
    """What was decided anew, of the rows that could be."""
    return [
        Rescored(
            suggestion_id=row[NUMBER],
            job_id=job_id,
            made_at=now,
            model=row[PREFIX + col.MODEL],
            ruleset=row[PREFIX + col.RULESET],
            day=row[PREFIX + col.DAY],
            dispute_type=row[PREFIX + col.TYPE],
            risk_level=row[PREFIX + col.LEVEL],
            department=row[PREFIX + col.DEPARTMENT],
            colour=row[PREFIX + col.COLOUR],
            matched_rules=row[PREFIX + col.MATCHED],
        )
        for row in batch.to_pylist()
        if row[PREFIX + col.ERROR] is None
    ]
