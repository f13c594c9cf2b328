"""What a rule set would change in the incidents on record, as lines for a terminal."""

from collections.abc import Iterator, Mapping

from service import clock
from service.rulesets.preview import Preview

_LISTED, _LONGEST = 50, 60


def effect_lines(seen: Preview) -> Iterator[str]:
    """Counts, both matrices, the weekly load, and each incident that would leave the heaviest colour."""
    yield (
        f"存档的警情 {seen.incidents} 件，会不同 {seen.changed} 件：换接收部门 {seen.changed_departments} 件，"
        f"换颜色 {seen.changed_colours} 件；离开红色 {seen.left_red} 件，变成红色 {seen.became_red} 件"
    )
    if seen.unreadable:
        yield f"有 {seen.unreadable} 件的事实新规则不认得，没有算进去：{'；'.join(seen.unreadable_reasons)}"
    yield from _matrix_lines("预警颜色", seen.colours)
    yield from _matrix_lines("接收部门", seen.departments)
    if load := seen.weekly_load():
        yield "每周件数，现在 → 以后"
        yield from (f"  {name}　{before:.1f} → {after:.1f}" for name, before, after in load)
    if seen.left_red:
        yield f"离开红色的 {seen.left_red} 件" + (f"，列出前 {_LISTED} 件" if seen.left_red > _LISTED else "")
    for one in seen.left_red_list[:_LISTED]:
        text = " ".join(one.text.split())
        shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"
        yield f"  {clock.local(one.created_at)}　{one.colour[0]} → {one.colour[1]}　{shown}（{one.id}）"
        yield from (f"    {rule}" for rule in one.rules)


def _matrix_lines(title: str, counts: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """What changes one by one; what stays is one number."""
    if not counts:
        return
    yield f"{title}，现在 → 以后"
    yield from (
        f"  {was} → {becomes}　{count} 件" for (was, becomes), count in sorted(counts.items()) if was != becomes
    )
    yield f"  不变　{sum(count for (was, becomes), count in counts.items() if was == becomes)} 件"
