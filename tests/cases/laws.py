"""The laws of a case in their own few words: a model that hears what succeeded, and what must hold of the events."""

from dataclasses import dataclass, field

from service.accounts.model import Actor
from service.cases.command import Command
from service.cases.handing_over import Dispatch, Return, Transfer
from service.cases.handling import Visit
from service.cases.life import CLOSED, IN_HAND, STEPS, Act, State
from service.cases.model import Case, Event
from service.cases.sharing import Share, Unshare
from service.cases.stance import MACHINE
from tests.cases.town import ADMIN, AUDITOR

COLOURS = ("红", "黄", "蓝")  # heaviest first

# Where an act leads, told a second time and in other words than `life.STEPS`; what is not here moves nothing.
LEADS = {
    Act.TRANSFER: State.AT_CENTRE,
    Act.KEEP: State.KEPT,
    Act.DISPATCH: State.DISPATCHED,
    Act.ACCEPT: State.ACCEPTED,
    Act.REPORT: State.HANDLING,
    Act.RESOLVE: State.RESOLVED,
    Act.ARCHIVE: State.ARCHIVED,
    Act.CRIMINAL: State.CRIMINAL,
    Act.END: State.ENDED,
}


@dataclass
class Told:
    """What somebody would say of a case who only heard which commands succeeded."""

    state: State = State.OPENED
    version: int = 1
    returns: int = 0
    recurrences: int = 0
    transferred: bool = False
    took_part: set[str] = field(default_factory=lambda: {"station"})
    guests: set[str] = field(default_factory=set)

    def hear(self, command: Command) -> None:
        self.version += 1
        self.state = LEADS.get(command.act, self.state)
        match command:
            case Transfer():
                self.transferred = True
                self.took_part.add("centre")
            case Dispatch(lead, helpers):
                self.took_part |= {lead, *helpers}
            case Return():
                self.returns += 1
                self.state = State.ARBITRATION if self.returns >= 3 else State.AT_CENTRE
            case Visit("稳定"):
                self.state = State.VISITED
            case Visit("有反复"):
                self.state = State.HANDLING
                self.recurrences += 1
            case Share(account):
                self.guests.add(account)
            case Unshare(account):
                self.guests.discard(account)

    def hear_another_incident(self) -> None:
        self.version += 1
        if self.state in CLOSED | {State.RESOLVED, State.VISITED}:
            self.state = State.AT_CENTRE if self.transferred else State.OPENED
            self.recurrences += 1
            self.returns = 0

    def seen_by(self, actor: Actor) -> bool:
        if actor in (AUDITOR, MACHINE):
            return True
        invited = actor.account_id in self.guests and actor != ADMIN
        return invited or not actor.sees.isdisjoint(self.took_part)


def lighter(colour: str, than: str) -> bool:
    return COLOURS.index(colour) > COLOURS.index(than)


def check_colours(events: tuple[Event, ...]) -> None:
    """It falls by a review, and from 红 by two persons who spoke of this very 红."""
    colour, asked_by = "", ""
    for event in events:
        becomes = event.changes.get("colour", colour)
        if colour and lighter(becomes, colour):
            assert event.act in (Act.REVIEW, Act.AGREE_LOWER)
            if colour == "红":
                assert event.act is Act.AGREE_LOWER
            if event.act is Act.AGREE_LOWER:
                assert asked_by
                assert asked_by != event.actor_id
        if event.act is Act.ASK_LOWER:
            asked_by = event.actor_id
        elif (colour and lighter(colour, becomes)) or event.act in (Act.JOIN, Act.RECUR, Act.REFUSE_LOWER):
            asked_by = ""  # what was asked before this was not asked knowing it
        colour = becomes


def check_holds(events: tuple[Event, ...]) -> None:
    """One at a time, and another person lifts it."""
    held_by = ""
    for event in events:
        if event.act is Act.HOLD:
            assert not held_by
            held_by = event.actor_id
        if event.act is Act.LIFT:
            assert held_by not in ("", event.actor_id)
            held_by = ""


def check_owed(case: Case) -> None:
    """Nothing is owed that can't be given as the case stands, and nothing is forgotten."""
    if case.open or case.state is State.KEPT:
        assert case.review_by
    if case.state in (State.AT_CENTRE, State.ARBITRATION, State.DISPATCHED):
        assert case.accept_by
    if case.state in IN_HAND:
        assert case.finish_by
        assert case.report_by or case.colour == "蓝"
    givable = {
        case.accept_by: Act.DISPATCH,
        case.report_by: Act.REPORT,
        case.review_by: Act.REVIEW,
        case.visit_by: Act.VISIT,
        case.paused_at: Act.RESUME,
    }
    for owed, act in givable.items():
        assert not owed or case.state in STEPS[act].sources, (owed, act)
    if case.lowering:
        assert case.state in STEPS[Act.AGREE_LOWER].sources
    if case.state in CLOSED:
        owes = (case.accept_by, case.finish_by, case.report_by, case.visit_by, case.paused_at)
        assert owes == (None,) * 5
        assert case.closed_at
    else:
        assert case.closed_at is None
