"""R073 no rule gives the heaviest colour, R074 one that did has expired, R075 a floor expires and nothing takes over.

Within its dates nothing undercuts a floor: 预警颜色 is always 取最重, so whatever else matches can only add weight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.analysis.contradiction import boxes_of
from rules.analysis.finding import Finding, undecided
from rules.analysis.head import Head
from rules.analysis.landscape import Landscape
from rules.analysis.sayings import Sayings
from rules.analysis.space import DAY, Box, Point
from rules.analysis.words import UndecidedError
from rules.decision import conclude
from rules.problem import Severity
from rules.rulebook import COLOUR, Rule, Rulebook, comparisons


def find_missing_heaviest(landscape: Landscape, sayings: Sayings, rulebook: Rulebook, head: Head) -> Iterator[Finding]:
    """An error where no rule in force today can give the heaviest colour, a reminder where none will some day."""
    field = rulebook.fields[COLOUR]
    heaviest = (field.values or ())[0]
    if field.default == heaviest:
        return
    space = landscape.space
    missing = space.full[DAY]
    for number in landscape.rules_of(sayings.saying(COLOUR, heaviest)):
        for box in landscape.boxes_of(number):
            missing &= ~_classes(box, space.full[DAY])
    if not missing:
        return
    case = space.case(space.point({DAY: missing}), ())
    when = "" if missing == space.full[DAY] else "今天" if case.day == case.today else f"{case.day} 这一天"
    message = f"{when}没有一条规则能给出最重的{COLOUR}「{heaviest}」，再危险的警情也到不了"
    remedy = f"请写一条结论为「{COLOUR}: {heaviest}」的规则，并核对各条的状态和生效、失效日期"
    severity = Severity.ERROR if case.day == case.today else Severity.WARNING
    place = head.place_of("决策", COLOUR, heaviest)
    yield Finding("R073", place, message, remedy, case=case, severity=severity)


def find_expired(
    landscape: Landscape, sayings: Sayings, rulebook: Rulebook, rules: Sequence[Rule]
) -> Iterator[Finding]:
    """Of rules with 状态 启用: floors that leave a gap when they end, and other heaviest colours that have ended."""
    heaviest = (rulebook.fields[COLOUR].values or ())[0]
    for rule in rules:
        ended = rule.expires is not None and rule.expires < landscape.space.days[0]
        try:
            point = _undercut(landscape, sayings, rulebook, rule) if rule.floor and rule.expires else None
        except UndecidedError:
            yield undecided(rule, "失效以后底线守不守得住")
            continue
        if point is not None:
            yield _gap(landscape, rulebook, rule, point)
        elif ended and heaviest in rule.conclusion.get(COLOUR, ()):
            message = f"规则 {rule.id} 给出最重的{COLOUR}「{heaviest}」，但已在 {rule.expires} 失效"
            remedy = "仍然需要的，请改失效日期；不再需要的，请改为停用"
            yield Finding("R074", rule.place, message, remedy, (rule.id,))


def _undercut(landscape: Landscape, sayings: Sayings, rulebook: Rulebook, rule: Rule) -> Point | None:
    """A case of a floor, on a day after it has ended, whose colour is then lighter."""
    space, field = landscape.space, rulebook.fields[COLOUR]
    colour, values = rule.conclusion[COLOUR][0], field.values or ()
    after = sum(1 << number for number, day in enumerate(space.days) if rule.expires and day > rule.expires)
    lighter: Sequence[Box] = ({},)
    if field.default in values[: values.index(colour) + 1]:
        # The default is as heavy, so somebody must say a lighter colour.
        speaking = sayings.speaking(COLOUR) & ~sayings.as_heavy(COLOUR, colour)
        lighter = [box for number in landscape.rules_of(speaking) for box in landscape.boxes_of(number)]
    for box in boxes_of(space, rule):
        later = space.within(box, (DAY, after))
        for other in lighter if later is not None else ():
            common = space.common(later or {}, other)
            point = landscape.avoiding(common, sayings.as_heavy(COLOUR, colour)) if common is not None else None
            if point is not None:
                return point
    return None


def _gap(landscape: Landscape, rulebook: Rulebook, rule: Rule, point: Point) -> Finding:
    colour = rule.conclusion[COLOUR][0]
    case = landscape.space.case(point, {compare.fact for compare in comparisons(rule.condition)})
    matched = [landscape.rules[number] for number in landscape.rules_of(landscape.matching(point))]
    left = conclude(rulebook.fields, matched)[COLOUR][0]
    message = f"底线规则 {rule.id} 在 {rule.expires} 失效，此后没有别的规则守住「{colour}」；例如：{case} 时只有 {left}"
    remedy = "请改失效日期，或写好接替它的规则，两条的日期接上"
    return Finding("R075", rule.place, message, remedy, (rule.id,), case)


def _classes(box: Box, everything: int) -> int:
    days = box.get(DAY, everything)
    return days if isinstance(days, int) else everything
