"""Where the files of one re-scoring lie: its source, result and report, in a folder that nobody else may read."""

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.rescoring.change_report import NAME

# A folder without a job is what was left when an upload was cut off; so many seconds on, nobody is at it any more.
_LEFT_OVER = 24 * 3600


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of one job."""

    path: Path

    def make(self) -> None:
        """Make it; raises OSError."""
        self.path.mkdir(parents=True, mode=0o700)

    def source(self, suffix: str) -> Path:
        """What is scored."""
        return self.path / f"原文件{suffix}"

    def scored(self, suffix: str) -> Path:
        """The source with the columns of the suggestion."""
        return self.path / f"结果{suffix}"

    def report(self, suffix: str) -> Path:
        """What has changed."""
        return self.path / f"{NAME}{suffix}"

    def remove(self) -> None:
        """Leave nothing of it."""
        shutil.rmtree(self.path, ignore_errors=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until no other process works in it: one that lost its job may not have noticed yet."""
        with (self.path / "占用").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def left_over(root: Path) -> list[str]:
    """The names of folders so old that an upload into them is over, one way or the other."""
    if not root.is_dir():
        return []
    return [one.name for one in root.iterdir() if one.is_dir() and time.time() - one.stat().st_mtime > _LEFT_OVER]
