"""Text as typed → the text in which numbers are sought: sign for sign, so that every offset stays true."""

import unicodedata
from functools import lru_cache

_HYPHENS = "‐‑‒–—―−﹣"
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_SPOKEN = str.maketrans("〇零○一二三四五六七八九幺壹贰貳叁參肆伍陆陸柒捌玖", "0001234567891122334566789")


def folded(text: str) -> str:
    """ASCII in upper case where there is a counterpart: digits of any script, full-width signs, hyphens, spaces."""
    return "".join(map(_fold, text))


def with_spoken_digits(folded_text: str) -> str:
    """The same with digits written in Chinese (一三八, 幺三八, 壹叁捌) as ASCII digits."""
    return folded_text.translate(_SPOKEN)


@lru_cache(maxsize=20_000)
def _fold(char: str) -> str:
    if char.isascii():
        return " " if char == "\t" else char.upper()
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if "\uff01" <= char <= "\uff5e":
        return chr(ord(char) - 0xFEE0).upper()
    if char in _HYPHENS:
        return "-"
    return " " if char in _UNSEEN or unicodedata.category(char) == "Zs" else char
