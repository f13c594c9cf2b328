"""YAML text → nodes that know their place; whatever is wrong with the text is one clear problem."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import rules.document
from rules import render_all
from rules.document import ListNode, MapNode, TextNode, read_document
from rules.problem import Place

LOADERS = [loader for name in ("CSafeLoader", "SafeLoader") if (loader := getattr(yaml, name, None))]


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__, autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers that PyYAML may have been built with."""
    monkeypatch.setattr(rules.document, "_LOADER", request.param)


def test_every_node_knows_its_line_and_column_counted_in_characters() -> None:
    root, problems = read_document("家.yaml", "# 注释\n甲:\n- 乙: [丙, '丁']\n  戊: 己\n")
    assert problems == []
    assert root == MapNode(
        Place("家.yaml", 2, 1),
        (
            (
                TextNode(Place("家.yaml", 2, 1), "甲"),
                ListNode(
                    Place("家.yaml", 3, 1),
                    (
                        MapNode(
                            Place("家.yaml", 3, 3),
                            (
                                (
                                    TextNode(Place("家.yaml", 3, 3), "乙"),
                                    ListNode(
                                        Place("家.yaml", 3, 6),
                                        (
                                            TextNode(Place("家.yaml", 3, 7), "丙"),
                                            TextNode(Place("家.yaml", 3, 10), "丁"),
                                        ),
                                    ),
                                ),
                                (TextNode(Place("家.yaml", 4, 3), "戊"), TextNode(Place("家.yaml", 4, 6), "己")),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    "text", ["是", "否", "no", "yes", "on", "~", "null", "1e3", "0x1F", "2026-01-01", "1:30", "=", "<<"]
)
def test_scalars_stay_the_text_that_was_written(text: str) -> None:
    root, problems = read_document("f", f"[{text}]")
    assert problems == []
    assert isinstance(root, ListNode)
    assert [item.text for item in root.items if isinstance(item, TextNode)] == [text]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_the_editor_ends_them_with(newline: str) -> None:
    _, [problem] = read_document("f", newline.join(["甲: 1", "乙: 2", "甲: 3"]))
    assert (problem.code, problem.line, problem.column) == ("R009", 3, 1)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        pytest.param("", "1:1 R001", id="empty"),
        pytest.param("# 只有注释\n", "1:1 R001", id="comments only"),
        pytest.param("甲: 纠纷".encode("gbk"), "1:1 R002", id="GBK"),
        pytest.param("甲: 1\n乙: ".encode() + b"\xff", "2:4 R002", id="a stray byte"),
        pytest.param("甲: 1".encode("utf-16"), "1:1 R002", id="UTF-16"),
        pytest.param("甲: " + "一" * 400_000, "1:1 R003", id="huge"),
        pytest.param("甲: 1\n乙:\n\t丙: 1\n\t丁: 2\n", "3:1 R004", id="tabs"),
        pytest.param("甲: 1\n---\n乙: 1\n", "2:1 R006", id="two documents"),
        pytest.param("[" * 50_000, "1:33 R010", id="deep flow"),
        pytest.param("\n".join("  " * depth + "甲:" for depth in range(60)), "33:65 R010", id="deep block"),
        pytest.param("甲: 乙\u200b丙", "1:5 R011", id="zero-width space"),
        pytest.param("甲: 乙\x00", "1:5 R011", id="NUL"),
        pytest.param("甲: \u2028乙", "1:4 R011", id="line separator"),
        pytest.param('甲: "\\u200b"', "1:4 R011", id="invisible by escape"),
        pytest.param("甲: \ud800", "1:4 R011", id="lone surrogate"),
        pytest.param("? [甲]\n: 乙", "1:3 R014", id="a list as key"),
        pytest.param("甲: !!int 1", "1:4 R008", id="tag"),
        pytest.param("甲: &a 1", "1:4 R007", id="anchor"),
    ],
)
def test_what_is_no_usable_text_is_one_problem(content: str | bytes, found: str) -> None:
    _, [problem] = read_document("f", content)
    assert f"{problem.line}:{problem.column} {problem.code}" == found


def test_an_alias_is_refused_with_its_anchor() -> None:
    root, problems = read_document("f", "甲: &x [1]\n乙: *x\n")
    assert root is None
    assert [(problem.code, problem.line, problem.column) for problem in problems] == [("R007", 1, 4), ("R007", 2, 4)]


def test_a_byte_order_mark_is_a_reminder_and_moves_nothing() -> None:
    root, [problem] = read_document("f", "\ufeff甲: 1".encode())
    assert problem.code == "R013"
    assert not problem.is_error
    assert isinstance(root, MapNode)
    assert root.place == Place("f", 1, 1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("甲: 乙: 丙", "1:5 一行里有两个冒号"),
        ("甲: 1\n 乙: 2", "2:2 这一行缩进多了：它从第 2 列写起，上一行从第 1 列"),
        ("甲: [乙, 丙\n丁: 1", "1:4 方括号没有写完整"),
        ("甲: {乙: 1\n", "1:4 花括号没有写完整"),
        ("甲: '乙", "1:4 引号没有配对"),
        ("甲: @乙", "1:4 文字不能以这个符号开头"),
        ("甲: `乙`", "1:4 文字不能以这个符号开头"),
        ("甲: *", "1:4 文字不能以 * 或 & 开头"),
        ("甲: |乙", "1:4 文字不能以 | 或 > 开头"),
        ("甲: 乙 - 丙\n丁\n戊: 1", "2:1 这一行少了冒号"),
        ("甲: [乙,, 丙]", "1:7 这里缺内容，或多了一个逗号、括号"),
        ("甲: '乙' 丙", "1:8 引号或括号后面多了内容"),
        ("{甲: 1}\n乙: 2", "2:1 这一行不属于上面的内容"),
    ],
)
def test_syntax_errors_are_said_in_chinese_at_their_cause(text: str, found: str) -> None:
    root, [problem] = read_document("f", text)
    assert root is None
    assert problem.code == "R005"
    assert f"{problem.line}:{problem.column} {problem.message}" == found


@pytest.mark.parametrize(
    "text", ['甲: "\\q"', "甲: !<", "%甲", "%YAML 9\n", "- 甲\n乙: 1", "- - 甲\n - 乙", "甲: >9x", "甲: 1\n  - ："]
)
def test_no_english_reaches_the_reader(text: str) -> None:
    _, problems = read_document("f", text)
    said = "".join(f"{problem.message}{problem.remedy}" for problem in problems)
    assert not any(word in said for word in ("found", "expected", "while", "token", "mapping"))


YAML_LIKE = st.text(alphabet=st.sampled_from("甲乙 :-[]{}'\"#&*!|>%@`?,\n\t\\x0=~"), max_size=60)


@given(st.one_of(st.text(), st.binary(), YAML_LIKE))
def test_no_text_whatever_raises(content: str | bytes) -> None:
    root, problems = read_document("f", content)
    assert root is not None or any(problem.is_error for problem in problems)
    assert render_all(problems).count("R0") >= len(problems)
