"""What can be done at intake: suggest and keep, read again, accept or choose otherwise. One transaction each."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from classifier.model import Model
from rules import FactError, Ruleset, parse_fact
from service.errors import InputError, NotFoundError, TongbanError
from service.intake import store
from service.intake.metrics import count_choice, count_suggestion
from service.intake.model import Choice, KeptSuggestion, Origin, Vocabulary, check_choice
from service.storage.database import Database
from service.suggestion import ABSTAINED, Suggestion, as_dict, suggest

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Refusal:
    """A text that could not be read, in the place of its suggestion."""

    text: str
    message: str


@dataclass(frozen=True, slots=True)
class Intake:
    """The desk: model, rule set and archive together."""

    model: Model
    ruleset: Ruleset
    database: Database

    @property
    def vocabulary(self) -> Vocabulary:
        """What a person may choose from."""
        return Vocabulary(self.ruleset.dispute_types, (*self.ruleset.departments, ABSTAINED), self.ruleset.colours)

    def read(self, text: str, known: Mapping[str, object]) -> Suggestion:
        """A suggestion that is not kept and so must not be shown as one. Raises InputError."""
        try:
            return suggest(text, known, model=self.model, ruleset=self.ruleset)
        except FactError as error:
            raise InputError(str(error)) from error

    def parse_fact(self, name: str, value: str) -> object:
        """A known fact as typed, in its declared type; raises InputError."""
        try:
            return parse_fact(self.ruleset.facts, name, value)
        except FactError as error:
            raise InputError(str(error)) from error

    def suggest(self, text: str, known: Mapping[str, object], origin: Origin) -> KeptSuggestion:
        """Suggest for one text and keep it; raises InputError for a text that can't be read."""
        return self._keep([self.read(text, known)], origin)[0]

    def suggest_many(
        self, items: Sequence[tuple[str, Mapping[str, object]]], origin: Origin
    ) -> list[KeptSuggestion | Refusal]:
        """Suggest for up to 500 texts; a bad one is marked in its place and stops no other."""
        if not 1 <= len(items) <= MOST_AT_ONCE:
            raise InputError(f"一次 1 到 {MOST_AT_ONCE} 条，实际 {len(items)} 条")
        results: list[Suggestion | Refusal] = []
        for text, known in items:
            try:
                results.append(self.read(text, known))
            except TongbanError as error:
                results.append(Refusal(text, error.message))
        kept = iter(self._keep([r for r in results if isinstance(r, Suggestion)], origin))
        return [result if isinstance(result, Refusal) else next(kept) for result in results]

    def find(self, identity: str) -> KeptSuggestion:
        """A kept suggestion with its choices; raises NotFoundError."""
        with self.database.read() as connection:
            return _known(store.get_suggestion(connection, identity), identity)

    def choose(self, identity: str, choice: Choice) -> KeptSuggestion:
        """Keep a person's choice beside the suggestion. Sending the same choice twice keeps it once.

        Raises NotFoundError, InputError, and RefusedError where a second person is needed.
        """
        with self.database.write() as connection:
            kept = _known(store.get_suggestion(connection, identity, lock=True), identity)
            if choice.accepted:
                choice = replace(choice, outcome=kept.suggested)
            choice = replace(choice, seq=len(kept.choices) + 1, chosen_at=_now())
            if kept.choices and _same(kept.choices[-1], choice):
                return kept
            check_choice(choice, kept, self.vocabulary)
            store.add_choice(connection, identity, choice)
        count_choice(choice)
        return replace(kept, choices=(*kept.choices, choice))

    def recent(self, limit: int, offset: int) -> tuple[list[KeptSuggestion], int]:
        """Kept suggestions, newest first, and how many there are in all."""
        with self.database.read() as connection:
            return store.recent_suggestions(connection, limit, offset), store.count_suggestions(connection)

    def _keep(self, suggestions: Sequence[Suggestion], origin: Origin) -> list[KeptSuggestion]:
        if not suggestions:
            return []
        now = _now()
        rows = [_kept(suggestion, now) for suggestion in suggestions]
        with self.database.write() as connection:
            store.keep_ruleset(connection, self.ruleset.version, dict(self.ruleset.files), now)
            store.add_suggestions(connection, rows, origin)
        for kept, _ in rows:
            count_suggestion(kept, origin)
        return [kept for kept, _ in rows]


def _kept(suggestion: Suggestion, now: str) -> tuple[KeptSuggestion, str]:
    identity = str(uuid.uuid4())
    shown = {"id": identity, "created_at": now, **as_dict(suggestion)}
    facts = json.dumps(suggestion.facts, ensure_ascii=False)
    return KeptSuggestion(identity, now, json.dumps(shown, ensure_ascii=False), shown), facts


def _known(kept: KeptSuggestion | None, identity: str) -> KeptSuggestion:
    if kept is None:
        raise NotFoundError(f"没有编号为 {identity} 的研判记录")
    return kept


def _same(before: Choice, now: Choice) -> bool:
    return replace(before, seq=0, chosen_at="") == replace(now, seq=0, chosen_at="")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
