"""The worst clause: found wherever it stands, not thinned by what stands around it."""

import numpy as np
import pytest

from classifier.danger import clause_features
from classifier.examples import Example, LabelledSignal
from classifier.model import Model
from classifier.tokenizer import Tokenizer
from classifier.training import dangerous_clauses
from classifier.wording import read_words

CALM = "双方因停车位发生争执，民警到场后双方均表示愿意协商，"


def _worst(model: Model, text: str) -> tuple[float, str]:
    reading = model.read(text)
    danger, number = model.danger.worst(reading.found, reading.letter_clauses)
    return danger, text[slice(*reading.wording.clause(number))]


def test_a_blow_sounds_worse_than_a_talk(model: Model) -> None:
    assert _worst(model, "对方一棍子抡在我头上")[0] > 0.5 > _worst(model, CALM)[0]


@pytest.mark.parametrize("before", [0, 1, 5])
def test_a_long_text_thins_no_clause(model: Model, before: int) -> None:
    alone = _worst(model, "对方一棍子抡在我头上")
    danger, clause = _worst(model, CALM * before + "对方一棍子抡在我头上，" + CALM * 5)
    assert clause == alone[1]
    assert danger == pytest.approx(alone[0])


def test_a_clauses_values_have_length_one(model: Model) -> None:
    reading = model.read("楼上漏水，说了不听，要打人")
    clause, indices, values = clause_features(reading.found, reading.letter_clauses, model.vectorizer.idf)
    assert len({(c, i) for c, i in zip(clause.tolist(), indices.tolist(), strict=True)}) == len(clause)
    np.testing.assert_allclose(np.bincount(clause, values**2), 1.0)


def test_a_text_without_known_words_has_no_danger(model: Model) -> None:
    reading = model.read("ⅣⅤ")
    assert model.danger.worst(reading.found, reading.letter_clauses) == (0.0, 0)


def test_marked_evidence_names_the_dangerous_clauses() -> None:
    text = "吵了几句，他打了我一拳，我没还手"
    wording = read_words(text, Tokenizer("rjieba"))
    hit = LabelledSignal("暴力", "成立", "打了我一拳")
    denied = LabelledSignal("暴力", "否认", "没还手")
    assert dangerous_clauses(Example(text, "邻里", risk="高", signals=(hit, denied)), wording) == {1}
    assert dangerous_clauses(Example(text, "邻里", risk="高", signals=(denied,)), wording) is None
    assert dangerous_clauses(Example(text, "邻里", risk="中", signals=(hit,)), wording) == frozenset()
