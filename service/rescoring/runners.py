"""Shards go in one after the other and their results come out as they are done: here, or in processes of their own.

A shard that fails three times is given up: its rows stand in the output with the error.
"""

import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import Protocol

from threadpoolctl import threadpool_limits

from service.errors import TongbanError
from service.rescoring.shards import Shard, ShardResult, give_up, score_shard

MOST_TRIES = 3
# Shards in memory for each process: enough for it to be never idle, few enough for memory not to grow with rows.
AHEAD = 2

Results = Generator[ShardResult, None, None]
Score = Callable[[Shard], ShardResult]


class Runner(Protocol):
    """Maps shards to results in any order, with a bounded number of them in memory. Closing the results stops it."""

    def run(self, shards: Iterator[Shard]) -> Results: ...


class Here:
    """One after the other in this process."""

    def __init__(self, score: Score = score_shard) -> None:
        self._score = score

    def run(self, shards: Iterator[Shard]) -> Results:
        with threadpool_limits(limits=1):
            for shard in shards:
                yield tried(shard, self._score, MOST_TRIES)


class Processes:
    """Several at once. A process that dies, even by kill -9, costs time and no rows."""

    def __init__(self, workers: int, score: Score = score_shard) -> None:
        self._workers, self._score = workers, score

    def run(self, shards: Iterator[Shard]) -> Results:
        while lost := (yield from self._together(shards)):
            # Any of them may have been the one that kills: alone, it can harm itself only.
            for shard in lost:
                yield tried(shard, self._alone, MOST_TRIES - 1)

    def _together(self, shards: Iterator[Shard]) -> Generator[ShardResult, None, list[Shard]]:
        """Results until the shards end or a try fails; returns the shards without a result."""
        flying: dict[Future[ShardResult], Shard] = {}
        lost: list[Shard] = []
        pool = _pool(self._workers)
        try:
            while not lost:
                # Whether one was lost is asked first: a shard once taken is either flying or lost.
                while not lost and len(flying) < AHEAD * self._workers and (shard := next(shards, None)):
                    try:
                        flying[pool.submit(self._score, shard)] = shard
                    except BrokenProcessPool:
                        lost.append(shard)
                if not flying:
                    break
                done, _ = wait(flying, return_when=FIRST_COMPLETED)
                for future in done:
                    shard = flying.pop(future)
                    match future.exception():
                        case None:
                            yield future.result()
                        case TongbanError() as error:
                            raise error
                        case _:
                            lost.append(shard)
        finally:
            pool.shutdown(cancel_futures=True)
        return [*lost, *flying.values()]

    def _alone(self, shard: Shard) -> ShardResult:
        with _pool(1) as pool:
            return pool.submit(self._score, shard).result()


def tried(shard: Shard, score: Score, times: int) -> ShardResult:
    """The result, or after so many failures that of giving up. TongbanError is no fault of the shard and is raised."""
    reason = ""
    for _ in range(times):
        try:
            return score(shard)
        except TongbanError:
            raise
        except BrokenProcessPool:
            reason = "研判的进程中断了"
        except Exception as error:  # noqa: BLE001  # whatever it is, the rows must not be lost
            reason = f"{type(error).__name__}：{error}"
    return give_up(shard, f"试了 {MOST_TRIES} 次都没有研判成：{reason}")


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=prepare)


def prepare() -> None:
    """Make ready a process that scores: it leaves Ctrl+C to its parent, and goes when that is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(limits=1)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
