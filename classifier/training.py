"""Labelled rows → Model, with each step told to whoever watches."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.assessment import Risk, Signal, holding
from classifier.danger import train_danger
from classifier.dispute import train_dispute
from classifier.examples import Example, ExampleError, shipped_examples
from classifier.fingerprint import fingerprint
from classifier.linear import Array, fit_vectorizer
from classifier.model import Model, read
from classifier.risk import evidence_of, train_risk
from classifier.signals import GRAVE, SignalFinder
from classifier.text import normalise
from classifier.tokenizer import choose_tokenizer
from classifier.wording import Wording, read_words

Progress = Callable[[float, str], None]
Fold = tuple[NDArray[np.intp], NDArray[np.intp]]

# Cross-validation in five folds needs as many rows of each kind.
_FEWEST = _FOLDS = 5
# jieba itself is slow: it is asked about so many texts, taken evenly from all.
_CHECKED = 4000
# What makes a clause dangerous where the whole text is 高: the grave signals, and what goes with them.
_DANGEROUS = frozenset((*GRAVE, "堵门堵路", "聚集", "受伤", "毁财", "跟踪骚扰"))


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A model with what it says of its own rows: signals, which say nothing (`silent`), and out of fold type
    probabilities (N, K) and risks."""

    model: Model
    rows: Sequence[Example]
    silent: Sequence[bool]
    signals: Sequence[tuple[Signal, ...]]
    probabilities: Array
    risks: Sequence[Risk]


def train(progress: Progress, examples: Sequence[Example] | None = None) -> Model:
    """Train on the shipped rows, or on others. `progress` is called with a share 0..1 and a Chinese line."""
    return train_and_check(progress, examples).model


def train_and_check(progress: Progress, examples: Sequence[Example] | None = None) -> Trained:
    """Train as `train` does, and keep what the folds said."""
    progress(0.0, "读取训练样本")
    rows = list(shipped_examples() if examples is None else examples)
    _require_enough(rows)
    progress(0.05, f"{len(rows)} 条样本；核对分词")
    tokenizer, note = choose_tokenizer([normalise(row.text) for row in rows[:: -(-len(rows) // _CHECKED)]])
    wordings = [read_words(row.text, tokenizer) for row in rows]
    vectorizer, matrix = fit_vectorizer([wording.words[: wording.opening] for wording in wordings])
    progress(0.25, f"{note}；查找风险信号")
    finder = SignalFinder.shipped()
    readings = [read(wording, vectorizer=vectorizer, signals=finder) for wording in wordings]
    folds = grouped_folds(rows)
    progress(0.4, "训练纠纷类型（五折核对）")
    dispute, chances = train_dispute(
        matrix,
        [holding(reading.signals) for reading in readings],
        [row.dispute_type for row in rows],
        [row.acceptable for row in rows],
        folds,
    )
    progress(0.7, "训练险句（五折核对）")
    danger, dangers = train_danger(
        [(reading.found, reading.letter_clauses) for reading in readings],
        [dangerous_clauses(row, reading.wording) for row, reading in zip(rows, readings, strict=True)],
        folds,
        vectorizer.idf,
    )
    progress(0.85, "训练再发风险（五折核对）")
    evidence = [evidence_of(reading.signals, value) for reading, value in zip(readings, dangers.tolist(), strict=True)]
    risk, risks = train_risk(matrix, evidence, [row.risk or "低" for row in rows], folds)
    progress(1.0, "训练完成")
    model = Model(fingerprint(row.line for row in rows), tokenizer, note, vectorizer, finder, dispute, danger, risk)
    silent, signals = [reading.silent for reading in readings], [reading.signals for reading in readings]
    return Trained(model, rows, silent, signals, chances, risks)


def grouped_folds(rows: Sequence[Example]) -> list[Fold]:
    """Five folds of equal mix; rows of one group, told of one matter, are never on both sides."""
    from sklearn.model_selection import StratifiedKFold

    groups: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault(row.group or f"\0{place}", []).append(place)
    members = list(groups.values())
    kinds = [rows[places[0]].dispute_type for places in members]
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(kinds, kinds)
    return [(_places(members, train), _places(members, test)) for train, test in folds]


def _places(members: Sequence[Sequence[int]], chosen: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.array(sorted(place for group in chosen for place in members[group]), dtype=np.intp)


def dangerous_clauses(row: Example, wording: Wording) -> frozenset[int] | None:
    """The clauses in which the row's marked evidence states a danger; None where a 高 has no such mark."""
    if row.risk != "高":
        return frozenset()
    numbers: set[int] = set()
    for signal in row.signals:
        if signal.name in _DANGEROUS and signal.status == "成立":
            start = row.text.index(signal.evidence)
            first = bisect_right(wording.ends, start)
            after = bisect_left(wording.starts, start + len(signal.evidence))
            numbers.update(wording.clauses[first:after])
    return frozenset(numbers) or None


def _require_enough(rows: Sequence[Example]) -> None:
    if unrated := sum(row.risk is None for row in rows):
        raise ExampleError(f"训练样本里有 {unrated} 条没有 risk")
    counts = Counter(row.dispute_type for row in rows) + Counter(f"风险{row.risk}" for row in rows)
    if thin := [f"{name} {count} 条" for name, count in counts.items() if count < _FEWEST]:
        raise ExampleError(f"样本太少，每类至少 {_FEWEST} 条：{'、'.join(thin)}")
