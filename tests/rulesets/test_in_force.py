"""The rule set in force: exchanged whole, kept on any failure, and every failure told."""

import json
import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from rules import Ruleset
from service.errors import RefusedError
from service.rulesets.actions import Rulesets
from service.rulesets.in_force import Follower, InForce, open_in_force
from service.rulesets.trial import prove
from service.storage.database import Database
from tests.rulesets.recording import EDITOR, PUBLISHER
from tests.rulesets.town import FILES, UNUSED, changed, town

YELLOW = ("村(社区), 预警颜色: 蓝", "村(社区), 预警颜色: 黄")
NEIGHBOURS = {"纠纷类型": "邻里"}


def fits(_ruleset: Ruleset) -> None:
    """Every rule set does."""


def publish(database: Database, *changes: tuple[str, str]) -> None:
    """Publish from a desk of its own, as another process would."""
    with town() as rules:
        room = Rulesets(open_in_force(database, rules, fits), database, UNUSED, fits, prove=prove)
        begun = room.begin(EDITOR)
        files = {name: changed(content, *changes) for name, content in begun.files.items()}
        draft = room.save(EDITOR, begun.id, files, "试", begun.revision)
        assert room.publish(PUBLISHER, draft.id, draft.revision).publication


def test_another_process_follows_what_is_published(database: Database) -> None:
    here = InForce(town())
    assert not here.follow(database, fits)
    publish(database, YELLOW)
    assert here.follow(database, fits)
    assert (here.number, here.failure) == (1, "")
    assert here.ruleset.decide(NEIGHBOURS).colour == "黄"
    assert not here.follow(database, fits)


def test_the_thread_follows_within_two_seconds(database: Database) -> None:
    here = InForce(town())
    with Follower(here, database, fits):
        publish(database, YELLOW)
        deadline = time.monotonic() + 2
        while here.number == 0 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert here.ruleset.decide(NEIGHBOURS).colour == "黄"


def test_what_does_not_fit_keeps_the_last_good_version_and_is_told_once(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def refuses(_ruleset: Ruleset) -> None:
        raise RefusedError("规则集与模型对不上")

    here = InForce(town())
    publish(database, YELLOW)
    assert not here.follow(database, refuses)
    assert not here.follow(database, refuses)
    assert here.number == 0
    assert here.failure == "第 1 版规则载入不了，仍用第 0 版：规则集与模型对不上"
    assert sum("载入不了" in line.message for line in caplog.records) == 1
    publish(database, ("就近", "就近处理"))
    assert here.follow(database, fits)
    assert here.failure == ""


def test_a_database_that_is_away_changes_nothing_and_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_self: Database) -> None:
        raise OperationalError("", {}, Exception("gone"))

    here = InForce(town())
    with monkeypatch.context() as patched:
        patched.setattr(Database, "read", gone)
        assert not here.follow(database, fits)
    assert "查不到" in here.failure
    assert not here.follow(database, fits)
    assert here.failure == ""
    publish(database, YELLOW)
    assert here.follow(database, fits)
    assert here.failure == ""


def test_whatever_goes_wrong_with_a_look_the_thread_looks_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, looks = InForce(town()), threading.Semaphore(0)

    def fails(_here: InForce, *_: object) -> bool:
        looks.release()
        raise ValueError("意外")

    with monkeypatch.context() as patched, Follower(here, database, fits, pause=0.01):
        patched.setattr(InForce, "follow", fails)
        assert all(looks.acquire(timeout=10) for _ in range(3))
        assert "ValueError" in here.failure


def test_a_start_takes_the_newest_version_that_can_serve(database: Database) -> None:
    publish(database, YELLOW)
    publish(database, ("理由: 就近", "理由: 就近处理"))

    def refuses_the_second(ruleset: Ruleset) -> None:
        if any("就近处理" in rule.reason for rule in ruleset.rules):
            raise RefusedError("不合")

    opened = open_in_force(database, town(), refuses_the_second)
    assert (opened.number, opened.ruleset.decide(NEIGHBOURS).colour) == (1, "黄")
    assert opened.failure == "第 2 版规则载入不了：不合。现用第 1 版"


def test_a_start_without_any_good_version_takes_the_rules_that_came(database: Database) -> None:
    publish(database, YELLOW)

    def refuses(_ruleset: Ruleset) -> None:
        raise RefusedError("不合")

    opened = open_in_force(database, town(), refuses)
    assert (opened.number, opened.failure) == (0, "第 1 版规则载入不了：不合。现用自带规则")


def test_a_version_that_can_not_be_loaded_does_not_stand_in_the_way_of_the_next(database: Database) -> None:
    publish(database, YELLOW)

    def refuses_yellow(ruleset: Ruleset) -> None:
        if any(rule.conclusion.get("预警颜色") == ("黄",) for rule in ruleset.rules):
            raise RefusedError("不合")

    opened = open_in_force(database, town(), refuses_yellow)
    room = Rulesets(opened, database, UNUSED, refuses_yellow)
    begun = room.begin(EDITOR, "换一版", {name: changed(text, ("就近", "就近处理")) for name, text in FILES.items()})
    assert begun.base == 1
    assert room.publish(PUBLISHER, begun.id, begun.revision).publication
    assert (opened.number, opened.failure) == (2, "")


def test_a_version_whose_text_was_altered_is_not_taken(database: Database) -> None:
    publish(database, YELLOW)
    sqlite = database.url.startswith("sqlite")
    trigger = "ruleset_version_no_update" if sqlite else "ruleset_version_append_only ON ruleset_version"
    with database.write() as connection:
        connection.execute(text(f"DROP TRIGGER {trigger}"))
        query = "SELECT files FROM ruleset_version WHERE version = (SELECT version FROM publication)"
        stored = json.loads(connection.execute(text(query)).scalar_one())
        altered = {name: changed(content, ("预警颜色: 红", "预警颜色: 蓝")) for name, content in stored.items()}
        connection.execute(
            text("UPDATE ruleset_version SET files = :files"), {"files": json.dumps(altered, ensure_ascii=False)}
        )
    here = InForce(town())
    assert not here.follow(database, fits)
    assert "不符" in here.failure


def test_decisions_in_flight_finish_on_the_version_they_began_with(database: Database) -> None:
    here = InForce(town())
    wrong: list[str] = []
    ended = threading.Event()

    def decide() -> None:
        while not ended.is_set():
            ruleset = here.ruleset
            found = ruleset.decide(NEIGHBOURS)
            expected = "黄" if any(rule.conclusion.get("预警颜色") == ("黄",) for rule in ruleset.rules) else "蓝"
            if found.colour != expected or found.degraded or found.ruleset != ruleset.version:
                wrong.append(found.colour)

    threads = [threading.Thread(target=decide) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10):
        publish(database, YELLOW if number % 2 else ("村(社区), 预警颜色: 黄", "村(社区), 预警颜色: 蓝"))
        here.follow(database, fits)
    ended.set()
    for thread in threads:
        thread.join()
    assert wrong == []
