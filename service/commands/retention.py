"""tongban retention: whether a file of periods can be used, and what is due under the one in force."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from service import clock
from service.cases.actions import Cases
from service.commands import at_terminal, read_settings
from service.commands.rules.checking import print_problems
from service.commands.rules.opened import JSON
from service.errors import SetupError
from service.retention.actions import MOST_COUNTED, Erasing
from service.retention.reading import load_retention
from service.startup import load_in_force, open_database, open_policy, open_retention

_FAILED = 1


@click.group(help="保存期限：什么保存多久，什么到了期。清除由两个人在网页“到期清除”里办。")
def retention() -> None:
    """The group of commands about how long things are kept."""


@retention.command(help="检查保存期限文件；不给 FILE 就检查正在用的。有错误时以状态 1 结束。")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@JSON
def check(file: Path | None, as_json: bool) -> int:
    """Print every problem; where there is none, how long each kind of thing is kept, and why."""
    found, problems = load_retention(file or read_settings().retention_file)
    if as_json:
        told = {"ok": found is not None, "problems": list(map(asdict, problems))}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return 0 if found else _FAILED
    print_problems(problems)
    if found is None:
        return _FAILED
    click.echo(f"{found.name}：没有错误。")
    for what, period, basis in found.lines():
        click.echo(f"{what}：{period}，依据 {basis}")
    return 0


@retention.command(help="列出到期、还没有人提出清除的档案、附件和未建档警情；什么也不清除。")
@JSON
def due(as_json: bool) -> None:
    """A line a case, without anything personal; the incidents that never became one as a number."""
    settings = read_settings()
    ruleset, problems = load_in_force(settings, clock.now().date())
    if ruleset is None:
        raise SetupError("规则集有错，核对不了时限：\n" + "\n".join(map(str, problems)))
    with ruleset:
        policy = open_policy(settings, ruleset)
    periods = open_retention(settings)
    database = open_database(settings)
    try:
        listing = Erasing(Cases(database, policy), periods, settings.attachments_dir).listing(at_terminal())
    finally:
        database.close()
    cases = [
        {
            "case": one.case.number,
            "kind": one.kind.value,
            "state": one.case.state.value,
            "closed_at": one.case.closed_at,
            "period": one.line.words,
            "kept_until": one.kept_until.isoformat(),
        }
        for one in listing.due
    ]
    if as_json:
        click.echo(json.dumps({"cases": cases, "incidents": listing.incidents}, ensure_ascii=False, indent=1))
        return
    for one in cases:
        click.echo(
            f"档案 {one['case']}　{one['kind']}　{one['state']}　保存 {one['period']}，到 {one['kept_until']} 为止"
        )
    if listing.until:
        more = "以上" if listing.incidents >= MOST_COUNTED else ""
        click.echo(f"{clock.local(listing.until)[:10]} 以前的未建档警情 {listing.incidents} 条{more}")
    if not cases and not listing.incidents:
        click.echo("没有到期的")
