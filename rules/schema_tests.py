"""Reads the tests inside a rule."""

from __future__ import annotations

from rules.document import ListNode, Node
from rules.problem import Problem, count_errors, nearest, problem_at
from rules.reading import known_fact, read_entries, read_rows, read_table, read_text, read_texts, read_value
from rules.rulebook import Conclusion, RuleTest
from rules.schema_decisions import TEST_WORDS
from rules.schema_outcome import Vocabulary, read_outcome
from rules.vocabulary import Value

# Numbers are alike by their make; only one sign too few or too many is near.
_NEAR_NUMBER = 0.85
# So that a thousand wrong mentions among a thousand rules take seconds.
_MOST_COMPARED = 200


def read_tests(node: Node, rule_id: str, vocabulary: Vocabulary, problems: list[Problem]) -> tuple[RuleTest, ...]:
    """The tests of the rule; `rule_id` is empty where the rule has no usable number."""
    before = count_errors(problems)
    rows = read_rows(node, "「测试」", problems) or ()
    tests = tuple(_read_test(row, rule_id, vocabulary, problems) for row in rows)
    # A test that could not be read might have been the one that is asked for.
    if rule_id and count_errors(problems) == before:
        _check_coverage(node, rule_id, tests, problems)
    return tests


def _check_coverage(node: Node, rule_id: str, tests: tuple[RuleTest, ...], problems: list[Problem]) -> None:
    hit = any(rule_id in test.hits for test in tests)
    missed = any(rule_id in test.misses for test in tests)
    others = sorted({other for test in tests for other in (*test.hits, *test.misses)})
    if not hit and not missed and others:
        message = f"规则 {rule_id} 的测试没有一条提到它自己"
        remedy = f"测试里写的是 {'、'.join(others)}；如果是复制来的，请改成 {rule_id}"
        problems.append(problem_at(node.place, "R045", message, remedy))
        return
    if not hit:
        message, remedy = f"规则 {rule_id} 没有一条应当命中它的测试", f"请补一条「期望: {{命中: {rule_id}, …}}」的测试"
        problems.append(problem_at(node.place, "R045", message, remedy))
    if not missed:
        message, remedy = f"规则 {rule_id} 没有一条不应命中它的测试", f"请补一条「期望: {{未命中: {rule_id}}}」的测试"
        problems.append(problem_at(node.place, "R046", message, remedy))


def _read_test(node: Node, rule_id: str, vocabulary: Vocabulary, problems: list[Problem]) -> RuleTest:
    table = read_table(node, "测试", problems, required=("名", "给定", "期望")) or {}
    name = read_text(table["名"], "测试的名", problems) if "名" in table else None
    given = _read_given(table["给定"], vocabulary, problems) if "给定" in table else {}
    expected: Conclusion = {}
    mentioned: dict[str, tuple[str, ...]] = dict.fromkeys(TEST_WORDS, ())
    entries = read_entries(table["期望"], "「期望」", problems) if "期望" in table else None
    for key, value in entries or ():
        if key.text in TEST_WORDS:
            mentioned[key.text] = _read_rule_ids(key.text, value, rule_id, vocabulary.ids, problems)
        else:
            expected |= read_outcome(key, value, vocabulary, problems, expected=True)
    if entries == ():
        remedy = "请写明期望的决策，或「命中」「未命中」哪条规则"
        problems.append(problem_at(table["期望"].place, "R025", "期望是空的", remedy))
    hits, misses = (mentioned[word] for word in TEST_WORDS)
    for both in sorted(set(hits) & set(misses)):
        message = f"这条测试要求 {both} 既命中又不命中"
        problems.append(problem_at(table["期望"].place, "R048", message, "请删掉其中一个"))
    return RuleTest(name or "", given, expected, hits, misses, node.place)


def _read_given(node: Node, vocabulary: Vocabulary, problems: list[Problem]) -> dict[str, Value]:
    given: dict[str, Value] = {}
    for key, value in read_entries(node, "「给定」", problems) or ():
        fact = known_fact(key, "给定", vocabulary.facts, problems)
        read = read_value(value, key.text, fact, problems) if fact else None
        if read is not None:
            given[key.text] = read
    return given


def _read_rule_ids(
    word: str, node: Node, rule_id: str, known: frozenset[str] | None, problems: list[Problem]
) -> tuple[str, ...]:
    if isinstance(node, ListNode):
        mentioned = read_texts(node, f"「{word}」", problems)
    else:
        text = read_text(node, f"「{word}」", problems)
        mentioned = ((text, node),) if text else ()
    for text, place in mentioned:
        # Without a usable number of its own, a rule's tests can't name it.
        if known is not None and rule_id and text not in known:
            own_first = sorted(known, key=lambda other: (other != rule_id, other))
            near = nearest(text, own_first[:_MOST_COMPARED], cutoff=_NEAR_NUMBER)
            remedy = f"您是不是想写「{near}」？" if near else "请核对编号；规则改了编号的，测试也要跟着改"
            problems.append(problem_at(place.place, "R047", f"没有编号是 {text} 的规则", remedy))
    return tuple(text for text, _ in mentioned)
