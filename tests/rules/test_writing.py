"""Rules written back as YAML: read again they say the same, and they look as a person would write them."""

from collections.abc import Collection
from importlib.resources import files
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.document import TextNode, read_document
from rules.layout import mapping_lines
from rules.problem import columns
from rules.rulebook import Rulebook
from rules.schema import read_rulebook
from rules.writing import levels, write_rule, write_rulebook, write_rules
from tests.rules.awkward import AWKWARD, awkwardly
from tests.rules.building import HEAD, rule, ruleset_of
from tests.rules.random_rules import random_rulebook

LIBRARY = {file.name: file.read_bytes() for file in (files("rules") / "library").iterdir()}


def read(texts: dict[str, str], *, reminders: Collection[str] = ()) -> Rulebook:
    rulebook, problems = read_rulebook(texts)
    assert rulebook is not None, problems
    assert [problem for problem in problems if problem.code not in reminders] == []
    return rulebook


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_any_rule_set_reads_back_equal(seed: int) -> None:
    rulebook, _ = random_rulebook(Random(seed), 8)  # noqa: S311  # not for secrets
    assert read(write_rulebook(rulebook, head_file="head.yaml")).content_hash == rulebook.content_hash


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_awkward_texts_in_every_place_read_back_equal(seed: int) -> None:
    random = Random(seed)  # noqa: S311  # not for secrets
    rulebook = awkwardly(random, random_rulebook(random, 4)[0])
    # Words with a comma in them are reminded of, however they are written.
    assert read(write_rulebook(rulebook), reminders=["R041"]).content_hash == rulebook.content_hash


@settings(max_examples=400, deadline=None)
@given(
    text=st.one_of(
        st.text(alphabet="-:[]{}'\"#&*!|>?%@`,：，是红 \n\t\r甲9\\e.~=<", max_size=8), st.sampled_from(AWKWARD)
    )
)
def test_any_text_reads_back_equal_as_key_as_value_and_in_brackets(text: str) -> None:
    data = {f"键{text}": text, "列表": [text, "某"], "表": {f"里{text}": text}, "表的列表": [{"值": text}]}
    root, problems = read_document("f", "\n".join(mapping_lines(data)))
    assert problems == []
    assert _texts(root) == [f"键{text}", text, "列表", text, "某", "表", f"里{text}", text, "表的列表", "值", text]


def _texts(node: object) -> list[str]:
    if isinstance(node, TextNode):
        return [node.text]
    if isinstance(node, tuple):
        return [text for part in node for text in _texts(part)]
    return _texts(getattr(node, "items", None) or getattr(node, "entries", ()))


def test_the_shipped_library_reads_back_equal_and_every_rule_stays_in_its_file() -> None:
    rulebook, _ = read_rulebook(LIBRARY)
    assert rulebook is not None
    texts = write_rulebook(rulebook)
    assert set(texts) == set(LIBRARY)
    again = read(texts)
    assert again.content_hash == rulebook.content_hash
    assert {rule.id: rule.place.file for rule in again.rules} == {rule.id: rule.place.file for rule in rulebook.rules}


def test_the_shipped_library_stays_within_the_width_but_for_single_long_texts() -> None:
    rulebook, _ = read_rulebook(LIBRARY)
    assert rulebook is not None
    wide = [line for text in write_rulebook(rulebook).values() for line in text.splitlines() if columns(line) > 120]
    assert [line for line in wide if "[" in line or "{" in line] == []


def test_rules_beside_the_head_stay_there() -> None:
    indented = "".join(f"  {line}\n" for line in write_rules(ruleset_of(SHIPPED).rules).splitlines())
    rulebook = read({"all.yaml": f"{HEAD}规则:\n{indented}"})
    texts = write_rulebook(rulebook, head_file="all.yaml")
    assert list(texts) == ["all.yaml"]
    assert read(texts).content_hash == rulebook.content_hash


SHIPPED = """\
- 编号: T-1
  名称: '甲: 乙'
  责任人: 派出所
  依据: 治安管理处罚法
  状态: 启用
  优先级: 950
  底线: 是
  生效: 2026-01-01
  条件:
    全部:
    - {凶器: 是, 家暴: 否}
    - 任一:
      - 近90天重复次数: {至少: 2, 至多: 5}
      - 描述: {含任一: [打, '#']}
    - 非: {已化解: 是}
  结论: {接收部门: 派出所, 协办部门: [妇联, 村(社区)], 预警颜色: 红}
  理由: |-
    第一行
    第二行
  测试:
  - 名: 中
    给定: {纠纷类型: 邻里, 凶器: 是}
    期望: {协办部门: [], 命中: T-1}
  - 名: 不中
    给定: {}
    期望: {未命中: T-1}
"""


def test_a_rule_is_laid_out_as_a_person_writes_it() -> None:
    (read_rule,) = ruleset_of(SHIPPED).rules
    assert write_rule(read_rule) == SHIPPED


@pytest.mark.parametrize(
    ("condition", "depth"),
    [
        ("{凶器: 是, 家暴: 是}", 0),
        ("{全部: [{凶器: 是}, {家暴: 是}]}", 0),
        ("{全部: [{凶器: 是}, {凶器: 否}]}", 1),
        ("{全部: [{凶器: 是}]}", 1),
        ("{全部: [{任一: [{非: {全部: [{凶器: 是}]}}]}]}", 4),
        ("{任一: [{凶器: 是, 家暴: 是}, {非: {凶器: 是}}]}", 2),
        ("{近90天重复次数: {至少: 2, 至多: 5}, 凶器: 是}", 0),
        ("{全部: [{近90天重复次数: {至少: 2, 至多: 5}}, {任一: [{凶器: 是}, {家暴: 是}]}]}", 1),
    ],
)
def test_a_condition_is_written_with_as_few_levels_as_it_can_be(condition: str, depth: int) -> None:
    (read_rule,) = ruleset_of(rule(条件=condition)).rules
    assert levels(read_rule.condition) == depth
