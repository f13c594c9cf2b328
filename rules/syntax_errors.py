"""PyYAML's English syntax errors, said in Chinese and placed at the cause, not where the parser gave up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from rules.slips import first_slip


@dataclass(frozen=True, slots=True)
class SyntaxExplanation:
    code: str
    line: int
    column: int
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class _Saying:
    """What to say when a fragment of PyYAML's wording occurs. It covers the C and the Python scanner."""

    fragments: tuple[str, ...]
    message: str
    remedy: str
    # Whether the mistake lies where the construct began, and not where the parser noticed.
    at_context: bool = False
    # Whether it may come of a wrong indent.
    about_indent: bool = False


_SAYINGS = (
    _Saying(
        ("mapping values are not allowed",),
        "这里不该出现冒号",
        "请检查缩进，以及上一行是不是没写完；文字里本来就有冒号的，用引号括起来",
        about_indent=True,
    ),
    _Saying(
        ("could not find expected ':'",),
        "这一行少了冒号",
        "请写成「名称: 值」，冒号用半角，后面空一格",
        at_context=True,
    ),
    _Saying(("sequence entries are not allowed",), "这里不该出现「- 」", "请把列表另起一行，并检查缩进"),
    _Saying(("mapping keys are not allowed",), "这里不该出现「? 」", "请用引号把这段文字括起来"),
    _Saying(
        ("expected ',' or ']'",),
        "方括号没有写完整",
        "请在各项之间写半角逗号，末尾写半角的 ]",
        at_context=True,
    ),
    _Saying(
        ("expected ',' or '}'",),
        "花括号没有写完整",
        "请在各项之间写半角逗号，末尾写半角的 }",
        at_context=True,
    ),
    _Saying(
        ("found unexpected end of stream", "found unexpected document"),
        "引号没有配对",
        "请在文字末尾补上同样的引号",
        at_context=True,
    ),
    _Saying(
        ("unknown escape character", "hexdecimal number", "hexadecimal numbers", "character escape code"),
        "双引号里的反斜杠用法不对",
        "请改用单引号，或把 \\ 写成 \\\\",
    ),
    _Saying(
        ("that cannot start any token",),
        "文字不能以这个符号开头",
        "请用引号把这段文字括起来",
    ),
    _Saying(
        ("alphabetic or numeric character",),
        "文字不能以 * 或 & 开头",
        "请用引号把这段文字括起来",
        at_context=True,
    ),
    _Saying(
        ("comment or line break", "comment or a line break", "indentation indicator"),
        "文字不能以 | 或 > 开头",
        "请用引号把这段文字括起来",
        at_context=True,
    ),
    _Saying(
        ("tag", "URI", "expected '!'", "expected whitespace", "expected ' '", "the expected '>'"),
        "文字不能以叹号开头",
        "请用引号把这段文字括起来",
        at_context=True,
    ),
    _Saying(
        ("directive", "%YAML", "version number", "expected a digit", "incompatible YAML"),
        "文字不能以 % 开头",
        "请删掉这一行，或用引号把这段文字括起来",
    ),
    _Saying(
        ("'-' indicator",),
        "列表到这里断了",
        "请检查缩进：同一列表的「- 」要上下对齐",
        about_indent=True,
    ),
    _Saying(
        ("did not find expected key", "expected <block end>"),
        "这一行和上面对不齐",
        "请检查缩进：同一层的键要上下对齐",
        about_indent=True,
    ),
    _Saying(
        ("expected <document start>", "expected '<document start>'"),
        "这一行不属于上面的内容",
        "请检查缩进；一个文件里只能是一份列表或一组键值",
        about_indent=True,
    ),
    _Saying(
        ("node content",),
        "这里缺内容，或多了一个逗号、括号",
        "请补上内容，或删掉多余的符号",
    ),
    _Saying(("found unexpected ':'",), "这里的冒号读不懂", "请用引号把含冒号的文字括起来"),
)
_OTHERWISE = _Saying((), "这里不符合 YAML 的写法", "请检查这一行的缩进、冒号、括号和引号")


def explain_syntax_error(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> SyntaxExplanation:
    """What is wrong at the cause of the error, for the lines of the file as an editor counts them."""
    wording = error.problem or ""
    saying = next((s for s in _SAYINGS if any(fragment in wording for fragment in s.fragments)), _OTHERWISE)
    at_context = saying.at_context and error.context_mark is not None
    mark = error.context_mark if at_context else error.problem_mark or error.context_mark
    if mark is None:
        return SyntaxExplanation("R005", 1, 1, saying.message, saying.remedy)
    line, column = mark.line + 1, mark.column + 1
    # The Python scanner points behind the backslash, the C scanner at it.
    if "escape" in wording and line <= len(lines) and lines[line - 1][column - 2 : column - 1] == "\\":
        column -= 1
    noticed = error.problem_mark.line + 1 if error.problem_mark else line
    suspects = range(line if at_context else _line_before(lines, line), min(noticed, len(lines)) + 1)
    if slip := first_slip(lines, suspects):
        return SyntaxExplanation("R015", slip.line, slip.column, slip.message, slip.remedy)
    if line > len(lines):
        return SyntaxExplanation("R005", line, column, saying.message, saying.remedy)
    if saying.about_indent and (misplaced := _misplaced(lines, line, column)):
        return misplaced
    return SyntaxExplanation("R005", line, column, saying.message, saying.remedy)


def _misplaced(lines: Sequence[str], line: int, column: int) -> SyntaxExplanation | None:
    """What is wrong with the place of a line, or of something in it, where that can be told."""
    written = lines[line - 1]
    before = written[: column - 1]
    begins = len(written) - len(written.lstrip(" ")) + 1
    if written[column - 1 : column] in ("}", "]"):
        message = f"这里多了一个「{written[column - 1]}」"
        return SyntaxExplanation("R005", line, column, message, "请删掉它，或在前面补上与它配对的括号")
    if before.rstrip().endswith(('"', "'", "}", "]")):
        remedy = "请把整段文字放进引号里，或不用引号"
        return SyntaxExplanation("R005", line, column, "引号或括号后面多了内容", remedy)
    if ": " in before:
        remedy = "一行只写一个「名称: 值」；文字里本来就有冒号的，把整段文字用引号括起来"
        return SyntaxExplanation("R005", line, column, "一行里有两个冒号", remedy)
    above = lines[_line_before(lines, line) - 1]
    above_begins = len(above) - len(above.lstrip(" -")) + 1
    if begins == above_begins:
        return None
    how = "多" if begins > above_begins else "少"
    message = f"这一行缩进{how}了：它从第 {begins} 列写起，上一行从第 {above_begins} 列"
    return SyntaxExplanation("R005", line, begins, message, "请检查缩进：同一层的键要上下对齐，下一层多两个空格")


def _line_before(lines: Sequence[str], line: int) -> int:
    """The number of the nearest line above that says something, or the line itself."""
    above = range(min(line, len(lines) + 1) - 1, 0, -1)
    saying = (
        number for number in above if lines[number - 1].strip() and not lines[number - 1].lstrip().startswith("#")
    )
    return next(saying, line)
