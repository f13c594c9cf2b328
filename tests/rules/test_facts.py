"""Facts as the caller gives them."""

import pytest

from rules import FactError, parse_fact
from tests.rules.building import rule, ruleset_of

RULESET = ruleset_of(rule())


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"凶气": True}, "没有「凶气」这个事实，您是不是想写「凶器」？"),
        ({"凶器": "是"}, "「凶器」：值应当是真假值（是或否），收到的是 '是'，请传入真假值（是或否）"),
        ({"凶器": 1}, "「凶器」：值应当是真假值（是或否），收到的是 1，请传入真假值（是或否）"),
        ({"时刻": "9"}, "「时刻」：值应当是整数，收到的是 '9'，请传入整数"),
        ({"时刻": True}, "「时刻」：值应当是整数，收到的是 True，请传入整数"),
        ({"时刻": 24}, "「时刻」：24 超出范围，请写 0 到 23 之间的数"),
        ({"时刻": None}, "「时刻」：值应当是整数，收到的是 None，请传入整数"),
        ({"再发风险": float("nan")}, "「再发风险」：值应当是数，收到的是 nan，请传入数"),
        ({"再发风险": 1.001}, "「再发风险」：1.001 超出范围，请写 0 到 1 之间的数"),
        ({"纠纷类型": "邻居"}, "「纠纷类型」：没有「邻居」这个取值，您是不是想写「邻里」？"),
        ({"纠纷类型": ["邻里"]}, "「纠纷类型」：值应当是文字，收到的是 ['邻里']，请传入文字"),
        ({"描述": b"x"}, "「描述」：值应当是文字，收到的是 b'x'，请传入文字"),
    ],
)
def test_a_fact_that_does_not_fit_is_refused_in_words(facts: dict[str, object], message: str) -> None:
    with pytest.raises(FactError) as refused:
        RULESET.decide(facts)
    assert str(refused.value) == message
    with pytest.raises(FactError):
        RULESET.explain(facts)


def test_all_facts_that_do_not_fit_are_named_at_once() -> None:
    with pytest.raises(FactError, match=r"凶器.*；.*时刻"):
        RULESET.decide({"凶器": "是", "时刻": 99})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("凶器", "是", True),
        ("时刻", "3", 3),
        ("再发风险", "0.5", 0.5),
        ("纠纷类型", "邻里", "邻里"),
        ("描述", "1e3", "1e3"),
    ],
)
def test_a_fact_written_by_a_person_gets_its_declared_type(name: str, text: str, value: object) -> None:
    parsed = parse_fact(RULESET.facts, name, text)
    assert (parsed, type(parsed)) == (value, type(value))


@pytest.mark.parametrize(("name", "text"), [("凶气", "是"), ("凶器", "有"), ("时刻", "24"), ("再发风险", "1e-3")])
def test_a_fact_written_wrongly_is_refused(name: str, text: str) -> None:
    with pytest.raises(FactError, match=f"「{name}」"):
        parse_fact(RULESET.facts, name, text)


def test_a_number_a_hair_outside_is_inside_after_rounding() -> None:
    assert RULESET.decide({"再发风险": 1.00000001}).matched == ()


def test_what_the_rule_set_declares_can_be_asked() -> None:
    assert list(RULESET.facts)[:2] == ["纠纷类型", "再发风险"]
    assert RULESET.dispute_types == ("婚恋家庭", "邻里", "劳动欠薪", "非纠纷")
    assert RULESET.departments == ("街道矛调中心", "派出所", "妇联", "村(社区)")
    assert RULESET.colours == ("红", "黄", "蓝")
