"""What is done of a job, in a folder beside its target: a later run of the same job goes on there, another is told."""

import datetime
import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from service import __version__
from service.files import sync, sync_one
from service.rescoring.job import AnotherJobError, Job

SUFFIX = ".研判中"
_MANIFEST = "作业.json"
_DELIVERED = "已写完"
_HEAD_BYTES = 1 << 20

Identity = Mapping[str, object]


def identity_of(job: Job, files: Sequence[Path]) -> Identity:
    """All that the output depends on, under names that people read."""
    return {
        "输入文件": [_file_identity(path, job.source) for path in files],
        "列": asdict(job.columns),
        "模型": job.basis.model,
        "规则": job.basis.ruleset,
        "规则日期": job.basis.day.isoformat(),
        "每份行数": job.shard_rows,
        "程序版本": __version__,
    }


def _file_identity(path: Path, source: Path) -> list[object]:
    state = path.stat()
    with path.open("rb") as file:
        head = hashlib.sha256(file.read(_HEAD_BYTES)).hexdigest()
    return [path.relative_to(source).as_posix(), state.st_size, state.st_mtime_ns, head]


def begun_on(target: Path) -> datetime.date | None:
    """The day whose rules an unfinished job beside the target is decided by: it goes on under them the day after."""
    manifest = target.with_name(target.name + SUFFIX) / _MANIFEST
    if not manifest.exists():
        return None
    return datetime.date.fromisoformat(json.loads(manifest.read_text(encoding="utf-8"))["规则日期"])


def sweep(target: Path) -> None:
    """Take away what a run left beside its finished target, if it was killed just then."""
    folder = target.with_name(target.name + SUFFIX)
    if target.exists() and folder.exists() and ((folder / _DELIVERED).exists() or not any(folder.iterdir())):
        _take_away(folder)


def _take_away(folder: Path) -> None:
    """The mark goes last, so that whoever is killed in between leaves it to be found."""
    delivered = folder / _DELIVERED
    for one in folder.iterdir():
        if one.is_dir():
            shutil.rmtree(one)
        elif one != delivered:
            one.unlink()
    delivered.unlink(missing_ok=True)
    folder.rmdir()


class WorkFolder:
    """The folder of one job. What is in it by a complete name is complete."""

    def __init__(self, target: Path, identity: Identity) -> None:
        self.path = target.with_name(target.name + SUFFIX)
        self._manifest = self.path / _MANIFEST
        self._identity = identity
        written = json.dumps(identity, ensure_ascii=False, sort_keys=True).encode()
        # Shards of two jobs never lie together, even where one is begun anew while the other still runs.
        self._shards = self.path / hashlib.sha256(written).hexdigest()[:16]

    def open(self, *, restart: bool) -> None:
        """Make it, or take it up. Raises AnotherJobError where it is another job's, unless it may be thrown away."""
        if restart:
            shutil.rmtree(self.path, ignore_errors=True)
        if self._manifest.exists():
            earlier = json.loads(self._manifest.read_text(encoding="utf-8"))
            now = json.loads(json.dumps(self._identity))
            if apart := [name for name in now if earlier.get(name) != now[name]]:
                raise AnotherJobError(
                    f"{self.path} 里是没有做完的另一次研判，{'、'.join(apart)}与这次不同；"
                    "要丢掉它重新开始，请加 --restart"
                )
        self._shards.mkdir(parents=True, exist_ok=True)
        (self.path / _DELIVERED).unlink(missing_ok=True)
        draft = self._manifest.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(self._identity, ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(self._manifest)

    def result(self, file: int, shard: int) -> Path:
        """Where the result of a shard of a file lies, or will. Both count from 0."""
        return self._shards / f"{file:04}-{shard:06}.arrow"

    def draft(self) -> Path:
        """Where the output is put together; what an earlier run left there is gone."""
        draft = self._shards / "成品"
        if draft.is_dir():
            shutil.rmtree(draft)
        draft.unlink(missing_ok=True)
        return draft

    def deliver(self, draft: Path, target: Path) -> None:
        """Put the whole output in its place, at once."""
        sync(draft)
        (self.path / _DELIVERED).touch()
        draft.replace(target)
        sync_one(target.parent)

    def remove(self) -> None:
        """The job is done."""
        _take_away(self.path)
