"""tongban demo: fill an empty data folder with one invented town, and say who can sign in."""

import time

import click

from service import clock
from service.cases.actions import Cases
from service.commands import at_terminal, progress, read_settings
from service.demo.filling import fill
from service.startup import open_intake, open_link_key, open_policy


@click.command(
    help="往空的数据文件夹里放一个虚构的镇街：单位、人员、三个月的警情和档案。给出各个账号的密码，只显示这一次。"
)
@click.option("--seed", type=int, default=1, show_default=True, help="种子：同一个种子，同样的故事")
@click.option("--cases", "count", type=click.IntRange(5, 5000), default=200, show_default=True, help="多少份档案")
def demo(seed: int, count: int) -> None:
    """Fill, then list the logins."""
    settings = read_settings()
    desk = open_intake(settings, clock.now().date(), progress.show)
    try:
        began = time.monotonic()
        cases = Cases(desk.database, open_policy(settings, desk.ruleset), link_key=open_link_key(settings))
        logins = fill(desk, cases, at_terminal(), progress.show, seed=seed, count=count)
        took = time.monotonic() - began
    finally:
        desk.ruleset.close()
        desk.database.close()
    click.echo("登录名、密码、姓名、角色、单位（密码没有存在任何地方，请记下来）：\n")
    for one in logins:
        click.echo("  ".join(filter(None, (f"{one.login:<12}", one.password, one.name, one.roles, one.unit))))
    click.echo(f"\n演示数据放好了，用时 {took:.0f} 秒，全部虚构。现在运行 tongban serve（已经在运行的请先停下）。")
