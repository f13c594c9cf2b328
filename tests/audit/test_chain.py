"""The chain of who did what: no gap, no fork, and whatever is done to it afterwards shows."""

import multiprocessing
import threading
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.accounts.model import LOCAL, Actor, Role
from service.audit.actions import Trail
from service.audit.model import START, Action, Entry, walk
from service.audit.store import record
from service.errors import ForbiddenError
from service.storage.database import Database

AUDITOR = Actor("a", "wang", "王审计", frozenset({Role.AUDITOR}), "会话")
WORDS = st.text(max_size=20)


def _chain(rows: list[tuple[str, str, str]]) -> list[Entry]:
    chain: list[Entry] = []
    for actor, subject, detail in rows:
        previous = chain[-1].hash if chain else START
        chain.append(Entry(len(chain) + 1, "t", "", actor, Action.LOGIN, subject, detail, previous).sealed())
    return chain


CHAINS = st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=8).map(_chain)


@given(CHAINS)
def test_a_chain_as_it_was_made_holds(chain: list[Entry]) -> None:
    assert (walk(chain).count, walk(chain).head, walk(chain).fault) == (len(chain), chain[-1].hash, None)


@given(CHAINS, st.data())
def test_a_changed_field_shows_at_its_entry(chain: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(chain) - 1))
    name = data.draw(st.sampled_from([field.name for field in fields(Entry)]))
    before = getattr(chain[place], name)
    chain[place] = replace(chain[place], **{name: before + 1 if name == "seq" else before + "x"})
    walked = walk(chain)
    assert walked.count == place
    assert f"第 {place + 1} 条" in (walked.fault or "")


@given(CHAINS, st.data())
def test_an_entry_that_was_rewritten_with_a_fitting_hash_shows_at_the_next(
    chain: list[Entry], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(chain) - 1))
    chain[place] = replace(chain[place], actor_name=chain[place].actor_name + "x").sealed()
    walked = walk(chain)
    if place == len(chain) - 1:
        assert walked.head == chain[-1].hash  # the last can be told only by whoever wrote the hash down
    else:
        assert walked.fault == f"第 {place + 2} 条接不上第 {place + 1} 条，前面有一条被换过"


@given(CHAINS, st.data())
def test_an_entry_taken_out_shows(chain: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(chain) - 1))
    whole = len(chain)
    del chain[place]
    walked = walk(chain)
    assert walked.count == place
    if place < whole - 1:
        assert walked.fault == f"第 {place + 1} 条不见了，下一条是第 {place + 2} 条"


@given(st.tuples(WORDS, WORDS), st.tuples(WORDS, WORDS))
def test_no_two_entries_share_a_hash_by_moving_words_between_fields(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    first, second = (Entry(1, "t", "", pair[0], Action.LOGIN, pair[1], "{}", START).seal() for pair in (one, other))
    assert (first == second) == (one == other)


def test_what_is_recorded_is_read_newest_first(database: Database) -> None:
    with database.write() as connection:
        record(connection, LOCAL, Action.ACCEPTED, "建议 1", {"办理人": "王警官"})
        record(connection, AUDITOR, Action.LOGIN, "账号 wang", {})
    page = Trail(database).read(AUDITOR, 10)
    assert [(entry.seq, entry.actor_name, entry.action) for entry in page.entries] == [
        (2, "王审计", "登录"),
        (1, "本机", "按建议办理"),
    ]
    assert page.entries[1].detail == '{"办理人":"王警官"}'
    assert (page.total, page.persons) == (2, ["本机", "王审计"])


def test_one_persons_or_one_kind_of_entries_are_found(database: Database) -> None:
    with database.write() as connection:
        for actor in (LOCAL, AUDITOR):
            for action in (Action.LOGIN, Action.LOGOUT):
                record(connection, actor, action, "", {})
    trail = Trail(database)
    assert [entry.seq for entry in trail.read(AUDITOR, 10, person="王审计").entries] == [4, 3]
    assert [entry.seq for entry in trail.read(AUDITOR, 10, action="登录").entries] == [3, 1]
    assert trail.read(AUDITOR, 10, person="王审计", action="登录").total == 1
    assert trail.read(AUDITOR, 10, person="没有\0这人").total == 0


def test_only_auditors_and_administrators_read_it(database: Database) -> None:
    with pytest.raises(ForbiddenError, match="“审计或管理员”"):
        Trail(database).read(replace(AUDITOR, roles=frozenset({Role.EDITOR})), 10)


def _record_and_fail(database: Database) -> None:
    with database.write() as connection:
        record(connection, LOCAL, Action.LOGIN, "", {})
        raise ZeroDivisionError


def test_an_entry_is_undone_with_the_change_it_tells_of(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        _record_and_fail(database)
    assert Trail(database).verify().count == 0


@pytest.mark.parametrize("change", ["UPDATE audit_entry SET actor_name = ''", "DELETE FROM audit_entry"])
def test_entries_cannot_be_changed_in_the_database(database: Database, change: str) -> None:
    with database.write() as connection:
        record(connection, LOCAL, Action.LOGIN, "", {})
    with pytest.raises(DBAPIError, match="append-only"), database.write() as connection:
        connection.execute(text(change))


def test_whoever_gets_round_the_database_is_found_out(database: Database) -> None:
    with database.write() as connection:
        for _ in range(3):
            record(connection, LOCAL, Action.LOGIN, "", {})
        postgres = connection.dialect.name == "postgresql"
        connection.execute(
            text("ALTER TABLE audit_entry DISABLE TRIGGER ALL" if postgres else "DROP TRIGGER audit_entry_no_update")
        )
        connection.execute(text("UPDATE audit_entry SET actor_name = '别人' WHERE seq = 2"))
    walked = Trail(database).verify()
    assert (walked.count, walked.fault) == (1, "第 2 条的内容与它的哈希不符，被改过")


def _work(url: str, entries: int) -> None:
    """Threads of one process that record into one database; some of their transactions fail."""
    database = Database(url)

    def some() -> None:
        for number in range(entries):
            try:
                with database.write() as connection:
                    record(connection, LOCAL, Action.LOGIN, str(number), {})
                    if number % 5 == 4:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                continue

    threads = [threading.Thread(target=some) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()


def test_several_processes_at_once_leave_no_gap_and_no_fork(database: Database) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_work, args=(database.url, 10)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    walked = Trail(database).verify()
    assert (walked.count, walked.fault) == (3 * 3 * 8, None)
