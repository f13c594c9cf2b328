"""影响预演: stored incidents decided once more, under the rules in force and under a draft; what would change."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from rules import Decision, FactError, ManyCases, MatchedRule, Ruleset
from rules.reference import Values
from rules.rulebook import COLOUR, Rule
from service.intake.model import Recorded
from service.suggestion import ABSTAINED

# So many of a kind are listed; the count is always whole.
MOST_LISTED = 500
# Enough that a comparison pays for all of them, few enough to fit into memory.
AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Changed:
    """One incident that would be decided otherwise. `rules` say which rules made the difference, and how."""

    id: str
    created_at: str
    text: str
    department: tuple[str, str]
    colour: tuple[str, str]
    rules: tuple[str, ...]


@dataclass(slots=True)
class Preview:
    """Counts over all incidents; of the changed ones, the first `MOST_LISTED` of each kind in full.

    Matrices count incidents by (before, after). `unreadable` are those whose facts the draft doesn't know.
    """

    incidents: int = 0
    days: int = 0
    departments: Counter[tuple[str, str]] = field(default_factory=Counter)
    colours: Counter[tuple[str, str]] = field(default_factory=Counter)
    left_red: int = 0
    became_red: int = 0
    changed: int = 0
    left_red_list: list[Changed] = field(default_factory=list)
    changed_list: list[Changed] = field(default_factory=list)
    unreadable: int = 0
    unreadable_reasons: list[str] = field(default_factory=list)

    @property
    def changed_departments(self) -> int:
        """How many would go to another lead department."""
        return sum(count for (before, after), count in self.departments.items() if before != after)

    @property
    def changed_colours(self) -> int:
        """How many would start with another colour."""
        return sum(count for (before, after), count in self.colours.items() if before != after)

    @property
    def weeks(self) -> float:
        """The time that the incidents span, at least one week."""
        return max(1.0, self.days / 7)

    def weekly_load(self) -> list[tuple[str, float, float]]:
        """Department, incidents a week before, and after; the busiest after first."""
        before, after = Counter[str](), Counter[str]()
        for (was, becomes), count in self.departments.items():
            before[was] += count
            after[becomes] += count
        names = sorted(before | after, key=lambda name: (-after[name], -before[name], name))
        return [(name, before[name] / self.weeks, after[name] / self.weeks) for name in names]


def preview(records: Iterable[Recorded], *, before: Ruleset, after: Ruleset) -> Preview:
    """Decide every record under both rule sets, so many at a time."""
    result = Preview()
    decide_before, decide_after = ManyCases(before).decide, ManyCases(after).decide
    first = last = ""
    same = before.facts == after.facts
    for some in _portions(records):
        first = min(first or some[0].created_at, *(record.created_at for record in some))
        last = max(last, *(record.created_at for record in some))
        result.incidents += len(some)
        readable = [read for record in some if (read := _read(result, record, before, after, same=same))]
        old = decide_before([values for _, values, _ in readable])
        new = decide_after([values for _, _, values in readable])
        for (record, _, _), was, becomes in zip(readable, old, new, strict=True):
            _count(result, record, was, becomes, before, after)
    if first:
        result.days = (datetime.fromisoformat(last) - datetime.fromisoformat(first)).days + 1
    return result


def _portions(records: Iterable[Recorded]) -> Iterator[list[Recorded]]:
    remaining = iter(records)
    while some := list(islice(remaining, AT_ONCE)):
        yield some


def _read(
    result: Preview, record: Recorded, before: Ruleset, after: Ruleset, *, same: bool
) -> tuple[Recorded, Values, Values] | None:
    """The record with its facts for either rule set; None, and told of, where they don't fit."""
    try:
        was = before.complete(_known_to(before, record.facts))
        return record, was, was if same else after.complete(_known_to(after, record.facts))
    except FactError as error:
        result.unreadable += 1
        if len(result.unreadable_reasons) < MOST_LISTED and str(error) not in result.unreadable_reasons:
            result.unreadable_reasons.append(str(error))
        return None


def _known_to(ruleset: Ruleset, facts: Mapping[str, object]) -> Mapping[str, object]:
    """A fact that a version does not have (any more) means nothing to it."""
    declared = ruleset.facts
    return facts if facts.keys() <= declared.keys() else {name: facts[name] for name in facts if name in declared}


def _count(
    result: Preview, record: Recorded, was: Decision, becomes: Decision, before: Ruleset, after: Ruleset
) -> None:
    department = (_receiver(record, was), _receiver(record, becomes))
    colour = (was.colour, becomes.colour)
    result.departments[department] += 1
    result.colours[colour] += 1
    left_red = was.colour == before.colours[0] and becomes.colour != after.colours[0]
    result.left_red += left_red
    result.became_red += was.colour != before.colours[0] and becomes.colour == after.colours[0]
    if department[0] == department[1] and colour[0] == colour[1]:
        return
    result.changed += 1
    if len(result.changed_list) < MOST_LISTED or (left_red and len(result.left_red_list) < MOST_LISTED):
        responsible = _no_longer_red(was, becomes, before, after) if left_red else _difference(was, becomes)
        one = Changed(record.id, record.created_at, record.text, department, colour, tuple(responsible))
        if left_red and len(result.left_red_list) < MOST_LISTED:
            result.left_red_list.append(one)
        if len(result.changed_list) < MOST_LISTED:
            result.changed_list.append(one)


def _receiver(record: Recorded, decision: Decision) -> str:
    # No rule routes what was too doubtful to route by.
    return ABSTAINED if record.department == ABSTAINED else decision.department


def _no_longer_red(was: Decision, becomes: Decision, before: Ruleset, after: Ruleset) -> list[str]:
    """Each rule that made it red, and what has become of it."""
    red, rules_after = before.colours[0], {rule.id: rule for rule in after.rules}
    in_force, matched = {rule.id for rule in after.deciding}, {hit.id for hit in becomes.matched}
    said_red = {rule.id for rule in before.deciding if red in rule.conclusion.get(COLOUR, ())}
    return [
        f"{hit.id} {hit.title}：{_fate(rules_after.get(hit.id), hit.id in in_force, hit.id in matched)}"
        for hit in was.matched
        if hit.id in said_red
    ] or [f"缺省的预警颜色原来是{red}"]


def _fate(rule: Rule | None, in_force: bool, matched: bool) -> str:
    if rule is None:
        return "已删除"
    if not in_force:
        return f"不再参与决定（{rule.status}，或不在有效期内）"
    return "仍然命中，但结论不再是这个颜色" if matched else "条件不再满足"


def _difference(was: Decision, becomes: Decision) -> list[str]:
    """The rules that match on one side only; where none does, those that match on both say something else."""
    old, new = {hit.id: hit for hit in was.matched}, {hit.id: hit for hit in becomes.matched}
    lines = [f"{_named(hit)}：不再命中" for hit in was.matched if hit.id not in new]
    lines += [f"{_named(hit)}：新命中" for hit in becomes.matched if hit.id not in old]
    return lines or ["命中的规则没有变，变的是它们的结论、优先级，或缺省值"]


def _named(hit: MatchedRule) -> str:
    return f"{hit.id} {hit.title}"
