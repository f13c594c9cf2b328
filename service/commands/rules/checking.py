"""tongban rules check and test: what is wrong with a rule set, and whether its own tests pass."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from rules import Problem, Ruleset, analyse, render_all, run_tests
from service.commands.rules.opened import JSON, PATH, opened

_FAILED = 1


@click.command(help="检查规则集的写法和规则之间的矛盾、遮盖、缺漏；不给 PATH 就检查正在用的。有错误时以状态 1 结束。")
@PATH
@JSON
def check(path: Path | None, as_json: bool) -> int:
    """Print every problem of the files, and, where they can be read, those of their logic."""
    with opened(path) as (ruleset, problems):
        problems = [*problems, *(analyse(ruleset) if ruleset else ())]
        return _report(ruleset, problems, as_json, f"{len(ruleset.rules)} 条规则，没有错误" if ruleset else "")


@click.command(help="运行规则里自带的测试；不给 PATH 就测正在用的。有错误或测试不通过时以状态 1 结束。")
@PATH
@JSON
def test(path: Path | None, as_json: bool) -> int:
    """Run the tests that stand inside the rules."""
    with opened(path) as (ruleset, problems):
        summary = ""
        if ruleset:
            report = run_tests(ruleset)
            problems = [*problems, *report.problems]
            passed = sum(result.passed for result in report.results)
            summary = f"{len(report.results)} 个测试，{passed} 个通过"
        return _report(ruleset, problems, as_json, summary)


def _report(ruleset: Ruleset | None, problems: Sequence[Problem], as_json: bool, summary: str) -> int:
    failed = ruleset is None or any(problem.is_error for problem in problems)
    if as_json:
        found: list[dict[str, Any]] = [asdict(problem) for problem in problems]
        click.echo(json.dumps({"ok": not failed, "problems": found}, ensure_ascii=False, indent=1))
        return _FAILED if failed else 0
    print_problems(problems)
    if summary and ruleset:
        click.echo(f"{ruleset.name}：{summary}")
    return _FAILED if failed else 0


def print_problems(problems: Sequence[Problem]) -> None:
    """Every problem with its source line; where some are errors, how many."""
    if problems:
        click.echo(render_all(problems))
    errors = sum(problem.is_error for problem in problems)
    if errors:
        click.echo(f"{errors} 处错误" + (f"，{len(problems) - errors} 处提醒" if len(problems) > errors else ""))
