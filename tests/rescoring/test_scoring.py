"""Many at a time is one by one."""

from typing import Any

import pyarrow as pa
import pytest

from classifier.model import Model
from rules import Ruleset
from service.errors import InputError
from service.rescoring import columns as col
from service.rescoring.scoring import Scorer
from service.suggestion import ABSTAINED, Suggestion, suggest
from tests.conftest import shipped

COUNTS = "近90天重复次数"


def batch(texts: list[str | None], **others: list[object]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({col.TEXT: texts, **others})


def expected(suggestion: Suggestion) -> dict[str, Any]:
    """The columns of one suggestion, read from the whole of it."""
    read, decision = suggestion.assessment, suggestion.decision
    holding = dict.fromkeys(signal.name for signal in read.signals if signal.status == "成立")
    return {
        col.TYPE: read.dispute_type,
        col.SURE: pytest.approx(read.dispute_types[0].probability, abs=2e-6),
        col.SECOND_TYPE: read.dispute_types[1].name,
        col.RISK: pytest.approx(read.risk.score, abs=2e-6),
        col.LEVEL: read.risk.level,
        col.SIGNALS: "、".join(holding),
        col.DEPARTMENT: suggestion.department,
        col.CO_DEPARTMENTS: "、".join(suggestion.co_departments),
        col.COLOUR: decision.colour,
        col.BY_RULES: decision.department,
        col.MATCHED: "、".join(hit.id for hit in decision.matched),
        col.FLOOR: bool(decision.floor_rules),
        col.ABSTAINED: read.abstained,
        col.ADVICE: "\n".join(suggestion.advice),
        col.MODEL: read.model,
        col.RULESET: decision.ruleset,
        col.DAY: suggestion.day.isoformat(),
        col.ERROR: None,
    }


def test_many_at_once_are_answered_as_one_by_one(model: Model, ruleset: Ruleset) -> None:
    texts = [example.text for example in shipped()][::7]
    counts = [None if place % 3 else place % 5 for place in range(len(texts))]
    scored = Scorer(model, ruleset).score(batch(list(texts), **{COUNTS: counts})).to_pylist()
    for text, count, row in zip(texts, counts, scored, strict=True):
        known = {} if count is None else {COUNTS: count}
        assert row == expected(suggest(text, known, model=model, ruleset=ruleset)), text
    assert len({row[col.COLOUR] for row in scored}) == 3
    assert any(row[col.DEPARTMENT] == ABSTAINED for row in scored)


def test_the_order_of_batches_changes_no_answer(model: Model, ruleset: Ruleset) -> None:
    texts = [example.text for example in shipped()][:300]
    scorer = Scorer(model, ruleset)
    whole = scorer.score(batch(list(texts))).to_pylist()
    parts = [scorer.score(batch([*texts[start : start + 7]])).to_pylist() for start in range(0, 300, 7)]
    assert [row for part in parts for row in part] == whole


@pytest.mark.parametrize(
    ("text", "count", "said", "told"),
    [
        (None, None, None, "空的"),
        ("  ", None, None, "空的"),
        ("abc 123", None, None, "没有汉字"),
        ("打" * 10_001, None, None, "最多 10000 字"),
        ("楼上漏水", -4, None, COUNTS),
        ("楼上漏水", None, "第 7 行读不出来", "第 7 行读不出来"),
    ],
)
def test_a_bad_row_is_marked_in_its_place(
    model: Model, ruleset: Ruleset, text: str | None, count: int | None, said: str | None, told: str
) -> None:
    columns: dict[str, list[object]] = {COUNTS: [1, count, None], col.ERROR: [None, said, None]}
    first, bad, last = Scorer(model, ruleset).score(batch(["楼上漏水", text, "讨要工钱"], **columns)).to_pylist()
    assert told in bad.pop(col.ERROR)
    assert set(bad.values()) == {None}
    assert (first[col.ERROR], last[col.ERROR]) == (None, None)
    assert last[col.TYPE] == "劳动欠薪"


@pytest.mark.parametrize("name", ["凶器", "纠纷类型", "没有这一项"])
def test_a_column_that_is_no_known_fact_is_refused(model: Model, ruleset: Ruleset, name: str) -> None:
    with pytest.raises(InputError, match=name):
        Scorer(model, ruleset).score(batch(["楼上漏水"], **{name: [True]}))


def test_no_rows_are_no_rows(model: Model, ruleset: Ruleset) -> None:
    assert Scorer(model, ruleset).score(batch([]).cast(pa.schema([(col.TEXT, pa.string())]))).num_rows == 0
