"""R076 departments that nobody is sent to, R077 dispute types for which no rule names a receiver."""

from __future__ import annotations

from collections.abc import Iterator

from rules.analysis.finding import Finding, undecided
from rules.analysis.head import Head
from rules.analysis.landscape import Landscape
from rules.analysis.sayings import Sayings
from rules.analysis.space import DAY
from rules.analysis.words import UndecidedError
from rules.rulebook import CO_DEPARTMENTS, DEPARTMENT, DISPUTE_TYPE, HitPolicy, Rulebook
from rules.vocabulary import Choice


def find_unused_departments(
    landscape: Landscape, sayings: Sayings, rulebook: Rulebook, head: Head
) -> Iterator[Finding]:
    """Departments that no decision can name, neither as 接收部门 nor to help. The default is none of them."""
    field = rulebook.fields[DEPARTMENT]
    helping = [
        name
        for name, other in rulebook.fields.items()
        if other.policy is HitPolicy.UNION and (other.same_as == DEPARTMENT or name == CO_DEPARTMENTS)
    ]
    for department in field.values or ():
        if department == field.default or any(sayings.saying(name, department) for name in helping):
            continue
        leading = landscape.rules_of(sayings.saying(DEPARTMENT, department))
        try:
            if any(_leads(landscape, sayings, number) for number in leading):
                continue
        except UndecidedError:
            yield undecided(landscape.rules[leading[0]], f"给出的{DEPARTMENT}「{department}」有没有用到的时候")
            continue
        ids = tuple(landscape.rules[number].id for number in leading)
        why = f"（{'、'.join(ids)} 给出它，但总由别的规则先定）" if ids else ""
        message = f"{DEPARTMENT}「{department}」没有一件警情会转到{why}"
        remedy = "请补一条转给它的规则，或从取值里删掉"
        yield Finding("R076", head.place_of("决策", DEPARTMENT, department), message, remedy, ids)


def _leads(landscape: Landscape, sayings: Sayings, number: int) -> bool:
    """Whether there is a case in which this rule decides who receives."""
    against = sayings.speaking(DEPARTMENT) & sayings.before(number)
    return any(landscape.avoiding(box, against) is not None for box in landscape.boxes_of(number))


def find_uncovered_types(landscape: Landscape, sayings: Sayings, rulebook: Rulebook, head: Head) -> Iterator[Finding]:
    """Types of which a case goes to the default, since no rule that asks for the type names a receiver."""
    fact = rulebook.facts.get(DISPUTE_TYPE)
    space, speaking = landscape.space, sayings.speaking(DEPARTMENT)
    for number, kind in enumerate(fact.values if isinstance(fact, Choice) else ()):
        place = head.place_of("事实", DISPUTE_TYPE, kind)
        try:
            days = _days_without(landscape, speaking, 1 << number)
            point = landscape.avoiding({DISPUTE_TYPE: 1 << number, DAY: days}, speaking) if days else None
        except UndecidedError:
            message = f"{DISPUTE_TYPE}「{kind}」会不会落到缺省的{DEPARTMENT}，牵涉的情形太多，没有算清"
            yield Finding("R078", place, message, f"请为它写一条给出{DEPARTMENT}的规则")
            continue
        if point is not None:
            case = space.case(point, (DISPUTE_TYPE,))
            default = rulebook.fields[DEPARTMENT].default
            message = f"没有一条规则专为{DISPUTE_TYPE}「{kind}」给出{DEPARTMENT}；例如：{case} 时只能用缺省 {default}"
            remedy = f"请补一条「条件: {{{DISPUTE_TYPE}: {kind}}}」的规则；本来就归缺省的，可以不管"
            yield Finding("R077", place, message, remedy, case=case)


def _days_without(landscape: Landscape, speaking: int, kind: int) -> int:
    """The days on which none of these ways asks for this dispute type, alone or among a few."""
    days = landscape.space.full[DAY]
    for number in landscape.rules_of(speaking & landscape.meeting({DISPUTE_TYPE: kind})):
        for box in landscape.boxes_of(number):
            kinds, covered = box.get(DISPUTE_TYPE, 0), box.get(DAY, landscape.space.full[DAY])
            if isinstance(kinds, int) and isinstance(covered, int) and kinds & kind:
                days &= ~covered
    return days
