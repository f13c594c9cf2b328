"""Whose names and numbers somebody may see in a case, and how they look to everybody else."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from service.accounts.model import Actor
from service.cases.life import Stance
from service.cases.model import Case
from service.cases.stance import stances
from service.incidents.model import Incident, Party
from service.personal.finding import find
from service.personal.masking import masked_id, masked_name, masked_phone, show
from service.personal.names import find_names

# Whoever must call on the people. What is confidential only the station, which heard it, tells.
_REVEALED_TO = frozenset({Stance.STATION, Stance.CENTRE, Stance.LEAD})
_HIDDEN = "（已遮盖）"


def may_reveal(case: Case, actor: Actor, incidents: Iterable[Incident]) -> bool:
    """Whether the actor may see names and numbers in the case."""
    confidential = any(one.registration.confidential for one in incidents)
    to = frozenset({Stance.STATION}) if confidential else _REVEALED_TO
    return not stances(case, actor).isdisjoint(to)


def masked_party(party: Party) -> Party:
    """Somebody as they are shown to who need not know who it is."""
    return replace(
        party,
        name=masked_name(party.name),
        phone=masked_phone(party.phone),
        id_number=masked_id(party.id_number),
        address=_HIDDEN if party.address else "",
    )


def masked_text(
    text: str, names: Iterable[str], signals: Sequence[Mapping[str, Any]] = ()
) -> tuple[str, list[dict[str, Any]]]:
    """A text with its personal data and names masked, and its signals where they stand in it now.

    These names wherever they stand; others where they are recognised as names, which some are not.
    """
    moved = [dict(signal) for signal in signals]
    # Longest first, so that none is taken for a part of another; a masked one must not be found again.
    sought = sorted({one for name in names if _is_name(one := name.strip())}, key=len, reverse=True)
    # As in masking: a number may come to light only when its neighbour is masked.
    while spans := _spans(text, sought):
        for start, end, stars in reversed(spans):
            text = text[:start] + stars + text[end:]
            for signal in moved:
                signal["start"] = _moved(signal["start"], start, end, len(stars), inside=start)
                signal["end"] = _moved(signal["end"], start, end, len(stars), inside=start + len(stars))
    for signal in moved:
        signal["evidence"] = text[signal["start"] : signal["end"]]
    return text, moved


def _is_name(name: str) -> bool:
    return len(name) > 1 and all(char.isalpha() or char in " ·" for char in name)


def _spans(text: str, names: Sequence[str]) -> list[tuple[int, int, str]]:
    """What is to be replaced and by what, in order; none overlaps another."""
    if findings := find(text):
        return [(found.start, found.end, show(found)) for found in findings]
    for name in names:
        if places := [match.span() for match in re.finditer(re.escape(name), text)]:
            return [(start, end, masked_name(name)) for start, end in places]
    return [(start, end, masked_name(text[start:end])) for start, end in find_names(text)]


def _moved(place: int, start: int, end: int, length: int, *, inside: int) -> int:
    """Where an offset is once `start` to `end` has become so long."""
    if place >= end:
        return place + length - (end - start)
    return inside if place > start else place
