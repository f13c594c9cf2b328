"""tongban rules check and test: every problem at its line and column, and a status that a script can use."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from rules import Problem, Ruleset, analyse, load, render_all, run_tests
from service import clock
from service.commands import read_settings
from service.startup import rules_folder

_FAILED = 1


@click.group(help="规则集的检查与自测。")
def rules() -> None:
    """The group of rule commands."""


_PATH = click.argument("path", required=False, type=click.Path(path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON")


@rules.command(help="检查规则集的写法和规则之间的矛盾、遮盖、缺漏；不给 PATH 就检查正在用的。有错误时以状态 1 结束。")
@_PATH
@_JSON
def check(path: Path | None, as_json: bool) -> int:
    """Print every problem of the files, and, where they can be read, those of their logic."""
    with _loaded(path) as (ruleset, problems):
        problems = [*problems, *(analyse(ruleset) if ruleset else ())]
        return _report(ruleset, problems, as_json, f"{len(ruleset.rules)} 条规则，没有错误" if ruleset else "")


@rules.command(help="运行规则里自带的测试；不给 PATH 就测正在用的。有错误或测试不通过时以状态 1 结束。")
@_PATH
@_JSON
def test(path: Path | None, as_json: bool) -> int:
    """Run the tests that stand inside the rules."""
    with _loaded(path) as (ruleset, problems):
        summary = ""
        if ruleset:
            report = run_tests(ruleset)
            problems = [*problems, *report.problems]
            passed = sum(result.passed for result in report.results)
            summary = f"{len(report.results)} 个测试，{passed} 个通过"
        return _report(ruleset, problems, as_json, summary)


@contextmanager
def _loaded(path: Path | None) -> Iterator[tuple[Ruleset | None, list[Problem]]]:
    today = clock.now().date()
    if path is not None:
        ruleset, problems = load(path, today=today)
    else:
        with rules_folder(read_settings()) as folder:
            ruleset, problems = load(folder, today=today)
    try:
        yield ruleset, problems
    finally:
        if ruleset:
            ruleset.close()


def _report(ruleset: Ruleset | None, problems: Sequence[Problem], as_json: bool, summary: str) -> int:
    failed = ruleset is None or any(problem.is_error for problem in problems)
    if as_json:
        found: list[dict[str, Any]] = [asdict(problem) for problem in problems]
        click.echo(json.dumps({"ok": not failed, "problems": found}, ensure_ascii=False, indent=1))
        return _FAILED if failed else 0
    if problems:
        click.echo(render_all(problems))
    errors = sum(problem.is_error for problem in problems)
    if errors:
        click.echo(f"{errors} 处错误" + (f"，{len(problems) - errors} 处提醒" if len(problems) > errors else ""))
    if summary and ruleset:
        click.echo(f"{ruleset.name}：{summary}")
    return _FAILED if failed else 0
