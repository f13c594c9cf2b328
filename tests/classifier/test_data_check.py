"""What the checker finds in rows, on sets small enough to see."""

import pytest

from classifier.data_check import agreement, check_rows, distribution, kappa, skeleton
from classifier.examples import Example, Label, parse_examples

LEAK = "楼上老周家的洗衣机管子脱了，水漫下来把我新贴的墙纸泡起泡了"


def _kinds(rows: list[Example], **held_out: list[Example]) -> list[str]:
    return [finding.kind for finding in check_rows(rows, held_out) if finding.kind != "样本太少"]


def test_a_near_copy_is_found_whatever_its_punctuation() -> None:
    copy = LEAK.replace("，", " ").replace("新贴", "刚贴")
    assert _kinds([Example(LEAK, "邻里", risk="低"), Example(copy, "邻里", risk="低")]) == ["近似"]


def test_near_copies_with_other_labels_are_a_conflict() -> None:
    assert _kinds([Example(LEAK, "邻里", risk="低"), Example(LEAK + "。", "物业", risk="低")]) == ["近似", "标注冲突"]


def test_rows_of_one_group_may_be_alike() -> None:
    rows = [Example(LEAK, "邻里", risk="低", group="a"), Example(LEAK + "了", "邻里", risk="中", group="a")]
    assert _kinds(rows) == []
    assert _kinds([*rows, Example(LEAK + "的", "邻里", risk="低", group="b")]) != []


def test_a_near_copy_of_a_held_out_text_is_found() -> None:
    held_out = [Example("别的事", ""), Example("报警人说" + LEAK, "")]
    (finding,) = [f for f in check_rows([Example(LEAK, "邻里", risk="低")], {"考题": held_out}) if f.second >= 0]
    assert (finding.kind, finding.first, finding.second) == ("与检验文件近似", 0, 1)
    assert "考题" in finding.message


def test_different_texts_are_no_finding() -> None:
    assert _kinds([Example(LEAK, "邻里", risk="低"), Example("老板拖了三个月工资", "劳动欠薪", risk="低")]) == []


def test_thin_types_are_named() -> None:
    assert [f.message for f in check_rows([Example(LEAK, "邻里", risk="低")])] == ["邻里 只有 1 条，至少要 150 条"]


def test_names_and_numbers_do_not_hide_a_skeleton() -> None:
    one, other = "王某报称3月2日被人打伤后住院治疗十天", "李某某报称12月25日被人打伤后住院治疗三天"
    assert skeleton(one) == skeleton(other)
    spread = distribution([Example(one, "人身伤害", risk="高"), Example(other, "人身伤害", risk="高")])
    assert spread["shared_skeletons"] == 1.0


def test_the_distribution_counts_by_type_risk_and_voice() -> None:
    spread = distribution(
        [Example("漏水", "邻里", risk="低", voice="短记"), Example("欠薪了", "劳动欠薪", "债务合同", "中", "短记")]
    )
    assert spread["types"] == {"劳动欠薪": {"中": 1}, "邻里": {"低": 1}}
    assert spread["voices"] == {"短记": {"低": 1, "中": 1}}
    assert (spread["also"], spread["lengths"]["longest"], spread["agreement"]) == (1, 3, None)


def test_agreement_is_of_first_and_second_labels() -> None:
    def row(first: str, second: str, also: str | None = None) -> Example:
        return Example("文", first, first=Label(first, None, "低"), second=Label(second, also, "低"))

    found = agreement([row("邻里", "邻里"), row("物业", "邻里", "物业"), row("消费", "邻里"), row("消费", "消费")])
    assert found is not None
    assert (found["rows"], found["types"], found["types_with_also"], found["risk"]) == (4, 0.5, 0.75, 1.0)
    assert (found["adjudicated_type"], found["adjudicated_risk"]) == (2, 0)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [([("a", "a"), ("b", "b")], 1.0), ([("a", "b"), ("b", "a")], -1.0), ([("a", "a"), ("a", "a")], 1.0)],
)
def test_kappa(pairs: list[tuple[str, str]], expected: float) -> None:
    assert kappa(pairs) == pytest.approx(expected)


def test_a_row_carries_both_labels() -> None:
    line = (
        '{"text": "水漏了", "dispute_type": "邻里", "risk": "低", "first": {"dispute_type": "物业", "risk": "低"},'
        ' "second": {"dispute_type": "邻里", "also": "物业", "risk": "低", "signals": ["受伤"]}}'
    )
    (row,) = parse_examples([line], "表")
    assert row.first == Label("物业", None, "低", frozenset())
    assert row.second == Label("邻里", "物业", "低", frozenset({"受伤"}))
