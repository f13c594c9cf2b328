"""tongban audit: does the chain of who did what hold, and what does it say."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click

from service import clock
from service.accounts.model import terminal
from service.audit.actions import Trail
from service.audit.model import Walk
from service.cases.chain import Tally
from service.commands import read_settings
from service.errors import InputError
from service.startup import open_database

_FAILED = 1


@click.group(help="审计：核对和列出谁做了什么。")
def audit() -> None:
    """The group of audit commands."""


@audit.command(help="从头核对审计链和每份档案的轨迹链；对不上就说出是哪一条，并以状态 1 结束。")
@click.option("--json", "as_json", is_flag=True, help="输出一行 JSON")
def verify(as_json: bool) -> int:
    """Print how many entries, cases and events hold, and the hash of the last entry."""
    with _trail() as trail:
        walked, cases = trail.verify(), trail.verify_cases()
    sound = not walked.fault and not cases.wrong
    if as_json:
        click.echo(json.dumps({"sound": sound, "audit": asdict(walked), "cases": asdict(cases)}, ensure_ascii=False))
        return 0 if sound else _FAILED
    say(walked, cases)
    if sound:
        click.echo("把条数和哈希抄在别处；以后若条数变少，就是末尾被人删过。")
    return 0 if sound else _FAILED


def say(walked: Walk, cases: Tally) -> None:
    """Tell people what the two walks found; what doesn't fit goes to where errors go."""
    if walked.fault:
        click.echo(f"对不上：{walked.fault}。前面 {walked.count} 条没有问题", err=True)
    else:
        click.echo(f"{walked.count} 条记录首尾相接，没有改动。最后一条的哈希：{walked.head}")
    for fault in cases.faults:
        click.echo(f"对不上：档案 {fault.case} {fault.words}", err=True)
    if cases.wrong:
        more = "" if cases.wrong == len(cases.faults) else f"，上面只列出前 {len(cases.faults)} 份"
        click.echo(f"{cases.cases} 份档案里有 {cases.wrong} 份对不上{more}", err=True)
    else:
        click.echo(f"{cases.cases} 份档案、{cases.events} 条轨迹都与审计链一致。")


@audit.command("list", help="列出记录，新的在前。")
@click.option("--json", "as_json", is_flag=True, help="每条输出一行 JSON")
@click.option("--last", default=50, show_default="50", help="最近几条")
def list_last(as_json: bool, last: int) -> None:
    """A line an entry."""
    if last < 1:
        raise InputError("--last 应是 1 以上的整数")
    with _trail() as trail:
        page = trail.read(terminal(""), last)
    for entry in page.entries:
        if as_json:
            click.echo(json.dumps(asdict(entry), ensure_ascii=False))
        else:
            words = (entry.actor_name, entry.action, entry.subject, entry.detail)
            click.echo("　".join([str(entry.seq), clock.local(entry.at), *words]))
    if not page.entries and not as_json:
        click.echo("还没有记录")


@contextmanager
def _trail() -> Iterator[Trail]:
    database = open_database(read_settings())
    try:
        yield Trail(database)
    finally:
        database.close()
