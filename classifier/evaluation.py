"""A model held against labelled texts → figures as plain data, ready for JSON."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from classifier.assessment import RISK_LEVELS, Assessment
from classifier.examples import Example
from classifier.model import Model

_BINS = 10


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One label: rows that bear it, rows given it, and what of both agrees."""

    name: str
    support: int
    predicted: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Answers whose confidence lies in [low, high): how sure on average, and how often right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def evaluate(model: Model, examples: Sequence[Example]) -> dict[str, Any]:
    """All figures for one file. Types count strictly and with `also`; risk only where rows carry it."""
    read = [model.classify(example.text) for example in examples]
    report: dict[str, Any] = {
        "model": model.fingerprint,
        "rows": len(examples),
        "dispute": _dispute(examples, read),
    }
    rated = [(example, got) for example, got in zip(examples, read, strict=True) if example.risk]
    if rated:
        report["risk"] = _risk([e for e, _ in rated], [got for _, got in rated])
    return report


def _dispute(examples: Sequence[Example], read: Sequence[Assessment]) -> dict[str, Any]:
    wanted, given = [e.dispute_type for e in examples], [got.dispute_type for got in read]
    right = [got in e.acceptable for e, got in zip(examples, given, strict=True)]
    sure = [not got.abstained for got in read]
    decided_right = sum(r for r, s in zip(right, sure, strict=True) if s)
    confidence = [got.dispute_types[0].probability for got in read]
    bins = reliability(confidence, right)
    return {
        "accuracy": _share(sum(w == g for w, g in zip(wanted, given, strict=True)), len(wanted)),
        "accuracy_with_also": _share(sum(right), len(right)),
        "top3_with_also": _share(
            sum(
                any(t.name in e.acceptable for t in got.dispute_types[:3])
                for e, got in zip(examples, read, strict=True)
            ),
            len(read),
        ),
        "coverage": _share(sum(sure), len(sure)),
        "accuracy_with_also_when_decided": _share(decided_right, sum(sure)),
        "calibration_error": calibration_error(bins),
        "reliability": [asdict(b) for b in bins],
        "classes": [asdict(figures) for figures in class_figures(wanted, given)],
        "confusion": confusion(wanted, given),
        "errors": [
            {"text": e.text, "label": e.dispute_type, "also": e.also, "given": got.dispute_type,
             "probability": round(got.dispute_types[0].probability, 4)}
            for e, got, ok in zip(examples, read, right, strict=True)
            if not ok
        ],
    }  # fmt: skip


def _risk(examples: Sequence[Example], read: Sequence[Assessment]) -> dict[str, Any]:
    wanted, given = [str(e.risk) for e in examples], [got.risk.level for got in read]
    high = reliability([got.risk.high for got in read], [level == "高" for level in wanted])
    return {
        "accuracy": _share(sum(w == g for w, g in zip(wanted, given, strict=True)), len(wanted)),
        "calibration_error_high": calibration_error(high),
        "reliability_high": [asdict(b) for b in high],
        "classes": [asdict(f) for f in class_figures(wanted, given, RISK_LEVELS)],
        "confusion": confusion(wanted, given),
        "missed_high": [e.text for e, got in zip(examples, given, strict=True) if e.risk == "高" and got != "高"],
    }


def class_figures(
    wanted: Sequence[str], given: Sequence[str], names: Sequence[str] | None = None
) -> list[ClassFigures]:
    """Precision, recall and F1 a label; None where there is nothing to divide by."""
    support, predicted = Counter(wanted), Counter(given)
    both = Counter(w for w, g in zip(wanted, given, strict=True) if w == g)
    return [
        ClassFigures(
            name,
            support[name],
            predicted[name],
            _share(both[name], predicted[name]),
            _share(both[name], support[name]),
            _share(2 * both[name], support[name] + predicted[name]),
        )
        for name in (names or sorted(support | predicted))
    ]


def confusion(wanted: Sequence[str], given: Sequence[str]) -> dict[str, dict[str, int]]:
    """Label → given → rows; cells of zero are left out."""
    table: dict[str, dict[str, int]] = {}
    for (label, answer), count in sorted(Counter(zip(wanted, given, strict=True)).items()):
        table.setdefault(label, {})[answer] = count
    return table


def reliability(confidence: Sequence[float], right: Sequence[bool]) -> list[ReliabilityBin]:
    """Ten equal bins over 0..1; empty ones are left out."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for chance, ok in zip(confidence, right, strict=True):
        bins.setdefault(min(int(chance * _BINS), _BINS - 1), []).append((chance, ok))
    return [
        ReliabilityBin(
            index / _BINS,
            (index + 1) / _BINS,
            len(members),
            sum(chance for chance, _ in members) / len(members),
            sum(ok for _, ok in members) / len(members),
        )
        for index, members in sorted(bins.items())
    ]


def calibration_error(bins: Sequence[ReliabilityBin]) -> float:
    """Expected calibration error: the mean gap between confidence and accuracy, weighed by rows."""
    total = sum(b.count for b in bins)
    return sum(b.count * abs(b.confidence - b.accuracy) for b in bins) / total if total else 0.0


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
