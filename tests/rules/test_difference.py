"""What a later rule set says otherwise, in words."""

import dataclasses
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.difference import Action, Change, Detail, Kind, differences, text_difference
from rules.rulebook import AllOf, AnyOf, Condition, HitPolicy, Not, Rule, Rulebook, in_deciding_order
from rules.schema import read_rulebook
from tests.rules.building import HEAD, rule
from tests.rules.random_rules import random_rulebook


def rulebook(*rules: str, head: str = HEAD) -> Rulebook:
    read, problems = read_rulebook({"ruleset.yaml": head, "rules.yaml": "".join(rules)})
    assert read is not None, problems
    return read


def changes(before: dict[str, str | None], after: dict[str, str | None]) -> list[Change]:
    return differences(rulebook(rule(**before)), rulebook(rule(**after)))


ONE_KEY: list[tuple[dict[str, str | None], Detail]] = [
    ({"名称": "持刀"}, Detail("名称", ("凶器",), ("持刀",))),
    ({"责任人": "妇联"}, Detail("责任人", ("派出所",), ("妇联",))),
    ({"状态": "试行"}, Detail("状态", ("启用",), ("试行",))),
    ({"优先级": "90"}, Detail("优先级", ("100",), ("90",))),
    ({"底线": "是"}, Detail("底线", ("否",), ("是",))),
    ({"失效": "2027-01-01"}, Detail("失效", (), ("2027-01-01",))),
    (
        {"条件": "{凶器: 是, 任一: [{家暴: 是}, {非: {时刻: {介于: [8, 20]}}}]}"},
        Detail("条件", ("凶器 是",), ("凶器 是", "任一", "  家暴 是", "  非", "    时刻 介于 8 和 20")),
    ),
    (
        {"结论": "{预警颜色: 黄, 协办部门: [妇联, 派出所]}"},
        Detail("结论", ("预警颜色：红",), ("协办部门：妇联、派出所", "预警颜色：黄")),
    ),
]


@pytest.mark.parametrize(("lines", "detail"), ONE_KEY, ids=lambda value: getattr(value, "key", ""))
def test_a_changed_key_is_said_with_before_and_after(lines: dict[str, str | None], detail: Detail) -> None:
    title = lines.get("名称") or "凶器"
    assert changes({}, lines) == [Change(Kind.RULE, Action.CHANGED, "T-1", title, (detail,))]


HIT, MISS = "{名: 中, 给定: {凶器: 是}, 期望: {命中: T-1}}", "{名: 不中, 给定: {}, 期望: {未命中: T-1}}"
NIGHT = "{名: 夜里, 给定: {凶器: 是, 时刻: 23}, 期望: {预警颜色: 红, 命中: T-1}}"


@pytest.mark.parametrize(
    ("tests", "detail"),
    [
        (
            [HIT, MISS, NIGHT],
            Detail("测试「夜里」", (), ("给定 凶器 是；时刻 23", "期望 预警颜色 红；命中 T-1")),
        ),
        (
            [HIT, MISS.replace("{}", "{家暴: 是}")],
            Detail("测试「不中」", ("给定 （空）", "期望 未命中 T-1"), ("给定 家暴 是", "期望 未命中 T-1")),
        ),
        ([MISS, HIT], Detail("测试的次序", ("测试「中」", "测试「不中」"), ("测试「不中」", "测试「中」"))),
    ],
    ids=["added", "changed", "moved"],
)
def test_tests_are_told_apart_by_their_names(tests: list[str], detail: Detail) -> None:
    [change] = changes({"测试": f"[{HIT}, {MISS}]"}, {"测试": f"[{', '.join(tests)}]"})
    assert change.details == (detail,)


def test_rules_added_and_removed_are_told_whole_in_the_order_of_their_numbers() -> None:
    found = differences(rulebook(rule("T-1"), rule("T-2")), rulebook(rule("T-3"), rule("T-2")))
    assert [(change.action, change.name) for change in found] == [("删除", "T-1"), ("新增", "T-3")]
    assert all(detail.after == () for detail in found[0].details)
    assert Detail("条件", (), ("凶器 是",)) in found[1].details


@pytest.mark.parametrize(
    ("written", "instead", "change"),
    [
        ("规则集: 测试镇", "规则集: 新镇", (Kind.RULESET, Action.CHANGED, "新镇", "名称", ("测试镇",), ("新镇",))),
        ("家暴: 是否", "醉酒: 是否\n  家暴: 是否", (Kind.FACT, Action.ADDED, "醉酒", "类型", (), ("是否",))),
        ("  已化解: 是否\n", "", (Kind.FACT, Action.REMOVED, "已化解", "类型", ("是否",), ())),
        ("[0, 23]", "[0, 24]", (Kind.FACT, Action.CHANGED, "时刻", "范围", ("0 到 23",), ("0 到 24",))),
        ("同 接收部门", "[妇联]", (Kind.DECISION, Action.CHANGED, "协办部门", "取值",
                                  ("同 接收部门",), ("取值 妇联",))),
        ("缺省: 蓝", "缺省: 黄", (Kind.DECISION, Action.CHANGED, "预警颜色", "缺省", ("蓝",), ("黄",))),
    ],
)  # fmt: skip
def test_the_head_is_compared_too(written: str, instead: str, change: tuple[object, ...]) -> None:
    [found] = differences(rulebook(rule()), rulebook(rule(), head=HEAD.replace(written, instead)))
    [detail] = found.details
    assert (found.kind, found.action, found.name, detail.key, detail.before, detail.after) == change


def test_moves_between_files_order_and_layout_are_no_change() -> None:
    one, _ = read_rulebook({"ruleset.yaml": HEAD, "a.yaml": rule("T-1") + rule("T-2")})
    other, _ = read_rulebook({"head.yml": HEAD + "规则:\n" + rule("T-2"), "b.yaml": "# 注释\n" + rule("T-1")})
    assert one is not None
    assert other is not None
    assert differences(one, other) == []


def test_one_word_with_a_comma_reads_otherwise_than_two_words() -> None:
    [change] = changes({"条件": "{描述: {含任一: [砍、杀]}}"}, {"条件": "{描述: {含任一: [砍, 杀]}}"})
    assert change.details == (Detail("条件", ('描述 含任一 "砍、杀"',), ("描述 含任一 砍、杀",)),)


def test_the_text_difference_names_the_files() -> None:
    before, after = {"a.yaml": "甲: 1\n乙: 2\n", "b.yaml": "丙\n"}, {"a.yaml": "甲: 1\n乙: 3\n", "c.yaml": "丙\n"}
    assert text_difference(before, after).splitlines() == [
        "--- 旧/a.yaml", "+++ 新/a.yaml", "@@ -1,2 +1,2 @@", " 甲: 1", "-乙: 2", "+乙: 3",
        "--- 旧/b.yaml", "+++ 新/b.yaml", "@@ -1 +0,0 @@", "-丙",
        "--- 旧/c.yaml", "+++ 新/c.yaml", "@@ -0,0 +1 @@", "+丙",
    ]  # fmt: skip
    assert text_difference(before, before) == ""


def _nested(condition: Condition) -> Condition:
    return AllOf((condition,), condition.place)


def _mutations(random: Random, book: Rulebook) -> Rulebook:
    """The rule set, or one that differs from it in one small thing, or in its order only."""
    rules = list(book.rules)
    at = random.randrange(len(rules))
    one: Rule = rules[at]
    condition = one.condition
    changed: list[Rule] = [
        one,
        dataclasses.replace(one, condition=_nested(condition)),
        dataclasses.replace(one, condition=Not(condition, condition.place)),
        dataclasses.replace(one, condition=AnyOf((condition, condition), condition.place)),
        dataclasses.replace(one, condition=random.choice(rules).condition),
        dataclasses.replace(one, conclusion=dict(reversed(one.conclusion.items()))),
        dataclasses.replace(one, conclusion=random.choice(rules).conclusion),
        dataclasses.replace(one, tests=one.tests[::-1]),
        dataclasses.replace(one, tests=(*one.tests, one.tests[0])),
        dataclasses.replace(one, place=random.choice(rules).place),
        dataclasses.replace(one, floor=not one.floor),
    ]
    rules[at] = random.choice(changed)
    fields = dict(book.fields)
    if random.random() < 0.2:
        fields["接收部门"] = dataclasses.replace(fields["接收部门"], policy=random.choice(list(HitPolicy)))
    facts = dict(random.sample(list(book.facts.items()), len(book.facts)))
    return dataclasses.replace(book, rules=in_deciding_order(rules), fields=fields, facts=facts)


@settings(max_examples=200, deadline=None)
@given(random=st.randoms(use_true_random=False))
def test_nothing_differs_exactly_where_the_content_hash_is_the_same(random: Random) -> None:
    before, _ = random_rulebook(random, rules=3)
    after = _mutations(random, before) if before.rules else before
    found = differences(before, after)
    assert (found == []) == (before.content_hash == after.content_hash)
    assert [change.name for change in differences(after, before)] == [change.name for change in found]
