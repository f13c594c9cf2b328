"""tongban train, evaluate and compare: make a model, hold one against labelled texts, hold two against each other."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from classifier.comparison import ComparisonError
from classifier.comparison import compare as compare_reports
from classifier.evaluation import evaluate as evaluate_model
from classifier.model_card import cross_validated
from classifier.training import train_and_check
from service import evaluation_page
from service.commands import progress, read_settings
from service.commands.files import read_examples, read_json, write_text
from service.errors import InputError
from service.startup import open_model, train_model, training_rows


@click.command(help="用自带样本和已审阅的样本重新训练模型，连同说明卡存入数据文件夹。")
def train() -> None:
    """Train and store."""
    settings = read_settings()
    model = train_model(settings, progress.show)
    click.echo(f"模型 {model.fingerprint} 已存好，说明卡 {settings.model_card}。{model.tokenizer_note}")


@click.command(help="用带标注的 JSONL 文件检验现有模型；不给文件，就在训练样本上做五折交叉检验。")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="输出全部数字（JSON）")
@click.option("--html", type=click.Path(path_type=Path), help="把带图的报告写成一个网页文件")
def evaluate(file: Path | None, as_json: bool, html: Path | None) -> None:
    """Print figures for one file, or those of cross-validation."""
    settings = read_settings()
    if file is None:
        name = "训练样本，五折交叉检验"
        report = cross_validated(train_and_check(progress.show, training_rows(settings)))
    else:
        name, examples = file.name, read_examples(file)
        report = evaluate_model(open_model(settings, progress.show), examples)
    if html:
        write_text(html, evaluation_page.page(report, name))
    click.echo(json.dumps(report, ensure_ascii=False, indent=1) if as_json else _text(report))


@click.command(help="比较两份检验结果（tongban evaluate 文件 --json 的输出）：谁变了，差别是不是偶然。")
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出全部数字（JSON）")
def compare(before: Path, after: Path, as_json: bool) -> None:
    """Print what changed between two evaluations of one file."""
    try:
        result = compare_reports(read_json(before), read_json(after))
    except ComparisonError as error:
        raise InputError(str(error)) from error
    click.echo(json.dumps(result, ensure_ascii=False, indent=1) if as_json else _differences(result))


def _text(report: Mapping[str, Any]) -> str:
    kinds, risk = report["dispute"], report.get("risk")
    lines = [
        f"模型 {report['model']}，{report['rows']} 条（括号里是 95% 区间）",
        f"纠纷类型　准确率 {_with_interval(kinds, 'accuracy')}，"
        f"计入可接受的第二类 {_with_interval(kinds, 'accuracy_with_also')}，"
        f"前三 {_share(kinds['top3_with_also'])}，校准误差 {kinds['calibration_error']:.3f}",
        f"　　　　　不弃权 {_share(kinds['coverage'])}，其中准确率 {_share(kinds['accuracy_with_also_when_decided'])}",
    ]
    if risk:
        lines.append(
            f"再发风险　准确率 {_with_interval(risk, 'accuracy')}，“高”的校准误差 {risk['calibration_error_high']:.3f}"
        )
        if pairs := risk["pairs"]:
            lines.append(f"　　　　　最小对照 {pairs['pairs']} 对，次序对的 {pairs['in_order']} 对")
    for title, classes in (("纠纷类型", kinds["classes"]), ("再发风险", risk["classes"] if risk else [])):
        if classes:
            lines.append(f"\n{title}　　　条数　判为　精确率　召回率　召回率 95% 区间　F1")
        lines += [
            f"{c['name']:　<6}{c['support']:>5}{c['predicted']:>6}"
            f"{_share(c['precision']):>8}{_share(c['recall']):>8}"
            f"   {_interval(c['recall_interval']):<13}{_share(c['f1']):>8}"
            for c in classes
        ]
    if signals := report.get("signals"):
        lines.append("\n风险信号　两人都说成立　找到　精确率　召回率　召回率 95% 区间")
    lines += [
        f"{c['name']:　<6}{c['agreed']:>8}{c['found']:>8}{_share(c['precision']):>8}{_share(c['recall']):>8}"
        f"   {_interval(c['recall_interval'])}"
        for c in signals or ()
    ]
    return "\n".join(lines)


def _differences(result: Mapping[str, Any]) -> str:
    lines = [f"{result['before']} → {result['after']}，{result['rows']} 条，{len(result['changed'])} 条的答案变了"]
    for key, title in (("dispute", "类型（计入第二类）"), ("dispute_strict", "类型（严格）"), ("risk", "再发风险")):
        if part := result[key]:
            low, high = part["difference_interval"]
            moved = f"{part['before']:.3f} → {part['after']:.3f}，改对 {part['mended']} 条，改错 {part['broken']} 条"
            lines.append(f"{title}　{moved}，McNemar p={part['p_value']:.3f}，差值 95% 区间 {low:+.3f}–{high:+.3f}")
    lines += [
        f"{c['id']}　标注 {c['label']}　{'/'.join(c['before'])} → {'/'.join(c['after'])}" for c in result["changed"]
    ]
    return "\n".join(lines)


def _with_interval(figures: Mapping[str, Any], name: str) -> str:
    return f"{_share(figures[name])}（{_interval(figures[f'{name}_interval'])}）"


def _interval(interval: tuple[float, float] | None) -> str:
    return "—" if interval is None else f"{interval[0]:.3f}–{interval[1]:.3f}"


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"
