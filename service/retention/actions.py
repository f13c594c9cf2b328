"""Erasing by two persons: what is due is listed, an 管理员 proposes, a 领导 confirms, the service erases.

A case is erased in one transaction, its files after it: whatever is cut off in between is finished by the next look.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, true

from service import clock
from service.accounts.model import Actor, Role, as_identity
from service.audit.model import Action
from service.audit.store import record
from service.cases.actions import Cases
from service.cases.command import words
from service.cases.life import Stance
from service.cases.model import Case, fault
from service.cases.stance import MACHINE
from service.cases.store import events_of, get_case, visible
from service.errors import InputError, NotFoundError, RefusedError
from service.files import sync_one
from service.retention import store
from service.retention.cutting import cut
from service.retention.model import Due, Erase, Erasure, Kind, State, check_due
from service.retention.policy import Retention

MOST_SHOWN = 200
MOST_COUNTED = 10_000
_AT_ONCE = 200  # incidents in one transaction
_READERS = (Role.ADMIN, Role.LEADER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Asked:
    """An erasing with its case, None where it is of incidents, and whether the reader may see and answer it."""

    erasure: Erasure
    case: Case | None
    readable: bool
    answerable: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What is due and was asked for. `incidents` counts those before the stamp `until`, up to MOST_COUNTED."""

    due: list[Due]
    incidents: int
    until: str | None
    waiting: list[Asked]
    past: list[Asked]


@dataclass(frozen=True, slots=True)
class Erasing:
    """What is kept too long already, in the database of the cases and in the folder of their files."""

    cases: Cases
    retention: Retention
    folder: Path

    def listing(self, actor: Actor) -> Listing:
        """What is due: leaders see their own cases, the others number, state and days of all. Raises ForbiddenError."""
        actor.require(*_READERS)
        now = self.cases.now()
        every = actor.has(Role.ADMIN, Role.AUDITOR) or not actor.signed_in
        with self.cases.database.read() as connection:
            due = store.due_cases(connection, self.retention, now, true() if every else visible(actor), MOST_SHOWN)
            until = store.incidents_until(self.retention, now)
            if until and store.waiting_for(connection, "", Kind.INCIDENTS):
                until = None
            waiting = store.erasures(connection, (State.PROPOSED, State.CONFIRMED), MOST_SHOWN)
            past = store.erasures(connection, (State.DONE, State.WITHDRAWN, State.DROPPED), MOST_SHOWN)
            return Listing(
                due,
                store.due_incidents(connection, until, MOST_COUNTED) if until else 0,
                until,
                list(self._shown(connection, actor, waiting, every=every)),
                list(self._shown(connection, actor, past, every=every)),
            )

    def propose(self, actor: Actor, kind: str, case_id: str, reason: str) -> Erasure:
        """Ask for the erasing of what is due; the first of two persons.

        Raises ForbiddenError, InputError, NotFoundError, and RefusedError for what is not due, held, or asked for.
        """
        actor.require(Role.ADMIN)
        if kind not in set(Kind):
            raise InputError(f"没有“{kind}”这种清除")
        wanted, now = Kind(kind), self.cases.now()
        said = words(reason, "清除的理由")
        with self.cases.database.write() as connection:
            case_id = as_identity(case_id) if wanted is not Kind.INCIDENTS else ""
            case, until, line = None, store.incidents_until(self.retention, now) or "", self.retention.incidents
            if wanted is not Kind.INCIDENTS:
                found = get_case(connection, MACHINE, case_id, lock=True)
                if found is None:
                    raise NotFoundError("没有这份档案")
                case, until = check_due(found, wanted, self.retention, now), ""
                line = self.retention.cases[case.state] if wanted is Kind.CASE else self.retention.attachments
            elif not until:
                raise RefusedError("未建档警情永久保存，不清除")
            if store.waiting_for(connection, case_id, wanted):
                raise RefusedError("已经有人提出清除，等领导确认")
            new = Erasure(
                id=str(uuid.uuid4()),
                kind=wanted,
                case_id=case_id,
                until=until,
                period=line.words,
                reason=said,
                state=State.PROPOSED,
                proposed_at=clock.stamp(now),
                proposed_by_id=actor.account_id,
                proposed_by_name=actor.name,
            )
            store.add_erasure(connection, new)
            record(connection, actor, Action.ERASE_PROPOSED, _subject(new, case), {"保存期限": new.period})
        return new

    def answer(self, actor: Actor, identity: str, reason: str = "", *, agreed: bool) -> Erasure:
        """The second person, who answers for the case, agrees or does not; agreed, it is erased.

        Raises ForbiddenError, NotFoundError for what they don't see, InputError, RefusedError.
        """
        actor.require(Role.LEADER)
        said = words(reason, "不清除的理由", needed=not agreed)
        with self.cases.database.write() as connection:
            asked = store.get_erasure(connection, as_identity(identity), lock=True)
            case = get_case(connection, actor, asked.case_id, lock=True) if asked and asked.case_id else None
            if asked is None or (asked.case_id and case is None):
                raise NotFoundError("没有这次清除")
            if asked.state is not State.PROPOSED:
                raise RefusedError("已经有人答复过了，请刷新后再看")
            if agreed and asked.proposed_by_id == actor.account_id:
                raise RefusedError("提出清除的人不能自己确认，须由另一人确认")
            if agreed and case:
                check_due(case, asked.kind, self.retention, self.cases.now())
            answered = replace(
                asked,
                state=State.CONFIRMED if agreed else State.WITHDRAWN,
                answered_at=clock.stamp(self.cases.now()),
                answered_by_id=actor.account_id,
                answered_by_name=actor.name,
                answer=said,
            )
            store.change_erasure(connection, answered)
            told = {"答复": "同意" if agreed else "不同意", "提出": asked.proposed_by_name}
            record(connection, actor, Action.ERASE_ANSWERED, _subject(asked, case), told)
        if agreed:
            self.carry_out()
        return answered

    def carry_out(self) -> int:
        """Erase whatever was confirmed, and finish what was cut off; how many were done. Any process may do it."""
        with self.cases.database.read() as connection:
            ids = store.unfinished(connection)
        for identity in ids:
            while self._step(identity):
                pass
            self._remove_files(identity)
        if ids:
            self.cases.database.wipe_log()
        return len(ids)

    def _step(self, identity: str) -> bool:
        """One transaction; whether there is more of it to do."""
        try:
            with self.cases.database.write() as connection:
                asked = store.get_erasure(connection, identity, lock=True)
                if asked is None or asked.state is not State.CONFIRMED:
                    return False
                with store.past_the_triggers(connection, asked):
                    return (
                        self._incidents(connection, asked)
                        if asked.kind is Kind.INCIDENTS
                        else self._case(connection, asked)
                    )
        except RefusedError as error:
            self._drop(identity, error.message)
            return False

    def _case(self, connection: Connection, asked: Erasure) -> bool:
        moment = self.cases.moment(MACHINE)
        found = get_case(connection, MACHINE, asked.case_id, lock=True)
        case = check_due(found, asked.kind, self.retention, moment.at)
        events = events_of(connection, case.id)
        if wrong := fault(events):
            raise RefusedError(f"档案 {case.number} 的轨迹对不上，先查清再清除：{wrong}")
        pairs = [(event, cut(event, asked.kind)) for event in events]
        changed = [left for event, left in pairs if left is not event]
        store.rewrite_events(connection, changed)
        files = store.erase_files(connection, case)
        if asked.kind is Kind.CASE:
            store.erase_incidents(connection, case.incidents)
            store.erase_beside(connection, case)
        command = Erase(asked, {str(left.seq): left.rest() for left in changed})
        done = replace(asked, state=State.DONE, files=files, incidents=len(case.incidents), done_at=moment.stamp)
        store.change_erasure(connection, done)
        self.cases.carry_out(connection, MACHINE, Stance.SYSTEM, case, command, moment)
        record(connection, MACHINE, Action.ERASED, _subject(asked, case), {"附件": len(files), **_persons(asked)})
        return False

    def _incidents(self, connection: Connection, asked: Erasure) -> bool:
        ids = store.next_incidents(connection, asked.until, _AT_ONCE)
        store.erase_incidents(connection, ids)
        more = len(ids) == _AT_ONCE
        done = replace(asked, incidents=asked.incidents + len(ids))
        if not more:
            done = replace(done, state=State.DONE, done_at=clock.stamp(self.cases.now()))
        store.change_erasure(connection, done)
        record(connection, MACHINE, Action.ERASED, _subject(asked, None), {"警情": len(ids), **_persons(asked)})
        return more

    def _drop(self, identity: str, why: str) -> None:
        with self.cases.database.write() as connection:
            asked = store.get_erasure(connection, identity, lock=True)
            if asked and asked.state is State.CONFIRMED:
                store.change_erasure(connection, replace(asked, state=State.DROPPED, answer=why))

    def _remove_files(self, identity: str) -> None:
        with self.cases.database.read() as connection:
            asked = store.get_erasure(connection, identity)
        if asked is None or not asked.files:
            return
        for one in asked.files:
            # An upload that was cut off may still have its first name.
            for path in (self.folder / one, self.folder / f"{one}.part"):
                path.unlink(missing_ok=True)
        if self.folder.exists():
            sync_one(self.folder)
        with self.cases.database.write() as connection:
            store.change_erasure(connection, replace(asked, files=()))

    def _shown(self, connection: Connection, actor: Actor, asked: Iterable[Erasure], *, every: bool) -> Iterable[Asked]:
        for one in asked:
            mine = get_case(connection, actor, one.case_id) if one.case_id else None
            case = mine or (get_case(connection, MACHINE, one.case_id) if one.case_id and every else None)
            if one.case_id and case is None:
                continue
            may = actor.has(Role.LEADER) and one.state is State.PROPOSED and (mine is not None or not one.case_id)
            yield Asked(one, case, mine is not None, may)


def _subject(asked: Erasure, case: Case | None) -> str:
    return f"档案 {case.number} 的{asked.kind.value}" if case else f"{clock.local(asked.until)} 以前的未建档警情"


def _persons(asked: Erasure) -> dict[str, str]:
    return {"提出": asked.proposed_by_name, "确认": asked.answered_by_name}
