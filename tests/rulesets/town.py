"""A town with three rules, to be edited in tests: small, and its own tests leave room for change."""

from datetime import date
from typing import cast

from classifier.model import Model
from rules import Ruleset, load_texts

TODAY = date(2026, 3, 2)

# Where no text is read, no model is needed.
UNUSED = cast(Model, None)

HEAD = """\
规则集: 测试镇
事实:
  纠纷类型: {取值: [邻里, 劳动欠薪, 非纠纷], 缺省: 非纠纷}
  凶器: 是否
  近90天重复次数: {整数: [0, 9999], 缺省: 0}
  描述: 文本
决策:
  接收部门: {命中方式: 取首条, 缺省: 街道矛调中心, 取值: [街道矛调中心, 村(社区), 派出所, 人社]}
  协办部门: {命中方式: 全部, 取值: 同 接收部门}
  预警颜色: {命中方式: 取最重, 缺省: 蓝, 取值: [红, 黄, 蓝]}
  提示: {命中方式: 全部, 文本: 是}
"""

RULES = """\
- 编号: YJ-001
  名称: 有凶器
  责任人: 派出所
  依据: 测试
  状态: 启用
  优先级: 900
  底线: 是
  条件: {凶器: 是}
  结论: {接收部门: 派出所, 预警颜色: 红}
  理由: 凶器在场
  测试:
  - {名: 中, 给定: {凶器: 是}, 期望: {预警颜色: 红, 命中: YJ-001}}
  - {名: 不中, 给定: {}, 期望: {未命中: YJ-001}}
- 编号: YJ-002
  名称: 一再发生
  责任人: 派出所
  依据: 测试
  状态: 启用
  优先级: 800
  条件: {近90天重复次数: {至少: 3}}
  结论: {预警颜色: 红}
  理由: 一再发生
  测试:
  - {名: 中, 给定: {近90天重复次数: 9}, 期望: {命中: YJ-002}}
  - {名: 不中, 给定: {}, 期望: {未命中: YJ-002}}
- 编号: LL-001
  名称: 邻里归社区
  责任人: 社区
  依据: 测试
  状态: 启用
  优先级: 100
  条件: {纠纷类型: 邻里}
  结论: {接收部门: 村(社区), 预警颜色: 蓝}
  理由: 就近
  测试:
  - {名: 中, 给定: {纠纷类型: 邻里}, 期望: {命中: LL-001}}
  - {名: 不中, 给定: {纠纷类型: 劳动欠薪}, 期望: {未命中: LL-001}}
"""

FILES = {"rules.yaml": RULES, "ruleset.yaml": HEAD}


def town(*changes: tuple[str, str], today: date = TODAY) -> Ruleset:
    """The town's rules with some wordings changed."""
    loaded, problems = load_texts({name: changed(text, *changes) for name, text in FILES.items()}, today=today)
    assert loaded is not None, problems
    return loaded


def changed(text: str, *changes: tuple[str, str]) -> str:
    """The text with some wordings changed."""
    for before, after in changes:
        text = text.replace(before, after)
    return text
