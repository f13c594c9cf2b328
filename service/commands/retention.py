"""tongban retention: whether a file of periods can be used, and what is due under the one in force."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from service.commands import read_settings
from service.commands.rules.checking import print_problems
from service.commands.rules.opened import JSON
from service.retention.reading import load_retention

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
