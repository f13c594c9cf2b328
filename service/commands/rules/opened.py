"""Which rule set a command means: the one at PATH, or the one in force; loaded, and released at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from rules import Problem, Ruleset, load, render_all
from service import clock
from service.commands import progress, read_settings
from service.errors import InputError
from service.startup import load_in_force

PATH = click.argument("path", required=False, type=click.Path(path_type=Path))
FOLDER = click.argument("path", type=click.Path(path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON")


@contextmanager
def opened(path: Path | None) -> Iterator[tuple[Ruleset | None, list[Problem]]]:
    """The rule set, None where a problem is an error; and every problem of it."""
    today = clock.now().date()
    if path is not None:
        ruleset, problems = load(path, today=today)
    else:
        ruleset, problems = load_in_force(read_settings(), today, progress.show)
    try:
        yield ruleset, problems
    finally:
        if ruleset:
            ruleset.close()


@contextmanager
def usable(path: Path | None) -> Iterator[Ruleset]:
    """A rule set without errors; raises InputError with every problem of it."""
    with opened(path) as (ruleset, problems):
        if ruleset is None:
            raise InputError(f"规则集有错：\n{render_all(problems)}")
        yield ruleset
