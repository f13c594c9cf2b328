"""Linear scores → probabilities that mean what they say: of the answers given with 80 %, four in five are right.

The first answer's probability is a logistic regression on the logarithms of its softmax and of the rest (beta
calibration: Kull, Silva Filho and Flach, AISTATS 2017), with a constant for every label. A softmax alone is too modest
in the middle, where the second answer is often acceptable too, and claims too much at the top and for labels that are
easily confused with all others.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.linear import Array

# Holds the constants of rare labels near zero.
_STRENGTH = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """`sharpness` scales the scores; `first` and `rest` weigh the two logarithms; `constants` (K,) are the labels'."""

    sharpness: float
    first: float
    rest: float
    constants: Array

    def chances(self, scores: Array) -> Array:
        """Probabilities along the last axis (..., K), in the order of the scores; they sum to one."""
        best, others, log_first, log_rest = _against_the_rest(self.sharpness, scores)
        odds = self.first * log_first + self.rest * log_rest + self.constants[best]
        # Never so low that the second would overtake it.
        sure = np.maximum(1 / (1 + np.exp(-odds)), np.minimum(np.exp(log_first), 0.5))
        result: Array = others * (1 - sure)
        np.put_along_axis(result, best, sure, axis=-1)
        return result


def calibrate(scores: Array, right: NDArray[np.bool_]) -> Calibration:
    """From scores (N, K) of texts that the scorer had not seen, and which labels would have been right (N, K)."""
    from scipy.optimize import minimize_scalar
    from sklearn.linear_model import LogisticRegression

    best = scores.argmax(axis=1)
    hit = right[np.arange(len(right)), best]

    def loss(sharpness: float) -> float:
        _, _, log_first, log_rest = _against_the_rest(sharpness, scores)
        return -float(np.where(hit, log_first[:, 0], log_rest[:, 0]).mean())

    sharpness = float(minimize_scalar(loss, bounds=(0.05, 50.0), method="bounded").x)
    _, _, log_first, log_rest = _against_the_rest(sharpness, scores)
    evidence = np.hstack([log_first, log_rest, np.eye(scores.shape[1])[best]])
    # Platt's smoothing: each answer counts as right or wrong by all but a little, so that neither is ever absent.
    outcome = np.where(hit, 1 - 1 / (hit.sum() + 2), 1 / (len(hit) - hit.sum() + 2))
    fitted = LogisticRegression(C=_STRENGTH, max_iter=10_000).fit(
        np.vstack([evidence, evidence]),
        np.repeat([True, False], len(hit)),
        sample_weight=np.concatenate([outcome, 1 - outcome]),
    )
    first, rest, *constants = fitted.coef_[0].tolist()
    return Calibration(sharpness, first, rest, np.array(constants) + fitted.intercept_[0])


def _against_the_rest(sharpness: float, scores: Array) -> tuple[Any, Array, Array, Array]:
    """Of softmax along the last axis: the first's place, the others' shares of what it leaves, both logarithms."""
    best = scores.argmax(axis=-1)[..., None]
    shares = np.exp(sharpness * (scores - np.take_along_axis(scores, best, axis=-1)))
    np.put_along_axis(shares, best, 0.0, axis=-1)
    # Beside the first's 1; what has underflowed is next to nothing, not nothing.
    rest = np.maximum(shares.sum(axis=-1, keepdims=True), np.finfo(float).tiny)
    whole = np.log1p(rest)
    return best, shares / rest, -whole, np.log(rest) - whole
