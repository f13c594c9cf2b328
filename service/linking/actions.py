"""What can be done about one dispute: know its past, see which cases may be of it, join one, or hold it apart.

The machine only suggests; a person's word is kept and holds.
"""

import hmac
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import Connection

from service import clock
from service.accounts.model import Actor, Role
from service.audit.model import Action
from service.audit.store import record
from service.cases import store as case_store
from service.cases.actions import Cases
from service.cases.command import words
from service.cases.handing_over import Join
from service.cases.model import Case
from service.errors import NotFoundError, RefusedError
from service.incidents.model import Registration, checked
from service.incidents.store import get_incidents
from service.intake.model import KeptSuggestion
from service.intake.store import get_suggestion
from service.linking import lookup, store
from service.linking.keys import check_value
from service.linking.lookup import Linked, Past
from service.linking.model import Trace
from service.linking.past_cases import PastCase, past_cases
from service.linking.registered import trace_of
from service.linking.strength import Strength
from service.storage.database import Database
from service.suggestion import check_text
from service.units.store import unit_names

_OTHER_KEY = (
    "关联密钥不是原来那一个，以前的警情认不出来，历史次数会数少。"
    "请把原来的 link.key 复制回来（多台机器用 TONGBAN_LINK_KEY_FILE 指同一个），再重新启动；"
    "原来的确实没有了，运行 tongban link rebuild 后重新启动"
)
_UNTRACED = "以前登记的警情还没有关联标记，认不出来，历史次数会数少。请运行 tongban link rebuild，再重新启动"
_MOST_SHOWN = 5
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that may be of the same dispute. `case` is None where the actor doesn't see it: then only `unit` is told.

    `recent` are its incidents in the 90 days before this one, `last` is when the latest of all happened.
    """

    unit: str
    case: Case | None = None
    strength: Strength | None = None
    recent: int = 0
    last: str = ""


@dataclass(frozen=True, slots=True)
class Loose:
    """An earlier incident in no case, an imported one as a rule. Of another unit's only `unit` is told."""

    unit: str
    id: str = ""
    at: str = ""
    text: str = ""
    strength: Strength | None = None


@dataclass(frozen=True, slots=True)
class Possible:
    """What may belong together with an incident; `joined` is the case that it is in, if the actor sees that.

    `told` is what intake was told; of a registered incident it is empty, since its people are not for everybody.
    """

    told: Registration
    registered: bool
    joined: Case | None
    candidates: tuple[Candidate, ...]
    loose: tuple[Loose, ...] = ()


@dataclass(frozen=True, slots=True)
class Linking:
    """Linking in a database under the station's secret."""

    cases: Cases
    secret: bytes

    @property
    def database(self) -> Database:
        """Where the incidents are."""
        return self.cases.database

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock of the cases."""
        return self.cases.now

    def past(self, text: str, told: Registration) -> Past:
        """What was told, checked, with the past of the dispute before it. Raises InputError."""
        check_text(text)
        now = self.now()
        known = told if told == Registration() else checked(told, now)
        trace = trace_of("", text, known, now, self.secret)
        if not trace.marks:
            return Past(known)
        with self.database.read() as connection:
            return replace(lookup.past(connection, trace, clock.stamp(now)), told=known)

    def possible(self, actor: Actor, kept: KeptSuggestion, past: Past | None = None) -> Possible:
        """Cases that may be of the same dispute as this incident, registered or not yet; the strongest first.

        `past` is what `past` found a moment ago for the very same; then it is not sought again.
        """
        with self.database.read() as connection:
            known, registered = self._known(connection, kept.id)
            case_id = case_store.case_with(connection, kept.id)
            joined = case_store.get_case(connection, actor, case_id) if case_id else None
            trace = trace_of(kept.id, str(kept.shown["text"]), known, clock.moment(kept.created_at), self.secret)
            links = past.links if past and trace.marks else lookup.linked(connection, trace)
            apart = store.apart(connection, trace.id)
            found = _by_case(connection, links, apart, case_id)
            single = [one for one in links if not one.case_id and one.id not in apart and one.at < trace.at]
            units = unit_names(connection) if found or single else {}
            loose = _loose(connection, actor, single[:_MOST_SHOWN], units)
            candidates = [
                _candidate(connection, actor, one, trace, units) for one in islice(found.values(), _MOST_SHOWN)
            ]
        # Whoever must not see a case learns no order of strength either.
        seen = [one for one in candidates if one.case]
        unseen = dict.fromkeys(one for one in candidates if not one.case)
        return Possible(Registration() if registered else known, registered, joined, (*seen, *unseen), loose)

    def similar(self, actor: Actor, kept: KeptSuggestion) -> list[PastCase]:
        """Settled cases of the type that tell of something alike, up to three."""
        with self.database.read() as connection:
            found = past_cases(connection, actor, str(kept.shown["text"]), kept.current.dispute_type)
            own = case_store.case_with(connection, kept.id)
        return [one for one in found if one.id != own]

    def join(self, actor: Actor, kept: KeptSuggestion, case_id: str, typed: Registration) -> Case:
        """Put the incident into the case, registering it first where nobody did; the reasons go into the track list.

        Raises NotFoundError, ForbiddenError, InputError, and RefusedError where it is in a case already.
        """
        with self.database.read() as connection:
            registered = bool(get_incidents(connection, [kept.id]))
            if registered and case_store.case_with(connection, kept.id):
                raise RefusedError("这条警情已经在一份档案里；要换，请先从那里移出")
            reasons = self._reasons(connection, kept, case_id, typed)
            case = case_store.get_case(connection, actor, case_id)
        if not registered:
            return self.cases.join(actor, case_id, kept.id, typed, reasons=reasons)
        if case is None:
            raise NotFoundError("没有这份档案")
        return self.cases.do(actor, case_id, Join(kept.id, kept.current.colour, reasons, reopens=not case.open))

    def reasons(self, actor: Actor, suggestion_id: str, case_id: str, typed: Registration) -> tuple[str, ...]:
        """Why the machine holds that an incident belongs to a case: what the track list of the case will say.

        Empty where the actor sees either of them not. Raises InputError.
        """
        with self.database.read() as connection:
            kept = get_suggestion(connection, actor, suggestion_id)
            if kept is None or case_store.get_case(connection, actor, case_id) is None:
                return ()
            return self._reasons(connection, kept, case_id, typed)

    def hold_apart(self, actor: Actor, suggestion_id: str, case_id: str, reason: str) -> None:
        """Keep that the incident is no matter of this case; it is not suggested again. Raises NotFoundError."""
        actor.require(Role.DUTY, Role.CENTRE)
        said = words(reason, "理由", needed=False)
        with self.database.write() as connection:
            case = case_store.get_case(connection, actor, case_id)
            if case is None or get_suggestion(connection, actor, suggestion_id) is None:
                raise NotFoundError("没有这份档案或这条警情")
            if suggestion_id in case.incidents:
                raise RefusedError("这条警情在这份档案里；要分开，请把它移出")
            others = case.incidents
            store.add_choices(connection, actor, suggestion_id, others, same=False, reason=said, now=self._stamp())
            record(connection, actor, Action.HELD_APART, f"警情 {suggestion_id}", {"档案": case.number})

    def rebuild(self) -> Iterator[int]:
        """Make the traces of all incidents anew, under the secret of now; yields how many are done."""
        with self.database.read() as connection:
            waiting = iter(store.incident_ids(connection))
        done = 0
        while some := list(islice(waiting, _AT_ONCE)):
            with self.database.write() as connection:
                texts = store.texts_of(connection, some)
                traces = [
                    trace_of(one.id, texts[one.id], one.registration, self.now(), self.secret)
                    for one in get_incidents(connection, some)
                ]
                store.keep_traces(connection, traces)
            done += len(some)
            yield done
        with self.database.write() as connection:
            store.keep_check(connection, check_value(self.secret), anew=True)

    def notice(self) -> str:
        """What is wrong with the secret, and what to do; empty where nothing is."""
        with self.database.read() as connection:
            kept = store.kept_check(connection)
            if kept is None:
                return _UNTRACED if store.any_incident(connection) else ""
        return "" if hmac.compare_digest(kept, check_value(self.secret)) else _OTHER_KEY

    def _stamp(self) -> str:
        return clock.stamp(self.now())

    def _known(self, connection: Connection, identity: str) -> tuple[Registration, bool]:
        """What is known besides the text, and whether the incident is registered."""
        if found := get_incidents(connection, [identity]):
            return found[0].registration, True
        return store.told_of(connection, identity), False

    def _reasons(
        self, connection: Connection, kept: KeptSuggestion, case_id: str, typed: Registration
    ) -> tuple[str, ...]:
        stored, registered = self._known(connection, kept.id)
        now = self.now()
        known = stored if registered else checked(typed, now)
        trace = trace_of(kept.id, str(kept.shown["text"]), known, now, self.secret)
        links = lookup.linked(connection, trace)
        best = _by_case(connection, links, store.apart(connection, trace.id), None).get(case_id)
        return tuple(reason.text for reason in best.strength.reasons) if best else ("人工认定",)


def _by_case(
    connection: Connection, links: Sequence[Linked], apart: frozenset[str], own: str | None
) -> dict[str, Linked]:
    """The strongest link into each case, in order; no case that a person held apart."""
    refused = lookup.cases_of(connection, apart) | {own, ""}
    found: dict[str, Linked] = {}
    for one in links:
        if one.case_id not in refused:
            found.setdefault(one.case_id, one)
    return found


def _loose(connection: Connection, actor: Actor, links: Sequence[Linked], units: dict[str, str]) -> tuple[Loose, ...]:
    """Those that the actor's units registered, with their words; then which other units have any."""
    seen = [one for one in links if one.station_id in actor.sees]
    texts = store.texts_of(connection, [one.id for one in seen])
    own = [
        Loose(units.get(one.station_id, ""), one.id, clock.stamp(one.at), texts[one.id], one.strength) for one in seen
    ]
    others = (Loose(units.get(one.station_id, "外单位")) for one in links if one.station_id not in actor.sees)
    return (*own, *dict.fromkeys(others))


def _candidate(connection: Connection, actor: Actor, one: Linked, trace: Trace, units: dict[str, str]) -> Candidate:
    case = case_store.get_case(connection, actor, one.case_id)
    if case is None:
        return Candidate(units.get(one.station_id, "外单位"))
    happened = [clock.moment(held.registration.happened_at) for held in get_incidents(connection, case.incidents)]
    recent = sum(timedelta() < trace.at - at <= timedelta(days=90) for at in happened)
    unit = units.get(case.lead_id or case.centre_id or case.station_id, "")
    return Candidate(unit, case, one.strength, recent, clock.stamp(max(happened)))
