"""The room where rules are published, opened for one command with whoever runs it."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from service import clock
from service.accounts.model import Actor
from service.commands import at_terminal, progress, read_settings
from service.rulesets.actions import Rulesets
from service.startup import open_intake, open_rulesets


@contextmanager
def publishing_room() -> Iterator[tuple[Rulesets, Actor]]:
    """Database brought up, model and rules in force loaded; what could not be loaded is told on standard error."""
    settings = read_settings()
    desk = open_intake(settings, clock.now().date(), progress.show)
    try:
        if failure := desk.in_force.failure:
            click.echo(f"提醒：{failure}", err=True)
        yield open_rulesets(settings, desk), at_terminal()
    finally:
        desk.ruleset.close()
        desk.database.close()
