"""R070: conditions that can never hold, with the comparisons that exclude each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rules.analysis.finding import Finding, undecided
from rules.analysis.space import Box, Piece, Space
from rules.analysis.ways import Literal, Way, ways_of
from rules.analysis.words import UndecidedError
from rules.problem import Severity
from rules.rulebook import COLOUR, Rule


def boxes_of(space: Space, rule: Rule) -> list[Box]:
    """The ways in which a rule's condition can hold, whatever the day. Raises UndecidedError."""
    boxes = (space.box(pieces_of_way(space, way)) for way in ways_of(rule.condition))
    return [box for box in boxes if box is not None]


def find_contradictions(space: Space, rules: Sequence[Rule], heaviest: str) -> Iterator[Finding]:
    for rule in rules:
        try:
            if not boxes_of(space, rule):
                yield _contradiction(space, rule, heaviest)
        except UndecidedError:
            yield undecided(rule, "的条件能不能成立")


def _contradiction(space: Space, rule: Rule, heaviest: str) -> Finding:
    ways = ways_of(rule.condition)
    core = smallest_contradiction(space, ways[0])
    clash = " 与 ".join(map(str, core))
    clash = f"{clash} 不能同时成立" if len(core) > 1 else f"{clash} 没有一个值合得上"
    many = f"{len(ways)} 种成立方式都自相矛盾，如 " if len(ways) > 1 else ""
    grave = f"，它的「{heaviest}」永远不起作用" if heaviest in rule.conclusion.get(COLOUR, ()) else ""
    return Finding(
        "R070",
        core[0].compare.place,
        f"规则 {rule.id} 的条件永远不会成立{grave}：{many}{clash}",
        "请改其中一项；本意是两者有一个就行的，请写在「任一」里",
        (rule.id,),
        severity=Severity.ERROR,
    )


def smallest_contradiction(space: Space, way: Way) -> Way:
    """Literals of which none can be left out without the rest becoming possible."""
    core = list(way)
    for literal in way:
        without = [other for other in core if other is not literal]
        if space.box(pieces_of_way(space, without)) is None:
            core = without
    return tuple(core)


def pieces_of_way(space: Space, way: Iterable[Literal]) -> Iterator[Piece]:
    """What one way asks of a case."""
    for literal in way:
        yield from space.pieces(literal.compare, holds=literal.holds)
