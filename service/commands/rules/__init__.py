"""tongban rules …: one idea a file; each command ends with a status that a script can use."""

import click

from service.commands.rules.checking import check, test
from service.commands.rules.comparing import diff
from service.commands.rules.completion import schema
from service.commands.rules.explaining import explain
from service.commands.rules.history import history
from service.commands.rules.previewing import preview
from service.commands.rules.publishing import publish, rollback
from service.commands.rules.table import table


@click.group(help="规则：检查、自测、比较、预演、发布、回滚。")
def rules() -> None:
    """The group of rule commands."""


for _command in (check, test, diff, explain, schema, table, preview, publish, rollback, history):
    rules.add_command(_command)
