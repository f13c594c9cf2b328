"""The words of linking as values: an incident as typed, and its trace, in which everybody is a hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class KeyKind(StrEnum):
    """What two incidents may share."""

    IDENTITY = "身份证"
    PHONE = "电话"
    PLACE = "地点"
    ALARM = "警号"
    TEXT = "文字"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What an index looks incidents up by. `value_hash` is an HMAC-SHA256, in hexadecimal, of the canonical value."""

    kind: KeyKind
    value_hash: str


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in an incident, as typed; what is not known is empty. `role` is shown: 报警人, 对方 …"""

    role: str
    name: str = ""
    phone: str = ""
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as it came in. `linked_numbers` are the alarm numbers that the record itself refers to."""

    id: str
    at: datetime
    text: str
    place: str = ""
    alarm_number: str = ""
    linked_numbers: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that an incident can be known by: its key, and how it may be shown, masked, with whose it is."""

    key: Key
    shown: str


@dataclass(frozen=True, slots=True)
class NameMark:
    """A party's name, which links nothing by itself. `full` is False for a surname only: 王某."""

    value_hash: str
    shown: str
    full: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """An incident as linking sees it. `signature` is the MinHash of its text, empty for a short one.

    No two marks have one key. `bands` are the 文字 keys: they only bring two texts together, how alike these are is
    told by `signature`.
    """

    id: str
    at: datetime
    marks: tuple[Mark, ...] = ()
    names: tuple[NameMark, ...] = ()
    signature: tuple[int, ...] = ()
    bands: tuple[Key, ...] = ()

    @property
    def keys(self) -> frozenset[Key]:
        """Everything that may bring another incident beside this one."""
        return frozenset(mark.key for mark in self.marks) | frozenset(self.bands)

    @property
    def by_key(self) -> Mapping[Key, Mark]:
        """Its marks, each under its key."""
        return {mark.key: mark for mark in self.marks}
