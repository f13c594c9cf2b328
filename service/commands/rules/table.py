"""tongban rules table out and in: the rules as a table for Excel, and a table as a folder of rule files."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from rules import Ruleset, differences, render_all
from rules.rewriting import head_file_of
from service.commands.rules.opened import PATH, opened
from service.errors import InputError
from service.rulesets.cells import render
from service.rulesets.csv_files import read_csv
from service.rulesets.decision_table import RULES, TESTS, read_table
from service.rulesets.table_files import (
    Table,
    csv_of,
    rewritten,
    said_of,
    said_of_age,
    table_in_workbook,
    workbook_of,
)

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
        rulebook = ruleset.rulebook
        if suffix == ".xlsx":
            _write(file, workbook_of(rulebook))
            written = str(file)
        else:
            sheets = csv_of(rulebook)
            _write(file, sheets[RULES])
            _write(_beside(file), sheets[TESTS])
            written = f"{file} 和 {_beside(file)}"
        tests = sum(len(rule.tests) for rule in rulebook.rules)
        click.echo(f"{ruleset.name}：{len(rulebook.rules)} 条规则、{tests} 条测试，写在 {written}")
    return 0


@table.command("in", help="把改好的表格 FILE 用到规则集 PATH（缺省是正在用的）上，写进新文件夹；有一处错就什么也不写。")
@_FILE
@PATH
@click.option("--output", required=True, type=click.Path(path_type=Path), help="写到哪个文件夹；要是空的或还没有")
def into(file: Path, path: Path | None, output: Path) -> int:
    """Read the table and write a whole rule set."""
    given = _read_table(file)
    if output.exists() and not (output.is_dir() and not any(output.iterdir())):
        raise InputError(f"{output} 已经有内容；请换一个新文件夹")
    with _ruleset(path) as ruleset:
        if ruleset is None:
            return 1
        before = ruleset.rulebook
        reading = read_table(given.rules, given.tests, before, head_file=head_file_of(ruleset.files))
        if aged := said_of_age(given, ruleset.version):
            click.echo(f"提醒：{aged}")
        for problem in reading.problems:
            click.echo(render(problem))
        if reading.rulebook is None:
            errors = sum(problem.is_error for problem in reading.problems)
            click.echo(f"{errors} 处错误，什么也没有写")
            return 1
        _write_folder(output, rewritten(ruleset.files, before, reading, reading.rulebook))
        click.echo(said_of(differences(before, reading.rulebook)))
        click.echo(f"写在 {output}；接着可以 tongban rules test {output}")
    return 0


def _read_table(file: Path) -> Table:
    if _suffix(file) == ".xlsx":
        return table_in_workbook(str(file), _read(file))
    beside = _beside(file)
    return Table(read_csv(file.name, _read(file)), read_csv(beside.name, _read(beside)))


def _suffix(file: Path) -> str:
    suffix = file.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise InputError(f"{file} 要以 .xlsx 或 .csv 结尾")
    return suffix


def _beside(file: Path) -> Path:
    """Where the tests are, next to the rules in CSV."""
    return file.with_name(f"{file.stem}-{TESTS}{file.suffix}")


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
