"""Rule sets and incidents in any number, as a street has them: the shipped vocabulary, rules with their tests.

The same seed gives the same rules and the same incidents.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

import yaml

from classifier.examples import shipped_examples

_RULES_IN_A_FILE = 25
# Of a hundred incidents, so many have any one signal.
_SIGNAL_SHARE = 0.04
_WORDS = ["欠条", "押金", "工资", "漏水", "宅基地", "预付卡", "电梯", "噪音", "彩礼", "学校", "赔偿", "占道"]
_CO_HANDLERS = ["司法所", "村(社区)", "住建", "民政", "物业"]


@cache
def _head() -> dict[str, Any]:
    """The shipped head, as data."""
    text = (files("rules") / "library" / "ruleset.yaml").read_text(encoding="utf-8")
    head: dict[str, Any] = yaml.safe_load(text)
    return head


def dispute_types() -> list[str]:
    """The 18 types."""
    return list(_head()["事实"]["纠纷类型"]["取值"])


def signals() -> list[str]:
    """The facts that are yes or no."""
    return [name for name, declared in _head()["事实"].items() if declared == "是否"]


def rule_files(rules: int, seed: int) -> dict[str, str]:
    """The files of a rule set of so many rules, each with a test that matches and one that does not."""
    random = Random(f"rules-{seed}")  # noqa: S311 - not for secrets
    head = (files("rules") / "library" / "ruleset.yaml").read_text(encoding="utf-8")
    written = [_rule(random, number) for number in range(1, rules + 1)]
    topics = {
        f"topic{start // _RULES_IN_A_FILE + 1:02}.yaml": written[start : start + _RULES_IN_A_FILE]
        for start in range(0, rules, _RULES_IN_A_FILE)
    }
    shown = {
        name: yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=100) for name, said in topics.items()
    }
    return {"ruleset.yaml": head, **shown}


def _rule(random: Random, number: int) -> dict[str, Any]:
    """One rule: types, one to three signals, and for some a count, a risk, words or an exception."""
    name = f"SJ-{number:04}"
    kinds = random.sample([kind for kind in dispute_types() if kind != "非纠纷"], random.choice([1, 1, 1, 2, 3]))
    first, *more = random.sample([signal for signal in signals() if signal != "已化解"], random.choice([1, 2, 2, 3]))
    given: dict[str, str] = {"纠纷类型": kinds[0], first: "是"}
    parts: list[dict[str, Any]] = [{"纠纷类型": kinds[0] if len(kinds) == 1 else {"属于": kinds}}, {first: "是"}]
    if more and random.random() < 0.5:
        times = random.choice(["2", "3", "4"])
        parts.append({"任一": [*({signal: "是"} for signal in more), {"近90天重复次数": {"至少": times}}]})
        given["近90天重复次数"] = times
    else:
        parts += [{signal: "是"} for signal in more]
        given |= dict.fromkeys(more, "是")
    if random.random() < 0.3:
        risk = str(random.choice([0.3, 0.45, 0.6, 0.75]))
        parts.append({"再发风险": {"至少": risk}})
        given["再发风险"] = risk
    if random.random() < 0.2:
        words = random.sample(_WORDS, random.randint(1, 3))
        parts.append({"描述": {"含任一": words}})
        given["描述"] = f"双方因{words[0]}争吵"
    if random.random() < 0.2:
        parts.append({"非": {"已化解": "是"}})
    return {
        "编号": name,
        "名称": f"{kinds[0]}、{first}",
        "责任人": "派出所法制员",
        "依据": "测速用",
        "状态": "启用",
        "优先级": str(9000 - number),
        "条件": {"全部": parts},
        "结论": {
            "接收部门": random.choice(["派出所", "司法所", "妇联", "综合执法", "住建"]),
            "协办部门": random.sample(_CO_HANDLERS, random.randint(0, 2)) or "村(社区)",
            "预警颜色": random.choice(["红", "黄", "黄", "蓝"]),
        },
        "理由": f"{kinds[0]}里有{first}，先处置，再化解。",
        "测试": [
            {"名": "命中", "给定": given, "期望": {"命中": name}},
            {"名": "不命中", "给定": {"纠纷类型": kinds[0]}, "期望": {"未命中": name}},
        ],
    }


def incidents(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Facts as intake keeps them: a text of the shipped rows, every signal named, most of them False."""
    random = Random(f"incidents-{seed}")  # noqa: S311 - not for secrets
    texts = [example.text for example in shipped_examples()]
    kinds, named = dispute_types(), signals()
    for _ in range(count):
        risk = round(random.betavariate(1.2, 3), 4)
        yield {
            "纠纷类型": random.choice(kinds),
            "类型把握": round(random.uniform(0.4, 1), 4),
            "再发风险": risk,
            "风险等级": "低" if risk < 0.3 else "中" if risk < 0.6 else "高",
            "描述": random.choice(texts),
            **{name: random.random() < _SIGNAL_SHARE for name in named},
            "近90天重复次数": random.choice([0, 0, 0, 0, 0, 0, 1, 1, 2, 3]),
        }
