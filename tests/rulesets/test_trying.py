"""The Test pane: one case under a draft that nothing has been proved of."""

import pytest

from service.errors import InputError, RefusedError
from service.rulesets.in_force import InForce
from service.rulesets.trying import Trying
from tests.rulesets.town import FILES, UNUSED, changed, town

DRUNK = ("  凶器: 是否\n", "  凶器: 是否\n  醉酒: 是否\n")
RED_IF_DRUNK = ("条件: {近90天重复次数: {至少: 3}}", "条件: {任一: [{近90天重复次数: {至少: 3}}, {醉酒: 是}]}")


@pytest.fixture
def trying() -> Trying:
    return Trying(InForce(town()), UNUSED)


def test_a_fact_that_only_the_draft_declares_can_be_tried(trying: Trying) -> None:
    draft = {name: changed(text, DRUNK, RED_IF_DRUNK) for name, text in FILES.items()}
    found = trying.explain_typed("", "醉酒＝是\n\n 纠纷类型 = 邻里", draft)
    assert found.decision.colour == "红"
    assert [(reason.field, reason.rules) for reason in found.reasons[:3]] == [
        ("接收部门", ("LL-001",)),
        ("协办部门", ()),
        ("预警颜色", ("YJ-002",)),
    ]
    with pytest.raises(InputError, match="没有「醉酒」这个事实"):
        trying.explain("", {"醉酒": True})


@pytest.mark.parametrize(("typed", "complaint"), [("醉酒", "名称=值"), ("凶器=也许", "不是「是」或「否」")])
def test_what_is_no_fact_is_said(trying: Trying, typed: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        trying.explain_typed("", typed, FILES)


def test_a_draft_with_errors_cannot_be_tried(trying: Trying) -> None:
    broken = {name: changed(text, ("条件: {凶器: 是}", "条件: {凶气: 是}")) for name, text in FILES.items()}
    with pytest.raises(RefusedError, match="还有 1 处错误"):
        trying.explain("", {}, broken)


def test_the_engine_keeps_away_from_a_draft(trying: Trying) -> None:
    assert trying.explain("", {}, FILES).decision.engine == "参考求值器"
