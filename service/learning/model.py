"""The words of learning as values: a candidate row, and one week held against the training data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from classifier.drift import Profile, shares, stability_index
from service import clock
from service.intake.model import KeptSuggestion


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that somebody decided on, waiting for a reviewed label. `doubt` 0..1 is how much a label would teach."""

    id: str
    text: str
    suggested_type: str
    chosen_type: str
    risk: str
    doubt: float


@dataclass(frozen=True, slots=True)
class Week:
    """One week: counts, shares 0..1, and stability indices against the training data (0 is the same)."""

    week: str
    count: int
    unseen: float
    sureness: float
    abstained: float
    type_shift: float
    risk_shift: float
    decided: int
    overruled: float | None


def candidates(kept: Iterable[KeptSuggestion], known: frozenset[str]) -> list[Candidate]:
    """What was decided by a person and is not among the `known` texts, each text once, as decided last."""
    found: dict[str, Candidate] = {}
    for one in kept:
        text = one.shown["text"]
        if not one.choices or text in known:
            continue
        suggested, chosen = one.shown["dispute_type"], one.current.dispute_type
        sure = one.shown["dispute_types"][0]["probability"]
        doubt = 1.0 if chosen != suggested else 1 - sure
        found[text] = Candidate(one.id, text, suggested, chosen, one.shown["risk"]["level"], doubt)
    return list(found.values())


def week_of(stamp: str) -> str:
    """The ISO week, in China, of a stored UTC stamp: 2026-W09."""
    day = datetime.fromisoformat(clock.local(stamp)).isocalendar()
    return f"{day.year}-W{day.week:02d}"


def week_figures(week: str, kept: list[KeptSuggestion], unseen: float, before: Profile) -> Week:
    """The figures of one week's suggestions."""
    shown = [one.shown for one in kept]
    decided = [one for one in kept if one.choices]
    return Week(
        week=week,
        count=len(kept),
        unseen=unseen,
        sureness=sum(s["dispute_types"][0]["probability"] for s in shown) / len(shown),
        abstained=sum(s["abstained"] for s in shown) / len(shown),
        type_shift=stability_index(before.types, shares([s["dispute_type"] for s in shown])),
        risk_shift=stability_index(before.risks, shares([s["risk"]["level"] for s in shown])),
        decided=len(decided),
        overruled=sum(one.current != one.suggested for one in decided) / len(decided) if decided else None,
    )


def review_problem(row: Mapping[str, object], types: Iterable[str]) -> str | None:
    """What is wrong with a reviewed label, in Chinese; None if nothing is."""
    kinds = tuple(types)
    for key in ("dispute_type", "also"):
        if (name := row.get(key)) is not None and name not in kinds:
            return f"没有“{name}”这个纠纷类型"
    if row.get("also") == row.get("dispute_type"):
        return "第二类型不能与第一类型相同"
    return None
