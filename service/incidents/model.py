"""An incident as a station registers it, and its people: what is typed comes in, checked values go out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from service import clock
from service.errors import InputError

MOST_PARTIES = 20
_LONGEST = {"接警编号": 60, "关联警单": 60, "事发地址": 200, "姓名": 80, "电话": 40, "证件号码": 40, "住址": 200}


class PartyRole(StrEnum):
    """What somebody is in an incident."""

    CALLER = "报警人"
    PARTY = "当事人"
    VICTIM = "受害方"
    OTHER = "相关人"


@dataclass(frozen=True, slots=True)
class Party:
    """One of the people. What is not known is empty."""

    role: PartyRole
    name: str = ""
    phone: str = ""
    id_number: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """What is known besides the description. `happened_at` is a stored stamp; without one it is that of registering."""

    alarm_number: str = ""
    linked_alarm: str = ""
    happened_at: str = ""
    place: str = ""
    parties: tuple[Party, ...] = ()
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Incident:
    """A registered incident; its id is that of the suggestion made for it."""

    id: str
    station_id: str
    registration: Registration
    registered_at: str = ""
    registered_by_id: str = ""
    registered_by_name: str = ""


def checked(typed: Registration, now: datetime) -> Registration:
    """The registration to keep; raises InputError."""
    if len(typed.parties) > MOST_PARTIES:
        raise InputError(f"当事人最多 {MOST_PARTIES} 人")
    return replace(
        typed,
        alarm_number=_field(typed.alarm_number, "接警编号"),
        linked_alarm=_field(typed.linked_alarm, "关联警单"),
        place=_field(typed.place, "事发地址"),
        happened_at=_moment(typed.happened_at, now),
        parties=_parties(typed.parties),
    )


def _parties(typed: Sequence[Party]) -> tuple[Party, ...]:
    """Those of whom anything is known."""
    found = [
        Party(
            party.role,
            _field(party.name, "姓名"),
            _field(party.phone, "电话"),
            _field(party.id_number, "证件号码"),
            _field(party.address, "住址"),
        )
        for party in typed
    ]
    return tuple(party for party in found if party != Party(party.role))


def _field(typed: str, what: str) -> str:
    value = " ".join(typed.split())
    if len(value) > _LONGEST[what]:
        raise InputError(f"{what}太长，最多 {_LONGEST[what]} 字")
    if not value.isprintable():
        raise InputError(f"{what}里有无法识别的字符")
    return value


def _moment(stamp: str, now: datetime) -> str:
    if not stamp:
        return clock.stamp(now)
    try:
        moment = clock.as_typed(stamp)
        kept = clock.stamp(moment)
    except (ValueError, OverflowError) as error:
        raise InputError(f"“{stamp}”不是时间；应写成 2026-03-01 09:05") from error
    if moment > now:
        raise InputError("报警时间在将来")
    return kept
