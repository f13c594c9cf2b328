"""Roles, names and lifetimes as values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.accounts.model import (
    ABSOLUTE,
    IDLE,
    LOCAL,
    Account,
    Actor,
    ApiKey,
    Role,
    Session,
    as_login,
    check_admin_left,
    check_login,
    check_name,
    check_roles,
    roles_of,
    roles_text,
)
from service.clock import stamp
from service.errors import ForbiddenError, InputError

START = datetime(2026, 3, 2, tzinfo=UTC)
WANG = Actor("1", "wang", "王警官", frozenset({Role.DUTY, Role.EDITOR}), "会话")
ROLES = st.frozensets(st.sampled_from(Role))
DURATIONS = st.timedeltas(timedelta(0), timedelta(days=3))


@given(ROLES, st.lists(st.sampled_from(Role), min_size=1))
def test_one_of_the_roles_asked_for_is_enough_and_none_is_refused(have: frozenset[Role], asked: list[Role]) -> None:
    actor = replace(WANG, roles=have)
    if have & set(asked):
        actor.require(*asked)
    else:
        with pytest.raises(ForbiddenError, match="角色"):
            actor.require(*asked)


def test_a_refusal_says_which_role_is_needed_and_whom_to_ask() -> None:
    with pytest.raises(ForbiddenError) as caught:
        WANG.require(Role.PUBLISHER)
    assert caught.value.message == ("这件事需要“规则发布”的角色，您现在是：值班民警、规则编辑。需要时请找管理员添加")


def test_without_accounts_a_refusal_says_how_to_set_them_up() -> None:
    with pytest.raises(ForbiddenError, match=r"现在还没有账号.*tongban account create-admin"):
        LOCAL.require(Role.PUBLISHER)
    LOCAL.require(Role.DUTY)


@given(ROLES)
def test_roles_are_stored_without_loss(roles: frozenset[Role]) -> None:
    assert roles_of(roles_text(roles)) == roles


@given(DURATIONS, DURATIONS)
def test_a_session_ends_by_lying_idle_or_by_age_and_never_before(age: timedelta, idle: timedelta) -> None:
    idle = min(idle, age)
    session = Session("s", "1", stamp(START), stamp(START + age - idle), "")
    kept = timedelta(milliseconds=1)  # stamps are so exact
    now = START + age
    if idle >= IDLE + kept or age >= ABSOLUTE + kept:
        assert session.ended(now)
    if idle < IDLE and age < ABSOLUTE:
        assert not session.ended(now)


@given(DURATIONS, st.booleans())
def test_a_key_is_usable_until_it_expires_or_is_revoked(age: timedelta, revoked: bool) -> None:
    ends = START + timedelta(days=1)
    key = ApiKey("k", "1", "程序", frozenset(), stamp(START), stamp(ends), None, stamp(START) if revoked else None)
    assert key.usable(START + age) == (not revoked and START + age < ends)


@pytest.mark.parametrize(("typed", "kept"), [(" Wang.1 ", "wang.1"), ("０３３１２３", "033123"), ("王警官", "王警官")])
def test_a_login_name_has_one_form(typed: str, kept: str) -> None:
    assert check_login(typed) == kept


@pytest.mark.parametrize("typed", ["", "a", "a b", "a" * 33, "a\0b", "a\ud800", "<script>", "a/b"])
def test_what_cannot_be_a_login_name_is_refused(typed: str) -> None:
    with pytest.raises(InputError, match="登录名应是"):
        check_login(typed)


@given(st.text())
def test_the_form_of_a_login_name_is_final(typed: str) -> None:
    if (login := as_login(typed)) is not None:
        assert as_login(login) == login


@pytest.mark.parametrize(
    ("typed", "complaint"), [(" ", "请填写"), ("—", "要有字"), ("王" * 81, "太长"), ("王\n二", "无法识别")]
)
def test_a_name_is_words(typed: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        check_name(typed)


@pytest.mark.parametrize(("typed", "complaint"), [([], "至少选一个"), (["所长"], "没有“所长”这个角色")])
def test_roles_are_those_there_are(typed: list[str], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        check_roles(typed)


@given(st.lists(st.tuples(ROLES, st.booleans())))
def test_there_is_always_an_enabled_administrator(rows: list[tuple[frozenset[Role], bool]]) -> None:
    accounts = [
        Account(str(number), "", "", roles, "", None if enabled else "t")
        for number, (roles, enabled) in enumerate(rows)
    ]
    if any(Role.ADMIN in roles and enabled for roles, enabled in rows):
        check_admin_left(accounts)
    else:
        with pytest.raises(InputError, match="至少要有一个启用的管理员"):
            check_admin_left(accounts)
