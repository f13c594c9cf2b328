"""Changes between two rule sets, as lines for a terminal: one block a change, - for before and + for after."""

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence

from rules.difference import Action, Change, Detail, Kind


def change_lines(changes: Sequence[Change]) -> Iterator[str]:
    """Every change, and at the end how many there are."""
    if not changes:
        yield "两个规则集说的一样（文件、次序和排版不算）"
        return
    for change in changes:
        title = f"（{change.title}）" if change.title else ""
        yield f"{change.kind} {change.name}{title} {change.action}"
        if change.action is not Action.REMOVED:
            for detail in change.details:
                yield from _detail_lines(detail)
    counted = Counter((change.kind, change.action) for change in changes)
    yield "共：" + "，".join(f"{kind}{action} {n} 处" for (kind, action), n in sorted(counted.items(), key=_order))


def _detail_lines(detail: Detail) -> Iterator[str]:
    if len(detail.before) <= 1 and len(detail.after) <= 1:
        old, new = (" ".join(lines) or "（无）" for lines in (detail.before, detail.after))
        yield f"  {detail.key}：{old} → {new}" if detail.before else f"  {detail.key}：{new}"
        return
    yield f"  {detail.key}："
    for line in difflib.ndiff(detail.before, detail.after):
        if not line.startswith("?"):
            yield f"    {line}"


def _order(counted: tuple[tuple[Kind, Action], int]) -> tuple[int, int]:
    (kind, action), _ = counted
    return list(Kind).index(kind), list(Action).index(action)
