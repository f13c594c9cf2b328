"""A rule set comes in; what is wrong between its rules goes out: logic that no reader of one rule can see.

Every finding is true, and shown by a case where a case can show it. Where deciding would take too long, that is said.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from itertools import chain

from rules.analysis.case import Case
from rules.analysis.colours import find_expired, find_missing_heaviest
from rules.analysis.conflicts import find_conflicts
from rules.analysis.contradiction import boxes_of, find_contradictions, pieces_of_way
from rules.analysis.coverage import find_uncovered_types, find_unused_departments
from rules.analysis.finding import Finding
from rules.analysis.head import Head
from rules.analysis.landscape import Landscape
from rules.analysis.sayings import Sayings
from rules.analysis.shadowing import Shadowing
from rules.analysis.space import Box, Space
from rules.analysis.ways import ways_of
from rules.analysis.words import UndecidedError
from rules.document import with_excerpts
from rules.problem import Problem
from rules.rulebook import COLOUR, Rule, Rulebook, Status
from rules.ruleset import Ruleset
from rules.selftest import run_tests

__all__ = ["Case", "Finding", "analyse", "findings"]


def analyse(ruleset: Ruleset) -> list[Problem]:
    """Everything wrong between the rules from the rule set's day on, and the rules that no test covers."""
    found = [finding.problem for finding in findings(ruleset.rulebook, ruleset.day, ruleset.files)]
    uncovered = [problem for problem in run_tests(ruleset).problems if problem.code == "R061"]
    shown = [*with_excerpts(found, ruleset.files), *uncovered]
    return sorted(shown, key=lambda problem: (problem.file, problem.line, problem.column, problem.code))


def findings(rulebook: Rulebook, today: datetime.date, files: Mapping[str, str] | None = None) -> list[Finding]:
    """What the logic of the rules shows. Retired rules are left out; rules on trial can only contradict themselves."""
    rules = [rule for rule in rulebook.rules if rule.status is not Status.RETIRED]
    active = [rule for rule in rules if rule.status is Status.ACTIVE]
    space = Space(rulebook.facts, rules, today)
    landscape = Landscape(space, [(rule, boxes) for rule in active if (boxes := _boxes(space, rule))])
    sayings = Sayings(landscape, rulebook.fields)
    head = Head(files or {})
    unexpired = [rule for rule in rules if rule.expires is None or rule.expires >= today]
    return list(
        chain(
            find_contradictions(space, unexpired, (rulebook.fields[COLOUR].values or ("",))[0]),
            Shadowing(landscape, sayings, rulebook.fields).find(),
            find_conflicts(landscape, sayings, rulebook.fields),
            find_missing_heaviest(landscape, sayings, rulebook, head),
            find_expired(landscape, sayings, rulebook, active),
            find_unused_departments(landscape, sayings, rulebook, head),
            find_uncovered_types(landscape, sayings, rulebook, head),
        )
    )


def _boxes(space: Space, rule: Rule) -> Sequence[Box]:
    """The ways of a rule on the days on which it is in force; none where it has expired.

    A way of which nobody can tell whether it is possible is kept: whoever asks about it meets the doubt again.
    """
    in_force = space.in_force(rule)
    try:
        boxes = [space.within(box, in_force) for box in boxes_of(space, rule)]
    except UndecidedError:
        asked = (pieces_of_way(space, way) for way in ways_of(rule.condition))
        boxes = [space.unchecked_box([*pieces, in_force]) for pieces in asked]
    return [box for box in boxes if box is not None]
