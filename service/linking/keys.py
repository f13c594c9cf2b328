"""An incident and the station's secret come in; its trace goes out: what it may be linked by, hashed with the secret.

Without the secret nobody can try all telephone numbers against the hashes; with another station's, nothing matches.
"""

import hmac
import re
import unicodedata
from collections.abc import Collection, Iterator

from classifier.text import normalise
from service.linking import near_copy
from service.linking.model import Incident, Key, KeyKind, Mark, NameMark, Party, Trace
from service.linking.places import canonical_place
from service.personal import numbers
from service.personal.finding import Finding, Kind, find
from service.personal.masking import masked, masked_name, show

_SHORTEST_SECRET = 16
_SHORTEST_ALARM_NUMBER = 6
_IN_THE_TEXT = "描述中"
# Numbers that people type when they have none: 13800138000 belongs to the operator, 13888888888 to nobody at hand.
_NOBODYS = frozenset({"13800138000"})
_NO_NAMES = frozenset({"匿名", "无名", "无名氏", "不详", "未知", "保密", "群众", "热心群众", "路人", "本人", "对方"})
_REDUCED_NAME = re.compile("(.)[某*xX×]{1,3}|(.)(?:先生|女士|姓.{0,2})")


def trace(incident: Incident, secret: bytes, *, own_numbers: Collection[str] = ()) -> Trace:
    """The trace; `own_numbers` are telephones of the station and its officers, which say nothing of a dispute.

    Raises ValueError for a secret of fewer than 16 bytes.
    """
    if len(secret) < _SHORTEST_SECRET:
        raise ValueError(f"密钥太短，至少 {_SHORTEST_SECRET} 字节")
    ours = {found.value for number in own_numbers for found in _telephones(number)}
    marks = (*_of_parties(incident, secret), *_of_text(incident, secret), *_of_record(incident, secret))
    ignored = {hashed(KeyKind.PHONE, number, secret) for number in ours | _NOBODYS}
    first: dict[Key, Mark] = {}
    for mark in marks:
        if mark.key not in ignored:
            first.setdefault(mark.key, mark)
    signature = near_copy.signature(incident.text, secret)
    return Trace(
        incident.id,
        incident.at,
        tuple(first.values()),
        tuple(dict.fromkeys(name for party in incident.parties for name in _names(party, secret))),
        signature,
        tuple(hashed(KeyKind.TEXT, band, secret) for band in near_copy.bands(signature)),
    )


def hashed(kind: KeyKind, value: str, secret: bytes) -> Key:
    """The key of a canonical value. The kind goes into the hash, so that no value is another kind's."""
    return Key(kind, _hash(kind, value, secret))


def check_value(secret: bytes) -> str:
    """What tells one secret from another, and nothing of it."""
    return _hash("密钥", "", secret)


def _of_parties(incident: Incident, secret: bytes) -> Iterator[Mark]:
    for party in incident.parties:
        for found in (*find(f"身份证 {party.identity}"), *_telephones(party.phone)):
            yield from _mark(found, party.role, secret)


def _of_text(incident: Incident, secret: bytes) -> Iterator[Mark]:
    for found in find(incident.text):
        yield from _mark(found, _IN_THE_TEXT, secret)


def _of_record(incident: Incident, secret: bytes) -> Iterator[Mark]:
    for number in (incident.alarm_number, *incident.linked_numbers):
        signs = re.sub("[^0-9A-Z]", "", unicodedata.normalize("NFKC", number).upper())
        if len(signs) >= _SHORTEST_ALARM_NUMBER:
            yield Mark(hashed(KeyKind.ALARM, signs, secret), signs)
    if place := canonical_place(incident.place):
        yield Mark(hashed(KeyKind.PLACE, place, secret), masked(place))


def _mark(found: Finding, whose: str, secret: bytes) -> Iterator[Mark]:
    shown = f"{whose} {show(found)}".strip()
    if found.kind is Kind.IDENTITY and numbers.is_identity(found.value):
        yield Mark(hashed(KeyKind.IDENTITY, numbers.identity(found.value), secret), shown)
    if found.kind in (Kind.MOBILE, Kind.LANDLINE) and len(set(found.value[-8:])) > 1:
        yield Mark(hashed(KeyKind.PHONE, found.value, secret), shown)


def _telephones(typed: str) -> list[Finding]:
    return [found for found in find(f"电话 {typed}") if found.kind in (Kind.MOBILE, Kind.LANDLINE)]


def _names(party: Party, secret: bytes) -> Iterator[NameMark]:
    name = "".join(normalise(party.name).split())
    if not name or name[0] == "某" or name in _NO_NAMES:
        return
    reduced = _REDUCED_NAME.fullmatch(name)
    if reduced:
        surname = reduced[1] or reduced[2]
        yield NameMark(_hash("姓", surname, secret), f"{surname}某", full=False)
    elif len(name) > 1:
        yield NameMark(_hash("姓名", name, secret), masked_name(name), full=True)


def _hash(kind: str, value: str, secret: bytes) -> str:
    message = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
    return hmac.digest(secret, message, "sha256").hex()
