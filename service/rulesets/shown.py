"""Drafts, versions, trials and previews as JSON: the same over HTTP and in the terminal."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rules import Change, Problem
from service.rulesets.actions import Outcome
from service.rulesets.model import Draft, Publication
from service.rulesets.preview import Changed, Preview
from service.rulesets.trial import Trial


def trial(made: Trial) -> dict[str, Any]:
    """Everything that was found, and whether it may be published."""
    return asdict(made) | {"ok": made.ok, "problems": list(map(problem, made.problems))}


def problem(one: Problem) -> dict[str, Any]:
    """Where, what, and the remedy."""
    return asdict(one) | {"severity": one.severity.value}


def draft(one: Draft, *, files: bool = True) -> dict[str, Any]:
    """The draft, with or without its texts."""
    shown = asdict(one) | {"state": one.state.value}
    return shown if files else {name: value for name, value in shown.items() if name != "files"}


def publication(made: Publication) -> dict[str, Any]:
    """Who, when, why and with what effect."""
    return asdict(made) | {"kind": made.kind.value}


def change(one: Change) -> dict[str, Any]:
    """One rule, fact or decision, before and after."""
    return asdict(one) | {"kind": one.kind.value, "action": one.action.value}


def outcome(made: Outcome) -> dict[str, Any]:
    """What was published, None where a second person has to confirm first."""
    return {
        "published": publication(made.publication) if made.publication else None,
        "draft": draft(made.draft, files=False),
        "preview": preview(made.preview),
    }


def preview(seen: Preview) -> dict[str, Any]:
    """Counts, matrices, weekly load, and the incidents listed."""
    return {
        "incidents": seen.incidents,
        "days": seen.days,
        "changed": seen.changed,
        "changed_departments": seen.changed_departments,
        "changed_colours": seen.changed_colours,
        "left_red": seen.left_red,
        "became_red": seen.became_red,
        "departments": _matrix(seen.departments),
        "colours": _matrix(seen.colours),
        "weekly_load": [
            {"department": name, "before": round(before, 2), "after": round(after, 2)}
            for name, before, after in seen.weekly_load()
        ],
        "left_red_list": list(map(_changed, seen.left_red_list)),
        "changed_list": list(map(_changed, seen.changed_list)),
        "unreadable": seen.unreadable,
        "unreadable_reasons": seen.unreadable_reasons,
    }


def _matrix(counts: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    return [{"before": was, "after": becomes, "count": count} for (was, becomes), count in sorted(counts.items())]


def _changed(one: Changed) -> dict[str, Any]:
    return {
        "id": one.id,
        "created_at": one.created_at,
        "text": one.text,
        "department": {"before": one.department[0], "after": one.department[1]},
        "colour": {"before": one.colour[0], "after": one.colour[1]},
        "rules": list(one.rules),
    }
