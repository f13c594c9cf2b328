"""The thread of a serving process that does something again and again: looks at the clock, sends what is due."""

import logging
import threading
from collections.abc import Callable
from typing import Self

from service import clock

logger = logging.getLogger(__name__)


class Repeating:
    """Runs while its context is open: `act`, then a pause of so many seconds.

    What fails is logged and tried again; meanwhile `failure` says so to people, else it is None.
    """

    def __init__(self, name: str, act: Callable[[], object], *, pause: float) -> None:
        self._name, self._act, self._pause = name, act, pause
        self.failure: str | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._pause):
            try:
                self._act()
            except Exception:  # the next time may succeed; a thread that ends does nothing more
                logger.exception("%s 出错，稍后再试", self._name)
                since = clock.local(clock.stamp())
                self.failure = self.failure or f"{self._name}从 {since} 起一直出错，还在重试；请管理员看日志"
            else:
                self.failure = None
