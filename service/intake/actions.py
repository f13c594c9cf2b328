"""What can be done at intake: suggest and keep, read again, accept or choose otherwise. One transaction each."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

from classifier.model import Model
from rules import FactError, Ruleset, parse_fact
from service import clock
from service.accounts.model import LOCAL, Actor, Role
from service.audit.model import Action
from service.audit.store import record
from service.errors import InputError, NotFoundError, RefusedError, TongbanError
from service.intake import store
from service.intake.metrics import count_choice, count_suggestion
from service.intake.model import KeptSuggestion, Origin, Proposal, Vocabulary, by, decide_choice
from service.linking.lookup import NO_PAST, Past
from service.linking.store import keep_told
from service.rulesets.in_force import InForce
from service.storage.database import Database
from service.suggestion import ABSTAINED, Suggestion, as_dict, suggest

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Refusal:
    """A text that could not be read, in the place of its suggestion."""

    text: str
    message: str

    @property
    def shown(self) -> dict[str, Any]:
        """Its JSON. The text may hold half a character, which no encoding can carry back."""
        return {"text": self.text.encode("utf-8", "replace").decode(), "error": {"message": self.message}}


@dataclass(frozen=True, slots=True)
class Intake:
    """The desk: model, rule set and archive together."""

    model: Model
    in_force: InForce
    database: Database

    @property
    def ruleset(self) -> Ruleset:
        """The rule set in force just now; take it once for what belongs together."""
        return self.in_force.ruleset

    @property
    def vocabulary(self) -> Vocabulary:
        """What a person may choose from."""
        ruleset = self.ruleset
        departments = ruleset.departments
        return Vocabulary(ruleset.dispute_types, (*departments, ABSTAINED), departments, ruleset.colours)

    def read(self, text: str, known: Mapping[str, object]) -> Suggestion:
        """A suggestion under the rules of today, not kept. Raises InputError."""
        return self._read(text, known, self.ruleset)

    def _read(self, text: str, known: Mapping[str, object], ruleset: Ruleset) -> Suggestion:
        try:
            return suggest(text, known, model=self.model, ruleset=ruleset.as_of(clock.now().date()))
        except FactError as error:
            raise InputError(str(error)) from error

    def parse_fact(self, name: str, value: str) -> object:
        """A known fact as typed, in its declared type; raises InputError."""
        try:
            return parse_fact(self.ruleset.facts, name, value)
        except FactError as error:
            raise InputError(str(error)) from error

    def suggest(
        self,
        text: str,
        known: Mapping[str, object],
        origin: Origin,
        past: Past = NO_PAST,
        actor: Actor = LOCAL,
    ) -> KeptSuggestion:
        """Suggest for one text and keep it; raises InputError for a text that can't be read."""
        ruleset = self.ruleset
        read = self._read(text, _with(known, past, ruleset), ruleset)
        return self._keep([(read, past)], ruleset, origin, actor)[0]

    def suggest_many(
        self,
        items: Sequence[tuple[str, Mapping[str, object]]],
        origin: Origin,
        pasts: Sequence[Callable[[], Past]] = (),
        actor: Actor = LOCAL,
    ) -> list[KeptSuggestion | Refusal]:
        """Suggest for up to 500 texts; a bad one is marked in its place and stops no other."""
        if not 1 <= len(items) <= MOST_AT_ONCE:
            raise InputError(f"一次 1 到 {MOST_AT_ONCE} 条，实际 {len(items)} 条")
        ruleset = self.ruleset
        results: list[tuple[Suggestion, Past] | Refusal] = []
        for (text, known), past_of in zip(items, pasts or repeat(_no_past, len(items)), strict=True):
            try:
                past = past_of()
                results.append((self._read(text, _with(known, past, ruleset), ruleset), past))
            except TongbanError as error:
                results.append(Refusal(text, error.message))
        kept = iter(self._keep([r for r in results if not isinstance(r, Refusal)], ruleset, origin, actor))
        return [result if isinstance(result, Refusal) else next(kept) for result in results]

    def find(self, actor: Actor, identity: str) -> KeptSuggestion:
        """A kept suggestion with its choices; raises NotFoundError where the actor sees none."""
        with self.database.read() as connection:
            return _known(store.get_suggestion(connection, actor, _identity(identity)), identity)

    def choose(self, identity: str, proposal: Proposal, actor: Actor = LOCAL) -> KeptSuggestion:
        """Keep a person's choice beside the suggestion. Sending the same choice twice keeps it once.

        The person is whoever is signed in; without accounts, whoever the proposal names. Raises NotFoundError,
        InputError, ForbiddenError, and RefusedError where a second person is needed or another was faster.
        """
        actor.require(Role.DUTY)
        if actor.signed_in:
            proposal = by(actor.name, proposal)
        with self.database.write() as connection:
            kept = _known(store.get_suggestion(connection, actor, _identity(identity), lock=True), identity)
            if kept.erased:
                raise RefusedError("这条研判已经到期清除，不能再办理")
            choice = decide_choice(proposal, kept, self.vocabulary, clock.stamp())
            if choice in kept.choices:
                return kept
            store.add_choice(connection, kept.id, choice)
            action = Action.ACCEPTED if choice.accepted else Action.OTHERWISE
            detail = {"序号": choice.seq, "办理人": choice.person}
            if choice.second_person:
                detail["复核人"] = choice.second_person
            record(connection, actor, action, f"建议 {kept.id}", detail)
        count_choice(choice)
        return replace(kept, choices=(*kept.choices, choice))

    def count(self, actor: Actor) -> int:
        """How many kept suggestions `recent` can give."""
        with self.database.read() as connection:
            return store.count_suggestions(connection, actor)

    def recent(self, actor: Actor, limit: int, offset: int) -> list[KeptSuggestion]:
        """Kept suggestions that the actor sees, newest first."""
        with self.database.read() as connection:
            return store.recent_suggestions(connection, actor, limit, offset)

    def _keep(
        self, suggestions: Sequence[tuple[Suggestion, Past]], ruleset: Ruleset, origin: Origin, actor: Actor
    ) -> list[KeptSuggestion]:
        if not suggestions:
            return []
        now = clock.stamp()
        rows = [_kept(suggestion, past, now) for suggestion, past in suggestions]
        with self.database.write() as connection:
            store.keep_ruleset(connection, ruleset, now)
            store.add_suggestions(connection, rows, origin, actor.unit_id)
            for (kept, _), (_, past) in zip(rows, suggestions, strict=True):
                if past.told != NO_PAST.told:
                    keep_told(connection, kept.id, past.told)
        for kept, _ in rows:
            count_suggestion(kept, origin)
        return [kept for kept, _ in rows]


def _no_past() -> Past:
    return NO_PAST


def _with(known: Mapping[str, object], past: Past, ruleset: Ruleset) -> dict[str, object]:
    """What is known, with what history adds as far as the rules ask for it; what a person typed wins."""
    added: dict[str, object] = {name: value for name, value in past.facts.items() if name in ruleset.facts}
    return added | dict(known)


def _kept(suggestion: Suggestion, past: Past, now: str) -> tuple[KeptSuggestion, str]:
    identity = str(uuid.uuid4())
    shown = {"id": identity, "created_at": now, **as_dict(suggestion)}
    if past.facts:
        taken = {name: value for name, value in past.facts.items() if suggestion.known.get(name) == value}
        shown["history"] = {"facts": dict(past.facts), "taken": list(taken), "sources": list(past.sources)}
    facts = json.dumps(suggestion.facts, ensure_ascii=False)
    return KeptSuggestion(identity, now, json.dumps(shown, ensure_ascii=False), shown), facts


def _known(kept: KeptSuggestion | None, identity: str) -> KeptSuggestion:
    if kept is None:
        raise NotFoundError(f"没有编号为 {identity} 的研判记录")
    return kept


def _identity(text: str) -> str:
    """The text if it can be the number of a record; raises NotFoundError for anything else."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise NotFoundError(f"没有编号为 {text} 的研判记录") from None
