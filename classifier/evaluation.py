"""What a model answered, held against labels → figures as plain data, ready for JSON."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import Any

from classifier.assessment import RISK_LEVELS, Risk, TypeProbability
from classifier.examples import Example
from classifier.intervals import wilson
from classifier.model import Model

_BINS = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """The parts of a reading that labels speak of."""

    dispute_types: tuple[TypeProbability, ...]
    abstained: bool
    risk: Risk

    @property
    def dispute_type(self) -> str:
        """The most probable dispute type."""
        return self.dispute_types[0].name


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One label: rows that bear it, rows given it, what of both agrees, and the recall's 95 % interval."""

    name: str
    support: int
    predicted: int
    precision: float | None
    recall: float | None
    f1: float | None
    recall_interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Answers whose confidence lies in [low, high): how sure on average, and how often right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def evaluate(model: Model, examples: Sequence[Example]) -> dict[str, Any]:
    """All figures of a model on one file. Types count strictly and with `also`; risk only where rows carry it."""
    read = [model.classify(example.text) for example in examples]
    answers = [Answer(got.dispute_types, got.abstained, got.risk) for got in read]
    return figures(model.fingerprint, examples, answers)


def figures(fingerprint: str, examples: Sequence[Example], answers: Sequence[Answer]) -> dict[str, Any]:
    """All figures of given answers to examples."""
    report: dict[str, Any] = {
        "model": fingerprint,
        "rows": len(examples),
        "dispute": _dispute(examples, answers),
    }
    rated = [(example, got) for example, got in zip(examples, answers, strict=True) if example.risk]
    if rated:
        report["risk"] = _risk([e for e, _ in rated], [got for _, got in rated])
    report["answers"] = [_row(example, got) for example, got in zip(examples, answers, strict=True)]
    return report


def text_id(text: str) -> str:
    """A short name for a text that doesn't give it away."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _row(example: Example, got: Answer) -> dict[str, Any]:
    return {
        "id": text_id(example.text),
        "dispute_type": example.dispute_type,
        "also": example.also,
        "risk": example.risk,
        "given_type": got.dispute_type,
        "probability": round(got.dispute_types[0].probability, 4),
        "abstained": got.abstained,
        "given_risk": got.risk.level,
        "high": round(got.risk.high, 4),
    }


def _dispute(examples: Sequence[Example], answers: Sequence[Answer]) -> dict[str, Any]:
    wanted, given = [e.dispute_type for e in examples], [got.dispute_type for got in answers]
    right = [got in e.acceptable for e, got in zip(examples, given, strict=True)]
    strictly = sum(w == g for w, g in zip(wanted, given, strict=True))
    sure = [not got.abstained for got in answers]
    decided_right = sum(r for r, s in zip(right, sure, strict=True) if s)
    confidence = [got.dispute_types[0].probability for got in answers]
    bins = reliability(confidence, right)
    top3 = sum(
        any(t.name in e.acceptable for t in got.dispute_types[:3]) for e, got in zip(examples, answers, strict=True)
    )
    return {
        "accuracy": _share(strictly, len(wanted)),
        "accuracy_interval": wilson(strictly, len(wanted)),
        "accuracy_with_also": _share(sum(right), len(right)),
        "accuracy_with_also_interval": wilson(sum(right), len(right)),
        "top3_with_also": _share(top3, len(answers)),
        "coverage": _share(sum(sure), len(sure)),
        "accuracy_with_also_when_decided": _share(decided_right, sum(sure)),
        "calibration_error": calibration_error(bins),
        "reliability": [asdict(b) for b in bins],
        "classes": [asdict(one) for one in class_figures(wanted, given)],
        "curves": coverage_curves(given, confidence, right),
        "confusion": confusion(wanted, given),
        "errors": [
            {"text": e.text, "label": e.dispute_type, "also": e.also, "given": got.dispute_type,
             "probability": round(got.dispute_types[0].probability, 4)}
            for e, got, ok in zip(examples, answers, right, strict=True)
            if not ok
        ],
    }  # fmt: skip


def _risk(examples: Sequence[Example], answers: Sequence[Answer]) -> dict[str, Any]:
    wanted, given = [str(e.risk) for e in examples], [got.risk.level for got in answers]
    same = sum(w == g for w, g in zip(wanted, given, strict=True))
    high = reliability([got.risk.high for got in answers], [level == "高" for level in wanted])
    pairs = list(zip(examples, given, strict=True))
    return {
        "accuracy": _share(same, len(wanted)),
        "accuracy_interval": wilson(same, len(wanted)),
        "calibration_error_high": calibration_error(high),
        "reliability_high": [asdict(b) for b in high],
        "classes": [asdict(f) for f in class_figures(wanted, given, RISK_LEVELS)],
        "confusion": confusion(wanted, given),
        "pairs": pair_order(examples, answers),
        "missed_high": [e.text for e, level in pairs if e.risk == "高" and level != "高"],
        "false_high": [e.text for e, level in pairs if e.risk != "高" and level == "高"],
    }


def pair_order(examples: Sequence[Example], answers: Sequence[Answer]) -> dict[str, Any] | None:
    """Of two rows of one group with different risk, how often the graver scores higher; None without such rows."""
    groups: dict[str, list[tuple[int, float]]] = {}
    for example, got in zip(examples, answers, strict=True):
        if example.group and example.risk:
            groups.setdefault(example.group, []).append((RISK_LEVELS.index(example.risk), got.risk.score))
    ordered = [one[1] > two[1] for rows in groups.values() for one in rows for two in rows if one[0] > two[0]]
    if not ordered:
        return None
    return {"pairs": len(ordered), "in_order": sum(ordered), "share": sum(ordered) / len(ordered)}


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
            wilson(both[name], support[name]),
        )
        for name in (names or sorted(support | predicted))
    ]


def confusion(wanted: Sequence[str], given: Sequence[str]) -> dict[str, dict[str, int]]:
    """Label → given → rows; cells of zero are left out."""
    table: dict[str, dict[str, int]] = {}
    for (label, answer), count in sorted(Counter(zip(wanted, given, strict=True)).items()):
        table.setdefault(label, {})[answer] = count
    return table


def coverage_curves(
    given: Sequence[str], confidence: Sequence[float], right: Sequence[bool]
) -> dict[str, list[tuple[float, float]]]:
    """For each label given: (share of its answers kept, precision of those), from the surest answer to all."""
    curves = {}
    for name in sorted(set(given)):
        own = sorted(((c, r) for n, c, r in zip(given, confidence, right, strict=True) if n == name), reverse=True)
        hits = accumulate(ok for _, ok in own)
        curves[name] = [(kept / len(own), hit / kept) for kept, hit in enumerate(hits, start=1)]
    return curves


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
