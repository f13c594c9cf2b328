"""Text and single values come in; the same goes out with personal data masked, as people are used to see it.

The number of asterisks is fixed for each kind, so that it tells nothing. What is masked stays as it is.
"""

import re
from collections.abc import Collection

from service.personal import numbers
from service.personal.finding import Finding, Kind, find
from service.personal.folding import folded

_IDENTITY_STARS, _SHOWN_IDENTITY = "*" * 11, re.compile(r"(?:\d{3})?\*{11}(?:\d{3}[\dX])?")
_PHONE_STARS, _SHOWN_PHONE = "*" * 4, re.compile(r"\d{3}\*{4}\d{4}|(?:\d{3,4})?\*{4}\d{2}|\*{4}")


def masked(text: str, kinds: Collection[Kind] = frozenset(Kind)) -> str:
    """The text with its personal data of these kinds masked; all else is untouched."""
    # A number may come to light only when its neighbour is masked: until nothing is found.
    while findings := [found for found in find(text) if found.kind in kinds]:
        ends = [0, *(found.end for found in findings)]
        shown = (text[end : found.start] + show(found) for end, found in zip(ends, findings, strict=False))
        text = "".join([*shown, text[ends[-1] :]])
    return text


def show(found: Finding) -> str:
    """The masked form of one finding."""
    value = found.value
    match found.kind:
        case Kind.IDENTITY:
            return f"{value[:3]}{_IDENTITY_STARS}{value[-4:]}"
        case Kind.MOBILE:
            return f"{value[:3]}{_PHONE_STARS}{value[-4:]}"
        case Kind.LANDLINE:
            parts = numbers.landline(value)
            return f"{parts[0] if parts else ''}{_PHONE_STARS}{value[-2:]}"
        case Kind.CARD:
            return f"{value[:4]}{'*' * 8}{value[-4:]}"
        case Kind.PLATE:
            return f"{value[:2]}***{value[-2:]}"
        case Kind.EMAIL:
            local, domain = value.lower().split("@")
            return f"{local[0]}***@{domain}"


def masked_name(name: str) -> str:
    """王小明 → 王**, and so every name, however long; nothing stays nothing."""
    return f"{name.strip()[0]}**" if name.strip() else ""


def masked_phone(phone: str) -> str:
    """138****5678, or 0571****21; of what is neither a mobile nor a landline number, nothing is shown."""
    if not phone.strip() or _SHOWN_PHONE.fullmatch(phone):
        return phone.strip()
    digits = re.sub(r"\D", "", folded(phone))
    if mobile := numbers.mobile(digits):
        return show(Finding(Kind.MOBILE, 0, 0, mobile))
    return show(Finding(Kind.LANDLINE, 0, 0, digits)) if _is_landline(digits) else _PHONE_STARS


def masked_id(identity: str) -> str:
    """330***********1234; of what has not the length of an identity number, nothing is shown."""
    if not identity.strip() or _SHOWN_IDENTITY.fullmatch(identity):
        return identity.strip()
    signs = re.sub(r"[^\dX]", "", folded(identity))
    return show(Finding(Kind.IDENTITY, 0, 0, signs)) if len(signs) in numbers.IDENTITY_LENGTHS else _IDENTITY_STARS


def _is_landline(digits: str) -> bool:
    return numbers.landline(digits) is not None or numbers.is_local(digits)
