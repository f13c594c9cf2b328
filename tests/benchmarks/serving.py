"""Requests a second of one worker on the loopback address: suggestions, all of them kept, beside a trivial answer.

The model is that of the data folder (TONGBAN_DATA_DIR), trained first where there is none; the database is a new one.
The same few connections, kept open, ask for a few seconds each in turn, several times over; the best round counts.

    python -m tests.benchmarks.serving
"""

import argparse
import http.client
import itertools
import json
import math
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from classifier.examples import shipped_examples
from service.commands import progress
from service.settings import Settings
from service.startup import open_model
from tests.service.running import RunningService

_STEP = 37  # between the texts that are asked, so that all kinds come

Request = tuple[str, str, bytes | None, dict[str, str]]


def _texts() -> list[str]:
    return [example.text for example in shipped_examples()[::_STEP]]


def _trivial() -> Iterator[Request]:
    return itertools.repeat(("GET", "/livez", None, {}))


def _typing() -> Iterator[Request]:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return itertools.cycle([("POST", "/live", urlencode({"text": text}).encode(), kind) for text in _texts()])


def _one() -> Iterator[Request]:
    kind = {"Content-Type": "application/json"}
    bodies = [json.dumps({"text": text}).encode() for text in _texts()]
    return itertools.cycle([("POST", "/api/v1/suggestions", body, kind) for body in bodies])


def _hundred() -> Iterator[Request]:
    """A hundred at a time."""
    kind = {"Content-Type": "application/json"}
    texts = itertools.cycle(_texts())
    while True:
        items = [{"text": text} for text in itertools.islice(texts, 100)]
        yield "POST", "/api/v1/suggestions/batch", json.dumps({"items": items}).encode(), kind


_ASKED: dict[str, tuple[Callable[[], Iterator[Request]], int]] = {
    "GET /livez（不做事）": (_trivial, 1),
    "POST /live（边写边给建议的片段，存档）": (_typing, 1),
    "POST /api/v1/suggestions（存档）": (_one, 1),
    "POST /api/v1/suggestions/batch（每次 100 条，存档），按条": (_hundred, 100),
}


def _ask(port: int, requests: Iterator[Request], seconds: float, spent: list[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    end = time.perf_counter() + seconds
    for method, path, body, headers in requests:
        start = time.perf_counter()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status >= 400:
            raise AssertionError(f"{method} {path}：{answer.status}")
        spent.append(time.perf_counter() - start)
        if time.perf_counter() > end:
            break
    connection.close()


def _rate(port: int, ask: Callable[[], Iterator[Request]], seconds: float, connections: int) -> tuple[float, float]:
    """Answers a second, and the 99th percentile of the wait in milliseconds."""
    spent: list[float] = []
    threads = [
        threading.Thread(target=_ask, args=(port, ask(), seconds, spent), daemon=True) for _ in range(connections)
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 60)
    return len(spent) / (time.perf_counter() - start), quantiles(spent, n=100)[98] * 1000


def main() -> None:
    """Start a service, ask it, and print the rates and what they are of the trivial one."""
    parser = argparse.ArgumentParser(description="一个进程每秒应答多少次")
    parser.add_argument("--seconds", type=float, default=4, help="每轮每种问几秒")
    parser.add_argument("--rounds", type=int, default=3, help="几轮")
    parser.add_argument("--connections", type=int, default=4, help="几个连接")
    wanted = parser.parse_args()
    settings = Settings()
    open_model(settings, progress.show)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in (settings.model_file, settings.model_key):
            shutil.copy(file, folder)
        found: dict[str, list[tuple[float, float]]] = {said: [] for said in _ASKED}
        with RunningService(folder, "", folder / "log.txt") as service:
            # Not counted: what a text calls for is compiled when it first comes.
            _ask(service.port, itertools.islice(_hundred(), math.ceil(len(_texts()) / 100)), math.inf, [])
            for _ in range(wanted.rounds):
                for said, (ask, texts) in _ASKED.items():
                    rate, slow = _rate(service.port, ask, wanted.seconds, wanted.connections)
                    found[said].append((rate * texts, slow))
    trivial = max(found[next(iter(_ASKED))])[0]
    print(f"一个进程，{wanted.connections} 个连接，{wanted.rounds} 轮，每轮 {wanted.seconds:g} 秒")
    for said, rounds in found.items():
        rate, slow = max(rounds)
        middle = median(round_rate for round_rate, _ in rounds)
        print(f"{said}　最好 {rate:.0f}/秒　中位 {middle:.0f}/秒　p99 {slow:.1f} 毫秒　比例 {rate / trivial:.2f}")


if __name__ == "__main__":
    main()
