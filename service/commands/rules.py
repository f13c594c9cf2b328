"""tongban rules …: check, test, compare and explain rule sets, each with a status that a script can use."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from rules import Problem, Ruleset, analyse, differences, json_schema, load, render_all, run_tests, text_difference
from service import clock
from service.commands import explanation, progress, read_settings
from service.commands.difference import change_lines
from service.commands.known_facts import FACTS, known_facts
from service.errors import InputError
from service.startup import check_labels, open_model, rules_folder
from service.suggestion import suggest

_FAILED = 1
_DIFFERENT = 1


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


@contextmanager
def _usable(path: Path | None) -> Iterator[Ruleset]:
    """A rule set without errors; raises InputError with every problem of it."""
    with _loaded(path) as (ruleset, problems):
        if ruleset is None:
            raise InputError(f"规则集有错：\n{render_all(problems)}")
        yield ruleset


@rules.command(help="两个规则集说的有什么不同。说的一样以状态 0 结束，不同以状态 1。")
@click.argument("before", metavar="旧", type=click.Path(path_type=Path))
@click.argument("after", metavar="新", type=click.Path(path_type=Path))
@click.option("--text", "as_text", is_flag=True, help="逐行比较文件，不比较意思")
@_JSON
def diff(before: Path, after: Path, as_text: bool, as_json: bool) -> int:
    """Print what the later rule set says otherwise."""
    with _usable(before) as old, _usable(after) as new:
        changes = differences(old.rulebook, new.rulebook)
        text = text_difference(old.files, new.files)
    if as_json:
        said = {"before": old.version, "after": new.version, "changes": [asdict(change) for change in changes]}
        click.echo(json.dumps(said | ({"text": text} if as_text else {}), ensure_ascii=False, indent=1))
    else:
        click.echo(text if as_text else "\n".join(change_lines(changes)))
    return _DIFFERENT if (text if as_text else changes) else 0


@rules.command(help="逐条说明规则为什么命中、为什么没有，以及每项决定出自哪条规则。给了 --text 才用到模型。")
@_PATH
@FACTS
@click.option("--text", help="警情描述：事实由系统从里面判读，不足的用 --fact 补")
@_JSON
def explain(path: Path | None, facts: tuple[str, ...], text: str | None, as_json: bool) -> int:
    """Print the decision for one case and the trace of every rule in force."""
    with _usable(path) as ruleset:
        known = known_facts(ruleset.facts, facts)
        case = explanation.explain(ruleset, known) if text is None else _read(text, known, ruleset)
        if as_json:
            click.echo(json.dumps(explanation.as_dict(case), ensure_ascii=False, indent=1))
        else:
            click.echo("\n".join(explanation.lines(case)))
    return 0


def _read(text: str, known: Mapping[str, Any], ruleset: Ruleset) -> explanation.Explanation:
    """The case that the model reads in the text."""
    model = open_model(read_settings(), progress.show)
    check_labels(model, ruleset)
    suggestion = suggest(text, known, model=model, ruleset=ruleset)
    return explanation.Explanation(
        ruleset, suggestion.facts, suggestion.decision, suggestion.traces, suggestion.assessment.abstained
    )


@rules.command(help="输出规则文件的 JSON Schema，给编辑器用：按 PATH 的头里的事实和决策来补全、标错。")
@_PATH
def schema(path: Path | None) -> None:
    """Print the schema of the rule set's files."""
    with _usable(path) as ruleset:
        click.echo(json.dumps(json_schema(ruleset.rulebook), ensure_ascii=False, indent=1))
