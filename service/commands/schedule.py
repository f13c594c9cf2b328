"""tongban schedule: what comes round, done once from the terminal or by a cron."""

import click

from service import clock
from service.cases.actions import Cases
from service.commands import read_settings
from service.errors import InputError, SetupError
from service.schedule.telling import Telling
from service.schedule.ticking import Ticking
from service.startup import load_in_force, open_database, open_policy
from service.webhooks.actions import Webhooks


@click.group(help="日清和周结：服务每分钟自己看一次；服务不常开时，可以由定时任务来做。")
def schedule() -> None:
    """The group of commands about what comes round."""


@schedule.command(help="把到了时间的都做一次：列出日清周结、漏报、催办、消息、外发通知。可以同时或反复运行。")
@click.option("--now", is_flag=True, help="现在就做")
def run(now: bool) -> None:
    """One look."""
    if not now:
        raise InputError("请写 tongban schedule run --now：现在就做一次")
    settings = read_settings()
    ruleset, problems = load_in_force(settings, clock.now().date())
    if ruleset is None:
        raise SetupError("规则集有错，核对不了时限：\n" + "\n".join(map(str, problems)))
    with ruleset:
        policy = open_policy(settings, ruleset)
    database = open_database(settings)
    try:
        done = Ticking(Cases(database, policy)).look()
        told = Telling(database, policy).tell()
        sent = Webhooks(database, settings.reachable).deliver()
    finally:
        database.close()
    click.echo(
        f"日清周结 {done.rounds} 项，漏报 {done.missed} 件，催办 {done.chased} 次，"
        f"轨迹告知 {told} 条，外发通知送到 {sent} 条"
    )
