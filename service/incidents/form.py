"""The form of registering (建档) as typed: words come in, a Registration goes out; what was typed stays to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Annotated

from fastapi import Form

from service import clock
from service.errors import InputError
from service.incidents.model import MOST_PARTIES, Party, PartyRole, Registration

Words = Annotated[str, Form()]
Column = Annotated[list[str] | None, Form()]


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the people, as typed."""

    role: str
    name: str = ""
    phone: str = ""
    id_number: str = ""
    address: str = ""

    @classmethod
    def of(cls, party: Party) -> "Person":
        """Somebody who is known already."""
        return cls(party.role.value, party.name, party.phone, party.id_number, party.address)

    @property
    def party(self) -> Party:
        """Of the people of an incident; raises InputError for a role that there is not."""
        if self.role not in set(PartyRole):
            raise InputError(f"没有“{self.role}”这种人员。可选：{'、'.join(PartyRole)}")
        return Party(PartyRole(self.role), self.name, self.phone, self.id_number, self.address)


_EMPTY = (Person(PartyRole.CALLER.value), Person(PartyRole.PARTY.value))


@dataclass(frozen=True, slots=True)
class RegistrationForm:
    """Everything typed into it."""

    alarm_number: str = ""
    linked_alarm: str = ""
    happened_at: str = ""
    place: str = ""
    confidential: bool = False
    people: tuple[Person, ...] = _EMPTY

    @classmethod
    def of(cls, known: Registration) -> "RegistrationForm":
        """The form with what is known filled in."""
        people = tuple(map(Person.of, known.parties))
        return cls(
            alarm_number=known.alarm_number,
            linked_alarm=known.linked_alarm,
            happened_at=clock.local(known.happened_at).replace(" ", "T") if known.happened_at else "",
            place=known.place,
            confidential=known.confidential,
            people=people + _EMPTY[len(people) :],
        )

    def registration(self) -> Registration:
        """What it says, not yet checked; raises InputError for a role that there is not."""
        return Registration(
            alarm_number=self.alarm_number,
            linked_alarm=self.linked_alarm,
            happened_at=self.happened_at.strip(),
            place=self.place,
            parties=tuple(one.party for one in self.people),
            confidential=self.confidential,
        )

    def with_another(self) -> "RegistrationForm":
        """With an empty row for one more person, as long as more are taken."""
        if len(self.people) >= MOST_PARTIES:
            return self
        return replace(self, people=(*self.people, Person(PartyRole.PARTY.value)))


def registration_form(
    alarm_number: Words = "",
    linked_alarm: Words = "",
    happened_at: Words = "",
    place: Words = "",
    confidential: Words = "",
    role: Column = None,
    name: Column = None,
    phone: Column = None,
    id_number: Column = None,
    address: Column = None,
) -> RegistrationForm:
    """The form as a browser sends it: each column of the people as often as there are rows."""
    people = _people(role or (), name or (), phone or (), id_number or (), address or ())
    return RegistrationForm(alarm_number, linked_alarm, happened_at, place, confidential == "yes", people)


def _people(*columns: Sequence[str]) -> tuple[Person, ...]:
    return tuple(Person(*row) for row in zip_longest(*columns, fillvalue="")) or _EMPTY
