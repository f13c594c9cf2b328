"""tongban rules diff: what one rule set says otherwise than another."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from rules import differences, text_difference
from service.commands.rules.difference import change_lines
from service.commands.rules.opened import JSON, usable

_DIFFERENT = 1


@click.command(help="两个规则集说的有什么不同。说的一样以状态 0 结束，不同以状态 1。")
@click.argument("before", metavar="旧", type=click.Path(path_type=Path))
@click.argument("after", metavar="新", type=click.Path(path_type=Path))
@click.option("--text", "as_text", is_flag=True, help="逐行比较文件，不比较意思")
@JSON
def diff(before: Path, after: Path, as_text: bool, as_json: bool) -> int:
    """Print what the later rule set says otherwise."""
    with usable(before) as old, usable(after) as new:
        changes = differences(old.rulebook, new.rulebook)
        text = text_difference(old.files, new.files)
    if as_json:
        said = {"before": old.version, "after": new.version, "changes": [asdict(change) for change in changes]}
        click.echo(json.dumps(said | ({"text": text} if as_text else {}), ensure_ascii=False, indent=1))
    else:
        click.echo(text if as_text else "\n".join(change_lines(changes)))
    return _DIFFERENT if (text if as_text else changes) else 0
