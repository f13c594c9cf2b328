"""What a training says and leaves: progress, a model, its card, and once more the same weights."""

import numpy as np
import pytest

from classifier.examples import Example, ExampleError
from classifier.model import Model
from classifier.model_card import cross_validated, model_card
from classifier.signals import SignalFinder
from classifier.training import Trained, grouped_folds, train, train_and_check
from tests.conftest import shipped, shipped_signals


@pytest.fixture(scope="module")
def told() -> list[tuple[float, str]]:
    """What `trained` said on the way."""
    return []


@pytest.fixture(scope="module")
def trained(told: list[tuple[float, str]]) -> Trained:
    """A model of every sixteenth row, with a lexicon that is read already: all the same, and short."""
    finder = shipped_signals()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SignalFinder, "shipped", lambda: finder)
        return train_and_check(lambda share, message: told.append((share, message)), shipped()[::16])


def _silent(_share: float, _message: str) -> None:
    pass


def test_progress_is_told_from_start_to_end(trained: Trained, told: list[tuple[float, str]]) -> None:
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert all(message for _, message in told)


def test_the_same_data_and_code_have_the_same_fingerprint_and_weights(trained: Trained) -> None:
    one, again = trained.model, train(_silent, shipped()[::16])
    assert one.fingerprint == again.fingerprint
    np.testing.assert_array_equal(one.dispute.scorer.weights, again.dispute.scorer.weights)
    np.testing.assert_array_equal(one.danger.weights, again.danger.weights)
    np.testing.assert_array_equal(one.risk.scorer.weights, again.risk.scorer.weights)


def test_other_rows_have_another_fingerprint(trained: Trained, model: Model) -> None:
    assert trained.model.fingerprint != model.fingerprint


def test_too_few_rows_are_refused_by_name() -> None:
    rows = [Example(f"第{i}条漏水", "邻里", risk="低") for i in range(5)] + [Example("欠薪", "劳动欠薪", risk="中")]
    with pytest.raises(ExampleError, match="劳动欠薪 1 条"):
        train(_silent, rows)


def test_rows_without_a_risk_are_refused() -> None:
    with pytest.raises(ExampleError, match="2 条没有 risk"):
        train(_silent, [Example("漏水", "邻里"), Example("漏水了", "邻里")])


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
    for sides in grouped_folds(rows):
        groups = [{rows[i].group for i in side} - {None} for side in sides]
        assert not groups[0] & groups[1]


def test_thresholds_keep_the_wanted_precision(trained: Trained) -> None:
    report = cross_validated(trained)
    assert report["dispute"]["accuracy_with_also_when_decided"] >= 0.85
    assert report["dispute"]["calibration_error"] <= 0.05
