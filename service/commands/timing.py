"""tongban timing: whether a time-limit file can be used, and what it means for a case of today."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from service import clock
from service.commands import read_settings
from service.commands.rules.checking import print_problems
from service.commands.rules.opened import JSON, opened
from service.timing.calendar import reminder
from service.timing.policy import Policy
from service.timing.reading import Names, load_policy

_FAILED = 1


@click.group(help="时限：三种颜色各多久之内签收、反馈、复核、办结，过了告诉谁。")
def timing() -> None:
    """The group of commands about time limits."""


@timing.command(
    help="检查时限文件，并核对正在用的规则集里的颜色和纠纷类型；不给 FILE 就检查正在用的。有错误时以状态 1 结束。"
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@JSON
def check(file: Path | None, as_json: bool) -> int:
    """Print every problem; where there is none, what becomes of a case of each colour that is transferred now."""
    now = clock.now()
    with opened(None) as (ruleset, _):
        names = Names(ruleset.colours, ruleset.dispute_types) if ruleset else None
    policy, problems = load_policy(file or read_settings().warning_file, names)
    reminders = list(filter(None, (reminder(now.date()), "" if names else _UNCHECKED)))
    if as_json:
        found = {"ok": policy is not None, "problems": list(map(asdict, problems)), "reminders": reminders}
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return 0 if policy else _FAILED
    print_problems(problems)
    for line in reminders:
        click.echo(f"提醒：{line}", err=True)
    if policy is None:
        return _FAILED
    click.echo(f"{policy.name}：没有错误。如果现在流转、现在签收：")
    for line in _examples(policy, now):
        click.echo(line)
    return 0


_UNCHECKED = "正在用的规则集有错，没有核对颜色和纠纷类型；请先运行 tongban rules check"


def _examples(policy: Policy, now: datetime) -> Iterator[str]:
    for colour in policy.colours:
        level = policy.level(colour)
        due = policy.accepted(colour, "", now)
        steps = "，".join(f"{f'{step.after}后' if step.after.count else '即'}告知{step.tells}" for step in level.steps)
        yield (
            f"{colour}（{level.owner}）：{_moment(policy.transferred(colour, now))} 前签收，"
            f"{f'{due.report_by} 反馈' if due.report_by else '有进展时反馈'}，{due.review_by} 复核，"
            f"{_moment(due.finish_by)} 前办结；逾期{steps}"
        )
    for dispute_type, norm in policy.norms.items():
        yield f"{dispute_type}：{norm.term}办结，依据 {norm.source}"


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "不限"
