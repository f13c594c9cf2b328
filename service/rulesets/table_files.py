"""Rules come in and the files of their table go out, .xlsx or two .csv; such files come in and rule files go out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rules import Change, render_all
from rules.difference import Action
from rules.problem import enumerate_some
from rules.rewriting import rewrite
from rules.rulebook import HitPolicy, Rulebook, Status
from rules.schema import read_rulebook
from service.errors import InputError
from service.rulesets.cells import Sheet
from service.rulesets.csv_files import read_csv, write_csv
from service.rulesets.decision_table import RULES, TESTS, TableReading, table_of
from service.rulesets.guide import GUIDE, guide_of, version_in
from service.rulesets.rows import MOST_ROWS
from service.rulesets.workbook import read_workbook, write_workbook


@dataclass(frozen=True, slots=True)
class Table:
    """The two sheets as they were read; `exported_from` is the version that an untouched 说明 names."""

    rules: Sheet
    tests: Sheet
    exported_from: str | None = None


def workbook_of(rulebook: Rulebook) -> bytes:
    """One .xlsx with 规则, 测试 and 说明. Raises InputError for what no table can hold."""
    return write_workbook(_sheets(rulebook), guide_of(rulebook), _choices(rulebook))


def csv_of(rulebook: Rulebook) -> dict[str, bytes]:
    """The .csv of 规则 and that of 测试, by those names. Raises InputError for what no table can hold."""
    return {sheet.name: write_csv(sheet) for sheet in _sheets(rulebook)}


def table_in_workbook(name: str, content: bytes) -> Table:
    """Raises InputError where the file is no workbook, or lacks a sheet."""
    sheets = {title.strip(): sheet for title, sheet in read_workbook(content).items()}
    for title in (RULES, TESTS):
        if title not in sheets:
            raise InputError(f"{name} 里没有工作表「{title}」，有的是：{'、'.join(sheets)}")
    return Table(sheets[RULES], sheets[TESTS], version_in(sheets[GUIDE]) if GUIDE in sheets else None)


def table_in(files: Sequence[tuple[str, bytes]]) -> Table:
    """The table in one workbook or in two .csv, each a name and its content; raises InputError."""
    if len(files) == 1 and not _is_csv(files[0][0]):
        return table_in_workbook(*files[0])
    if len(files) == 2 and all(_is_csv(name) for name, _ in files):
        tests, rules = sorted((read_csv(*file) for file in files), key=_lists_tests, reverse=True)
        if _lists_tests(tests) and not _lists_tests(rules):
            return Table(rules, tests)
    raise InputError("请选一个 .xlsx，或同时选规则和测试两个 .csv（测试的那个有「规则编号」一列）")


def rewritten(files: Mapping[str, str], before: Rulebook, reading: TableReading, after: Rulebook) -> dict[str, str]:
    """The rule files with what the table changed, proved to say what it says; `after` is what `reading` gave."""
    texts = rewrite(files, before, after, reading.files)
    again, problems = read_rulebook(texts)
    if again is None or again.content_hash != after.content_hash:
        raise InputError(f"写出的文件和表格对不上，什么也没有写：{render_all(problems) or '内容不同'}")
    return texts


def said_of(changes: Iterable[Change]) -> str:
    """How many rules a table adds, changes and removes, and which."""
    ids: dict[Action, list[str]] = {Action.ADDED: [], Action.CHANGED: [], Action.REMOVED: []}
    for change in changes:
        ids[change.action].append(change.name)
    said = [f"{action} {len(names)} 条（{enumerate_some(names)}）" for action, names in ids.items() if names]
    return "；".join(said) or "与原来的规则没有差别"


def said_of_age(table: Table, now: str) -> str:
    """A warning where the table was written from another version than the one it is applied to; else nothing."""
    if table.exported_from in (None, now):
        return ""
    return f"这张表是从 {table.exported_from} 导出的，现在用到 {now} 上；这期间别处的改动会被它盖掉"


def _is_csv(name: str) -> bool:
    return name.lower().endswith(".csv")


def _lists_tests(sheet: Sheet) -> bool:
    return any(cell.text.strip() == "规则编号" for row in sheet.rows[:1] for cell in row)


def _sheets(rulebook: Rulebook) -> tuple[Sheet, Sheet]:
    sheets = table_of(rulebook)
    for sheet in sheets:
        if len(sheet.rows) > MOST_ROWS + 1:
            raise InputError(f"「{sheet.name}」有 {len(sheet.rows) - 1} 行，表格最多 {MOST_ROWS} 行")
    return sheets


def _choices(rulebook: Rulebook) -> Mapping[str, Sequence[str]]:
    """What drop-downs offer, by column."""
    single = {
        name: field.values
        for name, field in rulebook.fields.items()
        if field.values and field.policy != HitPolicy.UNION
    }
    return {"状态": tuple(Status), "底线": ("是", "否")} | {
        f"{prefix}：{name}": values for name, values in single.items() for prefix in ("结论", "期望")
    }
