"""A backup and an empty data folder come in; everything is checked first, and then it is a station again."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.accounts.model import Actor
from service.audit.model import Action
from service.backup import archive, store
from service.backup.making import ATTACHMENTS, DATABASE
from service.errors import RefusedError, SetupError
from service.files import sync
from service.settings import Settings
from service.storage import migrate
from service.storage.copying import in_one_file, sqlite_file, unharmed
from service.storage.database import Database

_STAGE = ".恢复中"


def restore(settings: Settings, source: Path, actor: Actor) -> archive.Manifest:
    """Put a backup back. Raises InputError for a spoilt one, RefusedError where it may not be put here."""
    database = Database(settings.database)
    try:
        _check_empty(settings.data_dir)
        with archive.reading(source) as found:
            _check_kind(found.manifest, database)
            with _stage(settings.data_dir) as stage:
                for name in found.manifest.files:
                    found.extract(name, stage / name)
                _check_inside(found.manifest, database, stage)
                _move(stage, settings.data_dir, sqlite_file(database))
        migrate.upgrade(database)
        store.note(database, actor, Action.RESTORED, f"备份 {source.name}", {"做于": found.manifest.made_at})
    finally:
        database.close()
    return found.manifest


def _check_empty(folder: Path) -> None:
    if (folder / _STAGE).exists():
        raise RefusedError(f"{folder} 里有一次没做完的恢复；请清空这个文件夹再来")
    if folder.exists() and any(folder.iterdir()):
        raise RefusedError(f"{folder} 里已经有东西；只能恢复到空的数据文件夹，请换一个，或先把旧的移走")


def _check_kind(manifest: archive.Manifest, database: Database) -> None:
    file = sqlite_file(database)
    if manifest.database == "sqlite" and file is None:
        raise RefusedError("备份里是 SQLite 数据库，而设置的是 PostgreSQL；请去掉 TONGBAN_DATABASE_URL 再恢复")
    if manifest.database == "postgresql" and file is not None:
        raise RefusedError(
            "备份里没有数据库（它在 PostgreSQL 里）；请先用 pg_restore 恢复，设好 TONGBAN_DATABASE_URL 再来"
        )
    if manifest.database == "sqlite" and file is not None and file.exists():
        raise RefusedError(f"数据库 {file} 已经有了；恢复不覆盖旧的")
    if manifest.schema not in migrate.known():
        raise RefusedError(f"备份来自更新的程序（数据库版本 {manifest.schema}）；请先升级程序")


def _check_inside(manifest: archive.Manifest, database: Database, stage: Path) -> None:
    """Whether database and files belong together."""
    if manifest.database == "sqlite":
        if not (stage / DATABASE).exists() or not unharmed(stage / DATABASE):
            raise RefusedError("备份里的数据库是坏的，没有恢复")
        opened = Database(f"sqlite:///{(stage / DATABASE).resolve()}")
        try:
            inside = store.look(opened)
        finally:
            opened.close()
        in_one_file(stage / DATABASE)
        if (inside.schema, inside.entries, inside.head) != (manifest.schema, manifest.entries, manifest.head):
            raise RefusedError("备份里的数据库不是清单上说的那一个，没有恢复")
    else:
        inside = store.look(database)
        if not inside.schema:
            raise RefusedError("PostgreSQL 里还没有数据；请先用 pg_restore 恢复数据库，再恢复文件")
    there = {name for name in manifest.files if name.startswith(f"{ATTACHMENTS}/")}
    for identity, sha256 in inside.attachments.items():
        name = f"{ATTACHMENTS}/{identity}"
        if identity in manifest.missing:
            continue
        if name not in there or manifest.files[name].sha256 != sha256:
            raise RefusedError(f"数据库里登记的附件 {identity} 不在备份里，或不是原来的；没有恢复")


@contextmanager
def _stage(folder: Path) -> Iterator[Path]:
    """Where all is written and checked before it is anywhere else; on any error nothing of it stays."""
    stage = folder / _STAGE
    try:
        stage.mkdir(parents=True, mode=0o700)
        yield stage
    except OSError as error:
        raise SetupError(f"恢复写不成：{error.strerror or error}") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _move(stage: Path, folder: Path, database: Path | None) -> None:
    sync(stage)
    # The database last: without it nothing takes the folder for a station.
    for path in sorted(stage.iterdir(), key=lambda one: one.name == DATABASE):
        if path.name == DATABASE and database is not None:
            database.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, database)
        else:
            path.rename(folder / path.name)
    sync(folder)
