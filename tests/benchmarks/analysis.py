"""The analysis of rule sets of 10, 100 and 1,000 rules, beside loading the same rules in the same run.

The rules are made like the shipped ones: by dispute type, signals, counts, thresholds, hours and words of the text.

    python -m tests.benchmarks.analysis
"""

import json
import time
from importlib.resources import files
from random import Random
from typing import Any

import yaml

from rules import load_texts
from rules.analysis import findings
from tests.rules.building import TODAY

WORDS = ["工地", "民工", "房东", "租", "断水", "断电", "换锁", "狗咬", "养狗", "电梯", "集资", "理财", "转账", "冒充"]
WORDS += [f"{first}{second}" for first in "砍扣堵锁砸烧泼" for second in "门车货人墙"]
_COUNTS = ["近90天重复次数", "调解失败次数"]


def _head() -> dict[str, Any]:
    text = files("rules").joinpath("library/ruleset.yaml").read_text(encoding="utf-8")
    head: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # plain texts only
    return head


def realistic_rules(random: Random, head: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Rules as stations write them: most of one type, with one to three further conditions."""
    kinds, departments = head["事实"]["纠纷类型"]["取值"], head["决策"]["接收部门"]["取值"]
    signals = [name for name, declared in head["事实"].items() if declared == "是否"]
    rules = []
    for number in range(count):
        conditions: list[Any] = []
        if random.random() < 0.75:
            several = random.sample(kinds, 3)
            conditions.append({"纠纷类型": random.choice([several[0], several[1], {"属于": several}])})
        else:
            conditions.append({random.choice(signals): "是"})
        for _ in range(random.randint(1, 3)):
            conditions.append(_condition(random, signals))
        conclusion: dict[str, Any] = {"预警颜色": random.choice("红黄蓝")}
        if random.random() < 0.4:
            conclusion["接收部门"] = random.choice(departments)
        if random.random() < 0.5:
            conclusion["协办部门"] = random.sample(departments, 2)
        rules.append(
            {
                **{"编号": f"R-{number:04}", "名称": "甲", "责任人": "乙", "依据": "丙", "状态": "启用"},
                **{
                    "优先级": str(random.randint(1, 999)),
                    "条件": {"全部": conditions},
                    "结论": conclusion,
                    "理由": "丁",
                },
                "测试": [
                    {"名": "中", "给定": {}, "期望": {"命中": f"R-{number:04}"}},
                    {"名": "不中", "给定": {}, "期望": {"未命中": f"R-{number:04}"}},
                ],
            }
        )
    return rules


def _condition(random: Random, signals: list[str]) -> dict[str, Any]:
    match random.randint(0, 6):
        case 0:
            return {"任一": [{signal: "是"} for signal in random.sample(signals, 2)]}
        case 1:
            return {random.choice(_COUNTS): {random.choice(["至少", "大于"]): str(random.randint(1, 9))}}
        case 2:
            return {"再发风险": {random.choice(["至少", "小于"]): f"{random.random():.4f}"}}
        case 3:
            return {"时刻": {random.choice(["至少", "至多"]): str(random.randint(0, 23))}}
        case 4:
            return {"描述": {random.choice(["含任一", "含任一", "均不含"]): random.sample(WORDS, random.randint(2, 6))}}
        case _:
            return {random.choice(signals): random.choice(["是", "是", "否"])}


def main() -> None:
    head = _head()
    print("规则数  载入秒  分析秒  分析/载入  发现")
    for count in (10, 100, 1000):
        said = realistic_rules(Random(count), head, count)  # noqa: S311  # not for secrets
        # A thousand rules are more than one file may hold.
        texts = {f"{at}.yaml": json.dumps(said[at : at + 200], ensure_ascii=False) for at in range(0, count, 200)}
        start = time.perf_counter()
        ruleset, problems = load_texts({"head.yaml": json.dumps(head, ensure_ascii=False), **texts}, today=TODAY)
        loaded = time.perf_counter()
        assert ruleset is not None, problems[0].message
        found = findings(ruleset.rulebook, TODAY)
        spent, loading = time.perf_counter() - loaded, loaded - start
        by_code: dict[str, int] = {}
        for finding in found:
            by_code[finding.code] = by_code.get(finding.code, 0) + 1
        print(f"{count:6}  {loading:6.2f}  {spent:6.2f}  {spent / loading:9.2f}  {dict(sorted(by_code.items()))}")
        ruleset.close()


if __name__ == "__main__":
    main()
