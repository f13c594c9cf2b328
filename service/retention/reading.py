"""A file of periods (YAML with Chinese keys) comes in; a Retention goes out, or all problems with place and remedy."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from rules.document import Node, read_document, with_excerpts
from rules.loading import why_unreadable
from rules.problem import Place, Problem, Severity, problem_at
from rules.vocabulary import Fault
from service.retention.period import Period, Unit, parse_period
from service.retention.policy import CASE_STATES, FOREVER, WITH_CASE, Line, Retention, Technical
from service.timing.fields import Fields

_KEYS = ("保存期限", "档案", "附件", "未建档警情", "技术记录")
_FILES = (Unit.YEARS, Unit.MONTHS)
_ROWS = (Unit.DAYS, Unit.MONTHS, Unit.YEARS)
_FEWEST_DAYS = 7


def load_retention(file: Path | None) -> tuple[Retention | None, list[Problem]]:
    """The periods of a file, or of the shipped one; None where a problem is an error."""
    source: Path | Traversable = file or files("rules") / "warning" / "保存期限.yaml"
    shown = str(file or source.name)
    try:
        content = source.read_bytes()
    except OSError as error:
        message, remedy = f"读不到：{why_unreadable(error)}", "请核对路径和权限"
        return None, [problem_at(Place(shown, 1, 1), "R012", message, remedy)]
    return read_retention(shown, content)


def read_retention(file: str, content: str | bytes) -> tuple[Retention | None, list[Problem]]:
    """The periods that a text says, and all that is wrong with it in reading order."""
    root, problems = read_document(file, content)
    found = None if root is None else _retention(root, problems)
    failed = any(problem.is_error for problem in problems)
    ordered = sorted(problems, key=lambda problem: problem.place)
    return None if failed else found, list(with_excerpts(ordered, {file: content}))


def _retention(root: Node, problems: list[Problem]) -> Retention:
    fields = Fields(root, "保存期限文件", problems, _KEYS)
    by_state = Fields(fields.node("档案"), "「档案」", problems, [state.value for state in CASE_STATES])
    cases = {
        state: _line(by_state.node(state.value), f"「{state}」", problems, _FILES, FOREVER) for state in CASE_STATES
    }
    rows = Fields(fields.node("技术记录"), "「技术记录」", problems, [kind.value for kind in Technical])
    attachments = _line(fields.node("附件"), "「附件」", problems, _FILES, WITH_CASE)
    _compare(fields.node("附件"), attachments, list(cases.values()), problems)
    return Retention(
        name=fields.text("保存期限"),
        cases=MappingProxyType(cases),
        attachments=attachments,
        incidents=_line(fields.node("未建档警情"), "「未建档警情」", problems, _FILES, FOREVER),
        technical=MappingProxyType(
            {kind: _line(rows.node(kind.value), f"「{kind}」", problems, _ROWS, None) for kind in Technical}
        ),
    )


def _line(node: Node | None, what: str, problems: list[Problem], units: tuple[Unit, ...], none: str | None) -> Line:
    """A line; `none` is the word that stands for there being no period."""
    fields = Fields(node, what, problems, ("保存", "依据"))

    def parse(text: str) -> Period | Fault | None:
        if text == none:
            return None
        parsed = parse_period(text, units, _FEWEST_DAYS)
        return replace(parsed, remedy=f"{parsed.remedy}，或 {none}") if none and isinstance(parsed, Fault) else parsed

    return Line(fields.value("保存", parse, None), fields.text("依据"))


def _compare(node: Node | None, attachments: Line, cases: list[Line], problems: list[Problem]) -> None:
    """Files go with their case at the latest: a longer period would never come to bear."""
    shortest = min((line.period.days for line in cases if line.period), default=None)
    if node and attachments.period and shortest is not None and attachments.period.days > shortest:
        message = f"附件要保存 {attachments.period}，有的档案却先到期，附件到时随档案清除"
        remedy = "请核对有没有写反；不影响使用"
        problems.append(problem_at(node.place, "R033", message, remedy, severity=Severity.WARNING))
