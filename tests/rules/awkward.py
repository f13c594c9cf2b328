"""Rule sets with texts that YAML and Excel like to take for something else, in every place for a text."""

import datetime
from dataclasses import replace
from random import Random

from rules.rulebook import AllOf, Compare, DecisionField, HitPolicy, Operator, Rule, Rulebook, Status
from rules.schema_condition import DEEPEST
from rules.vocabulary import Choice, Text, YesNo
from rules.writing import levels

AWKWARD = [
    "是", "否", "null", "~", "1e3", "2026-01-01", "007", "-", "- 甲", "-5", "=1+1", "+86", "@甲", "'", "'=甲", "''",
    '"', "甲: 乙", "甲:乙", "键:", "#甲", "甲 # 乙", "甲、乙，丙", "{甲}", "[乙]", "甲, 乙", "*甲", "&甲", "!甲", "%甲",
    "|", ">", "`甲", "? 甲", "---", "...", "：，。；（）「」", "甲；乙", "（甲）", "村(社区)", "甲）", "（空）",
    "「甲」", "」", "至少 2", "大于等于 3", "全部（甲）", "非", "任一（", "22 和 23", "甲\n乙", "甲\n\n  乙\n丙",
    "甲\t乙", "\\n", "🔪", "_x000D_", "甲 乙", "甲　乙", "a" * 200, "甲" * 70,
    "凶器：是", "凶器:是", "至少2", "至少：2", "至少： 2", ">=3", "≥ 3", "不少于 2", "包含 甲", "并且", "或",
    "不是 甲", "是；否", "［甲］", "｛甲：乙｝", "“甲”", "甲,乙", "甲， 乙", "，", "—甲", "//甲", "１２", "没有", "3次",
]  # fmt: skip


def awkwardly(random: Random, rulebook: Rulebook) -> Rulebook:
    """The same rules with texts that YAML and Excel like to take for something else, in every place for a text."""

    def one() -> str:
        return "".join(random.choice(AWKWARD) for _ in range(random.choice([1, 1, 1, 2]))).strip()

    def some() -> tuple[str, ...]:
        return tuple(dict.fromkeys(one() for _ in range(random.randint(1, 4))))

    words = tuple(dict.fromkeys([*some(), *some()]))
    names = [f"事实{one()}", f"{one()}某", f"甲 {one()}"]
    facts = rulebook.facts | {names[0]: Choice(words, words[0]), names[1]: YesNo(), names[2]: Text()}
    values = rulebook.fields["接收部门"].values or ()
    departments = tuple(dict.fromkeys([*values, *some()]))
    lead = DecisionField("接收部门", HitPolicy.FIRST, departments, departments[0])
    union = HitPolicy.UNION
    helpers = DecisionField("协办部门", union, departments, None, same_as="接收部门")
    note = f"附注{one()}"
    fields = {**rulebook.fields, "接收部门": lead, "协办部门": helpers}
    fields |= {
        "提示": DecisionField("提示", union, None, None),
        note: DecisionField(note, HitPolicy.FIRST, None, one()),
    }

    def rule(said: Rule) -> Rule:
        place = said.place
        parts = (
            said.condition,
            Compare(names[0], random.choice([Operator.ONE_OF, Operator.NONE_OF]), words[:2], place),
            Compare(names[0], Operator.EQUALS, words[-1:], place),
            Compare(names[2], Operator.CONTAINS_ANY, some(), place),
        )
        choices = [parts[:2], parts[1:], parts] if levels(said.condition) < DEEPEST else [parts[1:]]
        given = {names[0]: random.choice(words), names[1]: True, names[2]: one(), "描述": one()}
        first, *others = said.tests
        expected = {"提示": some(), "协办部门": (), note: (one(),), "接收部门": departments[-1:]}
        first = replace(first, name=one(), given=given, expected=expected)
        return replace(
            said,
            title=one(), owner=one(), basis=one(), reason=one(),
            floor=random.random() < 0.3,
            effective=random.choice([None, datetime.date(2026, 1, 1)]),
            expires=random.choice([None, datetime.date(2030, 12, 31)]),
            status=random.choice(list(Status)),
            condition=AllOf(random.choice(choices), place),
            conclusion=said.conclusion | {"协办部门": departments[-2:], "提示": some(), note: (one(),)},
            tests=(first, *others, replace(first, given={}, expected={"提示": ()})),
        )  # fmt: skip

    changed = replace(rulebook, name=one(), description=one(), facts=facts, fields=fields)
    return replace(changed, rules=tuple(map(rule, rulebook.rules)))
