"""Facts as people type them, 名称=值, in the types that a rule set declares: at the terminal and on the Test pane."""

import re
from collections.abc import Iterable, Mapping

from rules import FactError, parse_fact
from rules.vocabulary import Fact, Value
from service.errors import InputError


def known_facts(declared: Mapping[str, Fact], typed: Iterable[str]) -> dict[str, Value]:
    """Facts by name; raises InputError for one that is not declared, with the nearest name, or that doesn't fit."""
    known: dict[str, Value] = {}
    for one in typed:
        # An input method gives the wide sign as easily.
        name, *value = re.split("[=＝]", one, maxsplit=1)
        if not value:
            raise InputError(f"已知的事实要写成 名称=值，实际是“{one.strip()}”")
        try:
            known[name.strip()] = parse_fact(declared, name.strip(), value[0].strip())
        except FactError as error:
            raise InputError(str(error)) from error
    return known
