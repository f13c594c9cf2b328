"""A text's row, signals and worst clause → recurrence risk: two calibrated cuts, and the grave signals' floor."""

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
class RiskModel:
    """One position from words (`scorer`, one output) and `marks` (weight of each); two cuts across it.

    A cut holds the weights of position, danger and grave signal, and an intercept, of a logistic curve.
    """

    scorer: LinearScorer
    marks: Mapping[str, float]
    medium_cut: tuple[float, ...]
    high_cut: tuple[float, ...]

    def assess(self, row: SparseRow, evidence: Evidence) -> Risk:
        """The risk of one text. A grave signal alone makes it 高."""
        return self.at(self.position(float(self.scorer.scores(row)[0]), evidence), evidence)

    def position(self, words: float, evidence: Evidence) -> float:
        """Where on the scale a text is whose words alone put it at `words`."""
        # Exact, so that the order of a set, another in each process, changes nothing.
        return words + math.fsum(self.marks.get(mark, 0.0) for mark in evidence.marks)

    def at(self, position: float, evidence: Evidence) -> Risk:
        """The risk at a position of the scale."""
        high = _chance(self.high_cut, position, evidence)
        if evidence.grave:
            high = max(high, _LEAST_IF_GRAVE)
        at_least_medium = max(_chance(self.medium_cut, position, evidence), high)
        level: RiskLevel = (
            "高" if evidence.grave or high >= _CUT_HIGH else "中" if at_least_medium >= _CUT_MEDIUM else "低"
        )
        medium = at_least_medium - high
        return Risk(level, medium / 2 + high, 1 - at_least_medium, medium, high)


def _chance(cut: Sequence[float], position: float, evidence: Evidence) -> float:
    logit = cut[0] * position + cut[1] * evidence.danger + cut[2] * evidence.grave + cut[3]
    return float(1 / (1 + np.exp(-logit)))


def train_risk(
    rows: Any,
    evidence: Sequence[Evidence],
    levels: Sequence[RiskLevel],
    folds: Sequence[tuple[NDArray[np.intp], NDArray[np.intp]]],
) -> tuple[RiskModel, list[Risk]]:
    """Fit on a sparse matrix (N, F) and each row's evidence; also the out-of-fold risk of every row."""
    from scipy.sparse import hstack

    grade = np.array([RISK_LEVELS.index(level) for level in levels])
    names = sorted(frozenset().union(*(e.marks for e in evidence)))
    everything = hstack([rows, flags([e.marks for e in evidence], names)]).tocsr()
    position = np.empty(len(grade))
    (weights, intercept), *of_folds = spread(
        _fit, [(everything, grade), *((everything[train], grade[train]) for train, _ in folds)]
    )
    for (_, test), (of_fold, bias) in zip(folds, of_folds, strict=True):
        position[test] = everything[test] @ of_fold + bias
    seen = np.column_stack((position, [e.danger for e in evidence], [e.grave for e in evidence]))
    model = RiskModel(
        scorer=LinearScorer.of(weights[: rows.shape[1]], intercept),
        marks=dict(zip(names, weights[rows.shape[1] :].tolist(), strict=True)),
        medium_cut=_cut(seen, grade >= 1),
        high_cut=_cut(seen, grade >= 2),
    )
    return model, [model.at(value, found) for value, found in zip(position.tolist(), evidence, strict=True)]


def _fit(rows: Any, grade: NDArray[np.intp]) -> tuple[Array, float]:
    fitted = _machine().fit(rows, grade)
    return fitted.coef_, float(fitted.intercept_)


def _machine() -> Any:
    from sklearn.linear_model import Ridge

    return Ridge(alpha=1.0, random_state=0, solver="sparse_cg")


def _cut(seen: Array, reached: NDArray[np.bool_]) -> tuple[float, ...]:
    from sklearn.linear_model import LogisticRegression

    machine = LogisticRegression(C=100.0, max_iter=1000).fit(seen, reached)
    return (*map(float, machine.coef_[0]), float(machine.intercept_[0]))
