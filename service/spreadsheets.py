"""What spreadsheets do to cells: texts that they would run, how control characters are written, how much fits."""

import re

LAST_ROW = 1_048_576  # of any sheet in Excel
LONGEST_TEXT = 32_767  # in one cell

# What a spreadsheet would run, or take for a number; an apostrophe before it says that it is text.
RISKY = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TO_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def harmless(text: str) -> str:
    """A text of a .csv cell that no spreadsheet runs."""
    return f"'{text}" if RISKY.match(text) else text


def unescaped(text: str) -> str:
    """A text of an .xlsx cell as a person reads it: _x000D_ is a carriage return."""
    return _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), text) if "_x" in text else text


def escaped(text: str) -> str:
    """The text of an .xlsx cell that is read as this: the other way round."""
    return _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
