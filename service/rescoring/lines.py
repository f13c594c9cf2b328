"""A file of text comes in, its lines go out with their ends: UTF-8 with or without BOM, or GB18030, found out."""

import codecs
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from service.errors import InputError

# A line's text, and why it can't be read if so. Bytes that mean nothing are shown as \xff.
Line = tuple[str, str | None]

_TELLING_LINES = 2_000
_OTHER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def encoding_of(path: Path) -> str:
    """The encoding that reads most of the first lines with other than ASCII in them; raises InputError for UTF-16."""
    with path.open("rb") as file:
        if file.read(2) in _OTHER_MARKS:
            raise InputError(f"{path.name} 是 UTF-16 编码；请另存为「CSV UTF-8」")
        file.seek(0)
        telling = list(islice((line for line in file if not line.isascii()), _TELLING_LINES))
    return min(("utf-8", "gb18030"), key=lambda encoding: sum(not _readable(line, encoding) for line in telling))


def read_lines(file: BinaryIO, encoding: str) -> Iterator[Line]:
    r"""Lines that end with \n, \r\n or \r, or with the file."""
    first = True
    for raw in file:
        if first:
            raw, first = raw.removeprefix(codecs.BOM_UTF8), False
        # No second byte of a character is a line's end, in either encoding.
        for line in raw.splitlines(keepends=True) if b"\r" in raw else (raw,):
            try:
                yield line.decode(encoding), None
            except UnicodeDecodeError:
                yield line.decode(encoding, "backslashreplace"), "有字节不是文字，编码不对或文件坏了"


def _readable(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
