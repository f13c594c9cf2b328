"""A station that works comes in, one file goes out that holds all of it as it stood at one moment.

The database is copied first and the attachments after it: they are never taken away, so each that it tells of is there.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from service import __version__, clock
from service.accounts.model import Actor
from service.audit.model import Action
from service.backup import archive, store
from service.errors import InputError, SetupError
from service.files import sync_one
from service.settings import Settings
from service.storage.copying import CopyError, copy_sqlite, in_one_file, pg_dump, sqlite_file
from service.storage.database import Database

DATABASE, ATTACHMENTS = "tongban.db", "attachments"
_KEY, _ARRIVING = ".key", ".part"
# The key in use is called so after restoring, wherever it lay; and one in its place that isn't in use.
LINK_KEY, _UNUSED = "link.key", "link-unused.key"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made; `sha256` is that of the whole file.

    `keys` are the key files in it, `webhooks` how many signing secrets; `dump` is the command for a PostgreSQL.
    """

    path: Path
    sha256: str
    manifest: archive.Manifest
    keys: tuple[str, ...]
    webhooks: int
    dump: str


def make(settings: Settings, database: Database, actor: Actor, target: Path, *, keys: bool) -> Made:
    """Write the backup to `target`, or under a name of its own where that is a folder.

    Raises SetupError where there is nothing to back up, InputError where the target won't do.
    """
    if not database.exists or not store.look(database).schema:
        raise SetupError("还没有数据库，没有可备份的")
    path = _target(target, settings.data_dir)
    store.note(database, actor, Action.BACKED_UP, f"备份 {path.name}", {"密钥": "在内" if keys else "不在内"})
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".备份-") as folder, archive.writing(path) as written:
            inside = _add_database(written, database, Path(folder) / DATABASE, keys=keys)
            missing = tuple(_add_attachments(written, settings.attachments_dir, inside.attachments))
            for name, file in _others(settings, sqlite_file(database), keys=keys):
                _add(written, name, file)
            manifest = archive.Manifest(
                program=__version__,
                made_at=clock.stamp(),
                database="sqlite" if DATABASE in written.files else "postgresql",
                schema=inside.schema,
                entries=inside.entries,
                head=inside.head,
                keys=keys,
                missing=missing,
                files=written.files,
            )
            written.close(manifest)
        sync_one(path.parent)
    except (OSError, CopyError) as error:
        raise SetupError(f"备份写不成：{error}") from error
    with path.open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
    dump = "" if manifest.database == "sqlite" else pg_dump(database, "tongban.dump")
    secret = tuple(sorted(name for name in manifest.files if _is_key(settings, name)))
    return Made(path, digest, manifest, secret, inside.webhooks, dump)


def _target(wanted: Path, data_dir: Path) -> Path:
    named = wanted / f"警情通办备份-{clock.now():%Y%m%d-%H%M%S}.zip" if wanted.is_dir() else wanted
    path = named.absolute()
    if not path.parent.is_dir():
        raise InputError(f"没有这个文件夹：{path.parent}")
    if path.resolve().is_relative_to(data_dir.resolve()):
        raise InputError("备份不能放在数据文件夹里：那里坏了，备份也一起没了。请放到另一块盘上")
    if path.exists():
        raise InputError(f"{path} 已经有了；备份不覆盖旧的，请换一个名字")
    return path


def _add_database(written: archive.Writing, database: Database, copy: Path, *, keys: bool) -> store.Inside:
    file = sqlite_file(database)
    if file is None:
        return store.look(database)
    copy_sqlite(file, copy, secrets=keys, now=clock.stamp())
    opened = Database(f"sqlite:///{copy}")
    try:
        inside = store.look(opened)
    finally:
        opened.close()
    in_one_file(copy)
    written.add(DATABASE, copy)
    return inside


def _add_attachments(written: archive.Writing, folder: Path, registered: dict[str, str]) -> Iterator[str]:
    """Gives the ids of those that are gone or spoilt."""
    for identity, sha256 in sorted(registered.items()):
        name = f"{ATTACHMENTS}/{identity}"
        # One that has just come in gets its lasting name at any moment.
        for file in (folder / identity, folder / f"{identity}{_ARRIVING}", folder / identity):
            if added := _add(written, name, file):
                break
        if added is None or added.sha256 != sha256:
            yield identity


def _others(settings: Settings, database: Path | None, *, keys: bool) -> Iterator[tuple[str, Path]]:
    """Whatever else the station keeps, by the name it has in the data folder; the key of linking wherever it is."""
    root, link_key = settings.data_dir, settings.link_key
    outside = not link_key.resolve().is_relative_to(root.resolve())
    beside = {database.resolve().with_name(database.name + end) for end in ("", "-wal", "-shm")} if database else set()
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        name = path.relative_to(root)
        kept = path.is_file() and not path.is_symlink() and path.resolve() not in beside
        if not kept or name.parts[0] == ATTACHMENTS or path.suffix == _ARRIVING:
            continue
        if keys or not _is_key(settings, name.as_posix()):
            yield _UNUSED if outside and name.as_posix() == LINK_KEY else name.as_posix(), path
    if keys and outside:
        yield LINK_KEY, link_key


def _add(written: archive.Writing, name: str, file: Path) -> archive.Member | None:
    try:
        return written.add(name, file)
    except FileNotFoundError:  # taken away meanwhile
        return None


def _is_key(settings: Settings, name: str) -> bool:
    """Whether a file of the data folder is one; that of linking may have any name."""
    return os.path.splitext(name)[1] == _KEY or (settings.data_dir / name).resolve() == settings.link_key.resolve()
