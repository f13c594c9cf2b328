"""A text comes in; where personal data stands in it goes out: 身份证, 手机, 固话, 银行卡, 车牌, 邮箱.

In doubt a number that looks like a telephone is one: what is masked needlessly costs less than what is shown.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from service.personal import numbers
from service.personal.folding import folded, with_spoken_digits


class Kind(StrEnum):
    """What a piece of personal data is, by the word that people read."""

    IDENTITY = "身份证"
    MOBILE = "手机"
    LANDLINE = "固话"
    CARD = "银行卡"
    PLATE = "车牌"
    EMAIL = "邮箱"


@dataclass(frozen=True, slots=True)
class Finding:
    """`text[start:end]` is personal data; `value` is it in ASCII, in upper case, without separators or country code."""

    kind: Kind
    start: int
    end: int
    value: str


_EMAIL = re.compile(r"(?<![A-Z0-9._%+-])[A-Z0-9._%+-]*[A-Z0-9_%+-]@[A-Z0-9-]+(?:\.[A-Z0-9-]+)+")
_PLATE = re.compile(
    r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-Z])[ .·•-]?"
    r"(?=[A-Z]*\d)([A-HJ-NP-Z0-9]{5,6}|[A-HJ-NP-Z0-9]{4}[挂学警港澳领])(?![A-Z0-9])"
)
_SEPARATED = re.compile(r"\d+(?:[ .()-]{1,3}\d+)*")
_CHECK_X = re.compile(r"[ .-]?X(?![A-Z0-9])")

# What stands right before a number and tells what it is, or that it belongs to a file and not to a person.
_JOINED_BY = r"(?:号码|证号|号|为|是|[:\s(])*$"
_TELLS_IDENTITY = re.compile(rf"身份证(?:件|编号)?{_JOINED_BY}")
_TELLS_CARD = re.compile(rf"(?:卡号|银行卡|账号|帐号|账户|帐户|信用卡|储蓄卡|借记卡|存折){_JOINED_BY}")
_TELLS_LANDLINE = re.compile(rf"(?:电话|座机|固话|联系方式|TEL){_JOINED_BY}")
_TELLS_FILE = re.compile(
    rf"(?:编号|单号|案号|警号|警情|流水|订单|运单|注册|执照|信用代码|文号|批号|档案|序列|车架|发动机|户号|表号|工单|发票){_JOINED_BY}"
)
_TELLING_SIGNS = 16  # so far before a number a word may begin that tells what it is
_AMOUNT = re.compile(r" ?(?:元(?![宵旦])|[万亿块])")

# How people space out a mobile number, the usual way first; the last is sign by sign.
_USUAL_SHAPE = (3, 4, 4)
_MOBILE_SHAPES = frozenset({_USUAL_SHAPE, (3, 3, 5), (4, 3, 4), (4, 4, 3), (3, 8), (7, 4), (1,) * 11})
_LANDLINE_REST = frozenset({(8,), (7,), (4, 4), (3, 4), (4, 3)})
_LONGEST = 19
_LONGEST_RUN = 64  # beyond, digits are no numbers glued together

_SPOKEN_MOBILE = re.compile(r"1[ ,，、.-]?[3-9](?:[ ,，、.-]?\d){9}")
_SPOKEN_IDENTITY = re.compile(r"[1-9](?:[ ,，、.-]?\d){16}[ ,，、.-]?[\dX]")
_FOUND = "\n"  # stands for what was found: nothing reaches across it


def find(text: str) -> tuple[Finding, ...]:
    """All findings in order of their place; none overlaps another."""
    seen, findings = folded(text), list[Finding]()
    for search in (_emails, _plates, _digits, _spoken_identities, _spoken_mobiles):
        signs = list(seen)
        for found in search(seen):
            findings.append(found)
            signs[found.start : found.end] = _FOUND * (found.end - found.start)
        seen = "".join(signs)
    return tuple(sorted(findings, key=lambda found: found.start))


def _emails(seen: str) -> Iterator[Finding]:
    for match in _EMAIL.finditer(seen):
        yield Finding(Kind.EMAIL, *match.span(), match[0])


def _plates(seen: str) -> Iterator[Finding]:
    for match in _PLATE.finditer(seen):
        yield Finding(Kind.PLATE, *match.span(), match[1] + match[2])


def _digits(seen: str) -> Iterator[Finding]:
    """Numbers in one piece, then those of several pieces in what is left between them."""
    for match in _SEPARATED.finditer(seen):
        left: list[tuple[int, int]] = []
        for piece in re.finditer(r"\d+", match[0]):
            start, end = match.start() + piece.start(), match.start() + piece.end()
            whole = list(_in_one_piece(seen, start, end))
            if whole:
                yield from _in_pieces(seen, left)
                left = []
                yield from whole
            else:
                left.append((start, end))
        yield from _in_pieces(seen, left)


def _in_one_piece(seen: str, start: int, end: int) -> Iterator[Finding]:
    found = _identity_or_card(seen, seen[start:end], start, end) or _telephone(seen, start, end)
    if found:
        yield found
    elif end - start <= _LONGEST_RUN and len(parts := _glued(seen[start:end]) or ()) > 1:
        for kind, offset, value in parts:
            yield Finding(kind, start + offset, start + offset + len(value), value)


def _in_pieces(seen: str, pieces: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    first = 0
    while first < len(pieces):
        longest, beyond = None, first + 1
        for stop in range(first + 2, len(pieces) + 1):
            part = pieces[first:stop]
            if sum(end - start for start, end in part) > _LONGEST:
                break
            if found := _of_pieces(seen, part):
                longest, beyond = found, stop
        if longest:
            yield longest
        first = beyond


def _of_pieces(seen: str, pieces: Sequence[tuple[int, int]]) -> Finding | None:
    start, end = pieces[0][0], pieces[-1][1]
    digits = "".join(seen[begin:stop] for begin, stop in pieces)
    lengths = tuple(stop - begin for begin, stop in pieces)
    separators = {seen[before[1] : after[0]] for before, after in pairwise(pieces)}
    regular = lengths == _USUAL_SHAPE or (lengths in _MOBILE_SHAPES and len(separators) == 1)
    if regular and numbers.mobile(digits) == digits:
        return Finding(Kind.MOBILE, start, end, digits)
    area = numbers.landline(digits)
    if area and lengths[0] == len(area[0]) and lengths[1:] in _LANDLINE_REST and not _amount(seen, end):
        in_brackets = seen[max(0, start - 1) : start] == "(" and seen[pieces[0][1]] == ")"
        return Finding(Kind.LANDLINE, start - in_brackets, end, digits)
    if lengths in _LANDLINE_REST and _tells(_TELLS_LANDLINE, seen, start) and numbers.is_local(digits):
        return Finding(Kind.LANDLINE, start, end, digits)
    return _identity_or_card(seen, digits, start, end)


def _identity_or_card(seen: str, digits: str, start: int, end: int) -> Finding | None:
    if len(digits) < min(numbers.IDENTITY_LENGTHS):
        return None
    of_a_file, told_card = _tells(_TELLS_FILE, seen, start), _tells(_TELLS_CARD, seen, start)
    if told_card and 16 <= len(digits) <= _LONGEST:
        return Finding(Kind.CARD, start, end, digits)
    crossed = _CHECK_X.match(seen, end) if len(digits) == max(numbers.IDENTITY_LENGTHS) - 1 else None
    signs, stop = (digits + "X", crossed.end()) if crossed else (digits, end)
    told = _tells(_TELLS_IDENTITY, seen, start) and len(signs) <= _LONGEST
    if told or (numbers.is_identity(signs) and not of_a_file):
        return Finding(Kind.IDENTITY, start, stop, signs)
    if numbers.is_card(digits) and not of_a_file:
        return Finding(Kind.CARD, start, end, digits)
    return None


def _telephone(seen: str, start: int, end: int) -> Finding | None:
    digits = seen[start:end]
    if _amount(seen, end):
        return None
    if mobile := numbers.mobile(digits):
        return Finding(Kind.MOBILE, end - len(mobile), end, mobile)
    if numbers.landline(digits) and not _tells(_TELLS_FILE, seen, start):
        return Finding(Kind.LANDLINE, start, end, digits)
    if numbers.is_local(digits) and _tells(_TELLS_LANDLINE, seen, start):
        return Finding(Kind.LANDLINE, start, end, digits)
    return None


def _glued(digits: str) -> list[tuple[Kind, int, str]] | None:
    """Identity and mobile numbers written without anything between, each with its offset; None where that fails.

    Only what these make up altogether: the long number of an incident or a file may well contain one of them.
    """
    if not digits:
        return []
    for length, kind in ((max(numbers.IDENTITY_LENGTHS), Kind.IDENTITY), (11, Kind.MOBILE)):
        first, rest = digits[:length], digits[length:]
        fits = numbers.is_identity(first) if kind is Kind.IDENTITY else numbers.mobile(first) == first
        if len(first) == length and fits and (others := _glued(rest)) is not None:
            return [(kind, 0, first), *((other, place + length, value) for other, place, value in others)]
    return None


def _spoken_identities(seen: str) -> Iterator[Finding]:
    return _spoken(seen, Kind.IDENTITY, _SPOKEN_IDENTITY, numbers.is_identity)


def _spoken_mobiles(seen: str) -> Iterator[Finding]:
    return _spoken(seen, Kind.MOBILE, _SPOKEN_MOBILE, lambda digits: numbers.mobile(digits) is not None)


def _spoken(seen: str, kind: Kind, pattern: re.Pattern[str], fits: Callable[[str], bool]) -> Iterator[Finding]:
    """Numbers with digits in Chinese.

    A Chinese digit may stand before or after one by chance (张三一三八…); an ASCII digit there belongs to it.
    """
    said, place = with_spoken_digits(seen), 0
    while said != seen and (match := pattern.search(said, place)):
        start, end = match.span()
        value, place = re.sub(r"[^\dX]", "", match[0]), start + 1
        alone = not (seen[max(0, start - 1) : start].isdigit() or seen[end : end + 1].isdigit())
        if alone and seen[start:end] != match[0] and fits(value):
            yield Finding(kind, start, end, value)
            place = end


def _tells(words: re.Pattern[str], seen: str, start: int) -> bool:
    return words.search(seen, max(0, start - _TELLING_SIGNS), start) is not None


def _amount(seen: str, end: int) -> bool:
    return _AMOUNT.match(seen, end) is not None
