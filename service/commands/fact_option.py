"""The option --fact of every command that takes what is known besides the text."""

import click

FACTS = click.option(
    "--fact", "facts", multiple=True, metavar="名称=值", help="已知的事实，如 近90天重复次数=2；可多次"
)
