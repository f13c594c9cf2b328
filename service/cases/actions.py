"""What can be done with cases: open, read, act. One transaction each; every act is an event and an audit entry."""

import hashlib
import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from service import clock
from service.accounts.model import Actor
from service.audit.model import Action
from service.audit.store import record
from service.cases import store
from service.cases.command import Change, Command, Moment, check_step, written
from service.cases.handing_over import Join, Leave, Open, Transfer
from service.cases.life import STEPS, Act, Stance, possible
from service.cases.model import START, Case, Event
from service.cases.stance import stances
from service.errors import ForbiddenError, InputError, NotFoundError, RefusedError
from service.incidents.model import Incident, Registration, checked
from service.incidents.store import add_incident, get_incidents
from service.intake.model import KeptSuggestion
from service.intake.store import get_suggestion
from service.linking.keys import check_value
from service.linking.registered import trace_of
from service.linking.store import add_choices, keep_check, keep_traces
from service.storage.database import Database, TakenError
from service.timing.policy import Policy
from service.units.store import all_units
from service.units.tree import Tree


@dataclass(frozen=True, slots=True)
class File:
    """A case as somebody sees it: its track list, its incidents, and what they can do."""

    case: Case
    events: tuple[Event, ...]
    incidents: tuple[Incident, ...]
    possible: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases in a database, under one policy of deadlines."""

    database: Database
    policy: Policy
    now: Callable[[], datetime] = clock.now
    # The secret under which incidents are made findable; None: `tongban link rebuild` does it later.
    link_key: bytes | None = None

    def open(self, actor: Actor, suggestion_id: str, typed: Registration, *, key: str = "") -> Case:
        """Register an incident and begin a case with it; the same `key` again gives the same case.

        Raises NotFoundError for a suggestion that is not there, InputError, ForbiddenError, and RefusedError where
        the incident is in a case already.
        """
        if not actor.unit_id:
            raise ForbiddenError("您还没有所属单位，不能建档；请管理员在“单位”里添加")
        moment = self.moment(actor)
        registration = checked(typed, moment.at)
        with self.database.write() as connection:
            identity = str(uuid.uuid4())
            wanted = {"suggestion": suggestion_id, "registration": asdict(typed)}
            if earlier := self._claim(connection, actor, key, wanted, identity, moment):
                return self._seen(connection, actor, earlier)
            case = Case(identity, station_id=actor.unit_id)
            stance = _stance(case, actor, Act.OPEN)
            kept = get_suggestion(connection, actor, suggestion_id)
            if kept is None:
                raise NotFoundError(f"没有编号为 {suggestion_id} 的研判记录")
            _check_kept(kept)
            registered = self._register(connection, actor, kept, registration, moment)
            outcome = kept.current
            command = Open(
                number=store.next_number(connection, moment.at.year),
                station_id=actor.unit_id,
                incident=kept.id,
                dispute_type=outcome.dispute_type,
                colour=outcome.colour,
                place=registered.place or registration.place,
            )
            return self.carry_out(connection, actor, stance, case, command, moment)

    def join(
        self,
        actor: Actor,
        case_id: str,
        suggestion_id: str,
        typed: Registration,
        *,
        reasons: tuple[str, ...] = (),
        key: str = "",
    ) -> Case:
        """Register an incident and join it to a case, which opens again if it was closed; raises as `open` does."""
        moment = self.moment(actor)
        registration = checked(typed, moment.at)
        with self.database.write() as connection:
            wanted = {"case": case_id, "suggestion": suggestion_id, "registration": asdict(typed)}
            if earlier := self._claim(connection, actor, key, wanted, case_id, moment):
                return self._seen(connection, actor, earlier)
            case = self._seen(connection, actor, case_id, lock=True)
            act = Act.JOIN if case.open else Act.RECUR
            stance = _stance(case, actor, act)
            check_step(case, act)
            kept = get_suggestion(connection, actor, suggestion_id)
            if kept is None:
                raise NotFoundError(f"没有编号为 {suggestion_id} 的研判记录")
            command = Join(kept.id, kept.current.colour, reasons, reopens=act is Act.RECUR)
            _check_kept(kept)
            self._register(connection, actor, kept, registration, moment)
            return self.carry_out(connection, actor, stance, case, command, moment)

    def transfer(self, actor: Actor, case_id: str, note: str = "", *, seen: int | None = None, key: str = "") -> Case:
        """Hand a case to the mediation centre of the station's street; raises as `do` does."""
        with self.database.read() as connection:
            case = self._seen(connection, actor, case_id)
            tree = Tree(all_units(connection))
        return self.do(actor, case_id, to_centre(case, tree, note), seen=seen, key=key)

    def do(self, actor: Actor, case_id: str, command: Command, *, seen: int | None = None, key: str = "") -> Case:
        """Carry out a command. `seen` is the version that the actor had before their eyes.

        Raises NotFoundError for a case that the actor doesn't see, ForbiddenError where it is not theirs to do,
        RefusedError where the case's state or a faster colleague stands against it, InputError for what is wrong.
        """
        moment = self.moment(actor)
        with self.database.write() as connection:
            wanted = {"case": case_id, "act": command.act, "command": repr(command)}
            if earlier := self._claim(connection, actor, key, wanted, case_id, moment):
                return self._seen(connection, actor, earlier)
            case = self._seen(connection, actor, case_id, lock=True)
            stance = _stance(case, actor, command.act)
            if seen is not None and seen != case.version:
                raise RefusedError("别人刚刚办过这份档案，请刷新后看过再办")
            check_step(case, command.act)
            return self.carry_out(connection, actor, stance, case, command, moment)

    def find(self, actor: Actor, case_id: str) -> File:
        """A case with all that belongs to it; raises NotFoundError where the actor doesn't see it."""
        with self.database.read() as connection:
            case = self._seen(connection, actor, case_id)
            return File(
                case,
                tuple(store.events_of(connection, case.id)),
                tuple(get_incidents(connection, case.incidents)),
                () if case.erased_at else possible(case.state, stances(case, actor)),
            )

    def moment(self, actor: Actor) -> Moment:
        """Now, and who it is."""
        return Moment(self.now(), self.policy, actor.account_id, actor.name)

    def _claim(
        self, connection: Connection, actor: Actor, key: str, wanted: dict[str, Any], case_id: str, moment: Moment
    ) -> str | None:
        if not key:
            return None
        if len(key) > 80 or not key.isprintable():
            raise InputError("幂等键最多 80 个可见字符")
        written = json.dumps(wanted, sort_keys=True, default=str).encode("ascii")
        digest = hashlib.sha256(written).hexdigest()
        return store.claim(connection, actor.account_id, key, digest, case_id, moment.stamp)

    def _register(
        self, connection: Connection, actor: Actor, kept: KeptSuggestion, registration: Registration, moment: Moment
    ) -> Registration:
        """What is registered of it: as it was before, where it was imported or taken out of its case."""
        new = Incident(kept.id, actor.unit_id, registration, moment.stamp, actor.account_id, actor.name)
        try:
            # A savepoint: PostgreSQL goes on with a transaction after an error in no other way.
            with connection.begin_nested():
                add_incident(connection, new)
        except TakenError as error:
            if store.case_with(connection, kept.id):
                raise RefusedError("这条警情已经建档，请从它的档案里继续") from error
            return get_incidents(connection, [kept.id])[0].registration
        if self.link_key is not None:
            trace = trace_of(kept.id, str(kept.shown["text"]), registration, moment.at, self.link_key)
            keep_traces(connection, [trace])
            keep_check(connection, check_value(self.link_key))
        return registration

    def _seen(self, connection: Connection, actor: Actor, case_id: str, *, lock: bool = False) -> Case:
        case = store.get_case(connection, actor, case_id, lock=lock)
        if case is None:
            raise NotFoundError("没有这份档案")
        return case

    def carry_out(
        self, connection: Connection, actor: Actor, stance: Stance, case: Case, command: Command, moment: Moment
    ) -> Case:
        """Do it, once the same transaction has asked whether it may be done: event, case, and audit entry."""
        change = command.change(case, moment)
        previous = store.last_hash(connection, case) if case.version else START
        event = _event(case, command.act, change, actor, stance, moment, previous)
        done = store.append(connection, case, event)
        _remember_links(connection, actor, case, command, moment)
        detail = {"序号": event.seq, "事项": event.act.value, "哈希": event.hash}
        record(connection, actor, Action.CASE_EVENT, f"档案 {done.number}", detail)
        return done


def _check_kept(kept: KeptSuggestion) -> None:
    if kept.erased:
        raise RefusedError("这条研判已经到期清除，不能再建档或并入")


def to_centre(case: Case, tree: Tree, note: str) -> Transfer:
    """The transfer to the centre of the station's street; raises RefusedError where there is none."""
    centre = tree.centre_of(case.station_id) if case.station_id in tree.units else None
    if centre is None:
        raise RefusedError("这个派出所所在的镇街还没有矛调中心；请管理员在“单位”里建立")
    return Transfer(centre.id, note)


def _remember_links(connection: Connection, actor: Actor, case: Case, command: Command, moment: Moment) -> None:
    """Joining and taking out are a person's word on incidents: later suggestions keep to it."""
    match command:
        case Join():
            same, reason, others = True, "；".join(command.reasons), case.incidents
        case Leave():
            same, reason = False, command.reason
            others = tuple(one for one in case.incidents if one != command.incident)
        case _:
            return
    add_choices(connection, actor, command.incident, others, same=same, reason=reason, now=moment.stamp)


def _stance(case: Case, actor: Actor, act: Act) -> Stance:
    """As what the actor does it; raises ForbiddenError."""
    may = STEPS[act].by & stances(case, actor)
    if not may:
        raise ForbiddenError(f"{act}由{'、'.join(sorted(STEPS[act].by))}办理，您在这份档案里不是")
    return min(may, key=list(Stance).index)


def _event(case: Case, act: Act, change: Change, actor: Actor, stance: Stance, moment: Moment, previous: str) -> Event:
    return Event(
        case_id=case.id,
        seq=case.version + 1,
        # Never before the last, whatever the clock of the machine that answers.
        at=max(moment.stamp, case.changed_at),
        act=act,
        actor_id=actor.account_id,
        actor_name=actor.name,
        unit_id=actor.unit_id,
        stance=stance,
        reason=change.reason,
        detail=written(change.detail),
        changes=written(change.changes),
        previous_hash=previous,
        salt=secrets.token_hex(16),
    ).sealed()
