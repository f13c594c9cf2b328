"""Erasing what is due, by two persons: what goes, what stays, and that nothing else can be made to look like it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, select, text, update
from sqlalchemy.exc import DBAPIError

from rules import Ruleset
from service.accounts.model import Actor
from service.audit.actions import Trail
from service.audit.model import Action
from service.cases.chain import Fault
from service.cases.handing_over import Keep
from service.cases.holding import Hold, Lift
from service.cases.life import Act, State
from service.cases.model import fault, fold
from service.cases.sharing import Comment
from service.cases.stance import MACHINE
from service.errors import ForbiddenError, InputError, NotFoundError, RefusedError
from service.incidents.model import Registration
from service.intake.store import count_suggestions, get_suggestion
from service.retention import store
from service.retention.actions import Erasing
from service.retention.model import Kind
from service.retention.model import State as Stage
from service.retention.period import Period, Unit
from service.storage.copying import sqlite_file
from service.storage.database import Database
from service.storage.tables.cases import case_event, case_file
from service.storage.tables.incidents import party
from service.storage.tables.linking import incident_key
from service.storage.tables.retention import erasing
from service.storage.tables.suggestions import suggestion
from service.storage.tables.tallies import case_tally
from tests.audit.test_cases import _disarm
from tests.cases.town import ADMIN, AUDITOR, CENTRE, LEADER, OFFICER, incident
from tests.retention.past import KNOWN, OTHER_LEADER, PERSONAL, STRANGE_LEADER, TEN_YEARS, WORDS, Past, kept_for

ELEVEN_YEARS = timedelta(days=11 * 366)


@pytest.fixture
def past(database: Database, ruleset: Ruleset, tmp_path: Path) -> Past:
    """A case that was archived eleven years ago, where files are kept for ten."""
    made = Past(database, ruleset, tmp_path / "attachments", kept_for(TEN_YEARS))
    made.time.at += ELEVEN_YEARS
    return made


def test_of_an_erased_case_nobodys_words_are_left_anywhere(past: Past) -> None:
    assert past.found() == set(PERSONAL)
    assert list(past.attachments.folder.iterdir())
    past.erase()
    assert past.found() == set()
    assert list(past.attachments.folder.iterdir()) == []
    with past.database.read() as connection:
        assert connection.execute(select(party)).all() == []
        assert connection.execute(select(incident_key)).all() == []
        assert connection.execute(select(erasing)).all() == []


def test_nothing_is_left_in_a_file_that_is_packed_anew(past: Past) -> None:
    past.erase()
    if file := sqlite_file(past.database):
        with closing(sqlite3.connect(file)) as opened:
            opened.execute("VACUUM")
    assert past.found() == set()


def test_what_figures_need_stays(past: Past) -> None:
    with past.database.read() as connection:
        before = connection.execute(select(case_tally)).all()
    was = past.case()
    past.erase()
    case = past.case()
    with past.database.read() as connection:
        assert connection.execute(select(case_tally)).all() == before
        kept = get_suggestion(connection, MACHINE, case.incidents[0])
    assert kept is not None
    assert kept.erased
    assert (kept.current.colour, kept.current.dispute_type) == ("蓝", "婚恋家庭")
    left_alone = {"place": was.place, "erased_at": None, "version": was.version, "changed_at": was.changed_at}
    assert replace(case, **left_alone) == was


def test_the_chain_holds_and_tells_who_erased(past: Past) -> None:
    past.erase()
    file = past.cases.find(MACHINE, past.case_id)
    assert fault(file.events) is None
    assert fold(past.case_id, file.events) == file.case
    assert past.sound()
    last = file.events[-1]
    assert (last.act, last.detail["提出"], last.detail["确认"]) == (Act.ERASE, ADMIN.name, LEADER.name)
    actions = [entry.action for entry in Trail(past.database).read(AUDITOR, 9).entries]
    assert {Action.ERASE_PROPOSED, Action.ERASE_ANSWERED, Action.ERASED} <= set(actions)


def _forge(**values: object) -> Callable[[Connection, str], object]:
    def tamper(connection: Connection, case_id: str) -> object:
        wanted = (case_event.c.case_id == case_id, case_event.c.act == Act.REPORT.value)
        return connection.execute(update(case_event).where(*wanted).values(**values))

    return tamper


@pytest.mark.parametrize(
    "tamper",
    [
        _forge(reason="另写一段"),
        _forge(actor_name="别人"),
        _forge(changes='{"state": "已化解"}'),
        _forge(hash="0" * 64),
        _forge(salt="1" * 32),
        lambda connection, case_id: connection.execute(
            update(case_event).where(case_event.c.act == Act.ERASE.value).values(detail='{"余下": {}}')
        ),
        lambda connection, case_id: connection.execute(delete(case_event).where(case_event.c.act == Act.ERASE.value)),
        lambda connection, case_id: connection.execute(
            update(case_file).where(case_file.c.id == case_id).values(erased_at=None)
        ),
    ],
)
def test_what_is_changed_after_the_erasing_is_found(past: Past, tamper: Callable[[Connection, str], object]) -> None:
    past.erase()
    with past.database.write() as connection:
        _disarm(connection)
        tamper(connection, past.case_id)
    faults = Trail(past.database).verify_cases().faults
    assert [isinstance(one, Fault) for one in faults] == [True]


def test_words_that_are_taken_out_without_an_erasing_are_found(past: Past) -> None:
    with past.database.write() as connection:
        _disarm(connection)
        _forge(reason="", salt="")(connection, past.case_id)
    assert not past.sound()


def test_records_can_be_changed_by_nothing_else(past: Past) -> None:
    for table in ("suggestion", "party", "case_event", "attachment"):
        with pytest.raises(DBAPIError, match="append-only"), past.database.write() as connection:
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608


class TestWhatIsNotErased:
    def test_what_is_not_due(self, database: Database, ruleset: Ruleset, tmp_path: Path) -> None:
        young = Past(database, ruleset, tmp_path / "attachments", kept_for(TEN_YEARS))
        young.time.at = young.time.at.replace(year=young.time.at.year + 10)  # the last day
        assert young.erasing.listing(ADMIN).due == []
        with pytest.raises(RefusedError, match="没有到期"):
            young.erasing.propose(ADMIN, Kind.CASE, young.case_id, "满了")
        young.time.at += timedelta(days=1)
        assert [one.case.id for one in young.erasing.listing(ADMIN).due] == [young.case_id]

    def test_anything_under_the_shipped_periods(self, past: Past) -> None:
        shipped = replace(past.erasing, retention=kept_for(None))
        assert shipped.listing(ADMIN).due == []
        with pytest.raises(RefusedError):
            shipped.propose(ADMIN, Kind.CASE, past.case_id, "满了")
        with pytest.raises(RefusedError):
            shipped.propose(ADMIN, Kind.INCIDENTS, "", "满了")

    def test_what_is_held(self, past: Past) -> None:
        past.cases.do(LEADER, past.case_id, Hold("法院要调档"))
        assert past.erasing.listing(ADMIN).due == []
        with pytest.raises(RefusedError, match="保全"):
            past.erasing.propose(ADMIN, Kind.CASE, past.case_id, "满了")
        past.cases.do(OTHER_LEADER, past.case_id, Lift("判了"))
        past.erase()
        assert past.found() == set()

    def test_what_is_held_after_it_was_proposed(self, past: Past) -> None:
        asked = past.erasing.propose(ADMIN, Kind.CASE, past.case_id, "满了")
        past.cases.do(CENTRE, past.case_id, Hold("当事人起诉了"))
        with pytest.raises(RefusedError, match="保全"):
            past.erasing.answer(LEADER, asked.id, agreed=True)
        assert past.found() == set(PERSONAL)

    def test_what_is_held_after_it_was_confirmed(self, past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = past.erasing.propose(ADMIN, Kind.CASE, past.case_id, "满了")
        with monkeypatch.context() as patched:
            patched.setattr(Erasing, "carry_out", lambda _: 0)
            past.erasing.answer(LEADER, asked.id, agreed=True)
        past.cases.do(CENTRE, past.case_id, Hold("当事人起诉了"))
        past.erasing.carry_out()
        assert past.found() == set(PERSONAL)
        (one,) = past.erasing.listing(ADMIN).past
        assert (one.erasure.state, "保全" in one.erasure.answer) == (Stage.DROPPED, True)

    def test_a_case_whose_chain_does_not_hold(self, past: Past) -> None:
        asked = past.erasing.propose(ADMIN, Kind.CASE, past.case_id, "满了")
        with past.database.write() as connection, store.past_the_triggers(connection, asked):
            _forge(reason="改过")(connection, past.case_id)
        past.erasing.answer(LEADER, asked.id, agreed=True)
        assert "先查清" in past.erasing.listing(ADMIN).past[0].erasure.answer
        assert not past.case().erased_at

    def test_any_other_case(self, past: Past) -> None:
        other = past.archived()
        past.erase()
        assert past.cases.find(MACHINE, other).incidents[0].registration == replace(
            KNOWN, happened_at=past.cases.find(MACHINE, other).incidents[0].registration.happened_at
        )
        assert past.found() == set(PERSONAL)
        assert past.sound()


class TestTwoPersons:
    @pytest.mark.parametrize("who", [LEADER, AUDITOR, CENTRE, OFFICER])
    def test_only_an_administrator_proposes(self, past: Past, who: Actor) -> None:
        with pytest.raises(ForbiddenError):
            past.erasing.propose(who, Kind.CASE, past.case_id, "满了")

    def test_with_a_reason_and_once(self, past: Past) -> None:
        with pytest.raises(InputError):
            past.erasing.propose(ADMIN, Kind.CASE, past.case_id, "")
        past.erasing.propose(ADMIN, Kind.CASE, past.case_id, "满了")
        with pytest.raises(RefusedError, match="已经有人提出"):
            past.erasing.propose(ADMIN, Kind.CASE, past.case_id, "满了")
        assert past.erasing.listing(ADMIN).due == []

    @pytest.mark.parametrize(
        ("who", "error"),
        [(ADMIN, ForbiddenError), (AUDITOR, ForbiddenError), (CENTRE, ForbiddenError), (STRANGE_LEADER, NotFoundError)],
    )
    def test_only_a_leader_who_sees_the_case_confirms(self, past: Past, who: Actor, error: type[Exception]) -> None:
        asked = past.erasing.propose(ADMIN, Kind.CASE, past.case_id, "满了")
        with pytest.raises(error):
            past.erasing.answer(who, asked.id, agreed=True)
        assert past.found() == set(PERSONAL)

    def test_nobody_confirms_what_they_proposed(self, past: Past) -> None:
        both = replace(LEADER, roles=LEADER.roles | ADMIN.roles)
        asked = past.erasing.propose(both, Kind.CASE, past.case_id, "满了")
        with pytest.raises(RefusedError, match="另一人"):
            past.erasing.answer(both, asked.id, agreed=True)

    def test_a_no_leaves_everything_and_it_may_be_proposed_again(self, past: Past) -> None:
        asked = past.erasing.propose(ADMIN, Kind.CASE, past.case_id, "满了")
        past.erasing.answer(LEADER, asked.id, "还有用", agreed=False)
        assert past.found() == set(PERSONAL)
        past.erase()
        assert past.found() == set()


def test_nothing_is_done_to_an_erased_case(past: Past) -> None:
    past.erase()
    for actor in (OFFICER, CENTRE, LEADER):
        assert past.cases.find(actor, past.case_id).possible == ()
    with pytest.raises(RefusedError, match="已经到期清除"):
        past.cases.do(CENTRE, past.case_id, Comment("还在吗"))
    with pytest.raises(RefusedError, match="已经到期清除"):
        past.cases.join(OFFICER, past.case_id, incident(past.database, past.ruleset), Registration())


def test_files_may_go_before_their_case(past: Past) -> None:
    past.erasing = replace(past.erasing, retention=kept_for(Period(20, Unit.YEARS), files=TEN_YEARS))
    (due,) = past.erasing.listing(ADMIN).due
    assert due.kind is Kind.FILES
    past.erase(Kind.FILES)
    assert past.found() == set(PERSONAL) - {"保证书.pdf"}
    assert list(past.attachments.folder.iterdir()) == []
    assert past.sound()
    assert past.erasing.listing(ADMIN).due == []
    past.time.at += ELEVEN_YEARS
    past.erase()
    assert past.found() == set()
    assert past.sound()


def test_incidents_that_never_became_a_case_go_and_no_others(past: Past) -> None:
    loose = incident(past.database, past.ruleset, f"另一件，{WORDS}", petition=True)
    with past.database.write() as connection, store.past_the_triggers(connection, _asked(past)):
        connection.execute(update(suggestion).values(created_at="2026-03-02T01:00:00.000Z"))
    past.erasing = replace(past.erasing, retention=kept_for(None, incidents=TEN_YEARS))
    assert past.erasing.listing(ADMIN).incidents == 1
    asked = past.erasing.propose(ADMIN, Kind.INCIDENTS, "", "满了")
    past.erasing.answer(LEADER, asked.id, agreed=True)
    with past.database.read() as connection:
        kept = get_suggestion(connection, MACHINE, loose)
        assert kept is not None
        assert (kept.erased, kept.shown["text"]) == (True, "（已到期清除）")
        assert count_suggestions(connection, MACHINE) == 1
    assert past.erasing.listing(ADMIN).past[0].erasure.incidents == 1
    with pytest.raises(RefusedError, match="到期清除"):
        past.cases.open(OFFICER, loose, Registration())
    assert past.sound()


def test_a_case_that_the_station_kept_owes_nothing_once_it_is_erased(past: Past) -> None:
    new = incident(past.database, past.ruleset, WORDS)
    past.case_id = past.cases.open(OFFICER, new, KNOWN).id
    assert past.cases.do(OFFICER, past.case_id, Keep("当场和解")).state is State.KEPT
    past.time.at += ELEVEN_YEARS
    past.erase()
    assert past.case().review_by is None


@pytest.mark.parametrize("at", ["rewrite_events", "erase_files", "erase_incidents", "erase_beside", "change_erasure"])
def test_what_is_cut_off_is_undone_and_done_later(past: Past, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    asked = past.erasing.propose(ADMIN, Kind.CASE, past.case_id, "满了")
    with monkeypatch.context() as patched:
        patched.setattr(Erasing, "carry_out", lambda _: 0)
        past.erasing.answer(LEADER, asked.id, agreed=True)
    with monkeypatch.context() as patched:
        patched.setattr(store, at, _power_cut)
        with pytest.raises(KeyboardInterrupt):
            past.erasing.carry_out()
    assert past.found() == set(PERSONAL)
    assert past.sound()
    past.erasing.carry_out()
    assert past.found() == set()
    assert past.sound()


def test_files_that_were_left_by_a_cut_are_removed_later(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = past.erasing.propose(ADMIN, Kind.CASE, past.case_id, "满了")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", _power_cut)
        with pytest.raises(KeyboardInterrupt):
            past.erasing.answer(LEADER, asked.id, agreed=True)
    assert list(past.attachments.folder.iterdir())
    past.erasing.carry_out()
    assert list(past.attachments.folder.iterdir()) == []
    assert past.found() == set()
    assert past.erasing.carry_out() == 0


def _power_cut(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def _asked(past: Past) -> store.Erasure:
    return store.Erasure("试", Kind.CASE, past.case_id, "", "", "", Stage.PROPOSED, "", "", "")


def test_events_of_before_there_were_salts_are_erased_alike(
    database: Database, ruleset: Ruleset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("secrets.token_hex", lambda _: "")
        old = Past(database, ruleset, tmp_path / "attachments", kept_for(TEN_YEARS))
    assert {event.salt for event in old.cases.find(MACHINE, old.case_id).events} == {""}
    assert old.sound()
    old.time.at += ELEVEN_YEARS
    old.erase()
    assert old.found() == set()
    assert old.sound()
