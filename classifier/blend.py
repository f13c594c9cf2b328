"""Rows and their labels → one linear scorer: the sum of three that learn by different rules and so err differently.

A sum of linear scores is linear: the reasons of a text stay exact, and reading it costs no more than with one.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.linear import LinearScorer

# Naive Bayes is the weakest alone, and helps with a smaller vote. The others count the same.
_SHARE_OF_BAYES = 0.3
# The second learner is to be stopped early: what it has by then learnt of rare features is what the first lacks.
_PASSES, _BATCH, _STEP = 3, 512, 0.1


def blend(rows: Any, target: NDArray[np.intp]) -> LinearScorer:
    """Fit on a sparse matrix (N, F) and the labels 0..K-1 (N,); the same input gives the same numbers.

    In turn: a support vector machine, one label against all others; a softmax over all labels, trained by Adam in a
    few passes, which moves the weight of a rare feature as far as that of a common one; complement naive Bayes.
    """
    parts = ((_support_vectors, 1.0), (_softmax, 1.0), (_bayes, _SHARE_OF_BAYES))
    scorers = [_scaled(learn(rows, target), rows, share) for learn, share in parts]
    return LinearScorer(
        np.sum([scorer.weights for scorer in scorers], axis=0), np.sum([scorer.intercept for scorer in scorers], axis=0)
    )


def _support_vectors(rows: Any, target: NDArray[np.intp]) -> LinearScorer:
    from sklearn.svm import LinearSVC

    fitted = LinearSVC(C=0.6, class_weight="balanced", random_state=0).fit(rows, target)
    return _scorer(fitted.coef_, fitted.intercept_)


def _softmax(rows: Any, target: NDArray[np.intp]) -> LinearScorer:
    """A network without a hidden layer is a linear model."""
    from sklearn.neural_network import MLPClassifier

    batch = min(_BATCH, len(target))
    network = MLPClassifier((), learning_rate_init=_STEP, batch_size=batch, alpha=0.0, random_state=0)
    labels, single = np.unique(target), rows.astype(np.float32)
    for _ in range(_PASSES):
        network.partial_fit(single, target, classes=labels)
    return _scorer(network.coefs_[0].T, network.intercepts_[0])


def _bayes(rows: Any, target: NDArray[np.intp]) -> LinearScorer:
    from sklearn.naive_bayes import ComplementNB

    fitted = ComplementNB(alpha=0.3).fit(rows, target)
    return _scorer(fitted.feature_log_prob_, np.zeros(len(fitted.classes_)))


def _scorer(coef: Any, intercept: Any) -> LinearScorer:
    """Of two labels scikit-learn scores only the second."""
    if len(coef) == 1:
        coef, intercept = np.vstack([-coef, coef]), np.concatenate([-intercept, intercept])
    return LinearScorer.of(coef, intercept)


def _scaled(scorer: LinearScorer, rows: Any, share: float) -> LinearScorer:
    """The same answers, with scores whose mean within a row is 0 and whose deviation over all the rows is `share`."""
    weights = scorer.weights - scorer.weights.mean(axis=1, keepdims=True)
    intercept = scorer.intercept - scorer.intercept.mean()
    scale = share / float(np.std(rows @ weights + intercept))
    return LinearScorer(scale * weights, scale * intercept)
