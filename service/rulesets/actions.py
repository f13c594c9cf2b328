"""What can be done with rule sets: draft, check, preview, publish, confirm, roll back. One transaction each."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from classifier.model import Model
from rules import Change, Ruleset, differences, load_texts
from rules.rulebook import Status
from rules.schema import read_rulebook
from service import clock
from service.accounts.model import Actor, Role
from service.audit.model import Action
from service.audit.store import record
from service.errors import InputError, NotFoundError, RefusedError
from service.intake.store import Seen, keep_ruleset, recorded_facts, seen_by
from service.rulesets import store, versions
from service.rulesets.in_force import Check, Follower, InForce
from service.rulesets.model import (
    Draft,
    DraftState,
    Kind,
    Publication,
    checked_files,
    checked_note,
    draft_note,
    person,
    require_newest,
    require_open,
    require_second,
    require_seen,
)
from service.rulesets.preview import Preview, preview
from service.rulesets.trial import Trial, try_out
from service.rulesets.trying import Trying
from service.storage.database import Database

# How far back a preview may be limited to.
DAYS = range(1, 3661)


class FaultyDraftError(RefusedError):
    """A draft that can't be published; `trial` holds every reason."""

    def __init__(self, trial: Trial) -> None:
        errors = sum(problem.is_error for problem in trial.problems)
        said = trial.failure or (f"还有 {errors} 处错误" if errors else "自测或核对没有通过")
        super().__init__(f"这份草稿还不能发布：{said}")
        self.trial = trial


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of publishing: the publication, or None where a second person has to confirm first; and what would change."""

    draft: Draft
    publication: Publication | None
    preview: Preview


@dataclass(frozen=True, slots=True)
class Rulesets:
    """Where rule sets are edited. `fixed` says why nothing can be published here, "" where it can.

    `prove` tries a draft out; in service it does so in a process of its own.
    """

    in_force: InForce
    database: Database
    model: Model
    check_fit: Check
    fixed: str = ""
    prove: Callable[[Mapping[str, str], date], Trial] = try_out

    def following(self) -> AbstractContextManager[object]:
        """While it is entered, this process follows what any other publishes."""
        return nullcontext() if self.fixed else Follower(self.in_force, self.database, self.check_fit)

    @property
    def trying(self) -> Trying:
        """What can be tried while writing."""
        return Trying(self.in_force, self.model)

    # Reading. Whoever may see the pages may see the rules.

    def history(self) -> list[Publication]:
        """Every publication, newest first."""
        return versions.history(self.database)

    def publication(self, number: int) -> tuple[Publication, dict[str, str]]:
        """One publication with its files; raises NotFoundError."""
        return versions.publication(self.database, number)

    def changes_of(self, made: Publication) -> list[Change]:
        """What a publication changed."""
        return versions.changes_of(self.database, made)

    def changes_in(self, files: Mapping[str, str]) -> list[Change] | None:
        """What a draft says otherwise than the version in force; None while it can't be read."""
        after, _ = read_rulebook(checked_files(files))
        return None if after is None else differences(self.in_force.ruleset.rulebook, after)

    def files_of(self, version: str) -> dict[str, str]:
        """The files of a version that was ever in force."""
        with self.database.read() as connection:
            return store.files_of(connection, version)

    def files_in_force(self) -> dict[str, str]:
        """The files of the version in force."""
        return dict(self.in_force.ruleset.files)

    def open_drafts(self, actor: Actor) -> list[Draft]:
        """What is being edited or waits for a second person."""
        actor.require(Role.EDITOR, Role.PUBLISHER)
        with self.database.read() as connection:
            return store.open_drafts(connection)

    def draft(self, actor: Actor, identity: str) -> Draft:
        """One draft; raises NotFoundError."""
        actor.require(Role.EDITOR, Role.PUBLISHER)
        with self.database.read() as connection:
            return _known(store.get_draft(connection, _identity(identity)), identity)

    # Editing.

    def begin(self, actor: Actor, note: str = "", files: Mapping[str, str] | None = None) -> Draft:
        """A draft from the version in force, or with files of one's own."""
        actor.require(Role.EDITOR, Role.PUBLISHER)
        self.in_force.follow(self.database, self.check_fit)
        return self._add(actor, self._newest(), files or self.files_in_force(), note)

    def save(self, actor: Actor, identity: str, files: Mapping[str, str], note: str, revision: int) -> Draft:
        """Keep what was written, right or wrong. Raises RefusedError where somebody else saved in between."""
        actor.require(Role.EDITOR, Role.PUBLISHER)
        kept, said = checked_files(files), draft_note(note)
        with self.database.write() as connection:
            draft = _known(store.get_draft(connection, _identity(identity), lock=True), identity)
            require_open(draft)
            require_seen(draft, revision)
            changed = replace(
                draft, files=kept, note=said, state=DraftState.OPEN, requested_by=None, rolls_back=None,
                updated_at=clock.stamp(), revision=revision + 1,
            )  # fmt: skip
            store.change_draft(connection, changed, revision)
        return changed

    def take_newest_as_base(self, actor: Actor, identity: str, revision: int) -> Draft:
        """The draft as one of the version in force: its author has looked at the difference."""
        actor.require(Role.EDITOR, Role.PUBLISHER)
        newest = self._newest()
        return self._change(identity, revision, lambda draft: replace(draft, base=newest))

    def drop(self, actor: Actor, identity: str, revision: int) -> Draft:
        """Give a draft up. Nothing is deleted."""
        actor.require(Role.EDITOR, Role.PUBLISHER)
        return self._change(identity, revision, lambda draft: replace(draft, state=DraftState.DROPPED))

    # Publishing.

    def require_publishing(self) -> None:
        """Raises RefusedError where nothing can be published here."""
        if self.fixed:
            raise RefusedError(self.fixed)

    def try_out(self, files: Mapping[str, str]) -> Trial:
        """All that can be found wrong, in a process of its own."""
        return self.prove(checked_files(files), clock.now().date())

    def preview(self, files: Mapping[str, str], days: int | None = None) -> Preview:
        """What these files would change in what was recorded in the last `days`, or ever; raises FaultyDraftError."""
        if days is not None and days not in DAYS:
            raise InputError(f"天数应是 {DAYS[0]} 到 {DAYS[-1]} 的整数，不是 {days}")
        trial = self.try_out(files)
        if not trial.ok:
            raise FaultyDraftError(trial)
        with self._opened(files) as after:
            return self._preview(after, days)

    def shadow(self, actor: Actor, rule_id: str, days: int | None = None) -> Preview:
        """What a rule on trial (试行) would have changed, had it decided; raises NotFoundError for any other rule.

        Of the incidents that the actor sees; who makes rules sees the words of all.
        """
        ruleset = self.in_force.ruleset
        rule = next((rule for rule in ruleset.rules if rule.id == rule_id and rule.status is Status.TRIAL), None)
        if rule is None:
            raise NotFoundError(f"现用的规则里没有编号 {rule_id} 的试行规则")
        with ruleset.trying(rule) as deciding:
            return self._preview(deciding, days, None if actor.has(Role.EDITOR, Role.PUBLISHER) else seen_by(actor))

    def publish(self, actor: Actor, identity: str, revision: int) -> Outcome:
        """Publish, or ask for a second person where a stored incident would leave the heaviest colour."""
        actor.require(Role.PUBLISHER)
        draft, after, seen = self._proved(actor, identity, revision)
        with after:
            note = checked_note(draft.note)
            with self._publishing() as connection:
                draft = self._still(connection, identity, revision)
                if seen.left_red:
                    waiting = replace(draft, state=DraftState.WAITING, requested_by=person(actor))
                    store.change_draft(connection, waiting, revision)
                    record(connection, actor, Action.PUBLISH_REQUESTED, draft.id, _told(after, seen, note))
                    return Outcome(waiting, None, seen)
                outcome = self._published(connection, actor, None, draft, after, seen, note)
        self.in_force.follow(self.database, self.check_fit)
        return outcome

    def confirm(self, actor: Actor, identity: str, revision: int) -> Outcome:
        """The second person publishes what the first has asked for; raises RefusedError for the same person."""
        require_second(self.draft(actor, identity), actor)
        draft, after, seen = self._proved(actor, identity, revision)
        with after, self._publishing() as connection:
            draft = self._still(connection, identity, revision)
            require_second(draft, actor)
            outcome = self._published(connection, actor, actor, draft, after, seen, checked_note(draft.note))
        self.in_force.follow(self.database, self.check_fit)
        return outcome

    def roll_back(self, actor: Actor, number: int, note: str) -> Outcome:
        """Publish an old version anew, with the same checks as any."""
        actor.require(Role.PUBLISHER)
        self.require_publishing()
        _, files = self.publication(number)
        said = checked_note(note)
        draft = self._add(actor, self._newest(), files, f"回滚到第 {number} 版：{said}", rolls_back=number)
        return self.publish(actor, draft.id, draft.revision)

    # Parts of the above.

    def _add(
        self, actor: Actor, base: int, files: Mapping[str, str], note: str, *, rolls_back: int | None = None
    ) -> Draft:
        now = clock.stamp()
        draft = Draft(
            id=str(uuid.uuid4()), base=base, files=checked_files(files), note=draft_note(note), author=person(actor),
            created_at=now, updated_at=now, revision=1, state=DraftState.OPEN, rolls_back=rolls_back,
        )  # fmt: skip
        with self.database.write() as connection:
            store.add_draft(connection, draft)
        return draft

    @contextmanager
    def _publishing(self) -> Iterator[Connection]:
        """A transaction that ends with the next number, or is refused where another took that number."""
        try:
            with self.database.write() as connection:
                yield connection
        except IntegrityError as error:
            raise RefusedError("就在刚才，有人发布了另一版；请先对照差异，再发布") from error

    def _newest(self) -> int:
        with self.database.read() as connection:
            return store.newest_number(connection)

    def _change(self, identity: str, revision: int, change: Callable[[Draft], Draft]) -> Draft:
        with self.database.write() as connection:
            draft = self._still(connection, identity, revision)
            changed = replace(change(draft), updated_at=clock.stamp(), revision=revision + 1)
            store.change_draft(connection, changed, revision)
        return changed

    def _still(self, connection: Connection, identity: str, revision: int) -> Draft:
        """The draft, locked, if it is open and as the actor saw it."""
        draft = _known(store.get_draft(connection, _identity(identity), lock=True), identity)
        require_open(draft)
        require_seen(draft, revision)
        return draft

    def _proved(self, actor: Actor, identity: str, revision: int) -> tuple[Draft, Ruleset, Preview]:
        """The draft compiled, after every check and the preview over all that is stored; raises for any fault."""
        self.require_publishing()
        # The preview compares with what is in force by now, not with what this process last saw.
        self.in_force.follow(self.database, self.check_fit)
        with self.database.read() as connection:
            draft = _known(store.get_draft(connection, _identity(identity)), identity)
            newest = store.newest_number(connection)
        require_open(draft)
        require_seen(draft, revision)
        require_newest(draft, newest)
        checked_note(draft.note)
        trial = self.try_out(draft.files)
        if not trial.ok:
            refusal = FaultyDraftError(trial)
            self._record(actor, Action.PUBLISH_REFUSED, draft.id, {"why": refusal.message})
            raise refusal
        after = self._opened(draft.files)
        return draft, after, self._preview(after, None)

    def _opened(self, files: Mapping[str, str]) -> Ruleset:
        """A rule set that a trial found good, for the reference evaluator; raises TongbanError where it doesn't fit."""
        ruleset, problems = load_texts(files, today=clock.now().date(), engine=False)
        if ruleset is None:
            raise RefusedError("；".join(map(str, problems)))
        self.check_fit(ruleset)
        return ruleset

    def _preview(self, after: Ruleset, days: int | None, seen: Seen = None) -> Preview:
        today = clock.now()
        since = clock.stamp(today - timedelta(days=days)) if days else ""
        with self.database.read() as connection:
            return preview(
                recorded_facts(connection, seen, since), before=self.in_force.ruleset.as_of(today.date()), after=after
            )

    def _published(
        self,
        connection: Connection,
        actor: Actor,
        second: Actor | None,
        draft: Draft,
        after: Ruleset,
        seen: Preview,
        note: str,
    ) -> Outcome:
        number = store.newest_number(connection) + 1
        require_newest(draft, number - 1)
        now, before = clock.stamp(), self.in_force.ruleset
        made = Publication(
            number=number,
            version=after.version,
            previous=before.version,
            kind=Kind.PUBLISHED if draft.rolls_back is None else Kind.ROLLED_BACK,
            note=note,
            author=draft.author,
            publisher=draft.requested_by or person(actor),
            second_person=person(second) if second else None,
            published_at=now,
            incidents=seen.incidents,
            changed=seen.changed,
            left_red=seen.left_red,
        )
        for ruleset in (before, after):
            keep_ruleset(connection, ruleset, now)
        store.add_publication(connection, made)
        ended = replace(draft, state=DraftState.PUBLISHED, updated_at=now)
        store.change_draft(connection, ended, draft.revision)
        record(connection, actor, Action.PUBLISHED, f"第 {number} 版", _told(after, seen, note) | {"kind": made.kind})
        return Outcome(ended, made, seen)

    def _record(self, actor: Actor, action: Action, subject: str, detail: Mapping[str, object]) -> None:
        with self.database.write() as connection:
            record(connection, actor, action, subject, detail)


def _told(after: Ruleset, seen: Preview, note: str) -> dict[str, object]:
    """What the audit log says of a publication."""
    return {
        "version": after.version,
        "note": note,
        "incidents": seen.incidents,
        "changed": seen.changed,
        "left_red": seen.left_red,
    }


def _known(draft: Draft | None, identity: str) -> Draft:
    if draft is None:
        raise NotFoundError(f"没有编号为 {identity} 的草稿")
    return draft


def _identity(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise NotFoundError(f"没有编号为 {text} 的草稿") from None
