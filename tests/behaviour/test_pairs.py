"""Minimal pairs: two texts that differ in one fact, and the graver must score higher."""

from pathlib import Path

import pytest
import yaml

from classifier.assessment import RISK_LEVELS
from classifier.model import Model

PAIRS = yaml.load((Path(__file__).parent / "pairs.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)


@pytest.mark.parametrize(("graver", "calmer"), PAIRS)
def test_the_graver_scores_higher(model: Model, graver: str, calmer: str) -> None:
    high, low = model.classify(graver).risk, model.classify(calmer).risk
    assert high.score > low.score
    assert RISK_LEVELS.index(high.level) > RISK_LEVELS.index(low.level)
