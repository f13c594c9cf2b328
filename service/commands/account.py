"""tongban account: accounts from the terminal of the machine itself, the first administrator among them."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from service.accounts.actions import Accounts
from service.accounts.model import Account, Actor, Role, roles_list, roles_words
from service.commands import at_terminal, read_settings
from service.commands.unit import opened_units
from service.errors import InputError
from service.startup import open_database
from service.units.model import Post, check_post


@click.group(help="账号：建立、列出、停用、重设密码。")
def account() -> None:
    """The group of account commands."""


_LOGIN = click.argument("login")
_NAME = click.option("--name", default="", help="显示名；不填则同登录名")


@account.command("create-admin", help="建立管理员账号。密码在提示后输入，或从标准输入读一行。")
@_LOGIN
@_NAME
def create_admin(login: str, name: str) -> None:
    """The first account of an installation, or a further administrator."""
    with _accounts() as (accounts, actor):
        made = accounts.create(actor, login, name, [Role.ADMIN], _password(), must_change=False)
    click.echo(f"管理员 {made.login} 建好了。从现在起，网页要登录，接口要密钥；其他人的账号请登录后在“账号”页建立。")


@account.command(help="建立账号，角色可多次给出。本人首次登录时要改密码。")
@_LOGIN
@_NAME
@click.option("--role", "roles", multiple=True, required=True, help=f"角色：{'、'.join(Role)}")
@click.option("--unit", default="", help="单位的名称；要先有这个单位")
@click.option("--post", default=Post.MEMBER.value, show_default="成员", help=f"职务：{'、'.join(Post)}")
def create(login: str, name: str, roles: tuple[str, ...], unit: str, post: str) -> None:
    """An account with the roles given, in the unit given."""
    check_post(post)
    with _accounts() as (accounts, actor), opened_units() as (units, _):
        home = units.named(actor, unit) if unit else None
        made = accounts.create(actor, login, name, roles, _password())
        if home:
            units.place(actor, made.id, home.id, post)
    where = f"，单位：{home.name}（{post}）" if home else ""
    click.echo(f"账号 {made.login} 建好了，角色：{roles_words(made.roles)}{where}")


@account.command("list", help="列出全部账号。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def list_all(as_json: bool) -> None:
    """A line an account."""
    with _accounts() as (accounts, actor):
        found = accounts.all(actor)
    if as_json:
        click.echo(json.dumps(list(map(_shown, found)), ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one.login}　{one.name}　{roles_words(one.roles)}　{'启用' if one.enabled else '已停用'}")
    if not found:
        click.echo("还没有账号；用 tongban account create-admin 建立管理员")


@account.command(help="停用账号：立即在各处退出登录，密钥也不能再用。")
@_LOGIN
def disable(login: str) -> None:
    """Nobody can use the account until it is enabled."""
    with _accounts() as (accounts, actor):
        accounts.change(actor, accounts.named(actor, login).id, enabled=False)
    click.echo(f"账号 {login} 已停用")


@account.command(help="重新启用停用的账号。")
@_LOGIN
def enable(login: str) -> None:
    """The account can be used again."""
    with _accounts() as (accounts, actor):
        accounts.change(actor, accounts.named(actor, login).id, enabled=True)
    click.echo(f"账号 {login} 已启用")


@account.command("reset-password", help="重设密码；本人下次登录时要改。密码在提示后输入，或从标准输入读一行。")
@_LOGIN
def reset_password(login: str) -> None:
    """A password that the holder must change."""
    with _accounts() as (accounts, actor):
        accounts.reset_password(actor, accounts.named(actor, login).id, _password())
    click.echo(f"账号 {login} 的密码重设好了，各处的登录都已退出")


@contextmanager
def _accounts() -> Iterator[tuple[Accounts, Actor]]:
    database = open_database(read_settings())
    try:
        yield Accounts(database), at_terminal()
    finally:
        database.close()


def _password() -> str:
    """Typed twice and not shown, or one line of standard input."""
    if sys.stdin is not None and sys.stdin.isatty():
        return str(click.prompt("密码", hide_input=True, confirmation_prompt="再输入一遍"))
    line = sys.stdin.buffer.readline() if sys.stdin is not None else b""
    try:
        password = line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InputError("密码不是 UTF-8 编码的文字") from error
    if not password:
        raise InputError("请在标准输入给出密码，一行")
    return password


def _shown(one: Account) -> dict[str, object]:
    return {
        "id": one.id,
        "login": one.login,
        "name": one.name,
        "roles": roles_list(one.roles),
        "enabled": one.enabled,
        "created_at": one.created_at,
    }
