"""From a person's choice to a reviewed row to a model that knows it; and weeks held against the training data."""

import json
from pathlib import Path

import pytest

from classifier.examples import ExampleError
from service.accounts.model import LOCAL
from service.intake.actions import Intake
from service.intake.model import Proposal
from service.learning import reviewed
from service.learning.actions import to_review, weekly_drift
from service.learning.model import review_problem, week_of
from tests.conftest import shipped

LEAK = "楼上阳台的花盆托盘总往我家被子上滴泥水，说了两回她都说马上挪"
WAGES = "在砖厂码了四十天窑，厂长说等卖了砖再算工钱，砖卖光了人不接电话"


def _decide(desk: Intake, text: str, kind: str | None = None) -> None:
    kept = desk.suggest(text, {}, "页面")
    if kind is None:
        desk.choose(kept.id, Proposal(accepted=True, person="民警甲"))
    else:
        desk.choose(kept.id, Proposal(accepted=False, person="民警甲", reason="看过现场", dispute_type=kind))


def test_only_what_a_person_decided_waits_for_review(desk: Intake) -> None:
    desk.suggest("没有人办理的一条，邻居占了车位", {}, "页面")
    _decide(desk, LEAK)
    assert [one.text for one in to_review(desk.database, LOCAL, desk.model, [], 10)] == [LEAK]


def test_what_was_overruled_comes_first(desk: Intake) -> None:
    _decide(desk, LEAK)
    _decide(desk, WAGES, "消费")
    first, second = to_review(desk.database, LOCAL, desk.model, [], 10)
    assert (first.text, first.chosen_type, first.doubt) == (WAGES, "消费", 1.0)
    assert second.text == LEAK
    assert len(to_review(desk.database, LOCAL, desk.model, [], 1)) == 1


def test_what_is_reviewed_waits_no_longer(desk: Intake, tmp_path: Path) -> None:
    _decide(desk, LEAK)
    file = tmp_path / "reviewed.jsonl"
    reviewed.append(file, {"text": LEAK, "dispute_type": "邻里", "risk": "低", "reviewed_by": "审阅人"})
    rows = reviewed.read(file)
    assert [(row.text, row.dispute_type) for row in rows] == [(LEAK, "邻里")]
    assert to_review(desk.database, LOCAL, desk.model, rows, 10) == []


def test_rows_without_a_risk_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "reviewed.jsonl"
    assert reviewed.read(file) == []
    reviewed.append(file, {"text": LEAK, "dispute_type": "邻里"})
    with pytest.raises(ExampleError, match="1 条没有 risk"):
        reviewed.read(file)


def test_a_label_must_be_a_known_type() -> None:
    types = ("邻里", "物业")
    assert review_problem({"dispute_type": "邻里", "also": None}, types) is None
    assert review_problem({"dispute_type": "领里", "also": None}, types) == "没有“领里”这个纠纷类型"
    assert review_problem({"dispute_type": "邻里", "also": "邻里"}, types) == "第二类型不能与第一类型相同"


def test_a_week_is_chinas(desk: Intake) -> None:
    assert week_of("2026-03-01T15:59:59.000Z") == "2026-W09"
    assert week_of("2026-03-01T16:00:00.000Z") == "2026-W10"


def test_drift_tells_a_week_of_one_kind_from_the_training_data(desk: Intake) -> None:
    for text in (LEAK, LEAK + "，今天又滴", WAGES):
        desk.suggest(text, {}, "页面")
    _decide(desk, WAGES + "，问谁都推", "消费")
    (week,) = weekly_drift(desk.database, LOCAL, desk.model, shipped(), 4)
    assert (week.count, week.decided, week.overruled) == (4, 1, 1.0)
    assert week.type_shift > 0.25
    assert 0 <= week.unseen < 1
    assert json.dumps(week.week)


def test_drift_of_nothing_is_nothing(desk: Intake) -> None:
    assert weekly_drift(desk.database, LOCAL, desk.model, shipped(), 4) == []
