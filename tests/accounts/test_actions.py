"""What an administrator does with accounts, on both databases."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from service.accounts.actions import Accounts
from service.accounts.model import LOCAL, Role
from service.errors import ForbiddenError, InputError, NotFoundError
from service.storage.database import Database
from tests.accounts.conftest import OTHER, PASSWORD, ROOT, Station

DOINGS: dict[str, Callable[[Station, Any], object]] = {
    "list": lambda station, actor: station.accounts.all(actor),
    "find": lambda station, actor: station.accounts.find(actor, station.wang.id),
    "create": lambda station, actor: station.accounts.create(actor, "li", "", [Role.DUTY], OTHER),
    "change": lambda station, actor: station.accounts.change(actor, station.wang.id, roles=[Role.ADMIN]),
    "disable": lambda station, actor: station.accounts.change(actor, station.wang.id, enabled=False),
    "reset": lambda station, actor: station.accounts.reset_password(actor, station.wang.id, OTHER),
    "keys": lambda station, actor: station.accounts.keys(actor, station.wang.id),
    "create key": lambda station, actor: station.accounts.create_key(actor, station.wang.id, "程序", [Role.DUTY]),
    "revoke key": lambda station, actor: station.accounts.revoke_key(actor, station.wang.id, station.wang.id),
}


@pytest.mark.parametrize("doing", DOINGS)
def test_nobody_but_an_administrator_manages_accounts(station: Station, doing: str) -> None:
    before = (station.accounts.all(ROOT), len(station.audit()))
    _, wang = station.signed_in("wang")
    for actor in (wang, LOCAL):
        with pytest.raises(ForbiddenError, match="“管理员”"):
            DOINGS[doing](station, actor)
    assert (station.accounts.all(ROOT), len(station.audit()) - 1) == before


def test_the_first_account_must_be_an_administrator(database: Database) -> None:
    with pytest.raises(InputError, match="至少要有一个启用的管理员"):
        Accounts(database).create(ROOT, "wang", "", [Role.DUTY], PASSWORD)
    assert Accounts(database).all(ROOT) == []


def test_a_login_name_is_given_once(station: Station) -> None:
    with pytest.raises(InputError, match="登录名 wang 已经有人用了"):
        station.accounts.create(ROOT, "ＷＡＮＧ", "", [Role.DUTY], OTHER)


def test_an_account_that_somebody_else_made_has_a_password_to_change(station: Station) -> None:
    made = station.accounts.create(ROOT, "li", "", [Role.DUTY], OTHER)
    assert station.accounts.find(ROOT, made.id) == made
    assert made.must_change_password
    assert made.name == "li"


@pytest.mark.parametrize("change", [{"enabled": False}, {"roles": [Role.DUTY]}])
def test_the_last_administrator_stays(station: Station, change: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="至少要有一个启用的管理员"):
        station.accounts.change(ROOT, station.admin.id, **change)
    second = station.accounts.create(ROOT, "qian", "", [Role.ADMIN], OTHER)
    station.accounts.change(ROOT, station.admin.id, **change)
    with pytest.raises(InputError, match="至少要有一个启用的管理员"):
        station.accounts.change(ROOT, second.id, **change)


def test_two_administrators_cannot_remove_each_other_at_once(station: Station) -> None:
    second = station.accounts.create(ROOT, "qian", "", [Role.ADMIN], OTHER)
    refused: list[InputError] = []

    def disable(identity: str) -> None:
        try:
            station.accounts.change(ROOT, identity, enabled=False)
        except InputError as error:
            refused.append(error)

    threads = [threading.Thread(target=disable, args=(one.id,)) for one in (station.admin, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert sum(one.enabled for one in station.accounts.all(ROOT) if Role.ADMIN in one.roles) == 1


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"login": "a b"}, "登录名应是"),
        ({"name": "字\n字"}, "显示名里有无法识别的字符"),
        ({"roles": []}, "至少选一个角色"),
        ({"roles": ["所长"]}, "没有“所长”这个角色"),
        ({"password": "short"}, "10 到 128"),
        ({"password": "liliilli2026"}, "太容易猜到"),
    ],
)
def test_an_impossible_account_is_refused_in_words(station: Station, more: dict[str, Any], complaint: str) -> None:
    fields = {"login": "li", "name": "", "roles": [Role.DUTY], "password": OTHER} | more
    with pytest.raises(InputError, match=complaint):
        station.accounts.create(ROOT, **fields)


@pytest.mark.parametrize("identity", ["", "x", "00000000-0000-0000-0000-000000000000", "\0"])
def test_an_unknown_account_is_said_to_be_unknown(station: Station, identity: str) -> None:
    for doing in (
        lambda: station.accounts.find(ROOT, identity),
        lambda: station.accounts.change(ROOT, identity, name="新"),
        lambda: station.accounts.revoke_key(ROOT, identity, identity),
    ):
        with pytest.raises(NotFoundError, match="没有这个账号"):
            doing()


def test_changing_nothing_records_nothing(station: Station) -> None:
    before = station.audit()
    station.accounts.change(ROOT, station.wang.id, name="王警官", roles=[Role.DUTY], enabled=True)
    assert station.audit() == before


def test_changes_are_recorded_with_what_was_before(station: Station) -> None:
    station.accounts.change(ROOT, station.wang.id, roles=[Role.DUTY, Role.EDITOR])
    station.accounts.change(ROOT, station.wang.id, enabled=False)
    station.accounts.change(ROOT, station.wang.id, enabled=True)
    station.accounts.reset_password(ROOT, station.wang.id, OTHER)
    made, _ = station.accounts.create_key(ROOT, station.wang.id, "程序", [Role.DUTY], date(2026, 12, 31))
    station.accounts.revoke_key(ROOT, station.wang.id, made.id)
    rows = [(entry.action, entry.detail) for entry in station.audit()]
    assert rows == [
        ("建立账号", '{"显示名":"赵管理","角色":"管理员"}'),
        ("建立账号", '{"显示名":"王警官","角色":"值班民警"}'),
        ("修改账号", '{"角色":{"原":"值班民警","现":"值班民警、规则编辑"}}'),
        ("停用账号", "{}"),
        ("启用账号", "{}"),
        ("重设密码", "{}"),
        ("建立接口密钥", '{"名称":"程序","有效期":"2026-12-31","角色":"值班民警"}'),
        ("撤销接口密钥", '{"名称":"程序"}'),
    ]
    assert {entry.subject for entry in station.audit()[1:]} == {"账号 wang"}


@pytest.mark.parametrize(
    ("roles", "last_day", "complaint"),
    [
        ([Role.ADMIN], None, "没有这些角色，密钥也不能有：管理员"),
        ([], None, "至少选一个角色"),
        ([Role.DUTY], date(2026, 3, 1), "已经过了"),
        ([Role.DUTY], date.max, "太远"),
    ],
)
def test_an_impossible_key_is_refused_in_words(
    station: Station, roles: list[str], last_day: date | None, complaint: str
) -> None:
    with pytest.raises(InputError, match=complaint):
        station.accounts.create_key(ROOT, station.wang.id, "程序", roles, last_day)


def test_a_key_is_revoked_once_and_only_through_its_own_account(station: Station) -> None:
    made, _ = station.accounts.create_key(ROOT, station.wang.id, "程序", [Role.DUTY])
    with pytest.raises(NotFoundError):
        station.accounts.revoke_key(ROOT, station.admin.id, made.id)
    station.accounts.revoke_key(ROOT, station.wang.id, made.id)
    with pytest.raises(NotFoundError):
        station.accounts.revoke_key(ROOT, station.wang.id, made.id)
