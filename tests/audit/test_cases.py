"""Every case's chain: whatever is done behind the service's back to a case, its events or the audit chain is named."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace

import pytest
from sqlalchemy import Connection, delete, insert, text, update

from rules import Ruleset
from service import cli
from service.audit.actions import Trail
from service.cases import store
from service.cases.actions import Cases
from service.cases.chain import Fault
from service.cases.handing_over import Transfer
from service.cases.model import Case, Event
from service.cases.sharing import Comment
from service.incidents.model import Registration
from service.storage.database import Database
from service.storage.tables import APPEND_ONLY
from service.storage.tables.audit import audit_entry
from service.storage.tables.cases import case_event, case_file
from tests.cases.town import CENTRE, OFFICER, Clock, incident, town

FIRST, SECOND = "2026-000001", "2026-000002"
Tamper = Callable[[Connection, Case], object]


@pytest.fixture
def cases(database: Database, ruleset: Ruleset) -> Cases:
    """Two cases of four events each, told by turns."""
    made = town(database, Clock())
    both = [made.open(OFFICER, incident(database, ruleset), Registration(place="桥头社区")) for _ in range(2)]
    for number in range(2):
        for case in both:
            made.do(OFFICER, case.id, Transfer("centre") if number == 0 else Comment("请看"))
    for case in both:
        made.do(CENTRE, case.id, Comment("收到"))
    return made


@pytest.fixture
def tampered(cases: Cases) -> Callable[[Tamper], tuple[Fault, ...]]:
    """What is found after somebody who gets round the service and the database did this to the first case."""

    def found(tamper: Tamper) -> tuple[Fault, ...]:
        with cases.database.write() as connection:
            _disarm(connection)
            row = connection.execute(case_file.select().where(case_file.c.number == FIRST)).one()
            tamper(connection, store.case_of(row))
        tally = Trail(cases.database).verify_cases()
        assert tally.wrong == len(tally.faults)
        return tally.faults

    return found


def _disarm(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        return
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    for table in APPEND_ONLY:
        for change in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER {table}_no_{change}"))


def _event(case: Case, seq: int) -> tuple[object, ...]:
    return (case_event.c.case_id == case.id, case_event.c.seq == seq)


def _rewritten(connection: Connection, case: Case, seq: int, **changes: object) -> None:
    """An event changed, and it and all after it sealed anew."""
    events = store.events_of(connection, case.id)
    connection.execute(delete(case_event).where(case_event.c.case_id == case.id))
    events[seq - 1] = replace(events[seq - 1], **changes)
    previous = events[seq - 2].hash
    for place in range(seq - 1, len(events)):
        events[place] = replace(events[place], previous_hash=previous).sealed()
        previous = events[place].hash
    _add(connection, *events)


def _add(connection: Connection, *events: Event) -> None:
    connection.execute(insert(case_event), [store._event_row(event) for event in events])


def _swapped(connection: Connection, case: Case) -> None:
    second, third = store.events_of(connection, case.id)[1:3]
    connection.execute(delete(case_event).where(case_event.c.case_id == case.id, case_event.c.seq.in_((2, 3))))
    _add(connection, replace(second, seq=3), replace(third, seq=2))


def _forged(connection: Connection, case: Case) -> None:
    last = store.events_of(connection, case.id)[-1]
    forged = replace(last, seq=5, reason="伪造", previous_hash=last.hash).sealed()
    _add(connection, forged)
    connection.execute(update(case_file).where(case_file.c.id == case.id).values(version=5))


@pytest.mark.parametrize(
    ("tamper", "event", "words"),
    [
        pytest.param(
            lambda connection, case: connection.execute(
                update(case_event).where(*_event(case, 3)).values(reason="改过")
            ),
            *(3, "第 3 条轨迹的内容与它的哈希不符，被改过"),
            id="a field changed",
        ),
        pytest.param(
            lambda connection, case: connection.execute(update(case_event).where(*_event(case, 2)).values(act="胡来")),
            *(2, "第 2 条轨迹读不出来，被改过"),
            id="an act that there is not",
        ),
        pytest.param(
            lambda connection, case: connection.execute(delete(case_event).where(*_event(case, 2))),
            *(2, "第 2 条轨迹不见了，下一条是第 3 条"),
            id="an event deleted",
        ),
        pytest.param(_swapped, 2, "第 2 条轨迹的内容与它的哈希不符，被改过", id="two events swapped"),
        pytest.param(
            lambda connection, case: connection.execute(delete(case_event).where(*_event(case, 4))),
            *(4, "第 4 条轨迹不见了，审计链里记着它"),
            id="the tail cut",
        ),
        pytest.param(
            lambda connection, case: _rewritten(connection, case, 3, reason="改过"),
            *(3, "第 3 条轨迹与审计链里记的哈希不符，被换过"),
            id="the rest of the chain written anew",
        ),
        pytest.param(_forged, 5, "第 5 条轨迹在审计链里没有记录，是绕过程序加进去的", id="an event forged"),
        pytest.param(
            lambda connection, case: connection.execute(
                update(case_file).where(case_file.c.id == case.id).values(colour="红", state="已归档")
            ),
            *(0, "档案现在的样子与轨迹说的不符：state、colour"),
            id="the case changed without an event",
        ),
        pytest.param(
            lambda connection, case: connection.execute(
                update(case_file).where(case_file.c.id == case.id).values(incidents="不是清单")
            ),
            *(0, "档案本身不见了或读不出来，只剩轨迹"),
            id="the case unreadable",
        ),
        pytest.param(
            lambda connection, case: connection.execute(delete(case_event).where(case_event.c.case_id == case.id)),
            *(0, "轨迹全不见了，审计链里记着 4 条"),
            id="all events deleted",
        ),
    ],
)
def test_what_was_done_to_a_case_is_named(
    tampered: Callable[[Tamper], tuple[Fault, ...]], tamper: Tamper, event: int, words: str
) -> None:
    assert tampered(tamper) == (Fault(FIRST, event, words),)


def test_an_audit_entry_that_forgot_its_event_names_the_event(tampered: Callable[[Tamper], tuple[Fault, ...]]) -> None:
    def forget(connection: Connection, _case: Case) -> None:
        entry = audit_entry.c.subject == f"档案 {FIRST}"
        connection.execute(
            update(audit_entry).where(entry, audit_entry.c.detail.contains('"序号":3')).values(detail="?")
        )

    assert tampered(forget) == (Fault(FIRST, 3, "第 3 条轨迹与审计链里记的哈希不符，被换过"),)


def test_untouched_cases_hold(cases: Cases) -> None:
    found = Trail(cases.database).verify_cases()
    assert (found.cases, found.events, found.wrong, found.faults) == (2, 8, 0, ())


def test_the_command_names_case_and_event(
    cases: Cases,
    tampered: Callable[[Tamper], tuple[Fault, ...]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TONGBAN_DATABASE_URL", cases.database.url)
    assert _status(["audit", "verify"]) == 0
    assert "2 份档案、8 条轨迹都与审计链一致" in capsys.readouterr().out
    tampered(lambda connection, case: connection.execute(delete(case_event).where(*_event(case, 2))))
    assert _status(["audit", "verify"]) == 1
    said = capsys.readouterr().err
    assert f"对不上：档案 {FIRST} 第 2 条轨迹不见了，下一条是第 3 条\n2 份档案里有 1 份对不上" in said
    assert SECOND not in said
    assert _status(["audit", "verify", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["sound"], found["audit"]["fault"]) == (False, None)
    assert found["cases"]["faults"] == [asdict(Fault(FIRST, 2, "第 2 条轨迹不见了，下一条是第 3 条"))]


def _status(arguments: list[str]) -> object:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    return ended.value.code
