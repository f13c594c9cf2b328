"""The changes of a re-scoring → an .xlsx file with every row that moved; nothing in it is ever a formula."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill

from rules import Ruleset
from rules.rulebook import Rule
from service.rescoring import change_words as words
from service.rescoring.change import Changes, Tally
from service.rescoring.change_tables import Matrix, colour_names, matrix, months, most_changed
from service.rescoring.moved import Moved, MovedRows
from service.rulesets.cells import letters

_MOST_ROWS = 1_048_576  # of a sheet, the heading among them
_LONGEST_TEXT = 32_767
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_RISKY = ("=", "+", "-", "@", "\t")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")

_KINDS = ("研判", "颜色改变", "部门改变")
_MOVED = ("行", "编号", "单位", "时间", "原先颜色", "现在颜色", "原先部门", "现在部门", "原先类型", "现在类型",
          "原先风险", "现在风险", "风险信号", "命中规则", "提示", "描述")  # fmt: skip
_MOVED_WIDTHS = (8, 20, 18, 20, 10, 10, 16, 16, 12, 12, 10, 10, 24, 48, 32, 60)

Value = str | int


def write_workbook(changes: Changes, ruleset: Ruleset, facts: Mapping[str, str], title: str, path: Path) -> None:
    """Write the file anew. Raises OSError where that can't be done."""
    book = Workbook(write_only=True)
    red = changes.heaviest
    rules = {rule.id: rule for rule in ruleset.rules}
    kinds = (*_KINDS, f"升为{red}", f"离开{red}")
    _sheet(book, "概要", ("项目", "内容"), (24, 100), _overview(changes, facts, title))
    _matrix(book, "颜色", matrix(changes.colour_matrix, colour_names(changes)))
    _matrix(book, "部门", matrix(changes.department_matrix, ruleset.departments))
    _sheet(book, "类型", ("纠纷类型（现在判的）", *kinds), (24,), _tallies(most_changed(changes.by_type)))
    _sheet(book, "单位", ("单位", *kinds), (24,), _tallies(most_changed(changes.by_unit)))
    names = colour_names(changes)
    by_month = ("月份", *kinds, *(f"原先{name}" for name in names), *(f"现在{name}" for name in names))
    _sheet(book, "月份", by_month, (12,), _by_month(changes))
    _sheet(book, f"升为{red}", _MOVED, _MOVED_WIDTHS, (_moved(one, rules) for one in changes.rose))
    _sheet(book, f"离开{red}", (*_MOVED, "为何较轻"), (*_MOVED_WIDTHS, 60), _left(changes.left, ruleset, rules))
    book.save(path)


def _overview(changes: Changes, facts: Mapping[str, str], title: str) -> Iterable[Sequence[Value]]:
    total, red = changes.total, changes.heaviest
    if title:
        yield "对象", title
    yield from (("行数", changes.rows), ("研判", total.rows), ("没能研判", changes.unreadable.total()))
    yield f"没能研判、原先是{red}", changes.unreadable_heaviest
    yield "原先没有决定", changes.without_decision
    yield from ((f"升为{red}", total.rose), (f"离开{red}", total.left))
    yield from (("颜色改变", total.colour), ("部门改变", total.department))
    yield from (("研判所用", one) for one in words.made_by(changes))
    yield from (("用了哪些事实", one) for one in words.facts_used(facts))
    yield from (("请注意", one) for one in words.beware(changes))
    yield from ((f"没能研判：{reason}", count) for reason, count in changes.unreadable.most_common())
    yield from ((f"读不懂的颜色写法：{wording}", count) for wording, count in changes.wordings.most_common())


def _matrix(book: Workbook, name: str, table: Matrix) -> None:
    rows: list[Sequence[Value]] = [
        (before, *(table.cells.get((before, now), 0) for now in table.now), table.of_before(before))
        for before in table.before
    ]
    rows.append(("合计", *map(table.of_now, table.now), table.total))
    _sheet(book, name, ("原先 ＼ 现在", *table.now, "合计"), (18,), rows)


def _tallies(rows: Iterable[tuple[str, Tally]]) -> Iterable[Sequence[Value]]:
    return ((name, t.rows, t.colour, t.department, t.rose, t.left) for name, t in rows)


def _by_month(changes: Changes) -> Iterable[Sequence[Value]]:
    names = colour_names(changes)
    for (month, *counts), _ in zip(_tallies(months(changes)), changes.by_month, strict=True):
        before = [changes.months_before[str(month), name] for name in names]
        yield (month, *counts, *before, *(changes.months_now[str(month), name] for name in names))


def _moved(one: Moved, rules: Mapping[str, Rule]) -> tuple[Value, ...]:
    pairs = (*one.colour, *one.department, *one.dispute_type, *one.level)
    matched = "\n".join(words.matched(one, rules))
    return (one.row, one.number, one.unit, one.time, *pairs, "、".join(one.signals), matched, one.advice, one.text)


def _left(rows: MovedRows, ruleset: Ruleset, rules: Mapping[str, Rule]) -> Iterable[Sequence[Value]]:
    for one in rows:
        yield (*_moved(one, rules), "\n".join(words.for_lower(one, ruleset, rules)))


def _sheet(
    book: Workbook, name: str, heading: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Value]]
) -> None:
    """A sheet; what does not fit on it goes on in “name 2” and so on."""
    name = _NOT_IN_NAMES.sub("", name)[:25]
    sheet, written, sheets = _begin(book, name, heading, widths), 1, 1
    for row in rows:
        if written == _MOST_ROWS:
            sheets += 1
            sheet, written = _begin(book, f"{name} {sheets}", heading, widths), 1
        sheet.append([_cell(sheet, value) for value in row])
        written += 1


def _begin(book: Workbook, name: str, heading: Sequence[str], widths: Sequence[int]) -> Any:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "B2"
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[letters(number)].width = width
    sheet.append([_cell(sheet, text, heading=True) for text in heading])
    return sheet


def _cell(sheet: Any, value: Value, *, heading: bool = False) -> Any:
    """A number, or a text that stays one: what looks like a formula isn't, and doesn't become one by being edited."""
    if isinstance(value, int):
        return WriteOnlyCell(sheet, value)
    text = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)[:_LONGEST_TEXT]
    cell = WriteOnlyCell(sheet)
    cell.value = _ESCAPED.sub(lambda escaped: f"_x005F{escaped[0]}", text)
    cell.data_type = "s"
    if heading:
        cell.font, cell.fill = _BOLD, _PALE
    cell.alignment = _WRAPPED
    cell.quotePrefix = text.startswith(_RISKY)
    return cell


_BOLD, _PALE = Font(bold=True), PatternFill("solid", fgColor="DDEBF7")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
