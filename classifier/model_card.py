"""A trained model → its card in Markdown: what it is for, what it learned from, how good it is, where it fails."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from classifier.assessment import TypeProbability
from classifier.data_check import distribution
from classifier.evaluation import Answer, figures
from classifier.fingerprint import versions
from classifier.signal_report import signal_figures
from classifier.training import Trained


def cross_validated(trained: Trained) -> dict[str, Any]:
    """The figures that the folds gave: every row answered by a model that had not seen it nor its group."""
    labels, model = trained.model.dispute.labels, trained.model
    answers = []
    for chances, risk, silent in zip(trained.probabilities, trained.risks, trained.silent, strict=True):
        order = (-chances).argsort(kind="stable")
        kinds = tuple(TypeProbability(labels[i], float(chances[i])) for i in order)
        answers.append(Answer(kinds, silent or model.dispute.abstains(kinds[0]), risk))
    report = figures(model.fingerprint, trained.rows, answers)
    return report | {"signals": signal_figures(model.signals.names, trained.rows, trained.signals)}


def model_card(trained: Trained) -> str:
    """The card. Every figure in it was measured by the training that made the model."""
    report, data = cross_validated(trained), distribution(trained.rows)
    return (
        "\n".join(
            [*_head(trained, data), *_figures(report), *_types(trained, report), *_signals(report), *_limits(report)]
        )
        + "\n"
    )


def _head(trained: Trained, data: Mapping[str, Any]) -> list[str]:
    model = trained.model
    voices = "、".join(f"{name} {sum(counts.values())}" for name, counts in data["voices"].items())
    made_with = "、".join(f"{name} {number}" for name, number in versions().items())
    return [
        f"# 模型 {model.fingerprint}",
        "",
        "读一段中文警情描述，给出纠纷类型、再发风险、风险信号和理由。只作建议，由人决定；不用于处罚、征信或给人打分。",
        "性别、民族、籍贯、村名在判读之前抹去，不作为依据。",
        "",
        "## 从什么学来",
        "",
        f"{data['rows']} 条专门写成并标注的样本（{voices}），长短 {data['lengths']['shortest']}–"
        f"{data['lengths']['longest']} 字，中位 {data['lengths']['median']} 字。它们是写出来的，不是真实警情。",
        "",
        f"- 类型：三个线性模型之和，{len(model.vectorizer.vocabulary)} 个特征(词、字、字对、概念)"
        f"和 {len(model.dispute.signals)} 种风险信号。",
        "- 风险：两个支持向量机从词和信号看够不够中、够不够高，再与最险的一句合成概率；有一处成立的严重信号就是高。",
        f"- {model.tokenizer_note}。用 {made_with} 训练。",
        "",
    ]


def _figures(report: Mapping[str, Any]) -> list[str]:
    kinds, risk = report["dispute"], report["risk"]
    lines = [
        "## 有多准（五折交叉检验，同一件事的几种写法在同一折）",
        "",
        f"- 纠纷类型 {_interval(kinds['accuracy'], kinds['accuracy_interval'])}，"
        f"计入可接受的第二类 {_interval(kinds['accuracy_with_also'], kinds['accuracy_with_also_interval'])}，"
        f"前三 {kinds['top3_with_also']:.3f}，校准误差 {kinds['calibration_error']:.3f}",
        f"- 不弃权 {kinds['coverage']:.3f}，其中准确 {kinds['accuracy_with_also_when_decided']:.3f}",
        f"- 再发风险 {_interval(risk['accuracy'], risk['accuracy_interval'])}，"
        f"“高”的校准误差 {risk['calibration_error_high']:.3f}",
    ]
    if pairs := risk["pairs"]:
        lines.append(f"- 最小对照 {pairs['pairs']} 对，次序对的 {pairs['in_order']} 对")
    lines += ["", "| 再发风险 | 条数 | 精确率 | 召回率（95% 区间） |", "|---|---|---|---|"]
    lines += [
        f"| {c['name']} | {c['support']} | {_share(c['precision'])} | {_interval(c['recall'], c['recall_interval'])} |"
        for c in risk["classes"]
    ]
    return [*lines, ""]


def _signals(report: Mapping[str, Any]) -> list[str]:
    return [
        "| 风险信号 | 两人都说成立 | 精确率 | 召回率（95% 区间） |",
        "|---|---|---|---|",
        *(
            f"| {c['name']} | {c['agreed']} | {_share(c['precision'])} | "
            f"{_interval(c['recall'], c['recall_interval'])} |"
            for c in report["signals"]
        ),
        "",
        "信号由词表找出，不是学来的；词表的编者看过其中多数样本，这些数字偏好。",
        "",
    ]


def _types(trained: Trained, report: Mapping[str, Any]) -> list[str]:
    thresholds = dict(zip(trained.model.dispute.labels, trained.model.dispute.thresholds.tolist(), strict=True))
    return [
        "| 纠纷类型 | 条数 | 精确率 | 召回率（95% 区间） | 低于此把握转人工 |",
        "|---|---|---|---|---|",
        *(
            f"| {c['name']} | {c['support']} | {_share(c['precision'])} | "
            f"{_interval(c['recall'], c['recall_interval'])} | {thresholds[c['name']]:.2f} |"
            for c in report["dispute"]["classes"]
        ),
        "",
    ]


def _limits(report: Mapping[str, Any]) -> list[str]:
    mistaken = Counter(
        {(label, given): count
         for label, row in report["dispute"]["confusion"].items()
         for given, count in row.items() if label != given}
    )  # fmt: skip
    often = "；".join(f"{label} 判成 {given} {count} 条" for (label, given), count in mistaken.most_common(8))
    return [
        "## 在哪里会错",
        "",
        f"- 最常混淆：{often}。",
        f"- 漏掉的高风险 {len(report['risk']['missed_high'])} 条，误判为高 {len(report['risk']['false_high'])} 条。",
        "- 真实警情的用语、错字和各类多少与样本不同。上线后用 `tongban data review` 审阅人的选择，"
        "用 `tongban data drift` 看偏移。",
    ]


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def _interval(value: float | None, interval: tuple[float, float] | None) -> str:
    return "—" if interval is None else f"{_share(value)}（{interval[0]:.3f}–{interval[1]:.3f}）"
