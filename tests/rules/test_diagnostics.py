"""Every way to get a rule wrong, with the code and the very character where it is reported.

A `▲` marks that character. Each text holds one mistake and must give exactly one problem.
"""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import CATALOGUE
from rules.schema import read_rulebook
from tests.rules.building import HEAD, problems_in, rule, without_mark

HIT, MISS = "{名: 中, 给定: {凶器: 是}, 期望: {命中: T-1}}", "{名: 不中, 给定: {}, 期望: {未命中: T-1}}"

# Code, and the line of the rule that is written wrongly.
IN_A_RULE = [
    ("R022", {"编号": "▲[T-1]"}),
    ("R026", {"编号": "▲T 1"}),
    ("R025", {"名称": "▲''"}),
    ("R023", {"▲责任": "派出所"}),
    ("R031", {"状态": "▲启动"}),
    ("R031", {"状态": "▲true"}),
    ("R032", {"优先级": "▲高"}),
    ("R032", {"优先级": "▲1e3"}),
    ("R033", {"优先级": "▲10000"}),
    ("R032", {"底线": "▲yes"}),
    ("R042", {"底线": "是", "结论": "▲{接收部门: 派出所}"}),
    ("R034", {"生效": "▲2026/1/1"}),
    ("R034", {"失效": "▲2026-02-30"}),
    ("R035", {"生效": "2026-02-01", "失效": "▲2026-01-31"}),
    # 条件
    ("R022", {"条件": "▲凶器：是"}),
    ("R022", {"条件": "▲[{凶器: 是}]"}),
    ("R037", {"条件": "▲{}"}),
    ("R028", {"条件": "{▲凶气: 是}"}),
    ("R028", {"条件": "{全部: [{凶器: 是}, {任一: [{▲家报: 是}]}]}"}),
    ("R022", {"条件": "{任一: ▲{凶器: 是, 家暴: 是}}"}),
    ("R037", {"条件": "{全部: ▲[]}"}),
    ("R037", {"条件": "{非: ▲{}}"}),
    ("R022", {"条件": "{非: ▲[{凶器: 是}]}"}),
    ("R022", {"条件": "{全部: [▲凶器]}"}),
    ("R036", {"条件": "{全部: [{任一: [{非: {全部: [{▲非: {凶器: 是}}]}}]}]}"}),
    ("R032", {"条件": "{凶器: ▲有}"}),
    ("R032", {"条件": "{凶器: ▲true}"}),
    ("R031", {"条件": "{纠纷类型: ▲邻居}"}),
    ("R022", {"条件": "{纠纷类型: ▲[邻里, 婚恋家庭]}"}),
    ("R031", {"条件": "{纠纷类型: {属于: [邻里, ▲家庭]}}"}),
    ("R038", {"条件": "{纠纷类型: {不属于: [邻里, ▲邻里]}}"}),
    ("R025", {"条件": "{纠纷类型: {属于: ▲[]}}"}),
    ("R030", {"条件": "{纠纷类型: {▲至少: 邻里}}"}),
    ("R030", {"条件": "{凶器: {▲属于: [是]}}"}),
    ("R029", {"条件": "{近90天重复次数: {▲大于等于: 2}}"}),
    ("R029", {"条件": "{近90天重复次数: {▲至小: 2}}"}),
    ("R029", {"条件": "{近90天重复次数: {▲等于: 2}}"}),
    ("R037", {"条件": "{近90天重复次数: ▲{}}"}),
    ("R032", {"条件": "{近90天重复次数: {至少: ▲2.5}}"}),
    ("R032", {"条件": "{近90天重复次数: {至少: ▲２}}"}),
    ("R033", {"条件": "{近90天重复次数: {至多: ▲-1}}"}),
    ("R032", {"条件": "{再发风险: {至少: ▲80%}}"}),
    ("R032", {"条件": "{再发风险: {至少: ▲0.12345}}"}),
    ("R033", {"条件": "{再发风险: {大于: ▲1.1}}"}),
    ("R039", {"条件": "{时刻: {介于: ▲[6, 5]}}"}),
    ("R022", {"条件": "{时刻: {介于: ▲[6]}}"}),
    ("R022", {"条件": "{时刻: {介于: ▲6}}"}),
    ("R030", {"条件": "{描述: ▲持刀}"}),
    ("R030", {"条件": "{描述: {▲属于: [持刀]}}"}),
    ("R022", {"条件": "{描述: {含任一: ▲持刀}}"}),
    ("R025", {"条件": "{描述: {含全部: [▲'']}}"}),
    ("R029", {"条件": "{描述: {▲包含: [持刀]}}"}),
    # 结论
    ("R040", {"结论": "{▲接受部门: 派出所}"}),
    ("R031", {"结论": "{接收部门: ▲公安局}"}),
    ("R022", {"结论": "{接收部门: ▲[派出所]}"}),
    ("R031", {"结论": "{协办部门: [派出所, ▲妇女联合会]}"}),
    ("R031", {"结论": "{预警颜色: ▲红色}"}),
    ("R025", {"结论": "▲{}"}),
    ("R025", {"结论": "{协办部门: ▲[]}"}),
    ("R025", {"结论": "{提示: ▲''}"}),
    # 测试
    ("R025", {"测试": "▲[]"}),
    ("R045", {"测试": f"▲[{MISS}]"}),
    ("R046", {"测试": f"▲[{HIT}]"}),
    ("R024", {"测试": f"[{HIT}, {MISS}, ▲{{名: 缺期望, 给定: {{}}}}]"}),
    ("R025", {"测试": f"[{HIT}, {MISS}, {{名: 空期望, 给定: {{}}, 期望: ▲{{}}}}]"}),
    ("R028", {"测试": f"[{HIT}, {MISS}, {{名: 甲, 给定: {{▲刀: 是}}, 期望: {{预警颜色: 红}}}}]"}),
    ("R033", {"测试": f"[{HIT}, {MISS}, {{名: 甲, 给定: {{时刻: ▲24}}, 期望: {{预警颜色: 红}}}}]"}),
    ("R040", {"测试": f"[{HIT}, {MISS}, {{名: 甲, 给定: {{}}, 期望: {{▲颜色: 红}}}}]"}),
    ("R031", {"测试": f"[{HIT}, {MISS}, {{名: 甲, 给定: {{}}, 期望: {{预警颜色: ▲绿}}}}]"}),
    ("R047", {"测试": f"[{HIT}, {MISS}, ▲{{名: 甲, 给定: {{}}, 期望: {{命中: T-9}}}}]"}),
    ("R048", {"测试": f"[{HIT}, {MISS}, {{名: 甲, 给定: {{}}, 期望: ▲{{命中: T-1, 未命中: [T-1]}}}}]"}),
]


@pytest.mark.parametrize(("code", "lines"), IN_A_RULE, ids=lambda value: str(value))
def test_a_mistake_in_a_rule(code: str, lines: dict[str, str]) -> None:
    texts, place = without_mark({"ruleset.yaml": HEAD, "rules.yaml": rule(**lines)})
    rulebook, [problem] = read_rulebook(texts)
    assert rulebook is None
    assert (problem.code, problem.file, problem.line, problem.column) == (code, *place)
    assert problem.message
    assert problem.remedy
    assert problem.excerpt == texts["rules.yaml"].split("\n")[problem.line - 1]


REQUIRED = ("编号", "名称", "责任人", "依据", "状态", "优先级", "条件", "结论", "理由", "测试")


@pytest.mark.parametrize("key", REQUIRED)
def test_a_missing_key_is_reported_at_the_rule(key: str) -> None:
    missing: dict[str, str | None] = {key: None}
    [problem] = problems_in(rule("T-1", **missing))
    assert (problem.code, problem.line, problem.column) == ("R024", 1, 3)
    assert f"「{key}」" in problem.message


def test_an_empty_value_is_reported_behind_its_colon() -> None:
    [problem] = problems_in(rule(条件=""))
    assert (problem.code, problem.line, problem.column) == ("R025", 7, 6)


# Code, what is replaced in the head, by what.
IN_THE_HEAD = [
    ("R025", "规则集: 测试镇", "规则集:▲"),
    ("R023", "规则集: 测试镇", "规则集: 测试镇\n▲部门: 甲"),
    ("R043", "凶器: 是否", "凶器: ▲有无"),
    ("R043", "凶器: 是否", "▲任一: 是否"),
    ("R043", "凶器: 是否", "凶器: ▲{缺省: 否}"),
    ("R025", "凶器: 是否", "凶器: {取值: ▲[], 缺省: 甲}"),
    ("R022", "凶器: 是否", "凶器: ▲[是, 否]"),
    ("R024", "时刻: {整数: [0, 23], 缺省: 12}", "时刻: ▲{整数: [0, 23]}"),
    ("R033", "时刻: {整数: [0, 23], 缺省: 12}", "时刻: {整数: [0, 23], 缺省: ▲24}"),
    ("R039", "时刻: {整数: [0, 23], 缺省: 12}", "时刻: {整数: ▲[23, 0], 缺省: 12}"),
    ("R043", "时刻: {整数: [0, 23], 缺省: 12}", "时刻: {整数: ▲[0], 缺省: 12}"),
    ("R032", "时刻: {整数: [0, 23], 缺省: 12}", "时刻: {整数: [0, ▲晚], 缺省: 12}"),
    ("R032", "再发风险: {范围: [0, 1], 缺省: 0}", "再发风险: {范围: [0, 1], 缺省: ▲低}"),
    ("R038", "邻里, 劳动欠薪,", "邻里, ▲邻里, 劳动欠薪,"),
    ("R031", "缺省: 非纠纷", "缺省: ▲无"),
    ("R031", "命中方式: 取首条", "命中方式: ▲取第一条"),
    ("R044", "命中方式: 取首条", "命中方式: 取最重"),
    ("R024", "命中方式: 取最重, 缺省: 蓝,", "命中方式: 取最重,"),
    ("R031", "缺省: 蓝", "缺省: ▲绿"),
    ("R040", "同 接收部门", "▲同 部门"),
    ("R044", "{命中方式: 全部, 文本: 是}", "▲{命中方式: 全部}"),
    ("R031", "{命中方式: 全部, 文本: 是}", "{命中方式: 全部, 文本: ▲否}"),
    ("R044", "{命中方式: 全部, 文本: 是}", "{命中方式: 全部, 文本: 是, 缺省: ▲无}"),
    ("R044", "{命中方式: 全部, 文本: 是}", "▲{命中方式: 取最重, 缺省: 甲, 文本: 是}"),
    ("R044", "提示: {命中方式", "▲命中: {命中方式"),
]
UNMARKED = {"R044": "▲接收部门: {", "R024": "预警颜色: ▲{"}


@pytest.mark.parametrize(("code", "written", "instead"), IN_THE_HEAD)
def test_a_mistake_in_the_head(code: str, written: str, instead: str) -> None:
    head = HEAD.replace(written, instead, 1)
    if "▲" not in head:  # reported at what surrounds the mistake
        mark = UNMARKED[code]
        head = head.replace(mark.replace("▲", ""), mark, 1)
    texts, place = without_mark({"ruleset.yaml": head})
    rulebook, [problem] = read_rulebook(texts)
    assert rulebook is None
    assert (problem.code, problem.file, problem.line, problem.column) == (code, *place)


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


ACROSS_FILES = [
    ("R020", {"rules.yaml": "▲" + rule()}),
    ("R020", {"a.yaml": "▲" + rule(), "b.yaml": rule("T-2")}),
    ("R021", {"a.yaml": HEAD, "b.yaml": "▲" + HEAD}),
    ("R022", {"ruleset.yaml": HEAD, "rules.yaml": "▲编号: T-1\n名称: 少了横线\n"}),
    ("R022", {"ruleset.yaml": HEAD, "rules.yaml": "▲一段文字\n"}),
    ("R022", {"ruleset.yaml": HEAD, "rules.yaml": "- ▲一段文字\n"}),
    ("R022", {"ruleset.yaml": HEAD + "规则: ▲{编号: T-1}\n"}),
    ("R027", {"ruleset.yaml": HEAD, "a.yaml": rule(), "b.yaml": rule("▲T-1", 优先级="90", 测试=f"[{HIT}, {MISS}]")}),
    (
        "R049",
        {
            "ruleset.yaml": HEAD,
            "a.yaml": rule(条件="{凶器: 是, 家暴: 是}", 结论="{接收部门: 妇联}"),
            "b.yaml": rule("T-2", 条件="{全部: [{家暴: 是}, {凶器: 是}]}", 结论="{接收部门: 派出所}").replace(
                "- ", "- ▲", 1
            ),
        },
    ),
    ("R050", {"ruleset.yaml": HEAD, "a.yaml": rule(条件="▲{非: {全部: [" + ", ".join(["{凶器: 是}"] * 17) + "]}}")}),
    ("R051", {"ruleset.yaml": HEAD, "a.yaml": rule(条件="▲{全部: [" + ", ".join(["{凶器: 是}"] * 65) + "]}")}),
]


@pytest.mark.parametrize(("code", "texts"), ACROSS_FILES)
def test_a_mistake_across_files(code: str, texts: dict[str, str]) -> None:
    texts, place = without_mark(texts)
    rulebook, [problem] = read_rulebook(texts)
    assert rulebook is None
    assert (problem.code, problem.file, problem.line, problem.column) == (code, *place)


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


def test_all_mistakes_are_reported_at_once_in_reading_order() -> None:
    problems = problems_in(
        rule(状态="启动", 条件="{凶气: 是, 时刻: 24}", 结论="{预警颜色: 绿}"),
        rule("T-2", 名称=None, 测试="[]"),
        rule("T-3", 优先级="高"),
    )
    assert [(problem.code, problem.line) for problem in problems] == [
        ("R031", 5),
        ("R028", 7),
        ("R033", 7),
        ("R031", 8),
        ("R024", 11),
        ("R025", 19),
        ("R032", 25),
    ]


def test_a_file_that_cannot_be_parsed_does_not_hide_the_mistakes_of_the_others() -> None:
    texts = {"a.yaml": HEAD, "b.yaml": "- 编号: [", "c.yaml": rule(状态="启动")}
    assert [(problem.file, problem.code) for problem in read_rulebook(texts)[1]] == [
        ("b.yaml", "R005"),
        ("c.yaml", "R031"),
    ]


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("{时刻: {大于等于: 22}}", "请写「至少」"),
        ("{描述: {包含: [刀]}}", "请写「含任一: [词]」「含全部: [词]」或「均不含: [词]」"),
        ("{凶器: 有}", "请写 是 或 否"),
        ("{再发风险: {至少: 80%}}", "请写成最多 4 位小数的普通数，如 0.75（不用百分号、不用 1e3）"),
        ("{纠纷类型: [邻里]}", "几个值都可以的，请写「纠纷类型: {属于: [甲, 乙]}」"),
        ("凶器：是", "看起来是冒号的问题：冒号要用半角「:」，后面空一格"),
        ("凶器:是", "看起来是冒号的问题：冒号要用半角「:」，后面空一格"),
        ("{时刻: 24}", "请写 0 到 23 之间的数"),
    ],
)
def test_the_remedy_says_what_to_write_instead(written: str, remedy: str) -> None:
    [problem] = problems_in(rule(条件=written))
    assert problem.remedy == remedy


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
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    untested = [code for code in CATALOGUE if not re.search(rf'"([\d:]+ )?{code}"', tests)]
    assert untested == []


def test_every_code_of_the_catalogue_is_used_and_none_besides() -> None:
    import rules

    sources = "".join(path.read_text(encoding="utf-8") for path in Path(rules.__file__).parent.rglob("*.py"))
    used = re.findall(r'"(R0\d\d)"', sources)
    assert set(used) == set(CATALOGUE)
    assert all(used.count(code) > 1 for code in CATALOGUE)  # once in the catalogue, once where it is found
