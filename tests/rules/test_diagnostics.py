"""Laws of the diagnostics; what each single mistake is told as stands in tests/rules/broken."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import CATALOGUE
from rules.schema import read_rulebook
from tests.rules.building import HEAD, problems_in, rule

REQUIRED = ("编号", "名称", "责任人", "依据", "状态", "优先级", "条件", "结论", "理由", "测试")


@pytest.mark.parametrize("key", REQUIRED)
def test_a_missing_key_is_reported_at_the_rule(key: str) -> None:
    missing: dict[str, str | None] = {key: None}
    [problem] = problems_in(rule("T-1", **missing))
    assert (problem.code, problem.line, problem.column) == ("R024", 1, 3)
    assert f"「{key}」" in problem.message


@pytest.mark.parametrize("name", ["接收部门", "预警颜色"])
def test_a_receiver_and_a_colour_must_be_decided(name: str) -> None:
    head = "\n".join(line for line in HEAD.splitlines() if not line.startswith(f"  {name}"))
    head = head.replace("同 接收部门", "[派出所]")
    _, [problem] = read_rulebook({"ruleset.yaml": head})
    assert (problem.code, problem.line, problem.column) == ("R024", 12, 3)


@pytest.mark.parametrize(
    ("written", "instead", "code"),
    [
        ("凶器: 是否", "凶器: 有无", "R043"),
        ("缺省: 蓝", "缺省: 绿", "R031"),
        ("缺省: 街道矛调中心", "缺省: 街道", "R031"),
        ("取值: 同 接收部门", "取值: 同 部门", "R040"),
        ("  预警颜色: {", "  颜色: {", "R024"),
    ],
)
def test_a_wrong_declaration_is_reported_once_and_not_at_its_uses(written: str, instead: str, code: str) -> None:
    uses = rule(结论="{接收部门: 派出所, 协办部门: 妇联, 预警颜色: 红}")
    problems = problems_in(uses, head=HEAD.replace(written, instead))
    assert [problem.code for problem in problems] == [code]


@pytest.mark.parametrize(
    "second",
    [
        rule("T-2", 结论="{接收部门: 派出所}", 优先级="99"),
        rule("T-2", 结论="{接收部门: 派出所}", 条件="{家暴: 是}"),
        rule("T-2", 结论="{接收部门: 妇联, 协办部门: 派出所}"),
        rule("T-2", 结论="{预警颜色: 黄}"),
        rule("T-2", 结论="{接收部门: 派出所}", 状态="试行"),
        rule("T-2", 结论="{接收部门: 派出所}", 生效="2027-01-01"),
    ],
    ids=["other priority", "other condition", "same receiver", "no receiver", "on trial", "later"],
)
def test_rules_that_can_be_told_apart_are_no_conflict(second: str) -> None:
    assert problems_in(rule(结论="{接收部门: 妇联}", 失效="2026-12-31"), second) == []


@pytest.mark.parametrize("value", ["大于等于 3", "至少 2", "不是 甲", "甲、乙"])
def test_a_value_that_is_declared_is_none_the_worse_for_what_it_looks_like(value: str) -> None:
    head = HEAD.replace("婚恋家庭, 邻里", f"{value}, 邻里")
    found = problems_in(rule(条件=f"{{纠纷类型: {value}}}"), head=head)
    assert [problem for problem in found if problem.file == "rules.yaml"] == []


LIBRARY = {file.name: file.read_text(encoding="utf-8") for file in (files("rules") / "library").iterdir()}


@settings(max_examples=150, deadline=None)
@given(
    file=st.sampled_from(sorted(LIBRARY)),
    at=st.integers(0, 9_000),
    cut=st.integers(0, 12),
    put=st.text(alphabet="-:[]{}'\"#&*!|>，：是否红 \n甲9", max_size=4),
)
def test_no_slip_of_the_pen_in_the_shipped_rules_raises(file: str, at: int, cut: int, put: str) -> None:
    text = LIBRARY[file]
    at %= len(text)
    rulebook, problems = read_rulebook(LIBRARY | {file: text[:at] + put + text[at + cut :]})
    assert (rulebook is None) == any(problem.is_error for problem in problems)
    assert all(problem.excerpt for problem in problems if problem.line <= text.count("\n"))


def test_every_code_of_the_catalogue_is_tested() -> None:
    here = Path(__file__).parent
    tests = "".join(path.read_text(encoding="utf-8") for path in [*here.rglob("*.py"), *here.rglob("expected.txt")])
    assert [code for code in CATALOGUE if not re.search(rf"\b{code}\b", tests)] == []


def test_every_code_of_the_catalogue_is_used_and_none_besides() -> None:
    import rules

    sources = "".join(path.read_text(encoding="utf-8") for path in Path(rules.__file__).parent.rglob("*.py"))
    used = re.findall(r'"(R\d\d\d)"', sources)
    assert set(used) == set(CATALOGUE)
    assert all(used.count(code) > 1 for code in CATALOGUE)  # once in the catalogue, once where it is found


DOCUMENT = (Path(str(files("rules"))) / "diagnostics.md").read_text(encoding="utf-8")


def test_the_document_explains_every_code_in_order_and_none_besides() -> None:
    assert re.findall(r"^## (R\d+) (.+)$", DOCUMENT, re.MULTILINE) == list(CATALOGUE.items())


@pytest.mark.parametrize("section", re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)[1:], ids=lambda text: text[:4])
def test_every_code_is_explained_with_its_meaning_an_example_and_how_to_mend_it(section: str) -> None:
    assert re.fullmatch(r"R\d+ .+\n\n.+\n\n```yaml\n[^`]+\n```\n\n\*\*改法\*\*　.+\n+", section)
