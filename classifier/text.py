"""Text as typed → text as read: one character for one character, so that every offset stays true."""

import unicodedata

# Full-width ASCII (！..～) stands 0xFEE0 above ASCII; the ideographic space is apart.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# Chinese clause marks keep their Chinese form: the scope rules split on them.
_KEPT = dict.fromkeys(map(ord, "，。；：！？（）"))
_NORMAL = {code: target for code, target in _FULL_WIDTH.items() if code not in _KEPT}


def normalise(text: str) -> str:
    """Lower-case ASCII and fold full-width letters and digits; the length never changes."""
    folded = text.translate(_NORMAL)
    return "".join(char.lower() if char.isascii() else char for char in folded)


def is_han(char: str) -> bool:
    """Whether the character is a Chinese ideograph."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or char == "〇"


def control_characters(text: str) -> bool:
    """Whether the text holds control characters no keyboard types: the mark of binary input."""
    return any(unicodedata.category(char) == "Cc" and char not in "\t\r\n" for char in text)
