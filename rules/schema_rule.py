"""Reads one rule and the tests inside it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

from rules.document import ListNode, Node, TextNode
from rules.plan import MOST_COMPARISONS, MOST_WAYS, count_ways
from rules.problem import Problem, did_you_mean, problem_at
from rules.reading import (
    known_fact,
    read_date,
    read_entries,
    read_rows,
    read_table,
    read_text,
    read_texts,
    read_value,
    report_slip,
    unless_fault,
)
from rules.rulebook import (
    COLOUR,
    Conclusion,
    Condition,
    DecisionField,
    HitPolicy,
    Rule,
    RuleTest,
    Status,
    comparisons,
)
from rules.schema_condition import read_condition
from rules.schema_decisions import TEST_WORDS
from rules.slips import slip_in_key
from rules.vocabulary import Choice, Fact, Value, Whole, YesNo

REQUIRED = ("编号", "名称", "责任人", "依据", "状态", "优先级", "条件", "结论", "理由", "测试")
OPTIONAL = ("底线", "生效", "失效")

_ID = re.compile(r"[\w.-]{1,40}")
_PRIORITY = Whole(0, 9999, 0)
# Numbers are alike by their make; only one sign too few or too many is near.
_NEAR_NUMBER = 0.85
_NOT_HIT = ("不命中", "没命中", "没有命中", "不中", "未中")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What rules may speak of. A fact or field is None where its declaration was wrong itself."""

    facts: Mapping[str, Fact | None]
    fields: Mapping[str, DecisionField | None]
    # The numbers of all rules; None where a file could not be parsed, since any may stand in it.
    ids: frozenset[str] | None = None


def read_rule(node: Node, vocabulary: Vocabulary, problems: list[Problem]) -> Rule | None:
    """The rule if nothing in it is wrong; else its problems have been reported."""
    before = _errors(problems)
    table = read_table(node, "规则", problems, required=REQUIRED, optional=OPTIONAL)
    if table is None:
        return None
    rule = _RuleReader(node, table, vocabulary, problems).read()
    return rule if _errors(problems) == before else None


def _errors(problems: list[Problem]) -> int:
    return sum(problem.is_error for problem in problems)


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
        tests = self._tests(rule_id)
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
        before = _errors(self._problems)
        entries = read_entries(node, "「结论」", self._problems)
        for key, value in entries or ():
            conclusion |= self._outcome(key, value, "结论")
        if entries == ():
            remedy = f"可以写：{'、'.join(self._vocabulary.fields)}"
            self._problems.append(problem_at(node.place, "R025", "结论是空的", remedy))
        elif entries and floor and COLOUR not in {key.text for key, _ in entries} and _errors(self._problems) == before:
            remedy = f"请在结论里写「{COLOUR}」，或把底线改成 否"
            self._complain("结论", "R042", f"底线规则要守住一个{COLOUR}，结论里没有写", remedy)
        return conclusion

    def _outcome(self, key: TextNode, node: Node, where: str) -> Conclusion:
        """The values said for one decision field; nothing where they are wrong."""
        fields = self._vocabulary.fields
        if key.text not in fields:
            candidates = [*fields, *TEST_WORDS] if where == "期望" else list(fields)
            if slip := slip_in_key(key.text, candidates):
                report_slip(key, slip, self._problems)
                return {}
            not_hit = where == "期望" and key.text in _NOT_HIT
            remedy = "您是不是想写「未命中」？" if not_hit else did_you_mean(key.text, candidates)
            message = f"{where}里没有「{key.text}」这项决策"
            self._problems.append(problem_at(key.place, "R040", message, remedy))
        field = fields.get(key.text)
        if field is None:
            return {}
        texts: tuple[tuple[str, Node], ...]
        if field.policy is HitPolicy.UNION and isinstance(node, ListNode):
            # A test may expect that nothing is said; a rule that says nothing is a slip.
            empty_is_meant = where == "期望" and not node.items
            texts = () if empty_is_meant else read_texts(node, f"「{field.name}」", self._problems)
            said_nothing = not texts and not empty_is_meant
        else:
            text = read_text(node, f"「{field.name}」", self._problems)
            texts = ((text, node),) if text is not None else ()
            said_nothing = not texts
        if field.values is not None:
            allowed = Choice(field.values, "")
            for text, place in texts:
                unless_fault(allowed.parse(text), place, field.name, self._problems)
        return {} if said_nothing else {field.name: tuple(text for text, _ in texts)}

    def _tests(self, rule_id: str) -> tuple[RuleTest, ...]:
        node = self._table.get("测试")
        if node is None:
            return ()
        before = _errors(self._problems)
        tests = tuple(self._test(row, rule_id) for row in read_rows(node, "「测试」", self._problems) or ())
        # A test that could not be read might have been the one that is asked for.
        if rule_id and _errors(self._problems) == before:
            self._check_coverage(rule_id, tests)
        return tests

    def _check_coverage(self, rule_id: str, tests: tuple[RuleTest, ...]) -> None:
        hit = any(rule_id in test.hits for test in tests)
        missed = any(rule_id in test.misses for test in tests)
        others = sorted({other for test in tests for other in (*test.hits, *test.misses)})
        if not hit and not missed and others:
            remedy = f"测试里写的是 {'、'.join(others)}；如果是复制来的，请改成 {rule_id}"
            self._complain("测试", "R045", f"规则 {rule_id} 的测试没有一条提到它自己", remedy)
            return
        if not hit:
            remedy = f"请补一条「期望: {{命中: {rule_id}, …}}」的测试"
            self._complain("测试", "R045", f"规则 {rule_id} 没有一条应当命中它的测试", remedy)
        if not missed:
            remedy = f"请补一条「期望: {{未命中: {rule_id}}}」的测试"
            self._complain("测试", "R046", f"规则 {rule_id} 没有一条不应命中它的测试", remedy)

    def _test(self, node: Node, rule_id: str) -> RuleTest:
        table = read_table(node, "测试", self._problems, required=("名", "给定", "期望")) or {}
        name = read_text(table["名"], "测试的名", self._problems) if "名" in table else None
        given = self._given(table["给定"]) if "给定" in table else {}
        expected: Conclusion = {}
        mentioned: dict[str, tuple[str, ...]] = dict.fromkeys(TEST_WORDS, ())
        entries = read_entries(table["期望"], "「期望」", self._problems) if "期望" in table else None
        for key, value in entries or ():
            if key.text in TEST_WORDS:
                mentioned[key.text] = self._rule_ids(key.text, value, rule_id)
            else:
                expected |= self._outcome(key, value, "期望")
        if entries == ():
            remedy = "请写明期望的决策，或「命中」「未命中」哪条规则"
            self._problems.append(problem_at(table["期望"].place, "R025", "期望是空的", remedy))
        hits, misses = (mentioned[word] for word in TEST_WORDS)
        for both in sorted(set(hits) & set(misses)):
            message = f"这条测试要求 {both} 既命中又不命中"
            self._problems.append(problem_at(table["期望"].place, "R048", message, "请删掉其中一个"))
        return RuleTest(name or "", given, expected, hits, misses, node.place)

    def _given(self, node: Node) -> dict[str, Value]:
        given: dict[str, Value] = {}
        for key, value in read_entries(node, "「给定」", self._problems) or ():
            fact = known_fact(key, "给定", self._vocabulary.facts, self._problems)
            read = read_value(value, key.text, fact, self._problems) if fact else None
            if read is not None:
                given[key.text] = read
        return given

    def _rule_ids(self, word: str, node: Node, rule_id: str) -> tuple[str, ...]:
        if isinstance(node, ListNode):
            mentioned = read_texts(node, f"「{word}」", self._problems)
        else:
            text = read_text(node, f"「{word}」", self._problems)
            mentioned = ((text, node),) if text else ()
        known = self._vocabulary.ids
        for text, place in mentioned:
            # Without a usable number of its own, a rule's tests can't name it.
            if known is not None and rule_id and text not in known:
                remedy = did_you_mean(text, sorted(known, key=lambda other: other != rule_id), cutoff=_NEAR_NUMBER)
                self._problems.append(problem_at(place.place, "R047", f"没有编号是 {text} 的规则", remedy))
        return tuple(text for text, _ in mentioned)

    def _complain(self, key: str, code: str, message: str, remedy: str) -> None:
        self._problems.append(problem_at(self._table[key].place, code, message, remedy))
