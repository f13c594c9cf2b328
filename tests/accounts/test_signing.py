"""Signing in on both databases: what a session is good for, how long, and what ends it."""

import threading
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from service.accounts.model import LOCAL, Actor, Role
from service.accounts.signing import SignIn
from service.errors import ForbiddenError, NotFoundError, ThrottledError, TongbanError, UnauthorizedError
from service.storage.database import Database
from tests.accounts.conftest import OTHER, PASSWORD, ROOT, Clock, Station


def _everything_stored(database: Database) -> str:
    with database.read() as connection:
        rows = [
            connection.execute(text(f"SELECT * FROM {table}")).all()  # noqa: S608 - our own names
            for table in ("account", "session", "api_key", "login_failure", "audit_entry")
        ]
    return str(rows)


def _fail(station: Station, times: int, login: str = "wang") -> None:
    for _ in range(times):
        with pytest.raises(UnauthorizedError, match="登录名或密码不对"):
            station.door.enter(login, "wrong password")


def test_while_there_is_no_account_everybody_is_the_machine_itself(database: Database) -> None:
    assert SignIn(database).recognise("", "") == LOCAL
    assert SignIn(database).recognise("left over", "tb_left over") == LOCAL
    assert not SignIn(database).needed


def test_with_accounts_nobody_unknown_is_let_in(station: Station) -> None:
    assert station.door.needed
    for token, key in (("", ""), ("x", ""), ("", "x"), ("", "tb_x"), ("\ud800", "tb_\ud800")):
        assert station.door.recognise(token, key) is None


def test_who_signs_in_is_known_by_the_token(station: Station) -> None:
    _, actor = station.signed_in(" WANG ")
    assert actor == Actor(
        station.wang.id, "wang", "王警官", frozenset({Role.DUTY}), "会话", session_id=actor.session_id
    )


def test_every_login_makes_a_new_token_and_ends_the_one_before(station: Station) -> None:
    first, _ = station.signed_in("wang")
    second = station.door.enter("wang", PASSWORD, previous=first)
    assert second != first
    assert station.door.recognise(first, "") is None


def test_a_token_that_was_planted_before_never_becomes_valid(station: Station) -> None:
    token = station.door.enter("wang", PASSWORD, previous="planted")
    assert token != "planted"  # noqa: S105
    assert station.door.recognise("planted", "") is None


def test_nothing_secret_is_stored_or_recorded(station: Station) -> None:
    token, _ = station.signed_in("wang")
    _, key = station.accounts.create_key(ROOT, station.wang.id, "程序", [Role.DUTY])
    with pytest.raises(UnauthorizedError):
        station.door.enter("MyOtherPassword77", "another wrong one")  # the password in the field of the name
    stored = _everything_stored(station.database).casefold()
    for secret in (token, key, PASSWORD, "another wrong one", "MyOtherPassword77"):
        assert secret.casefold() not in stored


@pytest.mark.parametrize(("idle", "alive"), [({"hours": 7, "minutes": 59}, True), ({"hours": 8}, False)])
def test_a_session_ends_when_it_lies_idle(station: Station, time: Clock, idle: dict[str, float], alive: bool) -> None:
    token, _ = station.signed_in("wang")
    time.move(**idle)
    assert (station.door.recognise(token, "") is not None) == alive


def test_a_session_ends_after_a_day_however_busy(station: Station, time: Clock) -> None:
    token, _ = station.signed_in("wang")
    for _ in range(23):
        time.move(hours=1)
        assert station.door.recognise(token, "") is not None
    time.move(hours=1)
    assert station.door.recognise(token, "") is None


def test_use_is_written_down_once_a_minute_at_most(station: Station, time: Clock) -> None:
    token, actor = station.signed_in("wang")
    seen = set()
    for _ in range(12):
        time.move(seconds=10)
        station.door.recognise(token, "")
        seen.add(station.door.sessions(actor)[0].last_used_at)
    assert len(seen) == 3  # as it began, after one minute, after two


def test_signing_out_ends_the_session_at_once(station: Station) -> None:
    token, actor = station.signed_in("wang")
    station.door.leave(actor)
    assert station.door.recognise(token, "") is None


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(station: Station) -> None:
    (here, actor), (there, elsewhere), (third, _) = (station.signed_in("wang") for _ in range(3))
    assert len(station.door.sessions(actor)) == 3
    station.door.end(actor, elsewhere.session_id)
    assert station.door.recognise(there, "") is None
    station.door.end_others(actor)
    assert station.door.recognise(third, "") is None
    assert station.door.recognise(here, "") == actor


def test_nobody_ends_the_session_of_another(station: Station) -> None:
    token, actor = station.signed_in("wang")
    _, admin = station.signed_in("admin")
    with pytest.raises(NotFoundError):
        station.door.end(admin, actor.session_id)
    assert station.door.recognise(token, "") is not None


def test_changing_the_password_ends_every_session_and_begins_one(station: Station) -> None:
    (token, actor), (there, _) = station.signed_in("wang"), station.signed_in("wang")
    new = station.door.change_password(actor, PASSWORD, OTHER)
    assert [station.door.recognise(one, "") is not None for one in (token, there, new)] == [False, False, True]
    with pytest.raises(UnauthorizedError):
        station.door.enter("wang", PASSWORD)
    station.signed_in("wang", OTHER)


def test_changing_the_password_needs_the_one_in_force(station: Station) -> None:
    token, actor = station.signed_in("wang")
    with pytest.raises(UnauthorizedError, match="现在的密码不对"):
        station.door.change_password(actor, "wrong password", OTHER)
    assert station.door.recognise(token, "") is not None


def test_a_given_password_must_be_changed_and_then_need_not(station: Station) -> None:
    station.accounts.reset_password(ROOT, station.wang.id, OTHER)
    _, actor = station.signed_in("wang", OTHER)
    assert actor.must_change_password
    renewed = station.door.recognise(station.door.change_password(actor, OTHER, PASSWORD), "")
    assert renewed is not None
    assert not renewed.must_change_password


def test_a_disabled_account_is_out_at_once_and_stays_out_when_enabled(station: Station) -> None:
    token, _ = station.signed_in("wang")
    _, key = station.accounts.create_key(ROOT, station.wang.id, "程序", [Role.DUTY])
    station.accounts.change(ROOT, station.wang.id, enabled=False)
    assert station.door.recognise(token, "") is None
    assert station.door.recognise("", key) is None
    with pytest.raises(ForbiddenError, match="已停用"):
        station.door.enter("wang", PASSWORD)
    station.accounts.change(ROOT, station.wang.id, enabled=True)
    assert station.door.recognise(token, "") is None
    station.signed_in("wang")


def test_a_disabled_account_is_not_told_to_who_has_not_the_password(station: Station) -> None:
    station.accounts.change(ROOT, station.wang.id, enabled=False)
    _fail(station, 1)


def test_changing_roles_ends_the_sessions(station: Station) -> None:
    token, _ = station.signed_in("wang")
    station.accounts.change(ROOT, station.wang.id, name="王强")
    assert station.door.recognise(token, "") is not None
    station.accounts.change(ROOT, station.wang.id, roles=[Role.DUTY, Role.EDITOR])
    assert station.door.recognise(token, "") is None


@pytest.mark.parametrize("login", ["wang", "nobody", "not a name at all"])
def test_failures_make_everybody_wait_alike_whether_the_name_exists(station: Station, time: Clock, login: str) -> None:
    _fail(station, 5, login)
    with pytest.raises(ThrottledError, match="请等 30 秒再试") as caught:
        station.door.enter(login, PASSWORD)
    assert caught.value.wait == 30
    time.move(seconds=30)
    _fail(station, 1, login) if login != "wang" else station.signed_in("wang")


def test_who_waited_and_fails_again_waits_twice_as_long(station: Station, time: Clock) -> None:
    _fail(station, 5)
    time.move(seconds=30)
    _fail(station, 1)
    with pytest.raises(ThrottledError, match="1 分钟"):
        station.door.enter("wang", PASSWORD)


def test_the_wait_survives_a_restart(station: Station) -> None:
    _fail(station, 5)
    again = Database(station.database.url)
    with pytest.raises(ThrottledError):
        SignIn(again).enter("wang", PASSWORD)
    again.close()


def test_a_success_resets_the_count(station: Station) -> None:
    for _ in range(3):
        _fail(station, 4)
        station.signed_in("wang")


def test_one_name_waits_and_others_do_not(station: Station) -> None:
    _fail(station, 5)
    station.signed_in("admin")


def test_many_names_together_are_slowed_down(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.accounts.passwords.matches", lambda *_: False)
    for number in range(50):
        _fail(station, 1, f"name{number}")
    with pytest.raises(ThrottledError, match="请等 1 秒再试"):
        station.door.enter("yet.another", PASSWORD)


def test_many_attempts_at_once_are_all_counted(station: Station) -> None:
    answers: list[type[TongbanError]] = []

    def attempt() -> None:
        try:
            station.door.enter("wang", "wrong password")
        except TongbanError as error:
            answers.append(type(error))

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(UnauthorizedError) == 5
    assert answers.count(ThrottledError) == 7


def test_an_api_key_acts_for_its_account_with_its_own_roles(station: Station) -> None:
    station.accounts.change(ROOT, station.wang.id, roles=[Role.DUTY, Role.EDITOR])
    _, key = station.accounts.create_key(ROOT, station.wang.id, "程序", [Role.EDITOR])
    assert key.startswith("tb_")
    assert station.door.recognise("", key) == Actor(
        station.wang.id, "wang", "王警官", frozenset({Role.EDITOR}), "接口密钥"
    )
    assert station.accounts.keys(ROOT, station.wang.id)[0].last_used_on == "2026-03-02"
    station.accounts.change(ROOT, station.wang.id, roles=[Role.DUTY])
    found = station.door.recognise("", key)
    assert found is not None
    assert found.roles == frozenset()  # a role that the account lost, its keys lost with it


def test_an_api_key_ends_with_its_last_day_in_china(station: Station, time: Clock) -> None:
    _, key = station.accounts.create_key(ROOT, station.wang.id, "程序", [Role.DUTY], date(2026, 3, 2))
    time.move(hours=14, minutes=59)  # 23:59 in China
    assert station.door.recognise("", key) is not None
    time.move(minutes=1)
    assert station.door.recognise("", key) is None


def test_a_revoked_key_is_good_no_more(station: Station) -> None:
    made, key = station.accounts.create_key(ROOT, station.wang.id, "程序", [Role.DUTY])
    station.accounts.revoke_key(ROOT, station.wang.id, made.id)
    assert station.door.recognise("", key) is None


def test_a_wrong_key_is_refused_even_beside_a_good_session(station: Station) -> None:
    token, _ = station.signed_in("wang")
    assert station.door.recognise(token, "tb_wrong") is None


def test_comings_and_goings_are_recorded(station: Station) -> None:
    _fail(station, 1)
    _fail(station, 1, "nobody")
    _, actor = station.signed_in("wang")
    station.door.leave(actor)
    rows = [(entry.actor_name, entry.action, entry.subject) for entry in station.audit()[2:]]
    assert rows == [
        ("王警官", "登录失败", "账号 wang"),
        ("未登录", "登录失败", "没有的登录名"),
        ("王警官", "登录", "账号 wang"),
        ("王警官", "退出", "账号 wang"),
    ]


def test_what_a_program_does_is_recorded_as_such(station: Station) -> None:
    _, key = station.accounts.create_key(ROOT, station.admin.id, "程序", [Role.ADMIN])
    actor = station.door.recognise("", key)
    assert actor is not None
    station.accounts.change(actor, station.wang.id, name="王强")
    assert station.audit()[-1].detail == '{"显示名":{"原":"王警官","现":"王强"},"经由":"接口密钥"}'


def test_an_actor_without_an_account_has_no_sessions(station: Station) -> None:
    assert station.door.sessions(replace(LOCAL)) == []
