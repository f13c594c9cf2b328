"""Probabilities mean what they say, on answers made so that the truth is known."""

import numpy as np

from classifier.calibration import Calibration, calibrate
from classifier.evaluation import calibration_error, reliability
from classifier.linear import Array

SOME = Calibration(1.5, 1.3, -0.5, np.array([1.3, 0.7, 1.0]))


def drawn(seed: int, texts: int) -> tuple[Array, Array]:
    """Scores (N, 3), and which labels are right: the first answer as often as `SOME` says, else another one."""
    draw = np.random.default_rng(seed)
    scores = draw.normal(0.0, 1.5, (texts, 3))
    best, sure = scores.argmax(axis=1), SOME.chances(scores).max(axis=1)
    return scores, np.eye(3, dtype=bool)[np.where(draw.random(texts) < sure, best, (best + 1) % 3)]


def test_what_made_the_answers_right_is_found_again() -> None:
    found = calibrate(*drawn(1, 40_000))

    scores, _ = drawn(2, 1_000)
    assert np.abs(found.chances(scores).max(axis=1) - SOME.chances(scores).max(axis=1)).max() < 0.03


def test_answers_are_right_as_often_as_they_say_where_a_softmax_claims_more() -> None:
    found = calibrate(*drawn(1, 20_000))

    scores, right = drawn(2, 20_000)
    hit = right[np.arange(len(right)), scores.argmax(axis=1)].tolist()
    softmax = np.exp(1.5 * scores) / np.exp(1.5 * scores).sum(axis=1, keepdims=True)
    assert calibration_error(reliability(found.chances(scores).max(axis=1).tolist(), hit)) < 0.015
    assert calibration_error(reliability(softmax.max(axis=1).tolist(), hit)) > 0.03


def test_the_order_of_the_scores_stays_and_the_chances_sum_to_one() -> None:
    scores = np.random.default_rng(3).normal(0.0, 3.0, (2_000, 3))
    for calibration in (SOME, Calibration(2.0, -3.0, 4.0, np.array([-5.0, 5.0, 0.0]))):
        chances = calibration.chances(scores)
        assert np.allclose(chances.sum(axis=1), 1.0)
        assert (chances.argsort(axis=1, kind="stable") == scores.argsort(axis=1, kind="stable")).all()


def test_one_text_reads_as_in_a_batch() -> None:
    scores = np.random.default_rng(4).normal(0.0, 3.0, (50, 3))
    together = SOME.chances(scores)
    assert all((SOME.chances(row) == of_row).all() for row, of_row in zip(scores, together, strict=True))


def test_scores_far_apart_and_equal_ones_are_numbers_still() -> None:
    chances = SOME.chances(np.array([[5_000.0, 0.0, -5_000.0], [0.0, 0.0, 0.0]]))
    assert np.isfinite(chances).all()
    assert chances[0, 0] > 0.99
    assert np.allclose(chances.sum(axis=1), 1.0)


def test_answers_that_were_all_right_are_no_reason_to_fail() -> None:
    scores = np.array([[3.0, 0.0], [0.0, 2.0], [1.0, 0.5]] * 4)
    right = np.array([[True, False], [False, True], [True, False]] * 4)
    assert (calibrate(scores, right).chances(scores).max(axis=1) > 0.5).all()
