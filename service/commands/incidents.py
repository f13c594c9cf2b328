"""tongban incidents: the station's old incidents, brought in from its tables."""

import json
import sys
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import click

from service import clock
from service.accounts.model import Actor
from service.commands import at_terminal, progress, read_settings
from service.errors import InputError
from service.importing.fields import FIELDS, Columns, check, guess
from service.importing.model import Order, Outcome
from service.importing.run import Importing
from service.importing.scoring import Scorer
from service.rescoring.tables import open_table
from service.startup import open_intake, open_link_key
from service.storage.database import Database
from service.units.actions import Units
from service.units.model import Kind, Unit

_SOME_REFUSED = 1


@click.group(help="警情：把派出所以前的警情从表格里导入。")
def incidents() -> None:
    """The group of commands of incidents."""


@incidents.command(
    "import",
    help="导入以前的警情：FILE 是 xlsx、csv、tsv、jsonl 或 parquet，第一行是表头，一行一件。"
    "各列按列名认，先列出来再开始。"
    "导入的警情算进以前的次数，以后的警情认得出它；同一个接警编号、同一份文件再导一次，不会多出来。"
    "不能收的行连同原因另写一个 xlsx，改好可以再导入。",
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--unit", default="", metavar="派出所名", help="是哪个派出所的警情；只有一个派出所时可以不写")
@click.option(
    "--column", "columns", multiple=True, metavar="项=列", help=f"哪一项在哪一列；可多次。项：{'、'.join(FIELDS)}"
)
@click.option("--refused", "refusals", type=click.Path(path_type=Path), help="不能收的行写到哪里；不写就在 FILE 旁边")
@click.option("--dry-run", is_flag=True, help="只检查，说会导入多少、哪些行不能收；不写数据库")
@click.option("--json", "as_json", is_flag=True, help="结果写成 JSON")
@click.option("--yes", "-y", is_flag=True, help="不问，直接开始")
def import_file(
    file: Path, unit: str, columns: tuple[str, ...], refusals: Path | None, dry_run: bool, as_json: bool, yes: bool
) -> int:
    """Exit status 0, or 1 if some rows were refused."""
    names = open_table(file).names
    chosen = check(guess(names, _named(columns)), names)
    _confirm(chosen, names, yes=yes or dry_run)
    settings, actor = read_settings(), at_terminal()
    desk = open_intake(settings, clock.now().date(), progress.show)
    try:
        station = _station(desk.database, actor, unit)
        today = desk.ruleset.as_of(clock.now().date())
        work = Importing(desk.database, Scorer(desk.model, today), open_link_key(settings), desk.database.write)
        order = Order(str(uuid.uuid4()), file, file.name, chosen, station.id, station.name, actor)
        target = refusals or _free(file)
        outcome = (work.try_out if dry_run else work.run)(order, target, _Shown())
    finally:
        desk.ruleset.close()
        desk.database.close()
    return _told(outcome, target, dry_run=dry_run, as_json=as_json)


def _named(columns: tuple[str, ...]) -> Columns:
    named = {}
    for one in columns:
        field, sign, column = one.replace("＝", "=", 1).partition("=")
        if not sign:
            raise InputError(f"--column 要写成 项=列，实际是“{one}”")
        named[field.strip()] = column.strip()
    if unknown := [field for field in named if field not in FIELDS]:
        raise InputError(f"没有“{'、'.join(unknown)}”这一项；可以是：{'、'.join(FIELDS)}")
    return named


def _confirm(columns: Columns, names: Sequence[str], *, yes: bool) -> None:
    """Show what was found, and have it confirmed where somebody can answer."""
    for field, column in columns.items():
        click.echo(f"{field:　<8}← {column}", err=True)
    if unused := [name for name in names if name not in columns.values()]:
        click.echo(f"没有用到的列：{'、'.join(unused)}", err=True)
    if not yes and sys.stdin is not None and sys.stdin.isatty():
        click.confirm("这样对吗？", default=True, abort=True, err=True)


def _station(database: Database, actor: Actor, name: str) -> Unit:
    units = Units(database, tuple)
    stations = [one for one in units.tree(actor).units.values() if one.kind is Kind.STATION and one.enabled]
    if name:
        found = units.named(actor, name)
        if found not in stations:
            raise InputError(f"“{found.name}”不是派出所，或已经停用；可以是：{_listed(stations)}")
        return found
    if len(stations) != 1:
        raise InputError(f"请用 --unit 写明是哪个派出所的警情；可以是：{_listed(stations)}")
    return stations[0]


def _listed(stations: Sequence[Unit]) -> str:
    return "、".join(one.name for one in stations) or "（还没有派出所，先用 tongban unit add 建立）"


def _free(file: Path) -> Path:
    """A name beside the file that nothing has yet: what an earlier run wrote may be half mended."""
    number, target = 1, file.with_name(f"{file.stem}-没有收的行.xlsx")
    while target.exists():
        number += 1
        target = file.with_name(f"{file.stem}-没有收的行-{number}.xlsx")
    return target


def _told(outcome: Outcome, target: Path, *, dry_run: bool, as_json: bool) -> int:
    refused = str(target) if outcome.refused else None
    if as_json:
        click.echo(json.dumps(outcome.as_json | {"dry_run": dry_run, "refused_file": refused}, ensure_ascii=False))
        return _SOME_REFUSED if outcome.refused else 0
    will = "会导入" if dry_run else "导入"
    click.echo(f"{outcome.rows} 行：{will} {outcome.imported} 条，已有 {outcome.there} 条，不能收 {outcome.refused} 行")
    for reason, count in outcome.reasons.items():
        click.echo(f"  {reason}：{count} 行", err=True)
    for one in outcome.told[:5]:
        where = f"「{one.column}」“{one.value}”：" if one.column else ""
        click.echo(f"  第 {one.row} 行{where or ' '}{one.reason}", err=True)
    if refused:
        click.echo(f"不能收的行写在 {refused}，改好可以再导入", err=True)
    return _SOME_REFUSED if outcome.refused else 0


class _Shown:
    """Shows progress: often where somebody watches, else a line every few seconds."""

    def __init__(self) -> None:
        self._pause = 0.3 if sys.stderr.isatty() else 10.0
        self._since, self._shown = time.monotonic(), 0.0

    def __call__(self, rows: int, share: float) -> None:
        moment = time.monotonic()
        if share < 1 and moment - self._shown < self._pause:
            return
        self._shown = moment
        speed = rows / max(moment - self._since, 0.001)
        progress.show(share, f"{rows:,} 行，每秒 {speed:,.0f} 行")
