"""Choosing what to label next, and how far a time has moved."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from classifier.drift import stability_index, training_profile, unseen
from classifier.model import Model
from classifier.selection import uncertain_and_diverse
from tests.conftest import shipped


def test_the_doubtful_first_but_not_twice_the_same() -> None:
    rows = csr_matrix([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    assert uncertain_and_diverse(rows, np.array([0.9, 0.8, 0.1]), 3) == [0, 2, 1]
    assert uncertain_and_diverse(rows, np.array([0.9, 0.8, 0.1]), 1) == [0]


def test_nothing_waiting_is_nothing_chosen() -> None:
    assert uncertain_and_diverse(csr_matrix((0, 5)), np.empty(0), 3) == []


def test_the_index_is_zero_for_the_same_and_grows_with_the_shift() -> None:
    half = {"邻里": 0.5, "消费": 0.5}
    assert stability_index(half, half) == 0
    little, much = {"邻里": 0.55, "消费": 0.45}, {"物业": 1.0}
    assert 0 < stability_index(half, little) < 0.1 < 0.25 < stability_index(half, much)


def test_other_words_are_unseen(model: Model) -> None:
    rows = shipped()[::40]
    ours = training_profile(model, rows)
    assert sum(ours.types.values()) == pytest.approx(1)
    assert ours.unseen < 0.9 < unseen(model, ["鹕鹱鹫鹬翅鸶鸷鹗羽鹈喙鹕翎"])
    assert unseen(model, []) == 0
