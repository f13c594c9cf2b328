"""Clients that each ask one worker of a running service over a connection of their own, and know which it is.

Linux only: who holds a connection, and how much memory, is read from /proc.
"""

import http.client
import json
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, from which process, in how many seconds."""

    status: int
    body: str
    worker: int
    seconds: float


class Client(threading.Thread):
    """Asks the same worker for the same text, again and again, until `end`; holds every answer.

    A worker hangs up on who says nothing for five seconds.
    """

    def __init__(self, port: int, worker: int, text: str) -> None:
        super().__init__(name=f"client of {worker}", daemon=True)
        self.worker = worker
        self.answers: list[Answer] = []
        self._connection = _connected_to(port, worker)
        self._body = json.dumps({"text": text}).encode()
        self._ended = threading.Event()
        self._failure: Exception | None = None

    def run(self) -> None:
        try:
            while not self._ended.is_set():
                self.ask()
        except Exception as failure:  # noqa: BLE001 - raised where it is waited for
            self._failure = failure

    def ask(self) -> dict[str, Any]:
        """One suggestion."""
        start = time.perf_counter()
        status, body = self._told("POST", "/api/v1/suggestions", self._body)
        self.answers.append(Answer(status, body, self.worker, time.perf_counter() - start))
        shown: dict[str, Any] = json.loads(body)
        return shown

    def health(self) -> dict[str, Any]:
        """What the worker says of itself."""
        told: dict[str, Any] = json.loads(self._told("GET", "/api/v1/health")[1])
        return told

    def end(self) -> None:
        """Finish what was asked, and hang up; raises whatever kept it from asking."""
        self._ended.set()
        if self.is_alive():
            self.join()
        self._connection.close()
        if self._failure:
            raise self._failure

    def _told(self, method: str, path: str, body: bytes | None = None) -> tuple[int, str]:
        # It would open another connection, and nobody could tell to which worker.
        assert self._connection.sock is not None, "the worker hung up"
        self._connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        response = self._connection.getresponse()
        return response.status, response.read().decode()


def memory(process: int) -> float:
    """What a process holds now, in MB."""
    (held,) = re.findall(r"VmRSS:\s+([0-9]+) kB", Path(f"/proc/{process}/status").read_text())
    return int(held) / 1024


def _connected_to(port: int, worker: int) -> http.client.HTTPConnection:
    """A connection that this very worker has accepted: the system gives each to whoever takes it first."""
    deadline = time.monotonic() + 30
    others: list[http.client.HTTPConnection] = []
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/livez")
        connection.getresponse().read()
        if _socket_of(port, connection.sock.getsockname()[1]) in _sockets(worker):
            for other in others:
                other.close()
            return connection
        others.append(connection)
    raise AssertionError(f"no connection was accepted by process {worker}")


def _socket_of(port: int, client_port: int) -> str:
    """The service's end of a connection, by its inode."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        columns = line.split()
        ends = [int(address.split(":")[1], 16) for address in columns[1:3]]
        if ends == [port, client_port]:
            return columns[9]
    raise AssertionError(f"no connection from port {client_port}")


def _sockets(process: int) -> set[str]:
    """The inodes of all that a process has open."""
    found = set()
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        try:
            named = re.fullmatch(r"socket:\[([0-9]+)\]", str(descriptor.readlink()))
        except FileNotFoundError:  # closed since it was listed
            continue
        if named:
            found.add(named[1])
    return found
