"""R072: rules of one priority that can match together and differ, so that nothing but their 编号 decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rules.analysis.finding import Finding, undecided
from rules.analysis.landscape import Landscape
from rules.analysis.sayings import Sayings
from rules.analysis.space import Point
from rules.analysis.words import UndecidedError
from rules.problem import Severity
from rules.rulebook import DecisionField, HitPolicy, Rule, comparisons

MOST_NAMED = 5  # rules that one rule conflicts with


def find_conflicts(landscape: Landscape, sayings: Sayings, fields: Mapping[str, DecisionField]) -> Iterator[Finding]:
    """A conflict that a rule of higher priority always settles is none."""
    higher: dict[int, int] = {}  # priority → the ways of all rules above it
    for number, rule in enumerate(landscape.rules):
        above = higher.setdefault(rule.priority, sayings.before(number))
        for name, values in rule.conclusion.items():
            if fields[name].policy is HitPolicy.FIRST:
                level = sayings.before(number) & ~above & sayings.speaking(name) & ~sayings.saying(name, values[0])
                yield from _against(landscape, number, name, level, above & sayings.speaking(name))


def _against(landscape: Landscape, number: int, name: str, level: int, settling: int) -> Iterator[Finding]:
    rule = landscape.rules[number]
    try:
        near = 0
        for box in landscape.boxes_of(number) if level else ():
            near |= landscape.meeting(box) & level
    except UndecidedError:
        yield undecided(rule, f"会不会与同优先级的规则争「{name}」")
        return
    named = 0
    for other in landscape.rules_of(near):
        try:
            point = _both(landscape, number, other, settling)
        except UndecidedError:
            yield undecided(rule, f"会不会与 {landscape.rules[other].id} 争「{name}」")
            continue
        if point is not None:
            yield _finding(landscape, rule, landscape.rules[other], name, point)
            named += 1
            if named == MOST_NAMED:
                return


def _both(landscape: Landscape, number: int, other: int, settling: int) -> Point | None:
    """A case in which both rules match and nothing of higher priority settles the matter."""
    for box in landscape.boxes_of(number):
        for theirs in landscape.boxes_of(other):
            common = landscape.space.common(box, theirs)
            point = landscape.avoiding(common, settling) if common is not None else None
            if point is not None:
                return point
    return None


def _finding(landscape: Landscape, rule: Rule, other: Rule, name: str, point: Point) -> Finding:
    facts = {compare.fact for one in (rule, other) for compare in comparisons(one.condition)}
    case = landscape.space.case(point, facts)
    differ = f"「{name}」却一个是 {rule.conclusion[name][0]}，一个是 {other.conclusion[name][0]}"
    both = f"规则 {rule.id} 和 {other.id}（{other.place}）优先级都是 {rule.priority}"
    message = f"{both}，会同时命中，{differ}，只凭编号分先后；例如：{case} 时"
    remedy = "请调整其中一条的优先级，或改条件使它们不同时命中"
    return Finding("R072", rule.place, message, remedy, (rule.id, other.id), case, Severity.ERROR)
