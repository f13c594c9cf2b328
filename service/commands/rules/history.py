"""tongban rules history: every version with who, when, why and its effect; or what one of them changed."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from service import clock
from service.commands import progress, read_settings
from service.commands.rules.difference import change_lines
from service.commands.rules.numbers import whole
from service.commands.rules.opened import JSON
from service.commands.rules.refusal import print_json
from service.rulesets import shown, versions
from service.rulesets.model import Kind, Publication
from service.startup import number_in_force, open_database
from service.storage.database import Database

_MOST_LISTED = 10_000


@click.command(help="列出发布过的版本，新的在前；给了 NUMBER 就说这一版改了什么。")
@click.argument("number", required=False, type=whole(1, versions.MOST))
@click.option("--last", type=whole(1, _MOST_LISTED), default="20", show_default="20", metavar="整数", help="最近几版")
@JSON
def history(number: int | None, last: int, as_json: bool) -> None:
    """Print a line a version, or the changes of one."""
    with _database() as database:
        if number is None:
            _print_list(versions.history(database, last), _in_force(database), as_json)
        else:
            _print_one(database, number, as_json)


def _print_list(made: list[Publication], in_force: int, as_json: bool) -> None:
    if as_json:
        print_json({"in_force": in_force, "items": list(map(shown.publication, made))})
        return
    for one in made:
        click.echo(f"{'●' if one.number == in_force else '○'} {_line(one)}")
    if not made:
        click.echo("还没有发布过")
    if not in_force:
        click.echo("现用的是 TONGBAN_RULES_PATH 的规则" if read_settings().rules_path else "现用的是自带规则")


def _print_one(database: Database, number: int, as_json: bool) -> None:
    made, files = versions.publication(database, number)
    changes = versions.changes_of(database, made)
    if as_json:
        print_json(shown.publication(made) | {"files": files, "changes": list(map(shown.change, changes))})
        return
    click.echo(_line(made))
    click.echo("\n".join(change_lines(changes)))


def _line(one: Publication) -> str:
    kind = f"（{Kind.ROLLED_BACK}）" if one.kind is Kind.ROLLED_BACK else ""
    people = "，".join(_people(one))
    left_red = f"，{one.left_red} 件离开红色" if one.left_red else ""
    effect = f"{one.incidents} 件里 {one.changed} 件不同{left_red}"
    return f"第 {one.number} 版{kind}　{clock.local(one.published_at)}　{people}　{one.note}　{effect}　{one.version}"


def _people(one: Publication) -> Iterator[str]:
    if one.author != one.publisher:
        yield f"{one.author.name} 起草"
    yield f"{one.publisher.name} 发布"
    if one.second_person:
        yield f"{one.second_person.name} 复核"


def _in_force(database: Database) -> int:
    number, failure = number_in_force(read_settings(), database, clock.now().date())
    if failure:
        progress.show(0.0, failure)
    return number


@contextmanager
def _database() -> Iterator[Database]:
    database = open_database(read_settings())
    try:
        yield database
    finally:
        database.close()
