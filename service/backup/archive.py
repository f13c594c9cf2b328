"""The file of a backup: a zip whose last member says what is in it, with the hash of each. Paths and bytes come in and
go out; whatever doesn't fit its manifest is refused before anything is written.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from service.errors import InputError

FORMAT = 1
_MANIFEST = "manifest.json"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One file: its size in bytes and its SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is. `head` is the hash of the last of its `entries` in the audit chain, `missing` the attachments
    that were already gone or spoilt when it was made.
    """

    program: str
    made_at: str
    database: str
    schema: str
    entries: int
    head: str
    keys: bool
    missing: tuple[str, ...] = ()
    files: dict[str, Member] = field(default_factory=dict)
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Writing:
    """A backup that is being written."""

    archive: zipfile.ZipFile
    files: dict[str, Member]

    def add(self, name: str, source: Path) -> Member:
        """Copy a file; what was read is what the manifest tells of. Raises FileNotFoundError."""
        with source.open("rb") as file:
            info = zipfile.ZipInfo.from_file(source, name, strict_timestamps=False)
            info.compress_type = zipfile.ZIP_DEFLATED
            with self.archive.open(info, "w", force_zip64=True) as member:
                self.files[name] = _copy(file, member)
        return self.files[name]

    def close(self, manifest: Manifest) -> None:
        """The last member."""
        self.archive.writestr(_MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))


@contextmanager
def writing(target: Path) -> Iterator[Writing]:
    """A new file that only its owner may read; on any error nothing of it stays."""
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                yield Writing(archive, {})
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise InputError(f"{target} 已经有了；备份不覆盖旧的，请换一个名字") from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise


@dataclass(frozen=True, slots=True)
class Reading:
    """A backup whose every byte was checked."""

    archive: zipfile.ZipFile
    manifest: Manifest

    def extract(self, name: str, target: Path) -> None:
        """Write one file where only its owner may read it, and have it on the disk."""
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file, self.archive.open(name) as member:
            _copy(member, file)
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def reading(source: Path) -> Iterator[Reading]:
    """A backup, checked from the first byte to the last; raises InputError with what is wrong."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive)
            _check(archive, manifest)
            yield Reading(archive, manifest)
    except FileNotFoundError as error:
        raise InputError(f"没有这个文件：{source}") from error
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise InputError(f"{source.name} 读不出来，不是备份或已经损坏：{error}") from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        written = json.loads(archive.read(_MANIFEST))
    except (KeyError, ValueError) as error:
        raise InputError("这不是警情通办的备份：里面没有能读的清单") from error
    if not isinstance(written, dict) or written.get("format") != FORMAT:
        raise InputError("备份的格式这个程序不认识；请用做备份的那一版或更新的程序")
    try:
        files = {name: Member(int(one["size"]), str(one["sha256"])) for name, one in written.pop("files").items()}
        written["missing"] = tuple(written["missing"])
        return Manifest(**written, files=files)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError("备份的清单不完整，不能用") from error


def _check(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    there = [one.filename for one in archive.infolist() if one.filename != _MANIFEST]
    if len(set(there)) != len(there):
        raise InputError("备份里有同名的文件")
    if stray := sorted(set(there) - set(manifest.files)):
        raise InputError(f"备份里有清单上没有的文件：{stray[0]}")
    if lost := sorted(set(manifest.files) - set(there)):
        raise InputError(f"备份里少了文件：{lost[0]}")
    for name, told in manifest.files.items():
        if not _safe(name):
            raise InputError(f"备份里有不该有的路径：{name}")
        with archive.open(name) as member:
            if _copy(member, None) != told:
                raise InputError(f"备份里的 {name} 与清单的哈希不符，被改过或已损坏")


def _safe(name: str) -> bool:
    """Whether it stays below the folder that it is written into."""
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _copy(source: IO[bytes], target: IO[bytes] | None) -> Member:
    digest, size = hashlib.sha256(), 0
    while piece := source.read(_PIECE):
        digest.update(piece)
        size += len(piece)
        if target is not None:
            target.write(piece)
    return Member(size, digest.hexdigest())
