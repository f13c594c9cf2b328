"""How a problem reads."""

import pytest

from rules import CATALOGUE, Problem, render
from rules.problem import did_you_mean
from tests.rules.building import problems_in, rule


def test_a_problem_reads_as_file_line_column_code_message_and_remedy() -> None:
    [problem] = problems_in(rule(条件="{纠纷类形: 邻里}"))
    assert str(problem) == ("rules.yaml:7:8: 错误 R028 条件里没有「纠纷类形」这个事实 —— 您是不是想写「纠纷类型」？")


def test_the_caret_stands_below_the_very_character_though_chinese_takes_two_columns() -> None:
    [problem] = problems_in(rule(条件="{凶器: 是, 再发风验: 0.5}"))
    _, source, caret = render(problem).splitlines()
    assert source == "      条件: {凶器: 是, 再发风验: 0.5}"
    #                      6 spaces, then 条件: {凶器: 是,␣ is 4+2+1+4+2+2+2 columns
    assert caret == " " * (4 + 2 + 4 + 2 + 1 + 4 + 2 + 2 + 2) + "^"


def test_a_problem_without_its_source_is_one_line() -> None:
    problem = Problem("f", 1, 2, "R001", "空", "写")
    assert render(problem) == str(problem) == "f:1:2: 错误 R001 空 —— 写"


def test_a_problem_has_a_code_of_the_catalogue() -> None:
    with pytest.raises(ValueError, match="R999"):
        Problem("f", 1, 1, "R999", "", "")
    assert list(CATALOGUE) == sorted(CATALOGUE)


@pytest.mark.parametrize(
    ("word", "candidates", "remedy"),
    [
        ("家爆", ["凶器", "家暴"], "您是不是想写「家暴」？"),
        ("家庭", ["邻里", "婚恋家庭"], "您是不是想写「婚恋家庭」？"),
        ("红色", ["红", "黄", "蓝"], "您是不是想写「红」？"),
        ("xyz", ["红", "黄"], "可以写的有：红、黄"),
        (
            "x",
            [str(number) for number in range(100, 130)],
            "可以写的有：100、101、102、103、104、105、106、107、108、109、110、111 等 30 个",
        ),
    ],
)
def test_the_nearest_word_is_offered(word: str, candidates: list[str], remedy: str) -> None:
    assert did_you_mean(word, candidates) == remedy
