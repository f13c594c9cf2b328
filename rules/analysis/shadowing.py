"""R071: rules that change no decision, because wherever they match other rules have decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.analysis.finding import Finding, undecided
from rules.analysis.landscape import Landscape
from rules.analysis.sayings import Claim, Sayings
from rules.analysis.space import Point
from rules.analysis.words import UndecidedError
from rules.problem import enumerate_some
from rules.rulebook import COLOUR, DecisionField, HitPolicy, Rule, comparisons


class Shadowing:
    """Finds, for one rule after the other, whether others cover it, and which of them are needed for that."""

    def __init__(self, landscape: Landscape, sayings: Sayings, fields: dict[str, DecisionField]) -> None:
        self._landscape = landscape
        self._sayings = sayings
        self._fields = fields

    def find(self) -> Iterator[Finding]:
        for number, rule in enumerate(self._landscape.rules):
            claims = tuple(self._sayings.claims(number, rule))
            try:
                cover = self._cover(number, claims)
            except UndecidedError:
                yield undecided(rule, "是不是总被别的规则盖住")
                continue
            if cover is not None:
                yield self._finding(number, claims, self._smallest(number, claims, cover))

    def _cover(self, number: int, claims: Sequence[Claim], among: int = -1) -> set[int] | None:
        """Rules that together leave the rule nothing to change, or None. Any one case settles it."""
        used: set[int] = set()
        doubt = False
        for claim in claims:
            for box in self._landscape.boxes_of(number):
                try:
                    if self._landscape.avoiding(box, claim.against & among, used) is not None:
                        return None
                except UndecidedError:
                    doubt = True
        if doubt:
            raise UndecidedError
        return used

    def _smallest(self, number: int, claims: Sequence[Claim], cover: set[int]) -> list[int]:
        """Leave out whatever the others can do without."""
        needed = set(cover)
        for one in sorted(cover, reverse=True):
            if one in needed:
                try:
                    fewer = self._cover(number, claims, self._landscape.ways_of(needed - {one}))
                except UndecidedError:
                    continue
                needed = needed if fewer is None else fewer
        return sorted(needed)

    def _finding(self, number: int, claims: Sequence[Claim], cover: Sequence[int]) -> Finding:
        landscape = self._landscape
        rule = landscape.rules[number]
        point = landscape.space.point(landscape.boxes_of(number)[0])
        case = landscape.space.case(point, {compare.fact for compare in comparisons(rule.condition)})
        ids = tuple(landscape.rules[other].id for other in cover)
        together = f"{enumerate_some(ids)} {'合起来' if len(ids) > 1 else ''}"
        instead = "；".join(dict.fromkeys(self._instead(rule, claim, point, ids) for claim in claims))
        message = f"规则 {rule.id} 总被 {together}盖住，改变不了任何决定；例如：{case} 时，{instead}"
        remedy = "请调整优先级，或收窄盖住它的条件；确实多余的，请删掉或停用"
        return Finding("R071", rule.place, message, remedy, (rule.id, *ids), case)

    def _instead(self, rule: Rule, claim: Claim, point: Point, cover: Sequence[str]) -> str:
        """Who decided this field in this case, and what; of equals, a rule of the cover is named."""
        landscape = self._landscape
        others = [landscape.rules[other] for other in landscape.rules_of(landscape.matching(point) & claim.against)]
        field = self._fields[claim.field]
        if field.policy is HitPolicy.HEAVIEST and field.values:
            heaviest = field.values.index
            others.sort(key=lambda other: (heaviest(other.conclusion[claim.field][0]), other.id not in cover))
        if field.policy is HitPolicy.UNION:
            others.sort(key=lambda other: other.id not in cover)
            return f"{others[0].id} 已经给出「{claim.field}」的这一项"
        first, value = others[0], others[0].conclusion[claim.field][0]
        if rule.floor and claim.field == COLOUR:
            return f"底线规则 {first.id} 已经守住 {value}"
        return f"{first.id} 已经把「{claim.field}」定为 {value}"
