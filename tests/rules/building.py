"""A small rule set to test with: a head, and rules of which any line can be replaced."""

import datetime

from rules import Problem, Ruleset, load_texts
from rules.schema import read_rulebook

TODAY = datetime.date(2026, 3, 2)

HEAD = """\
规则集: 测试镇
事实:
  纠纷类型: {取值: [婚恋家庭, 邻里, 劳动欠薪, 非纠纷], 缺省: 非纠纷}
  再发风险: {范围: [0, 1], 缺省: 0}
  凶器: 是否
  家暴: 是否
  已化解: 是否
  近90天重复次数: {整数: [0, 9999], 缺省: 0}
  时刻: {整数: [0, 23], 缺省: 12}
  描述: 文本
决策:
  接收部门: {命中方式: 取首条, 缺省: 街道矛调中心, 取值: [街道矛调中心, 派出所, 妇联, 村(社区)]}
  协办部门: {命中方式: 全部, 取值: 同 接收部门}
  预警颜色: {命中方式: 取最重, 缺省: 蓝, 取值: [红, 黄, 蓝]}
  提示: {命中方式: 全部, 文本: 是}
"""


def rule(rule_id: str = "T-1", **changed: str | None) -> str:
    """A valid rule; each keyword replaces the text behind that key, None removes the key."""
    lines: dict[str, str | None] = {
        "编号": rule_id,
        "名称": "凶器",
        "责任人": "派出所",
        "依据": "治安管理处罚法",
        "状态": "启用",
        "优先级": "100",
        "条件": "{凶器: 是}",
        "结论": "{预警颜色: 红}",
        "理由": "有人会受伤。",
        "测试": f"[{{名: 中, 给定: {{凶器: 是}}, 期望: {{命中: {rule_id}}}}},"
        f" {{名: 不中, 给定: {{}}, 期望: {{未命中: {rule_id}}}}}]",
    }
    said = [f"{key}: {text}" for key, text in (lines | changed).items() if text is not None]
    return "- " + "\n  ".join(said) + "\n"


def problems_in(*rules: str, head: str = HEAD) -> list[Problem]:
    return read_rulebook({"ruleset.yaml": head, "rules.yaml": "".join(rules)})[1]


def ruleset_of(*rules: str, head: str = HEAD, today: datetime.date = TODAY) -> Ruleset:
    ruleset, problems = load_texts({"ruleset.yaml": head, "rules.yaml": "".join(rules)}, today=today)
    assert ruleset is not None, problems
    return ruleset
