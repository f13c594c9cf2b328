"""THE flow, in one function: text → classify → facts → decide → Suggestion.

Intake, command line, batch and replay all call `suggest`; nothing else decides. It is pure: the same text,
known facts, model and rule set give the same suggestion.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from classifier.assessment import Assessment, Reasons, Risk, Signal
from classifier.model import Model
from classifier.signals import GRAVE
from classifier.text import is_han, unreadable
from rules import ConditionTrace, Decision, Ruleset, RuleTrace
from rules.rulebook import CO_DEPARTMENTS, DEPARTMENT, DISPUTE_TYPE, Condition, Rule, comparisons
from service.errors import InputError

MOST_CHARACTERS = 10_000
# The receiver when the type is too uncertain to route by: a person reads it first.
ABSTAINED = "转人工研判"


def sent_to(department: str) -> str:
    """In a sentence: 转妇联; but not 转转人工研判."""
    return department if department == ABSTAINED else f"转{department}"


# Readings of a grave word that a person should see again: these are where a reader errs most.
_DOUBTFUL = ("转述", "过去", "假设")
_MOST_DOUBTS = 3

# Facts that nobody may state, since the text does.
READ_FROM_TEXT = frozenset({DISPUTE_TYPE, "类型把握", "再发风险", "风险等级", "描述"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the service suggests for one text, with everything that led there.

    `matched` are the rules that decided, `near_misses` those that one condition alone kept from it, weightiest first.
    """

    assessment: Assessment
    known: Mapping[str, object]
    facts: Mapping[str, object]
    day: date
    decision: Decision
    matched: tuple[RuleTrace, ...]
    near_misses: tuple[RuleTrace, ...]

    @property
    def co_departments(self) -> tuple[str, ...]:
        """Who takes part. A guessed type calls nobody; rules that don't ask for the type call whom they call."""
        if not self.assessment.abstained:
            return self.decision.co_departments
        return co_departments(self.matched)

    @property
    def advice(self) -> tuple[str, ...]:
        """What the rules advise; and where the text speaks of danger that was not taken as a fact, to look again."""
        return (*self.decision.advice, *doubts(self.assessment.signals))

    @property
    def department(self) -> str:
        """The suggested lead, or 转人工研判 where the classifier abstains."""
        return ABSTAINED if self.assessment.abstained else self.decision.department


def check_text(text: str) -> str:
    """The text if it can be read as a Chinese description, else InputError saying what is wrong."""
    if not text.strip():
        raise InputError("警情描述是空的，请写明经过")
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"警情描述有 {len(text)} 字，最多 {MOST_CHARACTERS} 字；请只留与纠纷有关的部分")
    if unreadable(text):
        raise InputError("描述里有无法识别的字符，像是二进制内容或编码不对的文字")
    if not any(map(is_han, text)):
        raise InputError("描述里没有汉字；目前只能判读中文描述")
    return text


def facts_of(assessment: Assessment, known: Mapping[str, object], signals: frozenset[str]) -> dict[str, object]:
    """The facts for the rules: what was read in the text, and what is `known` besides."""
    if taken := sorted((READ_FROM_TEXT | signals) & known.keys()):
        raise InputError(f"“{'、'.join(taken)}”由系统从描述里判读，不能另外填写")
    first = assessment.dispute_types[0]
    read = facts_read(
        assessment.text, first.name, first.probability, assessment.risk, sorted(signals), assessment.present()
    )
    return {**read, **known}


def facts_read(
    text: str, dispute_type: str, sure: float, risk: Risk, signals: Sequence[str], present: Collection[str]
) -> dict[str, object]:
    """The facts that a text says by itself: its likeliest type with its probability, risk, and which `signals` hold."""
    return {
        DISPUTE_TYPE: dispute_type,
        "类型把握": round(sure, 4),
        "再发风险": round(risk.score, 4),
        "风险等级": risk.level,
        "描述": text,
        **{name: name in present for name in signals},
    }


def co_departments(matched: Iterable[Rule | RuleTrace]) -> tuple[str, ...]:
    """Whom the matching rules call where the type is a guess: all whom rules call that don't ask for the type."""
    called = [
        department
        for rule in matched
        if not _asks(rule.condition, DISPUTE_TYPE)
        for field in (DEPARTMENT, CO_DEPARTMENTS)
        for department in rule.conclusion.get(field, ())
    ]
    return tuple(dict.fromkeys(called))


def doubts(signals: Iterable[Signal]) -> list[str]:
    """Where a text speaks of danger that was not taken as a fact, in words, so that somebody looks again."""
    doubtful = {
        f"原文提到“{signal.evidence}”，系统读作“{signal.status}”，没有当作事实，请核对"
        for signal in signals
        if signal.name in GRAVE and signal.status in _DOUBTFUL
    }
    return sorted(doubtful)[:_MOST_DOUBTS]


def suggest(text: str, known: Mapping[str, object], *, model: Model, ruleset: Ruleset) -> Suggestion:
    """Read and decide one text. `known` are facts that the text doesn't hold, under their names in the rules.

    Raises InputError for a text that can't be read, and rules.FactError for facts the rule set doesn't know.
    """
    assessment = model.classify(check_text(text))
    facts = facts_of(assessment, known, frozenset(model.signals.names))
    found = ruleset.decide_with_reasons(facts)
    return Suggestion(assessment, known, facts, ruleset.day, found.decision, found.matched, found.near_misses)


def as_dict(suggestion: Suggestion) -> dict[str, Any]:
    """The JSON of a suggestion, the same for command line, HTTP and archive. Keys may be added, never change."""
    read, decision = suggestion.assessment, suggestion.decision
    return {
        "text": read.text,
        "dispute_type": read.dispute_type,
        "dispute_types": [
            {"name": kind.name, "probability": round(kind.probability, 6)} for kind in read.dispute_types
        ],
        "risk": {
            "level": read.risk.level,
            "score": round(read.risk.score, 6),
            "probabilities": {
                "低": round(read.risk.low, 6),
                "中": round(read.risk.medium, 6),
                "高": round(read.risk.high, 6),
            },
        },
        "signals": [
            {
                "name": signal.name,
                "status": signal.status,
                "start": signal.start,
                "end": signal.end,
                "evidence": signal.evidence,
            }
            for signal in read.signals
        ],
        "type_reasons": _reasons(read.type_reasons),
        "risk_reasons": _reasons(read.risk_reasons),
        "department": suggestion.department,
        "department_by_rules": decision.department,
        "co_departments": list(suggestion.co_departments),
        "colour": decision.colour,
        "floor": bool(decision.floor_rules),
        "advice": list(suggestion.advice),
        "matched_rules": [_matched(trace, read) for trace in suggestion.matched],
        "near_misses": [
            {"id": trace.id, "title": trace.title, "conditions": list(trace.lines)} for trace in suggestion.near_misses
        ],
        "known": dict(suggestion.known),
        "abstained": read.abstained,
        "degraded": decision.degraded,
        "degraded_reason": decision.degraded_reason,
        "model": read.model,
        "ruleset": decision.ruleset,
        "day": suggestion.day.isoformat(),
        "engine": decision.engine,
    }


def _reasons(reasons: Reasons) -> dict[str, Any]:
    return {
        "score": round(reasons.score, 6),
        "bias": round(reasons.bias, 6),
        "parts": [{"kind": part.kind, "name": part.name, "weight": round(part.weight, 6)} for part in reasons.parts],
        "rest": round(reasons.rest, 6),
    }


def _matched(trace: RuleTrace, read: Assessment) -> dict[str, Any]:
    """A rule that decided, with the words of the text that its conditions rest on."""
    evidence = list(dict.fromkeys(s.evidence for s in read.signals if s.status == "成立" and s.name in trace.grounds))
    named = f"（原文：{'、'.join(f'“{words}”' for words in evidence)}）" if evidence else ""
    return {
        "id": trace.id,
        "title": trace.title,
        "reason": trace.reason + named,
        "conditions": list(trace.lines),
        "owner": trace.owner,
        "basis": trace.basis,
        "floor": trace.floor,
    }


def _asks(condition: Condition | ConditionTrace, fact: str) -> bool:
    """Whether the condition looks at the fact anywhere."""
    if isinstance(condition, ConditionTrace):
        return condition.fact == fact or any(_asks(part, fact) for part in condition.parts)
    return any(compare.fact == fact for compare in comparisons(condition))
