"""tongban rules preview: whether a rule set could be published, and what it would change in what is on record."""

from pathlib import Path

import click

from rules import load
from service import clock
from service.commands.rules.checking import print_problems
from service.commands.rules.effect import effect_lines
from service.commands.rules.numbers import whole
from service.commands.rules.opened import FOLDER, JSON
from service.commands.rules.refusal import faults, print_json, refuse
from service.commands.rules.room import publishing_room
from service.errors import TongbanError
from service.rulesets import shown
from service.rulesets.actions import DAYS

# Some incident on record would leave the heaviest colour: a person should look before a second one confirms.
LEAVES_RED = 3


@click.command(
    help="检查、试编译、自测 PATH 的规则，再看存档的警情会有哪些不同；什么也不发布。"
    "不能发布以状态 1 结束，有警情会离开红色以状态 3。"
)
@FOLDER
@click.option("--days", type=whole(DAYS[0], DAYS[-1]), metavar="整数", help="只看最近这些天；不给就看全部")
@JSON
def preview(path: Path, days: int | None, as_json: bool) -> int:
    """Print what would change."""
    written, problems = load(path, today=clock.now().date(), engine=False)
    if written is None:
        return faults(problems, as_json)
    with publishing_room() as (room, _):
        try:
            seen = room.preview(written.files, days)
        except TongbanError as error:
            return refuse(error, problems, as_json)
        if room.fixed:
            click.echo(f"提醒：{room.fixed}", err=True)
    if as_json:
        print_json({"ok": True, "problems": list(map(shown.problem, problems)), "preview": shown.preview(seen)})
    else:
        print_problems(problems)
        click.echo(f"{written.name}：{len(written.rules)} 条规则，可以发布")
        click.echo("\n".join(effect_lines(seen)))
    return LEAVES_RED if seen.left_red else 0
