"""Files on the disk: what they may be called that people sent, and that what was written is there for good."""

import os
import unicodedata
from pathlib import Path

_LONGEST_NAME = 100


def plain_name(sent: str) -> str:
    """The name of a sent file as it may be shown and given back: without folders and what can't be printed."""
    name = sent.replace("\\", "/").rpartition("/")[2]
    name = "".join(char for char in unicodedata.normalize("NFC", name) if char.isprintable()).strip(". ")
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{suffix[:20]}" if stem else name[:_LONGEST_NAME]


def sync(path: Path) -> None:
    """Have a file, or all in a folder, on the disk."""
    for one in (*path.rglob("*"), path):
        sync_one(one)


def sync_one(path: Path) -> None:
    """Have one file, or the names in one folder, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
