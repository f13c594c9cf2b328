"""tongban data: check the labelled rows, review what people chose, watch how what comes in drifts."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from classifier.data_check import Finding, check_rows, distribution
from classifier.examples import Example
from service import clock
from service.commands import at_terminal, progress, read_settings
from service.commands.files import read_examples, read_text
from service.errors import InputError
from service.learning import reviewed
from service.learning.actions import to_review, weekly_drift
from service.learning.model import Candidate, Week, review_problem
from service.startup import open_database, open_model, training_rows

_FAILED = 1
_RISKS = click.Choice(["低", "中", "高"])
_SHIFTED, _UNQUIET = 0.25, 0.1


@click.group(help="训练样本：检查、从使用中审阅、看偏移。")
def data() -> None:
    """The group of data commands."""


_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON")


@data.command(help="检查训练样本：近似重复、标注冲突、样本太少、套话；给 FILE 就检查那些文件。有问题时以状态 1 结束。")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--against", multiple=True, type=click.Path(path_type=Path), help="检验文件：样本不许与它近似；可多次")
@_JSON
def check(files: tuple[Path, ...], against: tuple[Path, ...], as_json: bool) -> int:
    """Print what is wrong with the rows as a set, and their distribution."""
    rows = [row for file in files for row in read_examples(file)] or training_rows(read_settings())
    held_out = {file.name: read_texts(file) for file in against}
    findings, spread = check_rows(rows, held_out), distribution(rows)
    if as_json:
        click.echo(json.dumps({"findings": list(map(asdict, findings)), "distribution": spread}, ensure_ascii=False))
    else:
        click.echo(_report(findings, spread, held_out))
    return _FAILED if findings else 0


@data.command(help="逐条审阅人办理过的警情，存成本所的训练样本：最没把握、最不相同的在前。下次训练时用上。")
@click.option("--limit", default=20, show_default="20", help="最多几条")
@click.option("--person", help="审阅人")
@_JSON
def review(limit: int, person: str | None, as_json: bool) -> None:
    """Ask a person for the label of each candidate, and keep it."""
    settings = read_settings()
    model, database = open_model(settings, progress.show), open_database(settings)
    try:
        waiting = to_review(database, at_terminal(), model, training_rows(settings), limit)
    finally:
        database.close()
    if as_json:
        click.echo(json.dumps([asdict(one) for one in waiting], ensure_ascii=False))
        return
    if not waiting:
        click.echo("没有待审阅的：有人办理过、又还没审阅的警情才会列出来。")
        return
    reviewer = (person or click.prompt("审阅人")).strip()
    if not reviewer:
        raise InputError("请写明审阅人")
    kept = 0
    for number, one in enumerate(waiting, start=1):
        click.echo(
            f"\n── {number}/{len(waiting)} ──\n{one.text}\n系统建议 {one.suggested_type}，人定为 {one.chosen_type}"
        )
        if (row := _ask(one, model.dispute.labels)) is None:
            continue
        reviewed.append(settings.reviewed_rows, row | {"reviewed_by": reviewer, "reviewed_at": clock.now().isoformat()})
        kept += 1
    click.echo(f"\n存了 {kept} 条到 {settings.reviewed_rows}；运行 tongban train 即用上。")


@data.command(help="按周看来的警情和给的答案与训练样本差多远。")
@click.option("--weeks", default=8, show_default="8", help="最近几周")
@_JSON
def drift(weeks: int, as_json: bool) -> None:
    """Print a line a week."""
    settings = read_settings()
    model, database, rows = open_model(settings, progress.show), open_database(settings), training_rows(settings)
    try:
        found = weekly_drift(database, at_terminal(), model, rows, weeks)
    finally:
        database.close()
    click.echo(json.dumps([asdict(week) for week in found], ensure_ascii=False) if as_json else _weeks(found))


def read_texts(file: Path) -> list[Example]:
    """A held-out file, whose rows need no label."""
    lines = [line for line in read_text(file).splitlines() if line.strip()]
    try:
        return [Example(str(json.loads(line)["text"]), "") for line in lines]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise InputError(f"{file.name} 的每一行应是带 text 的 JSON") from error


def _ask(one: Candidate, types: tuple[str, ...]) -> dict[str, Any] | None:
    """The label of one text; None where the person skips it."""
    while True:
        kind = click.prompt("纠纷类型(回车照人定的，s 跳过)", default=one.chosen_type)
        if kind == "s":
            return None
        also = click.prompt("可接受的第二类型(回车没有)", default="", show_default=False) or None
        risk = click.prompt("再发风险", type=_RISKS, default=one.risk)
        row = {"text": one.text, "dispute_type": kind, "also": also, "risk": risk, "suggestion": one.id}
        if (problem := review_problem(row, types)) is None:
            return row
        click.echo(f"{problem}，请重填。可选：{'、'.join(types)}")


def _report(findings: list[Finding], spread: dict[str, Any], held_out: dict[str, Any]) -> str:
    lines = [f"{spread['rows']} 条，{spread['grouped_rows']} 条属于 {spread['groups']} 组最小对照"]
    lines += [f"{name:　<6}{_counts(counts)}" for name, counts in spread["types"].items()]
    lines += ["口气"] + [f"{name:　<6}{_counts(counts)}" for name, counts in spread["voices"].items()]
    size = spread["lengths"]
    lines.append(f"长短　最短 {size['shortest']}，中位 {size['median']}，最长 {size['longest']}")
    lines.append(f"有不成立信号的 {spread['not_standing']} 条；有第二类型的 {spread['also']} 条")
    lines.append(f"开头套路相同的占 {spread['shared_skeletons']:.1%}")
    if twice := spread["agreement"]:
        lines.append(
            f"两遍标注 {twice['rows']} 条：类型一致 {twice['types']:.3f}(kappa {twice['types_kappa']:.3f})，"
            f"计入第二类 {twice['types_with_also']:.3f}，风险一致 {twice['risk']:.3f}(kappa {twice['risk_kappa']:.3f})"
        )
    lines += [f"与 {name} 逐条比过，{len(rows)} 条" for name, rows in held_out.items()]
    lines += [f"问题　{finding.kind}：{finding.message}" for finding in findings] or ["没有发现问题"]
    return "\n".join(lines)


def _counts(counts: dict[str, int]) -> str:
    return f"{sum(counts.values()):>6}　" + "　".join(f"{level} {counts.get(level, 0)}" for level in ("低", "中", "高"))


def _weeks(found: list[Week]) -> str:
    if not found:
        return "还没有研判记录"
    lines = ["周　　　　条数　生字词　平均把握　弃权　类型偏移　风险偏移　办理　改判"]
    for week in found:
        overruled = "—" if week.overruled is None else f"{week.overruled:.1%}"
        lines.append(
            f"{week.week}{week.count:>6}{week.unseen:>8.1%}{week.sureness:>8.2f}{week.abstained:>8.1%}"
            f"{week.type_shift:>8.2f}{_mark(week.type_shift)}{week.risk_shift:>8.2f}{_mark(week.risk_shift)}"
            f"{week.decided:>6}{overruled:>8}"
        )
    return "\n".join([*lines, "偏移：与训练样本相比的稳定度指数，0.1 以下平稳，0.25 以上(▲)明显不同"])


def _mark(shift: float) -> str:
    return "▲" if shift > _SHIFTED else "△" if shift > _UNQUIET else "　"
