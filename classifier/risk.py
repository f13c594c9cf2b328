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
# What a mark counts beside the words, whose row has length one.
_MARK = 0.2
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
        return _risk(self.medium.odds(words[0], evidence), self.high.odds(words[1], evidence), grave=evidence.grave)


def _risk(medium_odds: float, high_odds: float, *, grave: bool) -> Risk:
    high = _chance(high_odds)
    if grave:
        high = max(high, _LEAST_IF_GRAVE)
    at_least_medium = max(_chance(medium_odds), high)
    level: RiskLevel = "高" if grave or high >= _CUT_HIGH else "中" if at_least_medium >= _CUT_MEDIUM else "低"
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

    Words and marks learn together, so that a danger denied is no danger; the cuts then weigh what they say of rows
    that they had not seen.
    """
    from scipy.sparse import hstack

    grade = np.array([RISK_LEVELS.index(level) for level in levels])
    names = sorted(frozenset().union(*(found.marks for found in evidence)))
    everything = hstack([rows, _MARK * flags([found.marks for found in evidence], names)]).tocsr()
    scorer, *of_folds = spread(_fit, [(everything, grade), *((everything[train], grade[train]) for train, _ in folds)])
    scores = np.empty((len(grade), 2))
    for (_, test), of_fold in zip(folds, of_folds, strict=True):
        scores[test] = everything[test] @ of_fold.weights + of_fold.intercept
    words, marks = np.split(scorer.weights, [rows.shape[1]])
    seen = np.array([[found.danger, found.grave] for found in evidence], dtype=np.float64)
    cuts, odds = [], []
    for level in range(2):
        slope, danger, grave, intercept = _cut(scores[:, level], seen, grade > level)
        of_marks = dict(zip(names, (slope * _MARK * marks[:, level]).tolist(), strict=True))
        cuts.append(Cut(slope, danger, grave, intercept, of_marks))
        odds.append(slope * scores[:, level] + seen @ [danger, grave] + intercept)
    model = RiskModel(LinearScorer(words, scorer.intercept), *cuts)
    risks = [
        _risk(medium, high, grave=found.grave)
        for medium, high, found in zip(*(of_level.tolist() for of_level in odds), evidence, strict=True)
    ]
    return model, risks


def _fit(rows: Any, grade: NDArray[np.intp]) -> LinearScorer:
    from sklearn.svm import LinearSVC

    fitted = [LinearSVC(C=0.3, random_state=0).fit(rows, grade >= level) for level in (1, 2)]
    return LinearScorer.of(np.vstack([one.coef_ for one in fitted]), np.concatenate([one.intercept_ for one in fitted]))


def _cut(scores: Array, seen: Array, reached: NDArray[np.bool_]) -> tuple[float, float, float, float]:
    """The weights of score, danger and grave signal, and the intercept, of the log-odds."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(max_iter=1000).fit(np.column_stack((scores, seen)), reached)
    of_scores, danger, grave = fitted.coef_[0].tolist()
    return of_scores, danger, grave, float(fitted.intercept_[0])
