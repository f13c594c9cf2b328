"""The rules in force as pages list them: how often each was hit lately, and what each version made of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from rules import Change, FactError, ManyCases, Ruleset, differences
from rules.difference import Kind as ChangeKind
from rules.reference import Values
from rules.rulebook import Rule
from rules.schema import read_rulebook
from service import clock
from service.intake.model import Recorded
from service.intake.store import recorded_facts
from service.rulesets import store
from service.rulesets.model import Publication
from service.storage.database import Database

HIT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Listed:
    """One rule as the list shows it. `edited` is the publication that last changed it, None for one that came along."""

    rule: Rule
    hits: int
    edited: Publication | None


@dataclass(frozen=True, slots=True)
class Step:
    """What a publication made of a rule."""

    publication: Publication
    change: Change


def listed(database: Database, ruleset: Ruleset) -> list[Listed]:
    """Every rule in deciding order. Hits are counted over all incidents: nobody's words come out."""
    since = clock.stamp(clock.now() - timedelta(days=HIT_DAYS))
    with database.read() as connection:
        hits = count_hits(recorded_facts(connection, None, since), ruleset)
    edited = {step.change.name: step.publication for step in reversed(_changes(database))}
    return [Listed(rule, hits[rule.id], edited.get(rule.id)) for rule in ruleset.rules]


def history_of(database: Database, rule_id: str) -> list[Step]:
    """What became of a rule, newest first."""
    return [step for step in _changes(database) if step.change.name == rule_id]


def count_hits(records: Iterable[Recorded], ruleset: Ruleset) -> Counter[str]:
    """How many of the records each rule in force would match today. Records that it can't read count for none."""
    declared = ruleset.facts
    cases: list[Values] = []
    for record in records:
        with suppress(FactError):
            cases.append(ruleset.complete({name: value for name, value in record.facts.items() if name in declared}))
    hits: Counter[str] = Counter()
    for decision in ManyCases(ruleset).decide(cases):
        hits.update(hit.id for hit in decision.matched)
    return hits


def _changes(database: Database) -> list[Step]:
    """Each publication with each rule that it changed, newest first."""
    with database.read() as connection:
        made = store.publications(connection)
        wanted = {version for one in made for version in (one.version, one.previous)}
        files = {version: tuple(sorted(store.files_of(connection, version).items())) for version in wanted}
    return [
        Step(one, change)
        for one in made
        for change in _compared(files[one.previous], files[one.version])
        if change.kind is ChangeKind.RULE
    ]


Files = tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def _compared(before: Files, after: Files) -> Sequence[Change]:
    """Nothing where a version is of a kind that this program can no longer read."""
    earlier, later = (read_rulebook(dict(files))[0] for files in (before, after))
    return [] if earlier is None or later is None else differences(earlier, later)
