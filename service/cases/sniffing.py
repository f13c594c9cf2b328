"""A file and the name it was sent under come in; what it is goes out, once its content agrees with the name."""

import codecs
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from service.errors import InputError

_PIECE = 1 << 16
# The list of what an Office file holds takes a few kilobytes; a longer one is there to exhaust whoever reads it.
_LONGEST_LIST = 1 << 20
_ENCODINGS = ("utf-8", "gb18030")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SAID = "PDF、图片(jpg、png)、Word(docx)、Excel(xlsx)、文本(txt)、录音(mp3、wav)"

Check = Callable[[Path], bool]


def media_type(path: Path, name: str) -> str:
    """The media type of a file sent as `name`; raises InputError for one that is not taken, or is not what it says."""
    suffix = Path(name).suffix.casefold()
    if suffix not in _KINDS:
        raise InputError(f"“{name}”不是能收的文件；能收的是 {_SAID}")
    if path.stat().st_size == 0:
        raise InputError(f"“{name}”是空的")
    media, fits = _KINDS[suffix]
    if not fits(path):
        raise InputError(f"“{name}”的内容不是 {suffix} 文件，或带有宏；请另存为正确的格式再传")
    return media


def _begins(*beginnings: bytes) -> Check:
    def check(path: Path) -> bool:
        return _head(path).startswith(beginnings)

    return check


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


def _is_wave(path: Path) -> bool:
    head = _head(path)
    return head[:4] == b"RIFF" and head[8:12] == b"WAVE"


def _is_mp3(path: Path) -> bool:
    """A tag, or a frame of MPEG audio of layer III."""
    head = _head(path)
    if head[:3] == b"ID3":
        return True
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x18 != 0x08 and head[1] & 6 == 2


def _office(part: str) -> Check:
    def check(path: Path) -> bool:
        if _head(path)[:4] != b"PK\x03\x04" or not _short_list(path):
            return False
        try:
            with zipfile.ZipFile(path) as parts:
                names = set(parts.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
            return False
        macros = any(name.casefold().endswith("vbaproject.bin") for name in names)
        return {"[Content_Types].xml", part} <= names and not macros

    return check


def _short_list(path: Path) -> bool:
    """Whether what the archive says it holds is soon read; without its end it holds nothing."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _PIECE))
        end = file.read()
    at = end.rfind(b"PK\x05\x06")
    return 0 <= at <= len(end) - 22 and int.from_bytes(end[at + 12 : at + 16], "little") <= _LONGEST_LIST


def _is_text(path: Path) -> bool:
    return any(_decodes(path, encoding) for encoding in _ENCODINGS)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                if _CONTROLS.search(decoder.decode(piece)):
                    return False
        return not _CONTROLS.search(decoder.decode(b"", final=True))
    except UnicodeDecodeError:
        return False


_JPEG = ("image/jpeg", _begins(b"\xff\xd8\xff"))
_OFFICE = "application/vnd.openxmlformats-officedocument"
_KINDS: dict[str, tuple[str, Check]] = {
    ".pdf": ("application/pdf", _begins(b"%PDF-")),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    ".docx": (f"{_OFFICE}.wordprocessingml.document", _office("word/document.xml")),
    ".xlsx": (f"{_OFFICE}.spreadsheetml.sheet", _office("xl/workbook.xml")),
    ".txt": ("text/plain", _is_text),
    ".mp3": ("audio/mpeg", _is_mp3),
    ".wav": ("audio/wav", _is_wave),
}
SUFFIXES = tuple(_KINDS)
