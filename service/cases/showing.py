"""A dossier comes in; what its page, its print and its export show of it goes out, masked unless it is revealed."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from service import clock
from service.cases.attached import Attachment
from service.cases.command import standing
from service.cases.dossier import Dossier
from service.cases.privacy import masked_party, masked_text
from service.cases.track import Line, track
from service.incidents.model import Incident, Registration
from service.intake.marking import Piece, pieces
from service.intake.model import KeptSuggestion
from service.timing.deadlines import overdue
from service.timing.policy import Policy


@dataclass(frozen=True, slots=True)
class ShownIncident:
    """An incident, as it may be shown; `pieces` are the text with its signals marked."""

    incident: Incident
    registration: Registration
    station: str
    text: str
    pieces: list[Piece]
    kept: KeptSuggestion | None


@dataclass(frozen=True, slots=True)
class Owed:
    """Something a case owes: by when, and how long it has been overdue, in words; empty where it is not."""

    what: str
    by: str
    late: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything of a case as it may be shown."""

    dossier: Dossier
    revealed: bool
    incidents: list[ShownIncident]
    files: list[Attachment]
    track: list[Line]
    owed: list[Owed]
    owner: str


def shown(dossier: Dossier, policy: Policy, *, revealed: bool) -> Shown:
    """What is shown; names and numbers only where it is revealed."""
    colour = dossier.case.colour
    return Shown(
        dossier=dossier,
        revealed=revealed,
        incidents=[_incident(dossier, one, revealed) for one in dossier.file.incidents],
        files=_files(dossier, revealed),
        track=_track(dossier, revealed),
        owed=_owed(dossier),
        owner=policy.level(colour).owner.value if colour in policy.colours else "",
    )


def _incident(dossier: Dossier, incident: Incident, revealed: bool) -> ShownIncident:
    kept, known = dossier.kept.get(incident.id), incident.registration
    text: str = kept.shown["text"] if kept else ""
    signals: list[dict[str, Any]] = kept.shown.get("signals", []) if kept else []
    if not revealed:
        text, signals = masked_text(text, dossier.people, signals)
        known = replace(known, parties=tuple(map(masked_party, known.parties)))
    return ShownIncident(incident, known, dossier.unit(incident.station_id), text, pieces(text, signals), kept)


def _files(dossier: Dossier, revealed: bool) -> list[Attachment]:
    """Somebody may have put a name into that of a file."""
    people = [] if revealed else dossier.people
    return [one if revealed else replace(one, name=masked_text(one.name, people)[0]) for one in dossier.attachments]


def _track(dossier: Dossier, revealed: bool) -> list[Line]:
    names = {unit.id: unit.name for unit in dossier.tree.units.values()}
    names |= dossier.numbers
    names |= {one.id: one.name for one in dossier.attachments}
    lines = track(dossier.case.id, dossier.file.events, names)
    if revealed:
        return lines
    people = dossier.people

    def masked(words: str) -> str:
        return masked_text(words, people)[0]

    def fact(name: str, words: str) -> str:
        # The number of an alarm is nobody's, though it may look like an identity number.
        return words if name == "警情" else masked(words)

    return [
        replace(line, reason=masked(line.reason), facts=tuple((name, fact(name, words)) for name, words in line.facts))
        for line in lines
    ]


def _owed(dossier: Dossier) -> list[Owed]:
    owes = standing(dossier.case)
    due: list[tuple[str, datetime | date | None]] = [
        ("签收" if dossier.case.lead_id else "分派", owes.accept_by),
        ("办结", owes.finish_by),
        ("下次反馈", owes.report_by),
        ("下次复核", owes.review_by),
        ("回访", owes.visit_by),
    ]
    found = []
    for what, by in due:
        if by is None:
            continue
        if what == "办结" and dossier.case.paused_at:
            found.append(Owed(what, f"计时已于 {clock.local(dossier.case.paused_at)} 暂停"))
            continue
        words = by.strftime("%Y-%m-%d %H:%M") if isinstance(by, datetime) else by.isoformat()
        found.append(Owed(what, words, _late(overdue(by, dossier.now))))
    return found


def _late(missed: timedelta) -> str:
    if not missed:
        return ""
    hours = missed.seconds // 3600
    days = f"{missed.days} 天" if missed.days else ""
    return "已超 " + " ".join(filter(None, (days, f"{hours} 小时" if hours else ""))) if days or hours else "刚刚超时"
