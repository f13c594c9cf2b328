"""tongban train and tongban evaluate: make a model, and hold one against labelled texts."""

import json
from pathlib import Path
from typing import Any

import click

from classifier.evaluation import evaluate as evaluate_model
from classifier.examples import ExampleError, parse_examples
from service.commands import progress, read_settings
from service.errors import InputError
from service.startup import open_model, train_model


@click.command(help="用自带样本重新训练模型，存入数据文件夹。")
def train() -> None:
    """Train and store."""
    model = train_model(read_settings(), progress.show)
    click.echo(f"模型 {model.fingerprint} 已存好。{model.tokenizer_note}")


@click.command(help="用带标注的 JSONL 文件检验现有模型。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出全部数字（JSON）")
def evaluate(file: Path, as_json: bool) -> None:
    """Print figures for one file."""
    try:
        examples = parse_examples(file.read_text(encoding="utf-8").splitlines(), file.name)
    except OSError as error:
        raise InputError(f"读不了 {file}：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} 不是 UTF-8 编码") from error
    except ExampleError as error:
        raise InputError(str(error)) from error
    report = evaluate_model(open_model(read_settings(), progress.show), examples)
    click.echo(json.dumps(report, ensure_ascii=False, indent=1) if as_json else _text(report))


def _text(report: dict[str, Any]) -> str:
    kinds = report["dispute"]
    lines = [
        f"模型 {report['model']}，{report['rows']} 条",
        f"纠纷类型　准确率 {_share(kinds['accuracy'])}，计入可接受的第二类 {_share(kinds['accuracy_with_also'])}，"
        f"前三 {_share(kinds['top3_with_also'])}，校准误差 {kinds['calibration_error']:.3f}",
        f"　　　　　不弃权 {_share(kinds['coverage'])}，其中准确率 {_share(kinds['accuracy_with_also_when_decided'])}",
    ]
    if risk := report.get("risk"):
        lines.append(
            f"再发风险　准确率 {_share(risk['accuracy'])}，“高”的校准误差 {risk['calibration_error_high']:.3f}"
        )
    for title, classes in (("纠纷类型", kinds["classes"]), ("再发风险", (risk or {}).get("classes", []))):
        if classes:
            lines.append(f"\n{title}　　　条数　判为　精确率　召回率　F1")
        lines += [
            f"{c['name']:　<6}{c['support']:>5}{c['predicted']:>6}"
            f"{_share(c['precision']):>8}{_share(c['recall']):>8}{_share(c['f1']):>8}"
            for c in classes
        ]
    return "\n".join(lines)


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"
