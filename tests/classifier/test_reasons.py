"""Every score comes apart into words, signals and clauses that add up to it exactly."""

import json
import math

import pytest

from classifier.assessment import Reasons
from classifier.examples import lines_in, shipped_rows
from classifier.model import Model
from classifier.reasons import reasons, signal_parts

TEXTS = [json.loads(line)["text"] for line in list(lines_in(shipped_rows()))[::60]]


def _sum(found: Reasons) -> float:
    return found.bias + sum(part.weight for part in found.parts) + found.rest


@pytest.mark.parametrize("text", [*TEXTS, "漏", "110", "她 家 漏 水 三 年 了 没 人 管", "东风村"])
def test_type_reasons_add_up_to_the_score_of_the_first_type(model: Model, text: str) -> None:
    read = model.classify(text)
    scores = model.dispute.scorer.scores(model.read(text).row) + model.dispute.of_signals(read.present())
    score = scores[model.dispute.labels.index(read.dispute_type)]
    assert read.type_reasons.score == pytest.approx(score, abs=1e-9)
    assert _sum(read.type_reasons) == pytest.approx(score, abs=1e-9)


@pytest.mark.parametrize("text", [*TEXTS, "丈夫持刀威胁妻子", "漏", "110"])
def test_risk_reasons_add_up_to_the_log_odds_of_high(model: Model, text: str) -> None:
    read = model.classify(text)
    assert _sum(read.risk_reasons) == pytest.approx(math.log(read.risk.high / (1 - read.risk.high)), abs=1e-6)


def test_words_are_shown_as_typed(model: Model) -> None:
    read = model.classify("老婆嫌她妈管得寬，两口子吵着要离婚")
    for part in (*read.type_reasons.parts, *read.risk_reasons.parts):
        if part.kind in ("词", "险句"):
            assert part.name in read.text


def test_the_words_of_the_matter_speak_for_it(model: Model) -> None:
    read = model.classify("楼上漏水，把我家天花板泡了")
    assert read.dispute_type == "邻里"
    assert {"楼上", "漏水"} <= {part.name for part in read.type_reasons.parts if part.weight > 0}


def test_a_signal_speaks_for_a_type_too(model: Model) -> None:
    read = model.classify("两人在路边争执，男子一拳把对方鼻梁打断了")
    assert read.dispute_type == "人身伤害"
    assert {"暴力"} <= {part.name for part in read.type_reasons.parts if part.kind == "信号" and part.weight > 0}


def test_the_worst_clause_is_named(model: Model) -> None:
    read = model.classify("两家为了排水沟吵了几句，对方抄起铁锹拍了我爸后背，后来散了")
    clauses = [part for part in read.risk_reasons.parts if part.kind == "险句"]
    assert [part.name for part in clauses] == ["对方抄起铁锹拍了我爸后背"]


def test_what_is_not_shown_stays_in_the_rest() -> None:
    found = reasons(0.5, signal_parts((f"信号{number}", number / 10) for number in range(1, 21)))
    assert len(found.parts) == 12
    assert [part.weight for part in found.parts] == sorted((part.weight for part in found.parts), reverse=True)
    assert found.score == pytest.approx(0.5 + sum(range(1, 21)) / 10)
    assert found.rest == pytest.approx(sum(range(1, 9)) / 10)
