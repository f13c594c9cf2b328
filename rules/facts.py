"""The facts of one case, completed with defaults and checked against their declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rules.problem import did_you_mean
from rules.vocabulary import Fact, Fault, Value


class FactError(ValueError):
    """Facts that do not fit the rule set. The message is Chinese and names every one of them."""


def complete_facts(declared: Mapping[str, Fact], given: Mapping[str, object]) -> dict[str, Value]:
    """All facts that are declared, with the default for those not given. Raises FactError naming every misfit."""
    values: dict[str, Value] = {name: fact.default for name, fact in declared.items()}
    misfits: list[str] = []
    for name, value in given.items():
        fact = declared.get(name)
        if fact is None:
            misfits.append(_unknown(name, declared))
            continue
        accepted = fact.accept(value)
        if isinstance(accepted, Fault):
            misfits.append(_misfit(name, accepted))
        else:
            values[name] = accepted
    if misfits:
        raise FactError("；".join(misfits))
    return values


def complete_columns(
    declared: Mapping[str, Fact], given: Mapping[str, Sequence[object]], cases: int
) -> dict[str, Sequence[Value]]:
    """The same of many cases, a column for each fact, None where a case does not say; FactError names one misfit."""
    columns: dict[str, Sequence[Value]] = {name: [fact.default] * cases for name, fact in declared.items()}
    for name, column in given.items():
        fact = declared.get(name)
        if fact is None:
            raise FactError(_unknown(name, declared))
        accepted = [fact.default if value is None else fact.accept(value) for value in column]
        columns[name] = [value for value in accepted if not isinstance(value, Fault)]
        if len(columns[name]) < len(accepted):
            raise FactError(_misfit(name, next(value for value in accepted if isinstance(value, Fault))))
    return columns


def parse_fact(declared: Mapping[str, Fact], name: str, text: str) -> Value:
    """One fact as a person wrote it, in its declared type; raises FactError."""
    fact = declared.get(name)
    if fact is None:
        raise FactError(_unknown(name, declared))
    value = fact.parse(text)
    if isinstance(value, Fault):
        raise FactError(_misfit(name, value))
    return value


def _unknown(name: str, declared: Mapping[str, Fact]) -> str:
    return f"没有「{name}」这个事实，{did_you_mean(str(name), list(declared))}"


def _misfit(name: str, fault: Fault) -> str:
    return f"「{name}」：{fault.message}，{fault.remedy}"
