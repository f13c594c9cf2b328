"""tongban unit: the tree of units from the terminal, one by one or as a table."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from service import clock
from service.accounts.model import Actor
from service.commands import at_terminal, read_settings
from service.errors import InputError, SetupError
from service.settings import Settings
from service.startup import load_in_force, open_database
from service.units.actions import TOP, Units
from service.units.exchange import FileKind, take_table, written
from service.units.model import Kind

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group(help="单位：建立、列出、从表格导入、导出成表格。")
def unit() -> None:
    """The group of unit commands."""


@unit.command(help="建立单位。上级要先有；承接的接收部门可多次给出。")
@click.argument("name")
@click.option("--kind", required=True, help=f"类型：{'、'.join(Kind)}")
@click.option("--parent", default="", help="上级单位的名称；不填则在最上一级")
@click.option("--department", "departments", multiple=True, help="由它承接的接收部门，规则集里的名称")
def add(name: str, kind: str, parent: str, departments: tuple[str, ...]) -> None:
    """One unit."""
    with opened_units() as (units, actor):
        above = units.named(actor, parent).id if parent else TOP
        made = units.add(actor, name, kind, above, departments)
    click.echo(f"单位 {made.name} 建好了")


@unit.command("list", help="列出全部单位，下级缩进。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def list_all(as_json: bool) -> None:
    """A line a unit."""
    with opened_units() as (units, actor):
        tree, members = units.tree(actor), units.members(actor)
    shown = [
        {
            "id": one.id,
            "name": one.name,
            "kind": one.kind.value,
            "parent_id": one.parent_id,
            "departments": list(one.departments),
            "enabled": one.enabled,
            "members": [{"login": who.login, "post": who.post.value} for who in members if who.unit_id == one.id],
        }
        for _, one in tree.walk()
    ]
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    for depth, one in tree.walk():
        words = [one.kind.value, *(["、".join(one.departments)] if one.departments else [])]
        count = sum(who.unit_id == one.id for who in members)
        click.echo("　".join(["　" * depth + one.name, *words, f"{count} 人", *([] if one.enabled else ["已停用"])]))
    if not shown:
        click.echo("还没有单位；用 tongban unit add 建立，或 tongban unit import 导入")


@unit.command(
    "import", help="从表格 FILE（.xlsx 或 .csv，列：单位、类型、上级、部门）建立和修改单位；有一处错就整个不收。"
)
@_FILE
def import_table(file: Path) -> None:
    """Take a table whole or not at all."""
    _kind_of(file)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"读不了 {file}：{error.strerror}") from error
    with opened_units() as (units, actor):
        taken = take_table(units, actor, file.name, content)
    click.echo(taken.said)


@unit.command("export", help="把启用的单位写成表格 FILE（.xlsx 或 .csv），改好可以再导入。")
@_FILE
def export_table(file: Path) -> None:
    """Write the table."""
    with opened_units() as (units, actor):
        content = written(units, actor, _kind_of(file))
    try:
        file.write_bytes(content)
    except OSError as error:
        raise InputError(f"写不了 {file}：{error.strerror}") from error
    click.echo(f"写在 {file}")


@contextmanager
def opened_units() -> Iterator[tuple[Units, Actor]]:
    """The units of the database that the settings name, and who is at the terminal."""
    settings = read_settings()
    database = open_database(settings)
    try:
        yield Units(database, lambda: _departments(settings)), at_terminal()
    finally:
        database.close()


def _departments(settings: Settings) -> Sequence[str]:
    """Those of the rule set in force; raises SetupError where it has errors."""
    ruleset, problems = load_in_force(settings, clock.now().date())
    if ruleset is None:
        raise SetupError("规则集有错，不知道有哪些接收部门：\n" + "\n".join(map(str, problems)))
    with ruleset:
        return ruleset.departments


def _kind_of(file: Path) -> FileKind:
    match file.suffix.lower():
        case ".xlsx":
            return "xlsx"
        case ".csv":
            return "csv"
    raise InputError(f"{file} 要以 .xlsx 或 .csv 结尾")
