"""tongban rescore: every row of a file, or of all files of a folder, scored by today's model and rules."""

import sys
import time
from collections.abc import Collection, Mapping
from pathlib import Path

import click

from rules import Ruleset
from service import clock
from service.commands import progress, read_settings
from service.errors import InputError
from service.rescoring.change_report import write_report
from service.rescoring.columns import known_facts
from service.rescoring.comparing import carries_decisions, changes_in
from service.rescoring.headings import guess_columns
from service.rescoring.job import Basis, Columns, Job, Outcome, Progress
from service.rescoring.run import rescore as run
from service.rescoring.runners import Runner
from service.rescoring.tables import files_in, old_workbooks_in, open_table
from service.rescoring.work_folder import begun_on
from service.startup import open_intake

_SOME_UNREAD, _INTERRUPTED = 1, 130
_MOST_SAMPLED = 5


@click.command(
    help="重新研判：INPUT 是 xlsx、csv、tsv、jsonl、parquet 文件，或装着它们的文件夹；每一行后面加上研判的各列。"
    "中断了再运行一次就接着做。行里带着原来的部门或颜色时，另写一份变化报告。"
)
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.option("--output", "-o", "target", required=True, type=click.Path(path_type=Path), help="输出，与输入同一格式")
@click.option("--workers", type=click.IntRange(1, 64), default=1, help="同时研判的进程数，默认 1")
@click.option(
    "--engine", type=click.Choice(["processes", "dask"]), default="processes", help="dask 可用几台机器，要另装"
)
@click.option("--scheduler", metavar="地址", help="Dask 调度器，如 tcp://10.0.0.5:8786；不写就用本机的几个进程")
@click.option("--text-column", "text", metavar="列", help="警情描述在哪一列；不写就按列名找")
@click.option("--fact-column", "facts", multiple=True, metavar="名称=列", help="已知的事实在哪一列；可多次")
@click.option("--yes", "-y", is_flag=True, help="不问，直接开始")
@click.option("--restart", is_flag=True, help="丢掉没有做完的另一次研判，重新开始")
def rescore(
    source: Path,
    target: Path,
    workers: int,
    engine: str,
    scheduler: str | None,
    text: str | None,
    facts: tuple[str, ...],
    yes: bool,
    restart: bool,
) -> int:
    """Exit status 0, or 1 if some rows could not be read, 130 if interrupted."""
    runner = _runner(engine, scheduler, workers)
    settings = read_settings()
    desk = open_intake(settings, clock.now().date(), progress.show, upgrade=False)
    begun = None if restart else begun_on(target)
    ruleset = desk.ruleset.as_of(begun) if begun else desk.ruleset
    try:
        basis = Basis.of(settings.model_file, settings.model_key, desk.model, ruleset)
        columns = _columns(source, known_facts(ruleset, desk.model), text, _named(facts))
        job = Job(source, target, columns, basis)
    finally:
        ruleset.close()
        desk.database.close()
    _confirm(job.columns, source, yes)
    try:
        outcome = run(job, workers=workers, report=_Shown(), restart=restart, runner=runner)
    except KeyboardInterrupt:
        click.echo("\n停下了；做好的部分还在，再运行同一条命令就接着做", err=True)
        return _INTERRUPTED
    if carries_decisions(job.columns):
        _compare(job, ruleset)
    return _told(outcome)


def _runner(engine: str, scheduler: str | None, workers: int) -> Runner | None:
    """Dask where it is asked for; else what fits the number of workers."""
    if engine == "dask":
        from service.rescoring.cluster import Cluster  # an extra that most do not install

        return Cluster(scheduler, workers)
    if scheduler:
        raise InputError("--scheduler 要与 --engine dask 一起用")
    return None


def _columns(source: Path, known: Collection[str], text: str | None, facts: Mapping[str, str]) -> Columns:
    tables = [open_table(path) for path in files_in(source)]
    names = list(dict.fromkeys(name for table in tables for name in table.names))
    sample = [row for table in tables[:_MOST_SAMPLED] for row in table.sample()]
    return guess_columns(names, sample, known, text=text, facts=facts)


def _named(facts: tuple[str, ...]) -> dict[str, str]:
    named = {}
    for one in facts:
        fact, sign, column = one.replace("＝", "=", 1).partition("=")
        if not sign:
            raise InputError(f"--fact-column 要写成 名称=列，实际是“{one}”")
        named[fact.strip()] = column.strip()
    return named


def _confirm(columns: Columns, source: Path, yes: bool) -> None:
    """Show what was found, and have it confirmed where somebody can answer."""
    for path in old_workbooks_in(source):
        click.echo(f"注意：{path} 的格式读不了，没有算在内；请另存为 .xlsx", err=True)
    click.echo(_said(columns), err=True)
    if not yes and sys.stdin is not None and sys.stdin.isatty():
        click.confirm("这样对吗？", default=columns.by_name, abort=True, err=True)
    elif not columns.by_name:
        raise InputError(f"拿不准警情描述是不是「{columns.text}」这一列；请写明：--text-column {columns.text}")


def _said(columns: Columns) -> str:
    lines = [f"警情描述　{columns.text}" + ("" if columns.by_name else "（按内容猜的，汉字最多）")]
    lines += [f"事实　　　{fact} ← {column}" for fact, column in columns.facts.items()]
    lines += [f"原来的　　{name} ← {column}" for name, column in columns.before.items()]
    others = {"辖区单位": columns.unit, "报警时间": columns.time, "编号": columns.number}
    return "\n".join([*lines, *(f"{name:　<5}{column}" for name, column in others.items() if column)])


def _compare(job: Job, ruleset: Ruleset) -> None:
    """Write the report of changes beside the output."""
    changes = changes_in(job, ruleset.colours, _Shown())
    beside = job.target.with_name(f"{job.target.name}.变化报告")
    page, workbook = write_report(changes, beside, ruleset, facts=job.columns.facts, title=job.source.name)
    total, red = changes.total, changes.heaviest
    told = f"升为{red} {total.rose:,} 行，离开{red} {total.left:,} 行，部门不同 {total.department:,} 行"
    click.echo(told, err=True)
    click.echo(f"变化报告在 {page} 和 {workbook.name}", err=True)


def _told(outcome: Outcome) -> int:
    click.echo(f"{outcome.rows:,} 行已研判，结果在 {outcome.target}", err=True)
    if not outcome.unread:
        return 0
    click.echo(f"其中 {outcome.unread:,} 行没有研判成，原因写在“错误”一列：", err=True)
    for reason in outcome.reasons:
        click.echo(f"  {reason}", err=True)
    if outcome.unread > len(outcome.reasons):
        click.echo("  ……", err=True)
    return _SOME_UNREAD


class _Shown:
    """Shows progress: often where somebody watches, else a line every few seconds."""

    def __init__(self) -> None:
        self._pause = 0.2 if sys.stderr.isatty() else 5.0
        self._stage, self._since, self._shown = "", 0.0, 0.0
        self._from_rows, self._from_share = 0, 0.0

    def __call__(self, now: Progress) -> None:
        moment = time.monotonic()
        if now.stage != self._stage:
            self._stage, self._since, self._shown = now.stage, moment, 0.0
            self._from_rows, self._from_share = now.rows, now.share
        if now.share < 1 and moment - self._shown < self._pause:
            return
        self._shown = moment
        progress.show(now.share, f"{now.stage} {now.rows:,} 行{self._speed(now, moment - self._since)}")

    def _speed(self, now: Progress, seconds: float) -> str:
        rows, share = now.rows - self._from_rows, now.share - self._from_share
        if rows <= 0 or share <= 0 or seconds <= 0:
            return ""
        left = round(seconds * (1 - now.share) / share)
        return f"，每秒 {rows / seconds:,.0f} 行，还要 {left // 60} 分 {left % 60:02} 秒"
