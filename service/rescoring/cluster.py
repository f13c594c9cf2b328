"""Shards go to a Dask scheduler and their results come back: several machines, or as many processes of this one.

Every machine needs this program, and the source, the work folder and the data folder under the same paths.
"""

from collections.abc import Iterator
from contextlib import ExitStack

from service.errors import SetupError, TongbanError
from service.rescoring.runners import AHEAD, MOST_TRIES, Results, Score, tried
from service.rescoring.shards import Shard, ShardResult, score_shard

try:
    import dask
    from distributed import Client, Future, KilledWorker, LocalCluster, wait
except ImportError as error:
    raise SetupError("没有装 Dask；请先运行 pip install 'tongban[cluster]'") from error

# A shard of long texts is a large argument, and there are only a few at a time.
_CONFIG = {"distributed.admin.large-graph-warning-threshold": "1 GB"}
_PATIENCE = 10  # seconds
# How long nobody may be there to work before the job stops, to be gone on with later: a worker that died comes back.
_DESERTED = 60  # seconds


class Cluster:
    """A runner on the scheduler of that address; without one on `workers` processes of a scheduler of its own."""

    def __init__(self, scheduler: str | None, workers: int, score: Score = score_shard) -> None:
        self._scheduler, self._workers, self._score = scheduler, workers, score

    def run(self, shards: Iterator[Shard]) -> Results:
        with ExitStack() as stack:
            stack.enter_context(dask.config.set(_CONFIG))
            client = stack.enter_context(self._client(stack))
            lost: list[Shard] = []
            flying: dict[Future, Shard] = {}
            while True:
                ahead = AHEAD * max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
                while len(flying) < ahead and (shard := next(shards, None)):
                    flying[self._submit(client, shard)] = shard
                if not flying:
                    break
                for future in _some_done(client, list(flying)):
                    shard = flying.pop(future)
                    if result := _fetched(future):
                        yield result
                    else:
                        lost.append(shard)
            # What was beside a deadly shard is suspected with it: alone, each can harm itself only.
            for shard in lost:
                yield tried(shard, lambda one: self._alone(client, one), 1)

    def _client(self, stack: ExitStack) -> Client:
        if self._scheduler is None:
            # Some free port of this machine: without an address Dask takes a fixed one, which may be in use.
            local = LocalCluster(n_workers=self._workers, threads_per_worker=1, dashboard_address="127.0.0.1:0")
            return Client(stack.enter_context(local))
        try:
            client = Client(self._scheduler, timeout=_PATIENCE)
        except (OSError, ValueError) as error:
            raise SetupError(f"连不上 Dask 的调度器 {self._scheduler}：{error}") from error
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            client.close()
            raise SetupError(f"Dask 的调度器 {self._scheduler} 下面一个干活的进程也没有") from error
        return client

    def _submit(self, client: Client, shard: Shard) -> Future:
        return client.submit(self._score, shard, pure=False, retries=MOST_TRIES - 1)

    def _alone(self, client: Client, shard: Shard) -> ShardResult:
        try:
            future = self._submit(client, shard)
            _some_done(client, [future])
            result: ShardResult = future.result()
        except KilledWorker as error:
            raise RuntimeError("研判的进程中断了") from error
        return result


def _fetched(future: Future) -> ShardResult | None:
    """The result; None where the shard failed, or was finished and then lost with the worker that held the result."""
    try:
        result: ShardResult = future.result()
    except TongbanError:
        raise
    except Exception:  # noqa: BLE001  # whatever it is, the shard is tried once more, alone
        return None
    return result


def _some_done(client: Client, futures: list[Future]) -> set[Future]:
    """Those that are done, as soon as one is; raises SetupError once nobody has been there to work for long."""
    deserted = 0
    while True:
        try:
            done: set[Future] = wait(futures, timeout=_PATIENCE, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            deserted = 0 if client.scheduler_info(n_workers=-1)["workers"] else deserted + _PATIENCE
            if deserted >= _DESERTED:
                raise SetupError(
                    "Dask 的调度器下面一个干活的进程也没有了；已经做完的都在，再运行同一条命令就接着做"
                ) from None
        else:
            return done
