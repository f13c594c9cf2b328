"""A text's row and signals → recurrence risk: one ordinal scale, two calibrated cuts, and the grave signals' floor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.assessment import RISK_LEVELS, Risk, RiskLevel
from classifier.linear import Array, LinearScorer, SparseRow
from classifier.signals import GRAVE

_FOLDS = 5
# Missing a grave case is dearer than a second look, so 高 is called before it is the likelier half.
_CUT_HIGH, _CUT_MEDIUM = 0.4, 0.5


@dataclass(frozen=True, slots=True, eq=False)
class RiskModel:
    """`scorer` has one output; `flags` one weight a signal. Cuts are (slope, intercept) of a logistic curve."""

    signals: tuple[str, ...]
    scorer: LinearScorer
    flags: Array
    medium_cut: tuple[float, float]
    high_cut: tuple[float, float]
    grave_precision: float

    def assess(self, row: SparseRow, present: Collection[str]) -> Risk:
        """The risk of one text with these signals present. A grave one alone makes it 高."""
        position = float(self.scorer.scores(row)[0] + _row(self.signals, present) @ self.flags)
        return self.at(position, present)

    def at(self, position: float, present: Collection[str]) -> Risk:
        """The risk at a position of the ordinal scale."""
        high = _curve(position, self.high_cut)
        at_least_medium = max(_curve(position, self.medium_cut), high)
        grave = any(name in present for name in GRAVE)
        if grave:
            high = max(high, self.grave_precision)
            at_least_medium = max(at_least_medium, high)
        level: RiskLevel = "高" if grave or high >= _CUT_HIGH else "中" if at_least_medium >= _CUT_MEDIUM else "低"
        medium = at_least_medium - high
        return Risk(level, medium / 2 + high, 1 - at_least_medium, medium, high)


def _row(signals: Sequence[str], present: Collection[str]) -> Array:
    return np.array([name in present for name in signals], dtype=np.float64)


def _curve(position: float, cut: tuple[float, float]) -> float:
    return float(1 / (1 + np.exp(-(cut[0] * position + cut[1]))))


def train_risk(
    rows: Any, present: Sequence[Collection[str]], levels: Sequence[RiskLevel], signals: tuple[str, ...]
) -> tuple[RiskModel, list[Risk]]:
    """Fit on a sparse matrix (N, F) and each row's present signals; also the out-of-fold risk of every row."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.model_selection import StratifiedKFold

    grade = np.array([RISK_LEVELS.index(level) for level in levels])
    everything = hstack([rows, csr_matrix([_row(signals, names) for names in present])]).tocsr()
    position = np.empty(len(grade))
    for train, test in StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(grade, grade):
        position[test] = _machine().fit(everything[train], grade[train]).predict(everything[test])
    grave = np.array([any(name in names for name in GRAVE) for names in present])
    fitted = _machine().fit(everything, grade)
    model = RiskModel(
        signals,
        scorer=LinearScorer.of(fitted.coef_[: rows.shape[1]], fitted.intercept_),
        flags=fitted.coef_[rows.shape[1] :],
        # A grave signal settles the matter by itself: the curves are for texts without one.
        medium_cut=_cut(position[~grave], grade[~grave] >= 1),
        high_cut=_cut(position[~grave], grade[~grave] >= 2),
        # One row of each kind is added, so that a handful of rows can't claim certainty.
        grave_precision=float((np.sum(grade[grave] == 2) + 1) / (np.sum(grave) + 2)),
    )
    return model, [model.at(value, names) for value, names in zip(position, present, strict=True)]


def _machine() -> Any:
    from sklearn.linear_model import Ridge

    return Ridge(alpha=1.0, random_state=0, solver="sparse_cg")


def _cut(position: Array, reached: NDArray[np.bool_]) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    machine = LogisticRegression(C=100.0).fit(position[:, None], reached)
    return float(machine.coef_[0, 0]), float(machine.intercept_[0])
