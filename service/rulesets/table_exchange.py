"""A draft comes in and its rules go out as a table; an edited table comes in and the draft goes out with its rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules import Change, differences
from rules.problem import count_errors
from rules.rewriting import head_file_of
from rules.rulebook import Rulebook
from rules.schema import read_rulebook
from service.accounts.model import Actor
from service.errors import InputError, RefusedError
from service.rulesets.actions import Rulesets
from service.rulesets.cells import CellProblem
from service.rulesets.decision_table import read_table
from service.rulesets.model import Draft, require_open, require_seen
from service.rulesets.table_files import rewritten, said_of_age, table_in


class FaultyTableError(InputError):
    """A table that is refused whole; `problems` holds everything wrong with it, at its cell."""

    def __init__(self, problems: Sequence[CellProblem]) -> None:
        super().__init__(f"表格里有 {count_errors(problems)} 处错误，草稿没有动；改好后再传一次")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Exchange:
    """A draft that took the rules of a table: what that changed, what one is reminded of, and whether it was old."""

    draft: Draft
    changes: Sequence[Change]
    reminders: Sequence[CellProblem]
    age: str


def rules_of(draft: Draft) -> Rulebook:
    """What the draft says; raises RefusedError while it has errors, since a table can't hold them."""
    rulebook, problems = read_rulebook(draft.files)
    if rulebook is None:
        raise RefusedError(f"这份草稿还有 {count_errors(problems)} 处错误，改好并保存了才能换成表格")
    return rulebook


def take_table(
    room: Rulesets,
    actor: Actor,
    identity: str,
    sent: Sequence[tuple[str, bytes]],
    revision: int,
    note: str | None = None,
) -> Exchange:
    """Put the rules of a table, one .xlsx or two .csv, in place of the draft's; all of them or none.

    Raises FaultyTableError for a slip in any cell, and whatever saving raises. Without a note the old one stays.
    """
    draft = room.draft(actor, identity)
    require_open(draft)
    require_seen(draft, revision)
    before, table = rules_of(draft), table_in(sent)
    reading = read_table(table.rules, table.tests, before, head_file=head_file_of(draft.files))
    if reading.rulebook is None:
        raise FaultyTableError(reading.problems)
    texts = rewritten(draft.files, before, reading, reading.rulebook)
    saved = room.save(actor, identity, texts, draft.note if note is None else note, revision)
    changes = differences(before, reading.rulebook)
    return Exchange(saved, changes, reading.problems, said_of_age(table, before.version))
