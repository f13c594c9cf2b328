"""Accounts and the audit from the terminal, as an administrator meets them."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.service.terminal import Terminal

PASSWORD = "楼下的橘猫爱晒太阳吗"  # noqa: S105 - of this test alone


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "data", tmp_path)


@pytest.fixture
def with_admin(terminal: Terminal) -> Terminal:
    done = terminal.run("account", "create-admin", "admin", "--name", "赵管理", given=f"{PASSWORD}\n")
    assert (done.returncode, done.stdout[:12]) == (0, "管理员 admin 建好"), done.stderr
    return terminal


def test_accounts_are_made_listed_disabled_enabled_and_reset(with_admin: Terminal) -> None:
    for arguments, given in (
        (("create", "wang", "--name", "王警官", "--role", "值班民警", "--role", "规则编辑"), f"{PASSWORD}\n"),
        (("disable", "wang"), ""),
        (("enable", "wang"), ""),
        (("reset-password", "wang"), "河边七棵柳树都还绿着\r\n"),
        (("disable", "wang"), ""),
    ):
        done = with_admin.run("account", *arguments, given=given)
        assert done.returncode == 0, done.stderr
    listed = with_admin.run("account", "list").stdout.splitlines()
    assert listed == ["admin　赵管理　管理员　启用", "wang　王警官　值班民警、规则编辑　已停用"]
    rows = json.loads(with_admin.run("account", "list", "--json").stdout)
    assert [(row["login"], row["enabled"]) for row in rows] == [("admin", True), ("wang", False)]
    entries = [json.loads(line) for line in with_admin.run("audit", "list", "--json").stdout.splitlines()]
    assert [entry["action"] for entry in entries] == [
        "停用账号", "重设密码", "启用账号", "停用账号", "建立账号", "建立账号",
    ]  # fmt: skip
    assert {entry["actor_name"][:5] for entry in entries} == {"本机命令行"}
    assert PASSWORD not in str(entries)


@pytest.mark.parametrize(
    ("arguments", "given", "complaint"),
    [
        (("create", "li", "--role", "所长"), f"{PASSWORD}\n", "没有“所长”这个角色"),
        (("create", "li"), "", "缺少"),
        (("create-admin", "li"), "", "请在标准输入给出密码"),
        (("create-admin", "li"), "admin12345\n", "太容易猜到"),
        (("create-admin", "li"), "楼下的橘猫".encode("gb18030"), "不是 UTF-8"),
        (("create-admin", "admin"), f"{PASSWORD}\n", "已经有人用了"),
        (("disable", "admin"), "", "至少要有一个启用的管理员"),
        (("disable", "li"), "", "没有登录名为 li 的账号"),
    ],
)
def test_mistakes_are_answered_in_one_chinese_line(
    with_admin: Terminal, arguments: tuple[str, ...], given: str | bytes, complaint: str
) -> None:
    done = with_admin.run("account", *arguments, given=given)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_without_accounts_the_first_must_be_an_administrator(terminal: Terminal) -> None:
    assert "还没有账号" in terminal.run("account", "list").stdout
    done = terminal.run("account", "create", "wang", "--role", "值班民警", given=f"{PASSWORD}\n")
    assert (done.returncode, "至少要有一个启用的管理员" in done.stderr) == (2, True)


def test_the_audit_is_verified_and_says_which_entry_does_not_fit(with_admin: Terminal) -> None:
    with_admin.run("account", "create", "wang", "--role", "值班民警", given=f"{PASSWORD}\n")
    done = with_admin.run("audit", "verify")
    assert (done.returncode, done.stdout.partition("，")[0]) == (0, "2 条记录首尾相接"), done.stderr
    assert len(with_admin.run("audit", "list", "--last", "1").stdout.splitlines()) == 1
    assert "1 以上" in with_admin.run("audit", "list", "--last", "0").stderr
    database = sqlite3.connect(with_admin.home / "tongban.db")
    database.execute("DROP TRIGGER audit_entry_no_update")
    database.execute("UPDATE audit_entry SET detail = '{}' WHERE seq = 2")
    database.commit()
    database.close()
    done = with_admin.run("audit", "verify")
    assert (done.returncode, done.stderr) == (
        1,
        "对不上：第 2 条的内容与它的哈希不符，被改过。前面 1 条没有问题\n",
    )
