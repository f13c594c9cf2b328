"""Random rule sets from the whole language, random facts at their boundaries, and a naive oracle for both.

Conditions are made as the plain data that YAML holds (JSON is YAML), so that every reader takes part.
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from rules.rulebook import Rulebook
from rules.schema import read_rulebook

KINDS = ["婚恋家庭", "邻里", "劳动欠薪", "派出所(经侦)", "非纠纷"]
WORDS = ["刀", "持刀", "打", "打电话", "欠条", '"', "%d", "\\", "{"]
FACTS: dict[str, Any] = {
    "纠纷类型": {"取值": KINDS, "缺省": "非纠纷"},
    "风险": {"范围": ["0", "1"], "缺省": "0"},
    "温度": {"范围": ["-20.5", "45"], "缺省": "20"},
    "次数": {"整数": ["0", "9999"], "缺省": "0"},
    "差额": {"整数": ["-1000000000", "1000000000"], "缺省": "0"},
    "凶器": "是否",
    "家暴": "是否",
    "醉酒": "是否",
    "描述": "文本",
}
HEAD = {
    "规则集": "随机",
    "事实": FACTS,
    "决策": {
        "接收部门": {"命中方式": "取首条", "缺省": "甲", "取值": ["甲", "乙", "丙"]},
        "预警颜色": {"命中方式": "取最重", "缺省": "蓝", "取值": ["红", "黄", "蓝"]},
    },
}
NUMBERS = {
    "风险": ["0", "0.0001", "0.3", "0.7", "0.9999", "1"],
    "温度": ["-20.5", "-0.1", "0", "0.1", "36.6", "45"],
    "次数": ["0", "1", "2", "3", "9999"],
    "差额": ["-1000000000", "-1", "0", "1", "1000000000"],
}
STEP = {"风险": 0.0001, "温度": 0.0001, "次数": 1, "差额": 1}


def random_condition(random: Random, depth: int = 0) -> dict[str, Any]:
    if depth < 4 and random.random() < 0.45:
        word = random.choice(["全部", "任一", "非"])
        if word == "非":
            return {word: random_condition(random, depth + 1)}
        return {word: [random_condition(random, depth + 1) for _ in range(random.randint(1, 3))]}
    facts = random.sample(list(FACTS), random.choice([1, 1, 1, 2, 3]))
    return {fact: random_comparison(random, fact) for fact in facts}


def random_comparison(random: Random, fact: str) -> Any:
    if fact == "描述":
        return {random.choice(["含任一", "含全部", "均不含"]): random.sample(WORDS, random.randint(1, 3))}
    if fact == "纠纷类型":
        values = random.sample(KINDS, random.randint(1, 3))
        return random.choice([values[0], {"属于": values}, {"不属于": values}])
    if fact not in NUMBERS:
        return random.choice(["是", "否"])
    one, other = random.sample(NUMBERS[fact], 2)
    low, high = sorted([one, other], key=float)
    operator = random.choice(["至少", "至多", "大于", "小于"])
    return random.choice([one, {operator: one}, {"介于": [low, high]}, {"属于": [one, other]}, {"不属于": [one]}])


def random_rulebook(random: Random, rules: int) -> tuple[Rulebook, list[dict[str, Any]]]:
    """The rulebook, and the raw conditions in its order. Rules that branch too widely are left out."""
    said: list[dict[str, Any]] = []
    for number in range(rules):
        name = f"R-{number:03}"
        said.append(
            {
                "编号": name,
                "名称": "随机",
                "责任人": "甲",
                "依据": "乙",
                "状态": "启用",
                "优先级": str(9999 - number),
                "条件": random_condition(random),
                "结论": {"接收部门": random.choice("甲乙丙"), "预警颜色": random.choice("红黄蓝")},
                "理由": "丙",
                "测试": [
                    {"名": "中", "给定": {}, "期望": {"命中": name}},
                    {"名": "不中", "给定": {}, "期望": {"未命中": name}},
                ],
            }
        )
    while True:
        texts = {f"{rule['编号']}.yaml": json.dumps([rule], ensure_ascii=False) for rule in said}
        rulebook, problems = read_rulebook({"head.yaml": json.dumps(HEAD, ensure_ascii=False), **texts})
        if rulebook is not None:
            assert len(rulebook.rules) == len(said)  # no rule goes missing unsaid
            return rulebook, [rule["条件"] for rule in said]
        assert {problem.code for problem in problems} <= {"R050", "R051"}, problems
        too_wide = {problem.file.removesuffix(".yaml") for problem in problems}
        said = [rule for rule in said if rule["编号"] not in too_wide]


def random_facts(random: Random) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "纠纷类型": random.choice(KINDS),
        "描述": "".join(random.sample([*WORDS, "他说", "\n", "🔪"], random.randint(0, 6))),
        **{fact: random.random() < 0.5 for fact in ("凶器", "家暴", "醉酒")},
    }
    for fact, numbers in NUMBERS.items():
        number = float(random.choice(numbers)) + random.choice([-1, 0, 0, 1]) * STEP[fact]
        low, high = map(float, next(FACTS[fact][kind] for kind in ("整数", "范围") if kind in FACTS[fact]))
        number = min(max(number, low), high)
        facts[fact] = int(number) if "整数" in FACTS[fact] else round(number, 4)
    return facts


def holds(condition: dict[str, Any], facts: dict[str, Any]) -> bool:
    """The oracle: what a condition means, straight from the data as written."""
    return all(_entry_holds(key, said, facts) for key, said in condition.items())


def _entry_holds(key: str, said: Any, facts: dict[str, Any]) -> bool:
    if key == "全部":
        return all(holds(part, facts) for part in said)
    if key == "任一":
        return any(holds(part, facts) for part in said)
    if key == "非":
        return not holds(said, facts)
    value = facts[key]
    if not isinstance(said, dict):
        return bool(value == _typed(key, said))
    return all(_compare(operator, value, key, operand) for operator, operand in said.items())


def _compare(operator: str, value: Any, fact: str, operand: Any) -> bool:
    operands = [_typed(fact, one) for one in (operand if isinstance(operand, list) else [operand])]
    meaning: dict[str, Callable[[], object]] = {
        "属于": lambda: value in operands,
        "不属于": lambda: value not in operands,
        "至少": lambda: value >= operands[0],
        "至多": lambda: value <= operands[0],
        "大于": lambda: value > operands[0],
        "小于": lambda: value < operands[0],
        "介于": lambda: operands[0] <= value <= operands[1],
        "含任一": lambda: any(word in value for word in operands),
        "含全部": lambda: all(word in value for word in operands),
        "均不含": lambda: not any(word in value for word in operands),
    }
    return bool(meaning[operator]())


def _typed(fact: str, written: str) -> Any:
    if FACTS[fact] == "是否":
        return written == "是"
    return float(written) if fact in NUMBERS else written
