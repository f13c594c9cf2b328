"""Runs `tongban` as a user does: arguments, standard input and environment in; exit status and two outputs out."""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path


class Terminal:
    """Runs `tongban` with a data folder of its own."""

    def __init__(self, data_dir: Path, home: Path) -> None:
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")},
            "TONGBAN_DATA_DIR": str(data_dir),
            "TONGBAN_DATABASE_URL": f"sqlite:///{home / 'tongban.db'}",
        }
        self.home = home

    def run(self, *arguments: str, given: str | bytes = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """In a process that has the program imported already."""
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / name for name in ("in", "out", "err")]
            for file, held in zip(files, (_raw(given), b"", b""), strict=True):
                file.write_bytes(held)
            status = _ask(
                folder=str(self.home),
                environment=self.environment | environment,
                files=[str(file) for file in files],
                arguments=arguments,
            )
            return subprocess.CompletedProcess(
                arguments, status, files[1].read_bytes().decode(), files[2].read_bytes().decode()
            )

    def start(self, *arguments: str, given: str | bytes = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """In a process of its own from the first line on: slower, for what begins there."""
        done = subprocess.run(
            [sys.executable, "-c", "from service.cli import main; main()", *arguments],
            input=_raw(given), capture_output=True, cwd=self.home, env=self.environment | environment, timeout=600,
        )  # fmt: skip
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def _raw(given: str | bytes) -> bytes:
    return given if isinstance(given, bytes) else given.encode()


def _ask(**told: object) -> int:
    warm = _warm()
    assert warm.stdin is not None
    assert warm.stdout is not None
    warm.stdin.write(f"{json.dumps(told)}\n")
    warm.stdin.flush()
    return int(warm.stdout.readline())


@cache
def _warm() -> subprocess.Popen[str]:
    """One for all tests of this process; it ends when its input does."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.service.warm"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    atexit.register(process.communicate)
    return process
