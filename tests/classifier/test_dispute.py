"""The type model: where nothing tells a dispute from none, it is a dispute, so that somebody gets it."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from classifier.dispute import NO_DISPUTE, train_dispute


@pytest.mark.parametrize(("other", "wanted"), [(NO_DISPUTE, "邻里"), ("消费", "消费")])
def test_no_dispute_loses_a_draw(other: str, wanted: str) -> None:
    """Rows that only one label has, and equal rows that either has, the other one slightly more often."""
    labels = ["邻里", other] * 20 + ["邻里", other] * 50 + [other] * 3
    seen = [0, 1] * 20 + [2] * 103
    places = np.arange(len(labels))
    folds = [(places[places % 5 != fold], places[places % 5 == fold]) for fold in range(5)]
    model, chances = train_dispute(
        csr_matrix(np.eye(3)[seen]), [set()] * len(labels), labels, [{label} for label in labels], folds
    )
    assert chances.shape == (len(labels), 2)
    scores = model.scorer.weights + model.scorer.intercept
    assert [model.labels[best] for best in scores.argmax(axis=1)] == ["邻里", other, wanted]
