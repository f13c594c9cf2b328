"""An event or a suggestion comes in; what may be kept of it once it is due goes out: no name, no number, no words.

What is kept is listed here; whatever is added to events or suggestions later is therefore erased, too.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from service.cases.life import Act
from service.cases.model import REST, Event
from service.retention.model import Kind

ERASED_TEXT = "（已到期清除）"

# Ids, days, counts and words of our own lists.
_DETAILS = frozenset(
    (
        *("警情", "预警颜色", "方式", "结果", "原因", "第几次", "单位", "中心", "主办", "协办", "转派", "层级", "日期"),
        *("办结期限", "首次反馈", "漏报", "事项", "提到", "附件", "协议", "格式", "大小", "保全人"),
        *("范围", "保存期限", "提出", "确认", REST),
    )
)
_FILE_DETAILS = frozenset(("附件", "格式", "大小"))
_SUGGESTED = frozenset(
    (
        *("id", "created_at", "dispute_type", "dispute_types", "risk", "department", "department_by_rules"),
        *("co_departments", "colour", "floor", "abstained", "degraded", "model", "ruleset", "day", "engine"),
    )
)
_REASONS = ("type_reasons", "risk_reasons")
_RULE = frozenset(("id", "title", "basis", "floor"))


def cut(event: Event, kind: Kind) -> Event:
    """The event without what is erased; the very same where it has none of that. Its hash stays, its salt goes."""
    if kind is Kind.FILES and event.act is not Act.ATTACH:
        return event
    kept = _DETAILS if event.act is not Act.ATTACH else _FILE_DETAILS
    detail = {name: value for name, value in event.detail.items() if name in kept}
    if kind is Kind.FILES:
        left = replace(event, detail=detail)
    else:
        changes = dict(event.changes) | ({"place": ""} if "place" in event.changes else {})
        left = replace(event, reason="", detail=detail, changes=changes)
    return event if left == event else replace(left, salt="")


def bare(shown: Mapping[str, Any]) -> dict[str, Any]:
    """A suggestion as its pages can still show it, without the description and all that quotes it."""
    kept = {name: value for name, value in shown.items() if name in _SUGGESTED}
    rules = [
        {name: value for name, value in rule.items() if name in _RULE} | {"reason": "", "conditions": []}
        for rule in shown.get("matched_rules", ())
    ]
    reasons = {name: {**shown[name], "parts": []} for name in _REASONS if name in shown}
    empty: dict[str, Any] = {"signals": [], "advice": [], "near_misses": [], "known": {}, "degraded_reason": ""}
    return {**kept, **reasons, **empty, "text": ERASED_TEXT, "matched_rules": rules, "erased": True}


def bare_facts(facts: Mapping[str, Any]) -> dict[str, bool]:
    """What was read in the text, yes or no: figures are counted from it."""
    return {name: value for name, value in facts.items() if isinstance(value, bool)}
