"""The card says what the training measured, in figures that can be checked against it."""

import pytest

from classifier.model_card import cross_validated, model_card
from classifier.training import Trained, grouped_folds, train_and_check
from tests.conftest import shipped


@pytest.fixture(scope="module")
def trained() -> Trained:
    """A model of every eighth row: the card is the same, the training short."""
    return train_and_check(lambda _share, _message: None, shipped()[::16])


def test_the_card_names_the_model_and_its_figures(trained: Trained) -> None:
    card, report = model_card(trained), cross_validated(trained)
    assert card.startswith(f"# 模型 {trained.model.fingerprint}\n")
    assert f"纠纷类型 {report['dispute']['accuracy']:.3f}（" in card
    assert f"{len(trained.rows)} 条专门写成并标注的样本" in card
    for name in (*trained.model.dispute.labels, *trained.model.signals.names):
        assert f"| {name} |" in card


def test_figures_are_of_models_that_had_not_seen_the_row(trained: Trained) -> None:
    report = cross_validated(trained)
    seen = [trained.model.classify(row.text).dispute_type == row.dispute_type for row in trained.rows]
    assert report["dispute"]["accuracy"] < sum(seen) / len(seen)


def test_rows_of_one_group_are_never_on_both_sides() -> None:
    rows = [row for row in shipped() if row.group or hash(row.text) % 20 == 0]
    for train, test in grouped_folds(rows):
        groups = [{rows[i].group for i in side} - {None} for side in (train, test)]
        assert not groups[0] & groups[1]


def test_thresholds_keep_the_wanted_precision(trained: Trained) -> None:
    report = cross_validated(trained)
    assert report["dispute"]["accuracy_with_also_when_decided"] >= 0.85
    assert report["dispute"]["calibration_error"] <= 0.05
