"""Who says what: for every decision field, the ways of the rules that speak of it, and what would make them vain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.analysis.landscape import Landscape
from rules.rulebook import COLOUR, DecisionField, HitPolicy, Rule


@dataclass(frozen=True, slots=True)
class Claim:
    """One value that a rule gives a field. Wherever one of `against` holds too, it makes no difference."""

    field: str
    value: str
    against: int


class Sayings:
    def __init__(self, landscape: Landscape, fields: Mapping[str, DecisionField]) -> None:
        self._fields = fields
        self._said: dict[str, dict[str, int]] = {name: {} for name in fields}
        self._floors = 0
        self._before: list[int] = []
        before = 0
        for rule, ways in zip(landscape.rules, landscape.ways, strict=True):
            self._before.append(before)
            before |= ways
            self._floors |= ways if rule.floor else 0
            for name, values in rule.conclusion.items():
                for value in values:
                    self._said[name][value] = self._said[name].get(value, 0) | ways

    def before(self, number: int) -> int:
        """The ways of the rules that stand before this one in deciding order."""
        return self._before[number]

    def speaking(self, name: str) -> int:
        """The ways of the rules that say anything of this field."""
        ways = 0
        for saying in self._said[name].values():
            ways |= saying
        return ways

    def saying(self, name: str, value: str) -> int:
        return self._said[name].get(value, 0)

    def as_heavy(self, name: str, value: str, *, heavier: bool = False) -> int:
        """The ways of the rules that give this 取最重 field a value as heavy, or none but heavier ones."""
        values = self._fields[name].values or ()
        upto = values.index(value) + (not heavier)
        ways = 0
        for other in values[:upto]:
            ways |= self.saying(name, other)
        return ways

    def claims(self, number: int, rule: Rule) -> Iterator[Claim]:
        """What the rule gives, with the ways beside which giving it changes nothing.

        取首条: an earlier rule speaks. 取最重: another rule is heavier, or as heavy and earlier; a floor yields to
        floors only, since it also guards. 全部: an earlier rule says the same.
        """
        earlier = self._before[number]
        for name, values in rule.conclusion.items():
            for value in values:
                match self._fields[name].policy:
                    case HitPolicy.FIRST:
                        against = self.speaking(name) & earlier
                    case HitPolicy.HEAVIEST:
                        against = self.as_heavy(name, value, heavier=True) | self.saying(name, value) & earlier
                        against &= self._floors if rule.floor and name == COLOUR else -1
                    case HitPolicy.UNION:
                        against = self.saying(name, value) & earlier
                yield Claim(name, value, against)
