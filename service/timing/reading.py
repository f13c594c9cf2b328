"""A time-limit file (YAML with Chinese keys) comes in; a Policy goes out, or all problems with place and remedy."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from rules.document import Node, TextNode, read_document, with_excerpts
from rules.loading import why_unreadable
from rules.problem import Place, Problem, Severity, did_you_mean, nearest, problem_at
from rules.reading import read_entries, read_rows
from rules.vocabulary import Whole
from service.timing.fields import Fields
from service.timing.policy import Level, Norm, Owner, Policy, Reporting, Step, Told
from service.timing.term import Term, Unit

_KEYS = ("时限", "颜色", "办结", "下班", "日清", "周结", "退回裁定", "回访")
_LEVEL_KEYS = ("责任层级", "签收", "反馈", "复核", "办结不超过", "升级")
_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_NO_CEILING = "不另定"
_GENERAL = "一般"

_TO_ACCEPT = (Unit.HOURS, Unit.WORKING_DAYS)
_TO_FINISH = (Unit.WORKING_DAYS, Unit.DAYS)
_MISSED = (Unit.HOURS, Unit.DAYS)
_DAYS = (Unit.DAYS,)
_HOUR = Whole(0, 23, 0)
_CLOSING = Whole(12, 23, 18)
_RETURNS = Whole(1, 99, 3)


@dataclass(frozen=True, slots=True)
class Names:
    """The words of a rule set that a time-limit file must use: colours heaviest first, and dispute types."""

    colours: tuple[str, ...]
    dispute_types: tuple[str, ...]


def load_policy(file: Path | None, names: Names | None) -> tuple[Policy | None, list[Problem]]:
    """The policy of a file, or of the shipped one; None where a problem is an error.

    Without `names` colours and dispute types are taken as they stand.
    """
    source: Path | Traversable = file or files("rules") / "warning" / "时限.yaml"
    shown = str(file or source.name)
    try:
        content = source.read_bytes()
    except OSError as error:
        message, remedy = f"读不到：{why_unreadable(error)}", "请核对路径和权限"
        return None, [problem_at(Place(shown, 1, 1), "R012", message, remedy)]
    return read_policy(shown, content, names)


def read_policy(file: str, content: str | bytes, names: Names | None) -> tuple[Policy | None, list[Problem]]:
    """The policy that a text says, and all that is wrong with it in reading order."""
    root, problems = read_document(file, content)
    policy = None if root is None else _policy(root, names, problems)
    failed = any(problem.is_error for problem in problems)
    ordered = sorted(problems, key=lambda problem: problem.place)
    return None if failed else policy, list(with_excerpts(ordered, {file: content}))


def _policy(root: Node, names: Names | None, problems: list[Problem]) -> Policy:
    """What the file says. What it does not say rightly is a problem, with something in its place."""
    fields = Fields(root, "时限文件", problems, _KEYS)
    levels = _levels(fields.node("颜色"), names, problems)
    norms = _norms(fields.node("办结"), names, problems)
    daily = Fields(fields.node("日清"), "「日清」", problems, ("时",))
    weekly = Fields(fields.node("周结"), "「周结」", problems, ("星期", "时"))
    return Policy(
        name=fields.text("时限"),
        levels=MappingProxyType(levels),
        general=norms.pop(_GENERAL, Norm(Term(1, Unit.DAYS), "")),
        norms=MappingProxyType(norms),
        closing_hour=fields.whole("下班", _CLOSING),
        daily_hour=daily.whole("时", _HOUR),
        weekly_day=_WEEKDAYS.index(weekly.choice("星期", _WEEKDAYS)),
        weekly_hour=weekly.whole("时", _HOUR),
        most_returns=fields.whole("退回裁定", _RETURNS),
        visit=fields.term("回访", _DAYS),
    )


def _levels(node: Node | None, names: Names | None, problems: list[Problem]) -> dict[str, Level]:
    entries = _entries(node, "「颜色」", problems)
    if names and node and entries:
        _check_colours(node, [key for key, _ in entries], names.colours, problems)
    levels = {key.text: _level(key.text, value, problems) for key, value in entries}
    for (heavier, _), (lighter, _) in pairwise(entries):
        slow = _slower(levels[heavier.text], levels[lighter.text])
        if slow:
            message = f"「{heavier.text}」比「{lighter.text}」重，{'、'.join(slow)}的时限却更长"
            remedy = "请核对有没有写反；不影响使用"
            problems.append(problem_at(heavier.place, "R033", message, remedy, severity=Severity.WARNING))
    return levels


def _check_colours(node: Node, keys: list[TextNode], colours: tuple[str, ...], problems: list[Problem]) -> None:
    """The colours are those of the rule set, in its order."""
    written = [key.text for key in keys]
    strange = [key for key in keys if key.text not in colours]
    missing = [colour for colour in colours if colour not in written]
    for key in strange:
        message = f"规则集的「预警颜色」里没有「{key.text}」"
        problems.append(problem_at(key.place, "R031", message, did_you_mean(key.text, missing or colours)))
    if len(missing) > len(strange):
        message = f"「颜色」里缺少规则集的「{'」「'.join(missing)}」"
        problems.append(problem_at(node.place, "R024", message, "请补上，每种颜色都要有时限"))
    elif not strange and written != list(colours):
        message = f"颜色的次序是 {'、'.join(written)}，与规则集的不同"
        problems.append(problem_at(node.place, "R031", message, f"请从重到轻写：{'、'.join(colours)}"))


def _level(colour: str, node: Node, problems: list[Problem]) -> Level:
    fields = Fields(node, f"「{colour}」", problems, _LEVEL_KEYS)
    return Level(
        owner=Owner(fields.choice("责任层级", tuple(Owner))),
        accept=fields.term("签收", _TO_ACCEPT),
        reporting=Reporting(fields.choice("反馈", tuple(Reporting))),
        review=fields.term("复核", _DAYS),
        ceiling=fields.term_or_none("办结不超过", _TO_FINISH, none=_NO_CEILING),
        steps=_steps(fields.node("升级"), f"「{colour}」的「升级」", problems),
    )


def _slower(heavier: Level, lighter: Level) -> list[str]:
    """What a heavier colour leaves more time for, a working day taken for a day."""
    slow = []
    if heavier.accept.span > lighter.accept.span:
        slow.append("签收")
    if heavier.review.span > lighter.review.span:
        slow.append("复核")
    if lighter.ceiling and (heavier.ceiling is None or heavier.ceiling.span > lighter.ceiling.span):
        slow.append("办结")
    return slow


def _steps(node: Node | None, what: str, problems: list[Problem]) -> tuple[Step, ...]:
    """Each step later than the one before, and another person."""
    steps: list[Step] = []
    for row in (read_rows(node, what, problems) or ()) if node else ():
        fields = Fields(row, what, problems, ("逾期", "告知"))
        step = Step(fields.term("逾期", _MISSED, least=0), Told(fields.choice("告知", tuple(Told))))
        if not (fields.node("逾期") and fields.node("告知")):
            continue
        if step.tells in {earlier.tells for earlier in steps}:
            message = f"{what}里「{step.tells}」写了两遍"
            problems.append(problem_at(row.place, "R038", message, "每一步请告知不同的人；已经告知过的不用再写"))
        elif steps and step.after.span <= steps[-1].after.span:
            message = f"{what}里「{step.after}」不比上一步的「{steps[-1].after}」久"
            problems.append(problem_at(row.place, "R033", message, "请从短到长写，一步比一步久"))
        steps.append(step)
    return tuple(steps)


def _norms(node: Node | None, names: Names | None, problems: list[Problem]) -> dict[str, Norm]:
    known = (_GENERAL, *(names.dispute_types if names else ()))
    entries = _entries(node, "「办结」", problems)
    norms: dict[str, Norm] = {}
    for key, value in entries:
        meant = key.text
        if names and key.text not in known:
            message = f"规则集里没有「{key.text}」这个纠纷类型"
            problems.append(problem_at(key.place, "R031", message, did_you_mean(key.text, known)))
            meant = nearest(key.text, known) or key.text
        fields = Fields(value, f"「办结」的「{key.text}」", problems, ("期限", "依据"))
        norms[meant] = Norm(fields.term("期限", _TO_FINISH), fields.text("依据"))
    if node and entries and _GENERAL not in norms:
        remedy = "请补上「一般: {期限: 30日, 依据: …}」"
        problems.append(problem_at(node.place, "R024", "「办结」缺少「一般」", remedy))
    return norms


def _entries(node: Node | None, what: str, problems: list[Problem]) -> tuple[tuple[TextNode, Node], ...]:
    """The entries of a mapping with names of the rule set for keys; at least one."""
    entries = read_entries(node, what, problems) if node else ()
    if node and entries == ():
        problems.append(problem_at(node.place, "R025", f"{what}是空的", "请照自带的时限文件填写"))
    return entries or ()
