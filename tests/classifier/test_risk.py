"""Risk from words and evidence: a grave signal is enough, and a row's own label never tells its out-of-fold risk."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from classifier.assessment import RISK_LEVELS, RiskLevel
from classifier.linear import LinearScorer
from classifier.risk import Cut, Evidence, RiskModel, train_risk

CALM = Evidence(frozenset(), danger=0.0, grave=False)
GRAVE = Evidence(frozenset({"凶器"}), danger=0.9, grave=True)


def _model(*, marks: dict[str, float]) -> RiskModel:
    cut = Cut(words=1.0, danger=2.0, grave=0.5, intercept=-1.0, marks=marks)
    return RiskModel(LinearScorer(np.zeros((1, 2)), np.zeros(2)), medium=cut, high=cut)


def test_a_grave_signal_is_enough_however_calm_the_words() -> None:
    risk = _model(marks={}).at((-50.0, -50.0), GRAVE)
    assert risk.level == "高"
    assert risk.high == 0.5


def test_every_part_of_a_cut_counts_once() -> None:
    cut = _model(marks={"凶器": 0.25, "威胁": 8.0}).high
    assert cut.odds(3.0, GRAVE) == pytest.approx(3.0 + 2.0 * 0.9 + 0.5 - 1.0 + 0.25)


def test_a_mark_that_training_never_saw_counts_nothing() -> None:
    assert _model(marks={}).at((0.0, 0.0), CALM) == _model(marks={}).at(
        (0.0, 0.0), Evidence(frozenset({"新信号"}), danger=0.0, grave=False)
    )


def test_a_rows_own_label_never_tells_its_out_of_fold_risk() -> None:
    """Labels drawn by lot, and one feature for each row: whoever saw a row's label could repeat it."""
    draw = np.random.default_rng(0)
    levels: list[RiskLevel] = [RISK_LEVELS[grade] for grade in draw.integers(0, 3, 300)]
    places = np.arange(300)
    folds = [(places[places % 5 != fold], places[places % 5 == fold]) for fold in range(5)]
    model, risks = train_risk(csr_matrix(np.eye(300)), [CALM] * 300, levels, folds)
    hit = np.mean([risk.level == level for risk, level in zip(risks, levels, strict=True)])
    assert hit < 0.45
    # The model that all rows taught does know every label by heart: the folds are what hides it.
    of_high, known = model.scorer.weights[:, 1], np.array(levels) == "高"
    assert of_high[known].min() > of_high[~known].max()
