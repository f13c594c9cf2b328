"""A text's row, signals and worst clause → recurrence risk: how likely 中 and 高 are, and the grave signals' floor."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.assessment import RISK_LEVELS, Risk, RiskLevel, Signal, holding
from classifier.linear import Array, LinearScorer, SparseRow, flags
from classifier.parallel import spread
from classifier.signals import GRAVE

# Missing a grave case is dearer than a second look, so 高 is called before it is the likelier half.
_CUT_HIGH, _CUT_MEDIUM = 0.4, 0.5
# With a grave signal 高 is at least as likely as not, however calm the rest of the text.
_LEAST_IF_GRAVE = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the risk rests on beside the words: marks of signals, the worst clause's danger 0..1, a grave signal."""

    marks: frozenset[str]
    danger: float
    grave: bool


def evidence_of(signals: Sequence[Signal], danger: float) -> Evidence:
    """A signal that holds marks its name; one that nowhere holds marks its name and status."""
    present = holding(signals)
    others = {f"{signal.name}·{signal.status}" for signal in signals if signal.name not in present}
    return Evidence(present | others, danger, any(name in present for name in GRAVE))


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """The log-odds that a level is reached: weights of the words' score, danger, a grave signal and each mark."""

    words: float
    danger: float
    grave: float
    intercept: float
    marks: Mapping[str, float]

    def odds(self, words: float, evidence: Evidence) -> float:
        """The log-odds of a text whose words score `words`."""
        # Exact, so that the order of a set, another in each process, changes nothing.
        marks = math.fsum(self.marks.get(mark, 0.0) for mark in evidence.marks)
        return self.words * words + marks + self.danger * evidence.danger + self.grave * evidence.grave + self.intercept


@dataclass(frozen=True, slots=True, eq=False)
class RiskModel:
    """What words say of reaching 中 and 高 (`scorer`, two outputs), and the cut of each."""

    scorer: LinearScorer
    medium: Cut
    high: Cut

    def assess(self, row: SparseRow, evidence: Evidence) -> Risk:
        """The risk of one text. A grave signal alone makes it 高."""
        return self.at(self.scorer.scores(row).tolist(), evidence)

    def at(self, words: Sequence[float], evidence: Evidence) -> Risk:
        """The risk of a text whose words have these two scores."""
        high = _chance(self.high.odds(words[1], evidence))
        if evidence.grave:
            high = max(high, _LEAST_IF_GRAVE)
        at_least_medium = max(_chance(self.medium.odds(words[0], evidence)), high)
        level: RiskLevel = (
            "高" if evidence.grave or high >= _CUT_HIGH else "中" if at_least_medium >= _CUT_MEDIUM else "低"
        )
        medium = at_least_medium - high
        return Risk(level, medium / 2 + high, 1 - at_least_medium, medium, high)


def _chance(odds: float) -> float:
    return float(1 / (1 + np.exp(-odds)))


def train_risk(
    rows: Any,
    evidence: Sequence[Evidence],
    levels: Sequence[RiskLevel],
    folds: Sequence[tuple[NDArray[np.intp], NDArray[np.intp]]],
) -> tuple[RiskModel, list[Risk]]:
    """Fit on a sparse matrix (N, F) and each row's evidence; also the out-of-fold risk of every row.

    The words learn first, by themselves; the cuts then weigh what they say of rows that they had not seen.
    """
    grade = np.array([RISK_LEVELS.index(level) for level in levels])
    scorer, *of_folds = spread(_fit, [(rows, grade), *((rows[train], grade[train]) for train, _ in folds)])
    words = np.empty((len(grade), 2))
    for (_, test), of_fold in zip(folds, of_folds, strict=True):
        words[test] = rows[test] @ of_fold.weights + of_fold.intercept
    model = RiskModel(scorer, _cut(words[:, 0], evidence, grade >= 1), _cut(words[:, 1], evidence, grade >= 2))
    return model, [model.at(scores, found) for scores, found in zip(words.tolist(), evidence, strict=True)]


def _fit(rows: Any, grade: NDArray[np.intp]) -> LinearScorer:
    from sklearn.svm import LinearSVC

    fitted = [LinearSVC(C=1.0, random_state=0).fit(rows, grade >= level) for level in (1, 2)]
    return LinearScorer.of(np.vstack([one.coef_ for one in fitted]), np.concatenate([one.intercept_ for one in fitted]))


def _cut(words: Array, evidence: Sequence[Evidence], reached: NDArray[np.bool_]) -> Cut:
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    names = sorted(frozenset().union(*(found.marks for found in evidence)))
    numbers = [[score, found.danger, found.grave] for score, found in zip(words.tolist(), evidence, strict=True)]
    seen = hstack([csr_matrix(numbers, dtype=float), flags([found.marks for found in evidence], names)]).tocsr()
    fitted = LogisticRegression(max_iter=1000).fit(seen, reached)
    of_words, danger, grave, *marks = fitted.coef_[0].tolist()
    return Cut(of_words, danger, grave, float(fitted.intercept_[0]), dict(zip(names, marks, strict=True)))
