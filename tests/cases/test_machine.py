"""Random commands by random people of the town: whatever they try, the laws of a case hold after every step.

Beside the service stands a model that is told only what succeeded, and has its own few words for what follows.
"""

import importlib
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from rules import Ruleset
from service.accounts.model import Actor, Role
from service.audit.actions import Trail
from service.cases.actions import Cases
from service.cases.command import Command
from service.cases.handing_over import Accept, Dispatch, Keep, Leave, Return, Transfer
from service.cases.handling import Archive, Criminal, End, Extend, Pause, Report, Resolve, Resume, Visit
from service.cases.holding import Hold, Lift
from service.cases.life import Act
from service.cases.model import fault, fold
from service.cases.sharing import Attach, Comment, Share, Unshare
from service.cases.stance import MACHINE
from service.cases.tallying import circles_of, of_circles, tally_of
from service.cases.warning import AnswerLower, AskLower, Chase, Escalate, Miss, Raise, Review
from service.errors import ForbiddenError, InputError, NotFoundError, RefusedError, TongbanError
from service.incidents.model import Registration
from service.storage.database import Database
from service.storage.tables.cases import outbox
from service.storage.tables.tallies import case_circle, case_tally
from tests.cases.counting import counted
from tests.cases.laws import COLOURS, LEADS, Told, check_colours, check_holds, check_owed
from tests.cases.town import (
    ADMIN,
    AUDITOR,
    CENTRE,
    JUSTICE,
    LEADER,
    MONDAY,
    OFFICER,
    STRANGE_CENTRE,
    STRANGER,
    VILLAGE,
    VOLUNTEER,
    WOMEN,
    Clock,
    incident,
    town,
)
from tests.conftest import careless

PEOPLE = (OFFICER, CENTRE, WOMEN, JUSTICE, VILLAGE, LEADER, VOLUNTEER, AUDITOR, ADMIN, STRANGER, STRANGE_CENTRE)
ACTORS = (*PEOPLE, MACHINE)
BEYOND = "现在是“"

_words = st.sampled_from(("双方都在", "又吵起来了", " "))
_colour = st.sampled_from(COLOURS)
_units = st.sampled_from(("women", "justice", "village"))
_guests = st.sampled_from((VOLUNTEER, AUDITOR, ADMIN, STRANGER))
_days = st.integers(1, 90).map(lambda days: (MONDAY + timedelta(days=days)).date())

# How somebody who can do an act may go about it; joining is not here, since it registers an incident first.
COMMANDS: dict[Act, st.SearchStrategy[Command]] = {
    Act.LEAVE: st.builds(Leave, st.just("0"), _words),
    Act.TRANSFER: st.builds(Transfer, st.just("centre"), _words),
    Act.KEEP: st.builds(Keep, _words),
    Act.DISPATCH: st.builds(Dispatch, _units, st.lists(_units, max_size=2).map(tuple)),
    Act.ACCEPT: st.builds(Accept),
    Act.RETURN: st.builds(Return, st.sampled_from(("不属本辖区", "事实不清", "不想办")), _words),
    Act.REPORT: st.builds(Report, _words),
    Act.RESOLVE: st.builds(Resolve, st.sampled_from(("书面协议", "口头协议")), _words),
    Act.VISIT: st.builds(Visit, st.sampled_from(("稳定", "有反复", "联系不上")), _words),
    Act.ARCHIVE: st.builds(Archive),
    Act.CRIMINAL: st.builds(Criminal, _words),
    Act.END: st.builds(End, _words),
    Act.ESCALATE: st.builds(Escalate, _words),
    Act.RAISE: st.builds(Raise, _colour, _words),
    Act.REVIEW: st.builds(Review, _colour, _words),
    Act.ASK_LOWER: st.builds(AskLower, _colour, _words),
    Act.AGREE_LOWER: st.builds(AnswerLower, st.just(True), _words),
    Act.REFUSE_LOWER: st.builds(AnswerLower, st.just(False), _words),
    Act.PAUSE: st.builds(Pause, _words),
    Act.RESUME: st.builds(Resume),
    Act.EXTEND: st.builds(Extend, _days, _words),
    Act.COMMENT: st.builds(Comment, _words, st.lists(_units, max_size=1).map(tuple)),
    Act.ATTACH: st.builds(
        Attach, st.just("1"), st.just("协议.pdf"), st.just("application/pdf"), st.integers(1, 10**7), st.just("0" * 64)
    ),
    Act.SHARE: _guests.map(lambda one: Share(one.account_id, one.name)),
    Act.UNSHARE: _guests.map(lambda one: Unshare(one.account_id, one.name)),
    Act.MISS: st.builds(Miss, st.sampled_from(("反馈", "复核")), _days),
    Act.HOLD: st.builds(Hold, _words),
    Act.LIFT: st.builds(Lift, _words),
    Act.CHASE: st.builds(Chase, st.just("签收"), st.integers(0, 3)),
}


class Life(RuleBasedStateMachine):
    """One case, tried by everybody."""

    new_database: Callable[[], Database]
    ruleset: Ruleset

    @initialize(colour=_colour)
    def begin(self, colour: str) -> None:
        self.time = Clock()
        self.cases: Cases = town(type(self).new_database(), self.time)
        new = incident(self.cases.database, self.ruleset, colour=colour)
        self.case_id = self.cases.open(OFFICER, new, Registration()).id
        self.told = Told()

    @rule(actor=st.sampled_from(ACTORS), command=st.sampled_from(list(COMMANDS)).flatmap(COMMANDS.__getitem__))
    def anybody_tries_anything(self, actor: Actor, command: Command) -> None:
        self._try(actor, command)

    @rule(actor=st.sampled_from((OFFICER, CENTRE, WOMEN, JUSTICE, VILLAGE, LEADER, MACHINE)), data=st.data())
    def somebody_does_what_is_theirs(self, actor: Actor, data: st.DataObject) -> None:
        acts = [
            act for act in self._possible(actor) or () if act in COMMANDS and act in (*LEADS, Act.VISIT, Act.RETURN)
        ]
        if acts:
            self._try(actor, data.draw(st.sampled_from(acts).flatmap(COMMANDS.__getitem__)))

    @rule(actor=st.sampled_from((CENTRE, LEADER, MACHINE)), data=st.data())
    def the_colour_is_looked_at(self, actor: Actor, data: st.DataObject) -> None:
        colouring = (Act.RAISE, Act.REVIEW, Act.ASK_LOWER, Act.AGREE_LOWER, Act.MISS)
        acts = [act for act in self._possible(actor) or () if act in colouring]
        if acts:
            self._try(actor, data.draw(st.sampled_from(acts).flatmap(COMMANDS.__getitem__)))

    @rule(actor=st.sampled_from(PEOPLE), colour=_colour)
    def another_incident_comes(self, actor: Actor, colour: str) -> None:
        possible = self._possible(actor)
        new = incident(self.cases.database, self.ruleset, colour=colour)
        try:
            self.cases.join(actor, self.case_id, new, Registration())
        except TongbanError as error:
            self._check_refusal(error, possible, {Act.JOIN, Act.RECUR})
        else:
            assert not {Act.JOIN, Act.RECUR}.isdisjoint(possible or ())
            self.told.hear_another_incident()

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        self.time.at += timedelta(hours=hours)

    def _possible(self, actor: Actor) -> tuple[Act, ...] | None:
        """What the service says they can do; None where it says that there is no such case."""
        try:
            return self.cases.find(actor, self.case_id).possible
        except NotFoundError:
            return None

    def _try(self, actor: Actor, command: Command) -> None:
        possible = self._possible(actor)
        if isinstance(command, Leave):
            command = Leave(self.cases.find(MACHINE, self.case_id).case.incidents[0], command.reason)
        try:
            done = self.cases.do(actor, self.case_id, command)
        except TongbanError as error:
            self._check_refusal(error, possible, {command.act})
        else:
            assert command.act in (possible or ())
            self.told.hear(command)
            assert (done.state, done.version) == (self.told.state, self.told.version)

    def _check_refusal(self, error: TongbanError, possible: tuple[Act, ...] | None, acts: set[Act]) -> None:
        forbidden = isinstance(error, ForbiddenError) or (isinstance(error, RefusedError) and BEYOND in error.message)
        if possible is None:
            assert isinstance(error, NotFoundError)
        elif acts.isdisjoint(possible):
            assert forbidden, error
        else:
            assert isinstance(error, InputError | RefusedError), error
            assert not forbidden, error

    @invariant()
    @precondition(lambda self: hasattr(self, "told"))
    def a_case_is_what_its_events_say(self) -> None:
        file = self.cases.find(MACHINE, self.case_id)
        case, events = file.case, file.events
        assert fold(case.id, events) == case
        assert fault(events) is None
        assert case.version == len(events) == self.told.version
        assert (case.state, case.returns, case.recurrences) == (
            self.told.state,
            self.told.returns,
            self.told.recurrences,
        )
        assert set(case.guests) == self.told.guests
        check_colours(events)
        check_holds(events)
        check_owed(case)

    @invariant()
    @precondition(lambda self: hasattr(self, "told"))
    def only_who_takes_part_sees_it(self) -> None:
        for actor in ACTORS:
            possible = self._possible(actor)
            assert (possible is not None) == self.told.seen_by(actor), actor.name
            if actor.has(Role.AUDITOR, Role.ADMIN) or actor in (STRANGE_CENTRE,):
                assert not possible, actor.name

    @invariant()
    @precondition(lambda self: hasattr(self, "told"))
    def it_counts_for_what_its_events_say_and_for_those_who_see_it(self) -> None:
        events = self.cases.find(MACHINE, self.case_id).events
        with self.cases.database.read() as connection:
            row = tally_of(connection.execute(select(case_tally)).one())
            found = {name: getattr(row, name) for name in counted(events)}
            assert found == counted(events)
            for actor in ACTORS:
                counts = connection.execute(select(case_tally.c.case_id).where(of_circles(circles_of(actor)))).all()
                assert bool(counts) == self.told.seen_by(actor), actor.name

    def teardown(self) -> None:
        if not hasattr(self, "told"):
            return
        walked = Trail(self.cases.database).verify()
        assert (walked.count, walked.fault) == (self.told.version, None)
        with self.cases.database.read() as connection:
            told = connection.execute(select(outbox.c.seq).order_by(outbox.c.seq)).scalars().all()
        assert told == list(range(1, self.told.version + 1))
        self._check_filling()
        self.cases.database.close()

    def _check_filling(self) -> None:
        """The migration makes the same rows of old cases as their events did one by one."""
        migration = importlib.import_module("service.storage.migrations.versions.0009_statistics")
        with self.cases.database.write() as connection:
            before = connection.execute(select(case_tally)).all()
            connection.execute(delete(case_tally))
            connection.execute(delete(case_circle))
            migration.fill(connection)
            assert connection.execute(select(case_tally)).all() == before
            seers = set(connection.execute(select(case_circle.c.member_id)).scalars())
        assert seers == self.told.took_part | self.told.guests


@pytest.mark.parametrize(("kind", "examples", "steps"), [("sqlite", 20, 40), ("postgresql", 3, 25)])
def test_the_laws_hold(
    kind: str,
    examples: int,
    steps: int,
    request: pytest.FixtureRequest,
    ruleset: Ruleset,
    migrated: Path,
    tmp_path: Path,
) -> None:
    def new_database() -> Database:
        if kind == "sqlite":
            copy = Path(tempfile.mkdtemp(dir=tmp_path)) / "tongban.db"
            shutil.copy(migrated, copy)
            return careless(copy)
        return Database(request.getfixturevalue("postgres").migrated_database())

    tried = type("Life", (Life,), {"new_database": staticmethod(new_database), "ruleset": ruleset})
    run_state_machine_as_test(
        tried,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
