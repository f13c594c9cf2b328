"""Digits come in; whether they can be an identity number, a bank card or a telephone goes out, and their one form."""

import re
from datetime import date

IDENTITY_LENGTHS = (15, 18)

# The first two digits of an identity number: provinces by GB/T 2260, and 8x for Hong Kong, Macao and Taiwan.
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)"
_IDENTITY = re.compile(rf"{_PROVINCE}\d{{4}}((?:19|20)\d{{6}})\d{{3}}[\dX]")
_OLD_IDENTITY = re.compile(rf"{_PROVINCE}\d{{4}}(\d{{6}})\d{{3}}")
_MOBILE = re.compile(r"(?:(?:00)?86|0)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"(0(?:10|2\d)|0[3-9]\d\d)([2-8]\d{6,7})")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def is_identity(digits: str) -> bool:
    """Whether it is built as an identity number: 18 signs, or the 15 of before 1999; the check digit may be wrong."""
    if match := _IDENTITY.fullmatch(digits):
        return _is_day(match[1])
    match = _OLD_IDENTITY.fullmatch(digits)
    return match is not None and _is_day("19" + match[1])


def check_digit(first: str) -> str:
    """The last sign that belongs to the first 17 digits of an identity number (GB 11643)."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True)) % 11]


def identity(digits: str) -> str:
    """An identity number in the form of today: one of 15 digits gets its century and its check digit."""
    if len(digits) != min(IDENTITY_LENGTHS):
        return digits
    first = f"{digits[:6]}19{digits[6:]}"
    return first + check_digit(first)


def mobile(digits: str) -> str | None:
    """The eleven digits of a mobile number, without 86 and the 0 of long-distance calls before it; None if it is none.

    What was left off is always in front: the eleven are the last of `digits`.
    """
    match = _MOBILE.fullmatch(digits)
    return match[1] if match else None


def landline(digits: str) -> tuple[str, str] | None:
    """Area code and local number of a landline number that has both; None if it is none."""
    match = _LANDLINE.fullmatch(digits)
    return (match[1], match[2]) if match else None


def is_local(digits: str) -> bool:
    """Whether it can be a landline number without its area code, and not a day such as 20240315."""
    return re.fullmatch(r"[2-8]\d{6,7}", digits) is not None and not (digits[:2] == "20" and _is_day(digits))


def is_card(digits: str) -> bool:
    """Whether the digits alone say that it is a bank card: a card scheme's prefix and length, and Luhn's sum."""
    scheme = digits.startswith("62") and 16 <= len(digits) <= 19
    foreign = len(digits) == 16 and re.match("4|5[1-5]", digits) is not None
    return (scheme or foreign) and _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number - 9 * (number > 9) for number in doubled) % 10 == 0


def _is_day(eight: str) -> bool:
    try:
        date.fromisoformat(eight)
    except ValueError:
        return False
    return True
