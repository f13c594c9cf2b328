"""tongban rules table out and in: the rules as a table for Excel, and a table as a folder of rule files."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from rules import Ruleset, load_texts, render_all
from rules.rewriting import head_file_of, rewrite
from rules.rulebook import HitPolicy, Rulebook, Status
from rules.writing import rule_data
from service.commands.rules.opened import PATH, opened
from service.errors import InputError
from service.rulesets.cells import Sheet, render
from service.rulesets.csv_files import read_csv, write_csv
from service.rulesets.decision_table import RULES, TESTS, TableReading, read_table, table_of
from service.rulesets.guide import GUIDE, guide_of, version_in
from service.rulesets.rows import MOST_ROWS
from service.rulesets.workbook import read_workbook, write_workbook

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group(help="规则 ⇄ 表格：用 Excel 改规则。")
def table() -> None:
    """The group of table commands."""


@table.command("out", help="把规则写成表格 FILE（.xlsx，或 .csv 连同 -测试.csv）；不给 PATH 就取正在用的规则。")
@_FILE
@PATH
def out(file: Path, path: Path | None) -> int:
    """Write the table."""
    suffix = _suffix(file)
    with _ruleset(path) as ruleset:
        if ruleset is None:
            return 1
        rules, tests = table_of(ruleset.rulebook)
        for sheet in (rules, tests):
            if len(sheet.rows) > MOST_ROWS + 1:
                raise InputError(f"「{sheet.name}」有 {len(sheet.rows) - 1} 行，表格最多 {MOST_ROWS} 行")
        if suffix == ".xlsx":
            _write(file, write_workbook((rules, tests), guide_of(ruleset.rulebook), _choices(ruleset.rulebook)))
            written = str(file)
        else:
            _write(file, write_csv(rules))
            _write(_beside(file), write_csv(tests))
            written = f"{file} 和 {_beside(file)}"
        click.echo(f"{ruleset.name}：{len(rules.rows) - 1} 条规则、{len(tests.rows) - 1} 条测试，写在 {written}")
    return 0


@table.command("in", help="把改好的表格 FILE 用到规则集 PATH（缺省是正在用的）上，写进新文件夹；有一处错就什么也不写。")
@_FILE
@PATH
@click.option("--output", required=True, type=click.Path(path_type=Path), help="写到哪个文件夹；要是空的或还没有")
def into(file: Path, path: Path | None, output: Path) -> int:
    """Read the table and write a whole rule set."""
    rules, tests, version = _read_sheets(file)
    if output.exists() and not (output.is_dir() and not any(output.iterdir())):
        raise InputError(f"{output} 已经有内容；请换一个新文件夹")
    with _ruleset(path) as ruleset:
        if ruleset is None:
            return 1
        reading = read_table(rules, tests, ruleset.rulebook, head_file=head_file_of(ruleset.files))
        if version and version != ruleset.version:
            click.echo(f"提醒：这张表是从 {version} 导出的，现在用到 {ruleset.version} 上；这期间别处的改动会被它盖掉")
        for problem in reading.problems:
            click.echo(render(problem))
        if reading.rulebook is None:
            errors = sum(problem.is_error for problem in reading.problems)
            click.echo(f"{errors} 处错误，什么也没有写")
            return 1
        _write_folder(output, _files(ruleset, reading, reading.rulebook))
        click.echo(_what_changed(ruleset.rulebook, reading.rulebook))
        click.echo(f"写在 {output}；接着可以 tongban rules test {output}")
    return 0


def _files(ruleset: Ruleset, reading: TableReading, rulebook: Rulebook) -> dict[str, str]:
    """The files, proved to say what the table says."""
    texts = rewrite(ruleset.files, ruleset.rulebook, rulebook, reading.files)
    again, problems = load_texts(texts, today=ruleset.day)
    if again is None or again.content_hash != rulebook.content_hash:
        raise InputError(f"写出的文件和表格对不上，什么也没有写：{render_all(problems) or '内容不同'}")
    again.close()
    return texts


def _what_changed(before: Rulebook, after: Rulebook) -> str:
    old, new = ({rule.id: rule_data(rule) for rule in rulebook.rules} for rulebook in (before, after))
    groups = {
        "新增": [rule_id for rule_id in new if rule_id not in old],
        "修改": [rule_id for rule_id in new if rule_id in old and new[rule_id] != old[rule_id]],
        "删除": [rule_id for rule_id in old if rule_id not in new],
    }
    said = [f"{word} {len(ids)} 条（{'、'.join(ids)}）" for word, ids in groups.items() if ids]
    return "；".join(said) or "与原来的规则没有差别"


def _read_sheets(file: Path) -> tuple[Sheet, Sheet, str | None]:
    """规则 and 测试, and the version that the table was written from, where it says so."""
    if _suffix(file) == ".csv":
        beside = _beside(file)
        return read_csv(file.name, _read(file)), read_csv(beside.name, _read(beside)), None
    sheets = {name.strip(): sheet for name, sheet in read_workbook(_read(file)).items()}
    for name in (RULES, TESTS):
        if name not in sheets:
            raise InputError(f"{file} 里没有工作表「{name}」，有的是：{'、'.join(sheets)}")
    return sheets[RULES], sheets[TESTS], version_in(sheets[GUIDE]) if GUIDE in sheets else None


def _suffix(file: Path) -> str:
    suffix = file.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise InputError(f"{file} 要以 .xlsx 或 .csv 结尾")
    return suffix


def _beside(file: Path) -> Path:
    """Where the tests are, next to the rules in CSV."""
    return file.with_name(f"{file.stem}-{TESTS}{file.suffix}")


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


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"读不了 {file}：{error.strerror}") from error


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise InputError(f"写不了 {file}：{error.strerror}") from error


def _write_folder(folder: Path, texts: Mapping[str, str]) -> None:
    """All files or none: written aside, then moved into place at once."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
        try:
            for name, text in texts.items():
                (aside / name).write_text(text, encoding="utf-8", newline="\n")
            aside.chmod(0o755)
            if folder.exists():
                folder.rmdir()
            aside.rename(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise InputError(f"写不了 {folder}：{error.strerror}") from error


@contextmanager
def _ruleset(path: Path | None) -> Iterator[Ruleset | None]:
    """The rule set at a path, or the one in use; None when its problems have been printed."""
    with opened(path) as (ruleset, problems):
        if ruleset is None:
            click.echo(render_all(problems))
            click.echo("原来的规则集有错，请先改好")
        yield ruleset
