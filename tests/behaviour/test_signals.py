"""The behaviour table of the risk signals: every row of `signals.yaml` must read as written there."""

from pathlib import Path

import pytest
import yaml

from tests.conftest import shipped_signals

CASES = yaml.load((Path(__file__).parent / "signals.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)


def test_no_text_twice_for_one_signal() -> None:
    pairs = [(text, name) for text, name, _ in CASES]
    assert len(pairs) == len(set(pairs)) >= 300


@pytest.mark.parametrize(("text", "name", "status"), CASES)
def test_signal(text: str, name: str, status: str) -> None:
    assert name in shipped_signals().names
    found = {signal.status for signal in shipped_signals().find(text) if signal.name == name}
    if status == "不成立":
        assert "成立" not in found
    elif status == "成立":
        assert "成立" in found
    else:
        assert status in found
        assert "成立" not in found
