"""Reads one rule."""

from __future__ import annotations

import datetime
import re

from rules.document import Node
from rules.plan import MOST_COMPARISONS, MOST_WAYS, count_ways
from rules.problem import Problem, count_errors, problem_at
from rules.reading import read_date, read_entries, read_table, read_text, read_value
from rules.rulebook import COLOUR, Conclusion, Condition, Rule, RuleTest, Status, comparisons
from rules.schema_condition import read_condition
from rules.schema_outcome import Vocabulary, read_outcome
from rules.schema_tests import read_tests
from rules.vocabulary import Choice, Value, Whole, YesNo

REQUIRED = ("编号", "名称", "责任人", "依据", "状态", "优先级", "条件", "结论", "理由", "测试")
OPTIONAL = ("底线", "生效", "失效")

_ID = re.compile(r"[\w.-]{1,40}")
_PRIORITY = Whole(0, 9999, 0)


def read_rule(node: Node, vocabulary: Vocabulary, problems: list[Problem]) -> Rule | None:
    """The rule if nothing in it is wrong; else its problems have been reported."""
    found: list[Problem] = []
    table = read_table(node, "规则", found, required=REQUIRED, optional=OPTIONAL)
    rule = None if table is None else _RuleReader(node, table, vocabulary, found).read()
    problems += found
    return None if count_errors(found) else rule


class _RuleReader:
    def __init__(self, node: Node, table: dict[str, Node], vocabulary: Vocabulary, problems: list[Problem]) -> None:
        self._node = node
        self._table = table
        self._vocabulary = vocabulary
        self._problems = problems

    def read(self) -> Rule | None:
        """The rule as far as it can be read, so that all its problems are found; None without a condition."""
        rule_id = self._id()
        floor = self._typed("底线", YesNo()) is True
        effective, expires = self._period()
        condition = self._condition(rule_id)
        conclusion = self._conclusion(floor)
        tests: tuple[RuleTest, ...] = ()
        if "测试" in self._table:
            tests = read_tests(self._table["测试"], rule_id, self._vocabulary, self._problems)
        status = self._typed("状态", Choice(tuple(Status), ""))
        priority = self._typed("优先级", _PRIORITY)
        title, owner, basis, reason = (self._text(key) for key in ("名称", "责任人", "依据", "理由"))
        if condition is None or not isinstance(status, str) or not isinstance(priority, int):
            return None
        return Rule(
            id=rule_id,
            title=title,
            owner=owner,
            basis=basis,
            status=Status(status),
            priority=priority,
            floor=floor,
            effective=effective,
            expires=expires,
            condition=condition,
            conclusion=conclusion,
            reason=reason,
            tests=tests,
            place=self._node.place,
        )

    def _text(self, key: str) -> str:
        return read_text(self._table[key], f"「{key}」", self._problems) or "" if key in self._table else ""

    def _typed(self, key: str, like: Choice | Whole | YesNo) -> Value | None:
        return read_value(self._table[key], key, like, self._problems) if key in self._table else None

    def _id(self) -> str:
        """The number, or nothing where it can't serve as one."""
        rule_id = self._text("编号")
        if rule_id and not _ID.fullmatch(rule_id):
            remedy = "请用字母、数字、汉字、- . _，最多 40 个，中间不留空格，如 JT-003"
            self._complain("编号", "R026", f"编号「{rule_id}」的写法不对", remedy)
            return ""
        return rule_id

    def _period(self) -> tuple[datetime.date | None, datetime.date | None]:
        effective, expires = (
            read_date(self._table[key], f"「{key}」", self._problems) if key in self._table else None
            for key in ("生效", "失效")
        )
        if effective and expires and effective > expires:
            message = f"生效 {effective} 晚于失效 {expires}，这条规则一天也不管用"
            self._complain("失效", "R035", message, "请核对两个日期；失效当天仍然有效")
        return effective, expires

    def _condition(self, rule_id: str) -> Condition | None:
        if "条件" not in self._table:
            return None
        condition = read_condition(self._table["条件"], self._vocabulary.facts, self._problems)
        if condition is None:
            return None
        if (ways := count_ways(condition)) > MOST_WAYS:
            message = f"规则 {rule_id} 的条件有 {ways} 种成立方式，最多 {MOST_WAYS} 种"
            remedy = "请拆成几条规则；同一事实的几个取值用「属于」，几个词用「含任一」"
            self._complain("条件", "R050", message, remedy)
        if (count := sum(1 for _ in comparisons(condition))) > MOST_COMPARISONS:
            message = f"规则 {rule_id} 的条件有 {count} 项，最多 {MOST_COMPARISONS} 项"
            self._complain("条件", "R051", message, "请拆成几条规则")
        return condition

    def _conclusion(self, floor: bool) -> Conclusion:
        node = self._table.get("结论")
        if node is None:
            return {}
        conclusion: Conclusion = {}
        before = count_errors(self._problems)
        entries = read_entries(node, "「结论」", self._problems)
        for key, value in entries or ():
            conclusion |= read_outcome(key, value, self._vocabulary, self._problems)
        if entries == ():
            remedy = f"可以写：{'、'.join(self._vocabulary.fields)}"
            self._problems.append(problem_at(node.place, "R025", "结论是空的", remedy))
        elif entries and floor and COLOUR not in {key.text for key, _ in entries}:
            if count_errors(self._problems) > before:
                return conclusion  # one of them may be the colour, misspelt
            remedy = f"请在结论里写「{COLOUR}」，或把底线改成 否"
            self._complain("结论", "R042", f"底线规则要守住一个{COLOUR}，结论里没有写", remedy)
        return conclusion

    def _complain(self, key: str, code: str, message: str, remedy: str) -> None:
        self._problems.append(problem_at(self._table[key].place, code, message, remedy))
