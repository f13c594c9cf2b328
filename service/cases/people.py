"""Whose names and numbers somebody may see in a case, and how words and people look to everybody else."""

from collections.abc import Iterable
from dataclasses import replace

from service.accounts.model import Actor, Role
from service.cases.model import Case
from service.incidents.model import Incident, Party
from service.personal.masking import masked, masked_id, masked_name, masked_phone

_HIDDEN = "（已遮盖）"


def may_see(case: Case, actor: Actor, incidents: Iterable[Incident]) -> bool:
    """Whether the actor sees names and numbers: who must call on the people, and 审计.

    What is confidential only the station, which heard it, and 审计 see.
    """
    if actor.has(Role.AUDITOR) or actor.via == "本机":
        return True
    confidential = any(one.registration.confidential for one in incidents)
    units = {case.station_id} if confidential else {case.station_id, case.centre_id, case.lead_id}
    return not actor.acts_for.isdisjoint(units)


def masked_party(party: Party) -> Party:
    """Somebody as they are shown to who need not know who it is."""
    return replace(
        party,
        name=masked_name(party.name),
        phone=masked_phone(party.phone),
        id_number=masked_id(party.id_number),
        address=_HIDDEN if party.address else "",
    )


def masked_words(text: str, incidents: Iterable[Incident]) -> str:
    """A text with the numbers in it and the names of these people masked."""
    names = {party.name for one in incidents for party in one.registration.parties}
    # Longest first, so that none is taken for a part of another.
    for name in sorted((name for name in names if len(name) > 1), key=len, reverse=True):
        text = text.replace(name, masked_name(name))
    return masked(text)
