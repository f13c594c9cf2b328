"""Signs that a Chinese input method, Word or Excel puts where YAML wants a plain one: lines in, the first slip out.

Texts may hold all these signs rightly, so lines are searched only where something could not be read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WIDE_SPACE = "\u3000\u00a0\u2000-\u200a\u202f"
# A word that stands where a key stands, up to its colon.
_KEY = r"[^\s:：{}\[\]'\"#,，、;；\-][^:：{}\[\]'\"#,，、;；]{0,20}?"
_KEY_AT_START = rf"^\s*(?:- +)*{_KEY}"
_KEY_IN_FLOW = rf"[{{,]\s*{_KEY}"
_FULL_COLON = ("这里的冒号是全角的", "请换成半角「:」，后面空一格")
_TIGHT_COLON = ("冒号后面少了空格", "请写成「名称: 值」，冒号后面空一格")
_FULL_BRACKET = ("这里的括号是全角的", "请换成半角的 [ ] 或 { }")
_CURLY_QUOTE = ("这里的引号是弯引号", "请删掉它，或前后都换成半角引号")

JOINTS = re.compile(r"\s*[，、；;]\s*")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_OUTER_SIGNS = "\"'“”‘’「」『』【】[]{}《》<>"


@dataclass(frozen=True, slots=True)
class Slip:
    """A sign that should have been another. Line and column count from 1."""

    line: int
    column: int
    message: str
    remedy: str


# Where a line goes wrong (the group `at`), and what to say of it.
_SLIPS: tuple[tuple[re.Pattern[str], tuple[str, str]], ...] = tuple(
    (re.compile(pattern), saying)
    for pattern, saying in (
        (rf"^[ -]*(?P<at>[{_WIDE_SPACE}])", ("行首的空格是全角的", "请换成半角空格；缩进每层两个空格")),
        (rf"{_KEY_AT_START}:(?P<at>[{_WIDE_SPACE}])", ("冒号后面的空格是全角的", "请换成半角空格")),
        (r"^\s*(?P<at>//)", ("注释不能以 // 开头", "请换成「# 」")),
        (r"^\s*(?P<at>[–—－―•·])", ("列表的横线不是半角「-」", "请换成半角「- 」，后面空一格")),
        (r"^\s*(?P<at>-)[^\s-][^:]*:(?: |$)", ("横线后面少了空格", "请写成「- 」，横线后面空一格")),
        (rf"{_KEY_AT_START}(?P<at>：)", _FULL_COLON),
        (rf"{_KEY_AT_START}(?P<at>:)[^\s:/]", _TIGHT_COLON),
        (r"(?:[:\-,{\[] ?)(?P<at>[｛［【])", _FULL_BRACKET),
        (r"[{\[].*(?P<at>[｝］】])[\s,}\]]*$", _FULL_BRACKET),
        (r": (?P<at>[“”‘’＂])", _CURLY_QUOTE),
        (r"[\"'][^\"']*(?P<at>[“”‘’＂])\s*$", _CURLY_QUOTE),
        (rf"{_KEY_IN_FLOW}(?P<at>：)", _FULL_COLON),
        (rf"{_KEY_IN_FLOW}(?P<at>:)[^\s,}}]", _TIGHT_COLON),
        (r"[{\[].*?(?P<at>[，、；;])[^,{}\[\]]*?: ", ("各项之间的逗号不是半角的", "请换成半角「,」，后面空一格")),
    )
)


def first_slip(lines: Sequence[str], numbers: Iterable[int]) -> Slip | None:
    """The first slip in the lines of these numbers (from 1), with how many lines of all are so written."""
    for number in numbers:
        for pattern, (message, remedy) in _SLIPS:
            if found := pattern.search(lines[number - 1]):
                alike = sum(1 for line in lines if pattern.search(line))
                also = f"（共 {alike} 行这样写）" if alike > 1 else ""
                return Slip(number, found.start("at") + 1, message + also, remedy)
    return None


def slip_in_key(key: str, known: Iterable[str]) -> tuple[int, str, str] | None:
    """For a key that swallowed its value, like 「凶器：是」: the offset of the colon, a message and a remedy."""
    name, colon, _ = re.match(r"([^：:]*)([：:]?)(.*)", key, re.DOTALL).groups()  # type: ignore[union-attr]
    if not colon or plain(name) not in known:
        return None
    message, remedy = _FULL_COLON if colon == "：" else _TIGHT_COLON
    return len(name), message, remedy


def half_width(text: str) -> str:
    """The text in the signs that YAML and the rules use, without spaces around it."""
    return unicodedata.normalize("NFKC", text).translate(_DASHES).strip()


def plain(text: str) -> str:
    """The same without the quotes or brackets around it."""
    return half_width(text).strip(_OUTER_SIGNS).strip()


def pieces(text: str) -> tuple[str, ...]:
    """The words of a text that joins several by signs which YAML doesn't part them by; () where it is one word."""
    words = [word for word in re.split(r"\s*[,，、；;]\s*", text.strip().strip(_OUTER_SIGNS)) if word]
    return tuple(words) if len(words) > 1 else ()
