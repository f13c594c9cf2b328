"""A station's own time-limit file, as people get it wrong: every problem at once, each at its place with a remedy."""

from datetime import date
from importlib.resources import files
from itertools import dropwhile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import Ruleset, load, render
from service.timing.policy import Policy
from service.timing.reading import Names, load_policy, read_policy

SHIPPED = (files("rules") / "warning" / "时限.yaml").read_text(encoding="utf-8")
NAMES = Names(("红", "黄", "蓝"), ("邻里", "劳动欠薪", "医疗", "消费"))


def _problems(*swaps: tuple[str, str]) -> list[str]:
    text = SHIPPED
    for written, instead in swaps:
        assert written in text
        text = text.replace(written, instead, 1)
    policy, problems = read_policy("时限.yaml", text, NAMES)
    assert (policy is None) == any(problem.is_error for problem in problems)
    return list(map(str, problems))


def test_the_shipped_file_fits_the_shipped_rules(ruleset: Ruleset) -> None:
    policy, problems = load_policy(None, Names(ruleset.colours, ruleset.dispute_types))
    assert problems == []
    assert policy is not None
    assert policy.colours == ruleset.colours


def test_the_rules_do_not_see_the_shipped_file() -> None:
    library = Path(str(files("rules"))) / "library"
    loaded, _ = load(library, today=date(2026, 3, 2), engine=False)
    assert loaded is not None
    assert "时限.yaml" not in loaded.files


def test_every_figure_of_the_shipped_file_is_read(policy: Policy) -> None:
    assert (policy.closing_hour, policy.daily_hour, policy.weekly_day, policy.weekly_hour) == (18, 17, 4, 16)
    assert (policy.most_returns, str(policy.visit)) == (3, "15日")
    assert [(name, str(norm.term)) for name, norm in policy.norms.items()] == [
        ("劳动欠薪", "15日"),
        ("医疗", "30工作日"),
        ("消费", "45工作日"),
    ]
    assert str(policy.norm("邻里").term) == "30日"
    assert all(norm.source for norm in (policy.general, *policy.norms.values()))


@pytest.mark.parametrize("line", [line for line in SHIPPED.splitlines() if line.startswith("    ") and ": " in line])
def test_every_figure_of_a_colour_is_marked_with_its_source(line: str) -> None:
    assert "本地自定" in line or "{逾期" in line or "只按下面" in line


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("    签收: 2小时", "    签收：2小时", "17:7: 错误 R015 这里的冒号是全角的"),
        ("签收: 2小时", "签受: 2小时", "17:5: 错误 R023 「红」里没有「签受」这个键 —— 您是不是想写「签收」？"),
        (
            "签收: 2小时",
            "签收: 2个小时",
            "17:9: 错误 R032 「红」的「签收」：「2个小时」不是这里能用的时长 —— 请写成 2小时",
        ),
        (
            "签收: 2小时",
            "签收: 2日",
            "17:9: 错误 R032 「红」的「签收」：「2日」不是这里能用的时长 —— 请写成 2小时 或 2工作日",
        ),
        (
            "签收: 2小时",
            "签收: 0小时",
            "17:9: 错误 R033 「红」的「签收」：「0小时」超出范围 —— 请写 1小时 到 720小时 之间的时长",
        ),
        ("复核: 3日", "复核: 3 天", "19:9: 错误 R032 「红」的「复核」：「3 天」不是这里能用的时长 —— 请写成 3日"),
        ("复核: 3日", "复核: 3", "19:9: 错误 R032 「红」的「复核」：「3」不是这里能用的时长 —— 请写成 3日"),
        ("复核: 3日", "复核: 三天", "19:9: 错误 R032 「红」的「复核」：「三天」不是这里能用的时长 —— 请写成 3日"),
        (
            "不另定 ",
            "没有 ",
            "42:12: 错误 R032 「蓝」的「办结不超过」：「没有」不是这里能用的时长 —— 请写成 3工作日 或 3日，或 不另定",
        ),
        (
            "反馈: 每日",
            "反馈: 每天",
            "18:9: 错误 R031 「红」的「反馈」：没有「每天」这个取值 —— 您是不是想写「每日」？",
        ),
        (
            "镇街领导包案  ",
            "镇领导包案  ",
            "16:11: 错误 R031 「红」的「责任层级」：没有「镇领导包案」这个取值 —— 您是不是想写「镇街领导包案」？",
        ),
        ("- {逾期: 2小时", "- {逾期: 0小时", "25:7: 错误 R033 「红」的「升级」里「0小时」不比上一步的「0小时」久"),
        (
            "2小时, 告知: 矛调中心",
            "2小时, 告知: 主办负责人",
            "25:7: 错误 R038 「红」的「升级」里「主办负责人」写了两遍",
        ),
        ("{逾期: 2小时, ", "{", "25:7: 错误 R024 「红」的「升级」缺少「逾期」"),
        ("  红:", "  绿:", "15:3: 错误 R031 规则集的「预警颜色」里没有「绿」 —— 可以写的有：红"),
        ("  医疗:", "  医料:", "53:3: 错误 R031 规则集里没有「医料」这个纠纷类型 —— 您是不是想写「医疗」？"),
        ("  一般:", "  一股:", "51:3: 错误 R031 规则集里没有「一股」这个纠纷类型 —— 您是不是想写「一般」？"),
        (
            "期限: 30工作日, 依据: 医疗纠纷预防和处理条例 第三十八条",
            "期限: 30工作日",
            "53:7: 错误 R024 「办结」的「医疗」缺少「依据」",
        ),
        ("星期: 周五", "星期: 星期五", "58:10: 错误 R031 「周结」的「星期」：没有「星期五」这个取值"),
        ("{时: 17}", "17", "57:5: 错误 R022 「日清」要写成键值对"),
        ("退回裁定: 3", "退回裁定: 三", "59:7: 错误 R032 时限文件的「退回裁定」：「三」不是整数"),
        ("下班: 18", "下班: 24", "56:5: 错误 R033 时限文件的「下班」：24 超出范围 —— 请写 12 到 23 之间的数"),
        ("回访: 15日", "回访:", "60:4: 错误 R025 时限文件的「回访」是空的"),
        ("回访: 15日", "备注: 无\n回访: 15日", "60:1: 错误 R023 时限文件里没有「备注」这个键"),
        ("回访: 15日", "下班: 18\n回访: 15日", "60:1: 错误 R009 「下班」写了两遍，上一次在第 56 行"),
        ("复核: 3日", "复核: 9日", "15:3: 提醒 R033 「红」比「黄」重，复核的时限却更长"),
    ],
)
def test_a_mistake_is_one_problem_at_its_place(written: str, instead: str, said: str) -> None:
    [problem] = _problems((written, instead))
    assert problem.startswith(f"时限.yaml:{said}")


def test_all_mistakes_are_told_at_once_in_reading_order() -> None:
    found = _problems(
        ("签收: 2小时", "签收: 马上"), ("星期: 周五", "星期: 五"), ("  黄:", "  黄色:"), ("退回裁定: 3", "退回: 3")
    )
    assert [problem.split(" ")[0] for problem in found] == [
        "时限.yaml:17:9:",
        "时限.yaml:27:3:",
        "时限.yaml:58:10:",
        "时限.yaml:59:1:",
    ]


@pytest.mark.parametrize("key", ["时限", "颜色", "办结", "下班", "日清", "周结", "退回裁定", "回访"])
def test_a_missing_key_is_told(key: str) -> None:
    lines = SHIPPED.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{key}:"))
    rest = dropwhile(lambda line: line.startswith(" "), lines[start + 1 :])
    policy, [problem] = read_policy("时限.yaml", "\n".join([*lines[:start], *rest]), NAMES)
    assert policy is None
    assert (problem.code, f"「{key}」" in problem.message) == ("R024", True)


def _block(colour: str) -> str:
    start = SHIPPED.index(f"  {colour}:")
    ends = (SHIPPED.find(f"  {later}:", start + 1) for later in "红黄蓝")
    return SHIPPED[start : min((end for end in ends if end > 0), default=SHIPPED.index("\n# 从签收起"))]


def test_a_colour_of_the_rules_must_be_there() -> None:
    [problem] = _problems((_block("黄"), ""))
    assert "「颜色」里缺少规则集的「黄」" in problem


def test_colours_stand_in_the_order_of_the_rules() -> None:
    found = _problems((_block("红") + _block("黄"), _block("黄") + _block("红")))
    assert "颜色的次序是 黄、红、蓝，与规则集的不同 —— 请从重到轻写：红、黄、蓝" in found[0]
    assert "写反" in found[1]


def test_without_a_rule_set_names_are_taken_as_they_stand() -> None:
    policy, problems = read_policy("时限.yaml", SHIPPED.replace("  红:", "  赤:"), None)
    assert problems == []
    assert policy is not None
    assert policy.colours == ("赤", "黄", "蓝")


def test_a_problem_shows_its_line() -> None:
    _, [problem] = read_policy("时限.yaml", SHIPPED.replace("退回裁定: 3", "退回裁定: 〇"), NAMES)
    assert render(problem).splitlines()[1].startswith("    退回裁定: 〇")


@pytest.mark.parametrize(("name", "why"), [("没有.yaml", "没有这个文件"), (".", "这是一个文件夹")])
def test_a_file_that_can_not_be_read_is_told(tmp_path: Path, name: str, why: str) -> None:
    policy, [problem] = load_policy(tmp_path / name, NAMES)
    assert policy is None
    assert (problem.code, why in problem.message) == ("R012", True)


@settings(max_examples=150, deadline=None)
@given(
    at=st.integers(0, len(SHIPPED) - 1),
    cut=st.integers(0, 12),
    put=st.text(alphabet="-:[]{}'\"#&*!|>，：日小时红 \n甲9", max_size=4),
)
def test_no_slip_of_the_pen_raises(at: int, cut: int, put: str) -> None:
    policy, problems = read_policy("时限.yaml", SHIPPED[:at] + put + SHIPPED[at + cut :], NAMES)
    assert (policy is None) == any(problem.is_error for problem in problems)
