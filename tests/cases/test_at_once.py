"""Several at one case at once, and a power cut in the middle: one wins, the others are told, nothing is lost."""

import multiprocessing
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from rules import Ruleset
from service.cases.actions import Cases
from service.cases.handing_over import Keep, Transfer
from service.cases.model import Case
from service.cases.sharing import Comment
from service.cases.stance import MACHINE
from service.errors import RefusedError
from service.incidents.model import Registration
from service.storage.database import Database
from service.storage.tables.cases import case_event
from tests.cases.acting import act_at_random, check_all
from tests.cases.town import OFFICER, Clock, incident, policy, town

FASTER = "别人刚刚办过这份档案，请刷新后看过再办"
ALREADY = "这条警情已经建档，请从它的档案里继续"


@pytest.fixture
def cases(database: Database) -> Cases:
    return town(database, Clock())


@pytest.fixture
def case(cases: Cases, ruleset: Ruleset) -> Case:
    return cases.open(OFFICER, incident(cases.database, ruleset), Registration(place="桥头社区"))


def at_once(number: int, act: Callable[[int], Case]) -> tuple[list[Case], list[str]]:
    """What comes of so many acts that begin at the same moment: the cases, and the refusals in words."""
    gate = threading.Barrier(number)
    done: list[Case] = []
    refused: list[str] = []
    unforeseen: list[Exception] = []

    def one(place: int) -> None:
        gate.wait()
        try:
            done.append(act(place))
        except RefusedError as error:
            refused.append(error.message)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            unforeseen.append(error)

    threads = [threading.Thread(target=one, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert unforeseen == []
    return done, refused


@pytest.mark.parametrize("number", [2, 8])
def test_of_those_who_saw_the_same_version_one_wins(cases: Cases, case: Case, number: int) -> None:
    done, refused = at_once(
        number, lambda place: cases.do(OFFICER, case.id, Comment(f"第{place}人"), seen=case.version)
    )
    assert ([one.version for one in done], refused) == ([2], [FASTER] * (number - 1))
    assert check_all(cases.database) == 2


def test_of_two_ways_on_one_is_taken(cases: Cases, case: Case) -> None:
    ways = (Transfer("centre"), Keep("当场和解"))
    done, refused = at_once(8, lambda place: cases.do(OFFICER, case.id, ways[place % 2]))
    assert len(done) == 1
    assert all(f"现在是“{done[0].state}”" in words for words in refused)
    assert check_all(cases.database) == 2


def test_whoever_names_no_version_waits_for_their_turn(cases: Cases, case: Case) -> None:
    done, refused = at_once(8, lambda place: cases.do(OFFICER, case.id, Comment(f"第{place}人")))
    assert (sorted(one.version for one in done), refused) == (list(range(2, 10)), [])
    said = {event.reason for event in cases.find(MACHINE, case.id).events[1:]}
    assert said == {f"第{place}人" for place in range(8)}
    assert check_all(cases.database) == 9


def test_one_command_sent_ten_times_at_once_is_one_event(cases: Cases, case: Case) -> None:
    done, refused = at_once(10, lambda _: cases.do(OFFICER, case.id, Comment("请看"), seen=1, key="k1"))
    assert (done, refused) == ([done[0]] * 10, [])
    assert check_all(cases.database) == 2


def test_one_opening_sent_ten_times_at_once_is_one_case(cases: Cases, ruleset: Ruleset) -> None:
    new = incident(cases.database, ruleset)
    done, refused = at_once(10, lambda _: cases.open(OFFICER, new, Registration(), key="k1"))
    assert (len({one.id for one in done}), refused) == (1, [])
    assert check_all(cases.database) == 1


def test_an_incident_that_several_open_at_once_is_in_one_case(cases: Cases, ruleset: Ruleset) -> None:
    new = incident(cases.database, ruleset)
    done, refused = at_once(8, lambda _: cases.open(OFFICER, new, Registration()))
    assert (len(done), refused) == (1, [ALREADY] * 7)
    assert check_all(cases.database) == 1


def _comment(url: str, case_id: str, name: str, times: int) -> None:
    """So many comments, each on the version seen just before; whoever was slower looks again."""
    cases = Cases(Database(url), policy())
    left = times
    while left:
        seen = cases.find(OFFICER, case_id).case.version
        try:
            cases.do(OFFICER, case_id, Comment(f"{name} {left}"), seen=seen)
        except RefusedError as error:
            if error.message != FASTER:
                raise
        else:
            left -= 1
    cases.database.close()


def test_processes_that_look_again_all_come_through(cases: Cases, case: Case) -> None:
    context = multiprocessing.get_context("spawn")
    names, times = ("甲", "乙"), 12
    processes = [context.Process(target=_comment, args=(cases.database.url, case.id, name, times)) for name in names]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    said = Counter(event.reason for event in cases.find(MACHINE, case.id).events[1:])
    assert said == Counter(f"{name} {left}" for name in names for left in range(1, times + 1))
    assert check_all(cases.database) == 1 + 2 * times


def test_a_power_cut_at_any_moment_leaves_whole_events_only(cases: Cases, ruleset: Ruleset, tmp_path: Path) -> None:
    chance = random.Random(11)  # noqa: S311 - moments of a test, no secret
    suggestions = [incident(cases.database, ruleset, colour=colour) for colour in ("红", "黄", "蓝") * 20]
    log = tmp_path / "told"
    context = multiprocessing.get_context("spawn")
    for turn in range(3):
        enough = _told(log) + chance.randint(5, 30)
        process = context.Process(target=act_at_random, args=(cases.database.url, log, turn, suggestions))
        process.start()
        try:
            _wait_for(log, enough)
            time.sleep(chance.uniform(0, 0.05))
        finally:
            process.kill()
            process.join()
        assert process.exitcode == -9
        check_all(cases.database)
    acknowledged = {tuple(line.split()) for line in log.read_text().splitlines()}
    with cases.database.read() as connection:
        events = connection.execute(select(case_event.c.case_id, case_event.c.seq))
        kept = {(case_id, str(seq)) for case_id, seq in events}
    assert acknowledged <= kept


def _told(log: Path) -> int:
    return len(log.read_text().splitlines()) if log.exists() else 0


def _wait_for(log: Path, lines: int) -> None:
    deadline = time.monotonic() + 60
    while _told(log) < lines:
        assert time.monotonic() < deadline, "nobody acted"
        time.sleep(0.01)
