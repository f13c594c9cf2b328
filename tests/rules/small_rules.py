"""Random rule sets in a language so small that all its cases can be gone through, and what is true of them.

The oracle uses the reference evaluator and the definitions of the findings, and nothing of the analysis.
"""

import datetime
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from rules.decision import conclude
from rules.reference import ReferenceEvaluator
from rules.rulebook import HitPolicy, Rule, Rulebook, Status
from rules.schema import read_rulebook
from rules.vocabulary import Value, show

TODAY = datetime.date(2026, 3, 2)
DATES = [datetime.date(2026, 3, day) for day in (1, 2, 3, 5)]
DAYS = [datetime.date(2026, 3, day) for day in range(2, 8)]
HEAD: dict[str, Any] = {
    "规则集": "小",
    "事实": {
        "纠纷类型": {"取值": ["邻里", "消费", "物业"], "缺省": "邻里"},
        "凶器": "是否",
        "次数": {"整数": ["0", "3"], "缺省": "1"},
        "把握": {"范围": ["0", "0.0002"], "缺省": "0"},
        "描述": "文本",
    },
    "决策": {
        "接收部门": {"命中方式": "取首条", "缺省": "甲", "取值": ["甲", "乙", "丙"]},
        "协办部门": {"命中方式": "全部", "取值": "同 接收部门"},
        "预警颜色": {"命中方式": "取最重", "缺省": "蓝", "取值": ["红", "黄", "蓝"]},
    },
}
WORDS = ["打", "砸", "打砸"]
VALUES: dict[str, list[Value]] = {
    "纠纷类型": ["邻里", "消费", "物业"],
    "凶器": [False, True],
    "次数": [0, 1, 2, 3],
    "把握": [0.0, 0.0001, 0.0002],
    # Every set of words that a text can hold: 打砸 holds 打 and 砸.
    "描述": ["", "打", "砸", "打，砸", "打砸"],
}


def small_rulebook(random: Random, rules: int, *, colour: str = "蓝", priorities: int = 3) -> Rulebook | None:
    """None where two rules differ in nothing but what they conclude, which is refused when rules are loaded."""
    said = [_rule(random, f"R-{number}", priorities) for number in range(rules)]
    head = {**HEAD, "决策": {**HEAD["决策"], "预警颜色": {**HEAD["决策"]["预警颜色"], "缺省": colour}}}
    texts = {"head.yaml": head, "rules.yaml": said}
    rulebook, problems = read_rulebook({name: json.dumps(text, ensure_ascii=False) for name, text in texts.items()})
    assert {problem.code for problem in problems} <= {"R049"}, problems
    return rulebook


def _rule(random: Random, name: str, priorities: int) -> dict[str, Any]:
    conclusion: dict[str, Any] = {"预警颜色": random.choice("红黄蓝")}
    if random.random() < 0.6:
        conclusion["接收部门"] = random.choice("甲乙丙")
    if random.random() < 0.3:
        conclusion["协办部门"] = random.sample("甲乙丙", random.randint(1, 2))
    if random.random() < 0.3:
        del conclusion["预警颜色"]
    first, last = sorted(random.sample(DATES, 2))
    dates = random.choice([{}, {}, {}, {"生效": first}, {"失效": last}, {"生效": first, "失效": last}])
    return {
        "编号": name,
        "名称": "随机",
        "责任人": "甲",
        "依据": "乙",
        "状态": random.choice(["启用"] * 6 + ["试行", "停用"]),
        "优先级": str(random.randint(1, priorities)),
        "底线": "是" if "预警颜色" in conclusion and random.random() < 0.3 else "否",
        **{key: str(date) for key, date in dates.items()},
        "条件": _condition(random),
        "结论": conclusion or {"接收部门": "乙"},
        "理由": "丙",
        "测试": [
            {"名": "中", "给定": {}, "期望": {"命中": name}},
            {"名": "不中", "给定": {}, "期望": {"未命中": name}},
        ],
    }


def _condition(random: Random, depth: int = 0) -> dict[str, Any]:
    if depth < 3 and random.random() < 0.35:
        word = random.choice(["全部", "任一", "非"])
        if word == "非":
            return {word: _condition(random, depth + 1)}
        return {word: [_condition(random, depth + 1) for _ in range(random.randint(1, 2))]}
    facts = random.sample(list(VALUES), random.choice([1, 1, 2]))
    return {fact: _comparison(random, fact) for fact in facts}


def _comparison(random: Random, fact: str) -> Any:
    if fact == "描述":
        return {random.choice(["含任一", "含全部", "均不含"]): random.sample(WORDS, random.randint(1, 3))}
    if fact == "凶器":
        return random.choice(["是", "否"])
    values = list(map(show, VALUES[fact]))
    if fact == "纠纷类型":
        return random.choice([values[0], {random.choice(["属于", "不属于"]): random.sample(values, 2)}])
    one, other = sorted(random.sample(values, 2), key=float)
    operator = random.choice(["至少", "至多", "大于", "小于"])
    return random.choice([one, {operator: one}, {operator: other}, {"介于": [one, other]}, {"属于": [one, other]}])


@dataclass(frozen=True)
class Truth:
    """What is true of a small rule set, by going through all its cases on every day from today on."""

    rulebook: Rulebook

    @cached_property
    def active(self) -> list[Rule]:
        return [rule for rule in self.rulebook.rules if rule.status is Status.ACTIVE]

    @cached_property
    def matching(self) -> list[tuple[datetime.date, Mapping[str, Value], frozenset[str]]]:
        """Every day with the numbers of the rules whose condition holds, in force or not.

        Of the cases of one type in which the same rules hold, one stands for all.
        """
        rules = self.rulebook.rules
        reference = ReferenceEvaluator(rules, self.rulebook.facts)
        held: dict[tuple[Value, frozenset[str]], Mapping[str, Value]] = {}
        for values in itertools.product(*VALUES.values()):
            case = dict(zip(VALUES, values, strict=True))
            names = frozenset(rules[index].id for index in reference.matches(case))
            held.setdefault((case["纠纷类型"], names), case)
        return [(day, case, names) for day in DAYS for (_, names), case in held.items()]

    @cached_property
    def decided(self) -> list[tuple[datetime.date, Mapping[str, Value], list[Rule]]]:
        """Every case on every day, with the rules that decide it, in deciding order."""
        return [
            (day, case, [rule for rule in self.active if rule.id in names and rule.in_force(day)])
            for day, case, names in self.matching
        ]

    def contradictions(self) -> set[tuple[str, ...]]:
        possible = frozenset(name for _, _, names in self.matching for name in names)
        return {
            (rule.id,)
            for rule in self.rulebook.rules
            if rule.status is not Status.RETIRED and not (rule.expires and rule.expires < TODAY)
            if rule.id not in possible
        }

    def shadowed(self) -> set[str]:
        seen: dict[str, bool] = {}
        for _, _, matched in self.decided:
            for rule in matched:
                seen[rule.id] = seen.get(rule.id, True) and self.is_vain(rule, matched)
        return {name for name, vain in seen.items() if vain}

    def is_vain(self, rule: Rule, matched: Iterable[Rule]) -> bool:
        """Whether all that the rule says has been said, or is outweighed, by the others that match."""
        matched = list(matched)
        earlier = list(itertools.takewhile(lambda other: other is not rule, matched))
        others = [other for other in matched if other is not rule]
        return all(self._said_already(name, value, rule, earlier, others) for name, value in _said(rule))

    def _said_already(self, name: str, value: str, rule: Rule, earlier: list[Rule], others: list[Rule]) -> bool:
        field = self.rulebook.fields[name]
        if field.policy is HitPolicy.FIRST:
            return any(name in other.conclusion for other in earlier)
        if field.policy is HitPolicy.UNION:
            return any(value in other.conclusion.get(name, ()) for other in earlier)
        weight = {colour: number for number, colour in enumerate(field.values or ())}
        return any(
            weight[other.conclusion[name][0]] < weight[value]
            or (other.conclusion[name][0] == value and other in earlier)
            for other in others
            if name in other.conclusion and (other.floor or not rule.floor)
        )

    def conflicts(self) -> set[tuple[str, ...]]:
        found: set[tuple[str, ...]] = set()
        for _, _, matched in self.decided:
            speaking = [rule for rule in matched if "接收部门" in rule.conclusion]
            top = [rule for rule in speaking if rule.priority == speaking[0].priority]
            for one, other in itertools.combinations(top, 2):
                if one.conclusion["接收部门"] != other.conclusion["接收部门"]:
                    found.add((other.id, one.id))
        return found

    def days_without_red(self) -> list[datetime.date]:
        if self.rulebook.fields["预警颜色"].default == "红":
            return []
        red = ("预警颜色", "红")
        with_red = {day for day, _, matched in self.decided if any(red in _said(rule) for rule in matched)}
        return [day for day in DAYS if day not in with_red]

    def floors_with_a_gap(self) -> set[tuple[str, ...]]:
        both = list(zip(self.matching, self.decided, strict=True))
        return {
            (rule.id,)
            for rule in self.active
            if rule.floor and rule.expires
            for (day, _, names), (_, _, matched) in both
            if rule.id in names and day > rule.expires and self.lighter(matched, rule.conclusion["预警颜色"][0])
        }

    def lighter(self, matched: list[Rule], colour: str) -> bool:
        return "红黄蓝".index(conclude(self.rulebook.fields, matched)["预警颜色"][0]) > "红黄蓝".index(colour)

    def expired_reds(self) -> set[tuple[str, ...]]:
        over = {(rule.id,) for rule in self.active if rule.expires and rule.expires < TODAY}
        return {(rule.id,) for rule in self.active if ("预警颜色", "红") in _said(rule)} & over

    def unused_departments(self) -> set[str]:
        decisions = [conclude(self.rulebook.fields, matched) for _, _, matched in self.decided]
        used = {value for values in decisions for value in (*values["接收部门"], *values["协办部门"])}
        return {"乙", "丙"} - used

    def types_without_receiver(self) -> set[str]:
        """Types of which, on some day, every case goes to the default."""
        return {
            str(kind)
            for kind, day in itertools.product(VALUES["纠纷类型"], DAYS)
            if not any(
                "接收部门" in rule.conclusion
                for on, case, matched in self.decided
                if on == day and case["纠纷类型"] == kind
                for rule in matched
            )
        }


def _said(rule: Rule) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, values in rule.conclusion.items() for value in values)
