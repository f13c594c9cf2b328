"""tongban db: bring the database to the newest form, or say at which it is."""

import click

from service.commands import read_settings
from service.startup import open_database
from service.storage import migrate
from service.storage.database import Database


@click.group("db", help="数据库升级与查看。")
def database() -> None:
    """The group of database commands."""


@database.command(help="升级到最新版本；已是最新则什么也不做。")
def upgrade() -> None:
    """Run the missing migrations."""
    opened = open_database(read_settings())
    click.echo(f"数据库已是最新版本 {migrate.revision(opened)}")
    opened.close()


@database.command(help="显示现在的版本和最新的版本。")
def status() -> None:
    """Print both revisions."""
    opened = Database(read_settings().database)
    click.echo(f"现在 {migrate.revision(opened) or '（空库）'}，最新 {migrate.head()}")
    opened.close()
