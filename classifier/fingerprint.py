"""What a model was made of, in one short name: training rows, this package's code and lexicon, versions."""

import hashlib
import platform
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

_LIBRARIES = ("jieba", "numpy", "rjieba", "scikit-learn", "scipy")


def versions() -> dict[str, str]:
    """The versions that a model depends on."""
    return {"python": platform.python_version(), **{name: _version(name) for name in _LIBRARIES}}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "没有安装"


def fingerprint(lines: Iterable[str]) -> str:
    """Twelve hexadecimal digits; equal exactly when lines of training rows, code, lexicon and versions are equal."""
    digest = hashlib.sha256()
    for name, content in _content(files("classifier"), "classifier"):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    for line in lines:
        if line.strip():
            digest.update(f"{line}\n".encode())
    digest.update(repr(sorted(versions().items())).encode())
    return digest.hexdigest()[:12]


def _content(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _content(entry, name)
        elif entry.name.endswith((".py", ".yaml", ".txt")):
            # Line ends differ between checkouts of one commit.
            yield name, entry.read_bytes().replace(b"\r\n", b"\n")
