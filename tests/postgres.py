"""A throw-away PostgreSQL: initdb into a temporary folder, unix socket only, as `postgres` when we are root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from typing import Self


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    which = shutil.which("initdb")
    return Path(which).parent if which else None


def missing_postgres() -> str | None:
    """Why the PostgreSQL tests can't run here, or None."""
    return None if _binaries() else "这台机器没有 PostgreSQL"


class Cluster:
    """Started on entering, gone on leaving; `new_database` gives an empty one."""

    def __enter__(self) -> Self:
        binaries = _binaries()
        assert binaries is not None
        self._binaries = binaries
        self._folder = Path(tempfile.mkdtemp(prefix="tongban-pg-"))
        self._numbers = count(1)
        if os.geteuid() == 0:
            # initdb refuses to run as root.
            owner = pwd.getpwnam("postgres")
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", str(self._data), "-U", "tongban", "-A", "trust", "-E", "UTF8", "--locale=C")
        self._run(
            "pg_ctl", "-D", str(self._data), "-w", "-l", str(self._folder / "log"),
            "-o", f"-c listen_addresses='' -k {self._folder} -c fsync=off", "start",
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")
        shutil.rmtree(self._folder)

    def new_database(self) -> str:
        """The URL of a fresh, empty database."""
        name = f"t{next(self._numbers)}"
        self._run("createdb", "-h", str(self._folder), "-U", "tongban", name)
        return f"postgresql+psycopg://tongban@/{name}?host={self._folder}"

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._binaries / program), *arguments],
            check=True,
            capture_output=True,
            cwd=self._folder,
            user="postgres" if os.geteuid() == 0 else None,
        )
