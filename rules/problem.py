"""What is wrong in a rule file, where, and what to do about it.

Problems are values: every reader appends to a list, so that whoever edits a rule sees all of them at once.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rules.slips import half_width


class Severity(StrEnum):
    ERROR = "错误"
    WARNING = "提醒"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file. Line and column count from 1, the column in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


CATALOGUE: dict[str, str] = {
    # The document, before anything is known about rules.
    "R001": "文件是空的",
    "R002": "文件不是 UTF-8 编码",
    "R003": "文件太大",
    "R004": "文件里有制表符",
    "R005": "不符合 YAML 的写法",
    "R006": "一个文件里有多份文档",
    "R007": "用了 YAML 的锚点或别名",
    "R008": "用了 YAML 的标签",
    "R009": "同一处的键重复",
    "R010": "层次太深",
    "R011": "有看不见的特殊字符",
    "R012": "读不到规则文件",
    "R013": "文件开头有 BOM 标记",
    "R014": "键不是文字",
    "R015": "标点或空格写成了 YAML 不认的样子",
    # The shape of a rule set, and the types of what it says.
    "R020": "没有规则集的头",
    "R021": "规则集的头不止一个",
    "R022": "该写列表、键值对或单个值的地方写成了别的",
    "R023": "不认识的键",
    "R024": "缺少必填项",
    "R025": "内容为空",
    "R026": "编号的写法不对",
    "R027": "编号重复",
    "R028": "没有这个事实",
    "R029": "不认识的比较词",
    "R030": "比较词不适用于这个事实",
    "R031": "不在允许的取值里",
    "R032": "值的类型不对",
    "R033": "数超出范围",
    "R034": "日期的写法不对",
    "R035": "生效晚于失效",
    "R036": "条件嵌套超过四层",
    "R037": "条件为空",
    "R038": "列表里有重复",
    "R039": "下限大于上限",
    "R040": "没有这项决策",
    "R041": "几个词像是连成了一个",
    "R042": "底线规则没有给出预警颜色",
    "R043": "事实的声明不对",
    "R044": "决策的声明不对",
    "R045": "缺少一条应当命中的测试",
    "R046": "缺少一条不应命中的测试",
    "R047": "提到的规则不存在",
    "R048": "测试要求同一条规则既命中又不命中",
    "R049": "两条规则优先级和条件都相同，结论却不同",
    # What the engine can safely carry.
    "R050": "条件的成立方式太多",
    "R051": "条件的项数太多",
    # The tests that stand inside the rules.
    "R060": "规则自带的测试没有通过",
    "R061": "没有一条测试命中这条规则",
    # What is wrong between rules, though each is right by itself: found by the analysis.
    "R070": "条件永远不会成立",
    "R071": "总被别的规则盖住，改变不了任何决定",
    "R072": "两条规则优先级相同、会同时命中，结论却不同",
    "R073": "没有规则能给出最重的颜色",
    "R074": "给出最重颜色的规则已经失效",
    "R075": "底线规则失效以后没有规则接替",
    "R076": "没有警情会转到这个部门",
    "R077": "没有规则专为这个纠纷类型给出接收部门",
    "R078": "牵涉的情形太多，没有算清",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `excerpt` is the source line, so that a problem can be shown without its file."""

    file: str
    line: int
    column: int
    code: str
    message: str
    remedy: str
    severity: Severity = Severity.ERROR
    excerpt: str = ""

    def __post_init__(self) -> None:
        if self.code not in CATALOGUE:
            raise ValueError(f"unknown problem code {self.code}")

    @property
    def place(self) -> Place:
        return Place(self.file, self.line, self.column)

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        return f"{self.place}: {self.severity} {self.code} {self.message} —— {self.remedy}"


def count_errors(problems: Iterable[Problem]) -> int:
    return sum(problem.is_error for problem in problems)


def problem_at(place: Place, code: str, message: str, remedy: str, *, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(place.file, place.line, place.column, code, message, remedy, severity)


def render(problem: Problem) -> str:
    """The problem's line, its source line and a caret below the very character."""
    if not problem.excerpt:
        return str(problem)
    indent = columns(problem.excerpt[: problem.column - 1])
    return f"{problem}\n    {problem.excerpt}\n    {' ' * indent}^"


def render_all(problems: Iterable[Problem]) -> str:
    return "\n".join(render(problem) for problem in problems)


# A two-character word with one wrong character scores exactly 0.5.
_NEAR = 0.5


def nearest(word: str, candidates: Sequence[str], *, cutoff: float = _NEAR) -> str | None:
    """The candidate that was probably meant, whatever width its signs were typed in."""
    near = difflib.get_close_matches(half_width(word), candidates, n=1, cutoff=cutoff)
    return near[0] if near else None


def did_you_mean(word: str, candidates: Sequence[str], *, otherwise: str = "") -> str:
    """The remedy for a misspelt word: the nearest candidate, or else what may be written."""
    if near := nearest(word, candidates):
        return f"您是不是想写「{near}」？"
    return otherwise or f"可以写的有：{enumerate_some(candidates)}"


def enumerate_some(words: Sequence[str], most: int = 12) -> str:
    shown = "、".join(words[:most])
    return f"{shown} 等 {len(words)} 个" if len(words) > most else shown


def columns(text: str) -> int:
    """How many terminal columns a text takes: full-width characters take two."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
