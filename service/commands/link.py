"""tongban link: what makes incidents findable again."""

import sys

import click

from service import clock
from service.cases.actions import Cases
from service.commands import read_settings
from service.linking.actions import Linking
from service.startup import open_database, open_link_key, open_policy, open_ruleset


@click.group(help="一件纠纷一份档案：认出同一个人、同一处地点、同一警单。")
def link() -> None:
    """The group of commands of linking."""


@link.command(
    help="用现在的密钥把所有警情的关联标记重算一遍；换了密钥以后，或从没有关联标记的旧版本升级以后运行。"
    "密钥是数据文件夹里的 link.key；几台机器共用一个 PostgreSQL 时，把它复制到每台，"
    "用 TONGBAN_LINK_KEY_FILE 指明，否则各算各的，互相认不出。服务可以照常运行。"
)
def rebuild() -> None:
    """Make the traces of all incidents anew."""
    settings = read_settings()
    secret = open_link_key(settings)
    database = open_database(settings)
    try:
        with open_ruleset(settings, clock.now().date()) as ruleset:
            policy = open_policy(settings, ruleset)
        done = 0
        for done in Linking(Cases(database, policy, link_key=secret), secret).rebuild():
            if sys.stderr.isatty():
                click.echo(f"\r已重算 {done} 条", nl=False, err=True)
    finally:
        database.close()
    click.echo(f"重算了 {done} 条警情的关联标记")
