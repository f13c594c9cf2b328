"""tongban rules diff: what one rule set says otherwise than another."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from rules import differences, text_difference
from service.commands.rules.difference import change_lines
from service.commands.rules.opened import JSON, usable
from service.errors import InputError

_DIFFERENT = 1


@click.command(help="两个规则集说的有什么不同；不给「旧」就与正在用的比。说的一样以状态 0 结束，不同以状态 1。")
@click.argument("paths", metavar="[旧] 新", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--text", "as_text", is_flag=True, help="逐行比较文件，不比较意思")
@JSON
def diff(paths: tuple[Path, ...], as_text: bool, as_json: bool) -> int:
    """Print what the later rule set says otherwise."""
    if len(paths) > 2:
        raise InputError("请给一个文件夹，与正在用的规则比；或给两个，旧的在前")
    before, after = (None, *paths)[-2:]
    with usable(before) as old, usable(after) as new:
        changes = differences(old.rulebook, new.rulebook)
        text = text_difference(old.files, new.files)
    if as_json:
        said = {"before": old.version, "after": new.version, "changes": [asdict(change) for change in changes]}
        click.echo(json.dumps(said | ({"text": text} if as_text else {}), ensure_ascii=False, indent=1))
    else:
        click.echo(text if as_text else "\n".join(change_lines(changes)))
    return _DIFFERENT if (text if as_text else changes) else 0
