"""Rows and labels become one linear scorer, whatever the count of labels and of rows."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.naive_bayes import ComplementNB
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from classifier.blend import blend
from classifier.linear import Array


def _rows(labels: int, each: int) -> tuple[csr_matrix, NDArray[np.intp]]:
    """Each label has two features of its own and one that all share."""
    target = np.repeat(np.arange(labels), each)
    dense = np.zeros((len(target), 2 * labels + 1))
    dense[np.arange(len(target)), 2 * target + np.arange(len(target)) % 2] = 0.8
    dense[:, -1] = 0.6
    return csr_matrix(dense), target


@pytest.mark.parametrize(("labels", "each"), [(2, 6), (3, 6), (18, 40)])
def test_every_label_has_a_score_and_its_own_rows_score_it_highest(labels: int, each: int) -> None:
    rows, target = _rows(labels, each)
    scorer = blend(rows, target)
    assert scorer.weights.shape == (rows.shape[1], labels)
    assert scorer.intercept.shape == (labels,)
    np.testing.assert_array_equal((rows @ scorer.weights + scorer.intercept).argmax(axis=1), target)


def test_what_speaks_for_one_label_speaks_as_much_against_the_others() -> None:
    scorer = blend(*_rows(4, 10))
    np.testing.assert_allclose(scorer.weights.sum(axis=1), 0, atol=1e-9)
    assert scorer.intercept.sum() == pytest.approx(0)


def test_the_same_rows_give_the_same_numbers() -> None:
    one, again = blend(*_rows(5, 20)), blend(*_rows(5, 20))
    np.testing.assert_array_equal(one.weights, again.weights)
    np.testing.assert_array_equal(one.intercept, again.intercept)


def test_scores_are_those_of_scikit_learns_three_on_one_scale() -> None:
    rows, target = _rows(4, 10)
    vectors = LinearSVC(C=0.6, class_weight="balanced", random_state=0).fit(rows, target).decision_function(rows)
    bayes = ComplementNB(alpha=0.3).fit(rows, target).predict_joint_log_proba(rows)
    network = MLPClassifier((), learning_rate_init=0.1, batch_size=len(target), alpha=0.0, random_state=0)
    for _ in range(3):
        network.partial_fit(rows.astype(np.float32), target, classes=np.arange(4))
    # Without a hidden layer the logarithm of a probability is the score, up to a constant of the row.
    softmax = np.log(network.predict_proba(rows.astype(np.float32)).astype(np.float64))

    scorer = blend(rows, target)
    expected = _standard(vectors) + _standard(softmax) + 0.3 * _standard(bayes)
    np.testing.assert_allclose(rows @ scorer.weights + scorer.intercept, expected, atol=1e-4)


def _standard(scores: Array) -> Array:
    centred: Array = scores - scores.mean(axis=1, keepdims=True)
    return centred / centred.std()
