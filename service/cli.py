"""The command `tongban`: composition root of everything that runs in a terminal."""

import re
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from service import __version__
from service.errors import TongbanError
from service.unswept import unswept

# Where each command is. It is imported when it is asked for: a start is felt.
_COMMANDS = {
    "serve": "serve.serve",
    "suggest": "intake.suggest",
    "rescore": "rescore.rescore",
    "train": "model.train",
    "evaluate": "model.evaluate",
    "compare": "model.compare",
    "data": "data.data",
    "rules": "rules.rules",
    "timing": "timing.timing",
    "retention": "retention.retention",
    "schedule": "schedule.schedule",
    "db": "database.database",
    "account": "account.account",
    "unit": "unit.unit",
    "audit": "audit.audit",
    "link": "link.link",
    "incidents": "incidents.incidents",
    "backup": "backup.backup",
    "restore": "backup.restore",
    "demo": "demo.demo",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(".")
        with unswept():
            command: click.Command = getattr(import_module(f"service.commands.{module}"), name)
        return command


@click.group(cls=_Commands, help="警情通办：读懂警情描述，建议转给谁、用什么颜色，并说明理由。", no_args_is_help=True)
@click.version_option(__version__, message="tongban %(version)s", help="显示版本")
def tongban() -> None:
    """The group that every command hangs on."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; errors that people make are one Chinese line and exit status 2."""
    try:
        status = tongban.main(arguments, prog_name="tongban", standalone_mode=False)
    except TongbanError as error:
        click.echo(f"错误：{error.message}", err=True)
        sys.exit(2)
    except click.UsageError as error:
        where = f"（见 {error.ctx.command_path} --help）" if error.ctx else ""
        click.echo(f"用法不对：{_in_chinese(error)}{where}", err=True)
        sys.exit(2)
    except click.Abort:
        click.echo("已停止", err=True)
        sys.exit(130)
    sys.exit(status if isinstance(status, int) else 0)


def _in_chinese(error: click.UsageError) -> str:
    match error:
        case _ if named := re.match(r"No such command '(.*)'", error.message):
            return f"没有命令 {named[1]}"
        case click.NoSuchOption():
            return f"没有选项 {error.option_name}"
        case click.MissingParameter():
            return f"缺少 {error.param.human_readable_name if error.param else '参数'}"
        case click.BadParameter():
            name = error.param.human_readable_name if error.param else "参数"
            return f"{name} 的值不能用：{error.message}"
        case _:
            return error.message
