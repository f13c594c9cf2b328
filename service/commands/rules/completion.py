"""tongban rules schema: what an editor needs to complete and check rule files."""

import json
from pathlib import Path

import click

from rules import json_schema
from service.commands.rules.opened import PATH, usable


@click.command(help="输出规则文件的 JSON Schema，给编辑器用：按 PATH 的头里的事实和决策来补全、标错。")
@PATH
def schema(path: Path | None) -> None:
    """Print the schema of the rule set's files."""
    with usable(path) as ruleset:
        click.echo(json.dumps(json_schema(ruleset.rulebook), ensure_ascii=False, indent=1))
