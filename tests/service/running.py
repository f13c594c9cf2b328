"""A real `tongban serve` in a process of its own, on a free loopback port."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Self


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningService:
    """Started on entering, ended on leaving; `kill` ends it as a power cut would."""

    def __init__(self, data_dir: Path, database_url: str, log: Path, *, workers: int = 1) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **os.environ,
            "TONGBAN_DATA_DIR": str(data_dir),
            "TONGBAN_DATABASE_URL": database_url,
            "TONGBAN_PORT": str(self.port),
            "TONGBAN_WORKERS": str(workers),
        }
        self._log = log

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from service.cli import main; main()", "serve"],
                env=self._environment, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):  # noqa: S310 - our own loopback address
                    return self
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.kill()
                    raise AssertionError(self._log.read_text(encoding="utf-8")) from None
                time.sleep(0.05)

    @property
    def workers(self) -> list[int]:
        """The processes that answer where there are several, by their ids; on Linux only."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]

    def kill(self) -> None:
        """SIGKILL, no goodbye."""
        self._process.kill()
        self._process.wait()

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=30)
