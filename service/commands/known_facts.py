"""Facts as typed at the terminal, 名称=值, in the types that the rule set declares."""

from collections.abc import Mapping, Sequence

import click

from rules import FactError, parse_fact
from rules.vocabulary import Fact, Value
from service.errors import InputError

FACTS = click.option(
    "--fact", "facts", multiple=True, metavar="名称=值", help="已知的事实，如 近90天重复次数=2；可多次"
)


def known_facts(declared: Mapping[str, Fact], typed: Sequence[str]) -> dict[str, Value]:
    """Facts by name; raises InputError for one that is not declared, with the nearest name, or that doesn't fit."""
    known: dict[str, Value] = {}
    for one in typed:
        name, equals, value = one.partition("=")
        if not equals:
            raise InputError(f"--fact 要写成 名称=值，实际是“{one}”")
        try:
            known[name.strip()] = parse_fact(declared, name.strip(), value.strip())
        except FactError as error:
            raise InputError(str(error)) from error
    return known
