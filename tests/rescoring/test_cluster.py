"""Dask as the runner: a real scheduler, two worker processes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import KilledWorker, LocalCluster

from service.errors import SetupError
from service.rescoring import cluster
from service.rescoring.cluster import Cluster
from service.rescoring.run import rescore
from service.rescoring.runners import Here, Results
from service.rescoring.shards import Shard
from tests.rescoring.plain import DEADLY, DEADLY_ONCE, job, score


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as local:
        yield local.scheduler_address


def json_lines(path: Path, texts: list[str]) -> Path:
    path.write_text("".join(json.dumps({"描述": text}) + "\n" for text in texts), encoding="utf-8")
    return path


def test_a_cluster_gives_the_same_output_byte_for_byte(scheduler: str, tmp_path: Path) -> None:
    source = json_lines(tmp_path / "in.jsonl", ["漏水" * (number % 9) for number in range(195)])
    rescore(job(source, tmp_path / "here.jsonl"), runner=Here(score))
    outcome = rescore(job(source, tmp_path / "there.jsonl"), runner=Cluster(scheduler, 2, score))
    assert (tmp_path / "there.jsonl").read_bytes() == (tmp_path / "here.jsonl").read_bytes()
    assert outcome.rows == 195


def test_a_killed_worker_loses_nothing_and_a_deadly_shard_is_given_up(scheduler: str, tmp_path: Path) -> None:
    texts = ["漏水"] * 25 + [DEADLY_ONCE] + ["漏水"] * 20 + [DEADLY] + ["漏水"] * 20
    source = json_lines(tmp_path / "in.jsonl", texts)
    outcome = rescore(job(source, tmp_path / "out.jsonl"), runner=Cluster(scheduler, 2, score))
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["描述"] for row in rows] == texts
    assert [number for number, row in enumerate(rows) if row["研判_错误"]] == list(range(40, 50))
    assert "进程中断了" in outcome.reasons[0]


class Gone:
    """A future that was finished when it was looked at, and whose worker has died before it is fetched."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def result(self) -> None:
        raise self._error


def test_a_finished_shard_whose_worker_dies_before_it_is_fetched_is_tried_again() -> None:
    assert cluster._fetched(Gone(KilledWorker("研判", None, 4))) is None
    with pytest.raises(SetupError):
        cluster._fetched(Gone(SetupError("盘满了")))


def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    source = json_lines(tmp_path / "in.jsonl", ["漏水"])
    with pytest.raises(SetupError, match="连不上"):
        rescore(job(source, tmp_path / "out.jsonl"), runner=Cluster("tcp://127.0.0.1:9", 2, score))


def test_a_cluster_that_everybody_leaves_is_told_and_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    monkeypatch.setattr(cluster, "_DESERTED", 2)
    source = json_lines(tmp_path / "in.jsonl", ["漏水"] * 35)
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0") as local:
        left = Leaving(local)
        with pytest.raises(SetupError, match="一个干活的进程也没有了"):
            rescore(job(source, tmp_path / "out.jsonl"), runner=left)
    assert rescore(job(source, tmp_path / "out.jsonl"), runner=Here(score)).rows == 35


class Leaving(Cluster):
    """All workers leave once the first shard is asked for."""

    def __init__(self, local: LocalCluster) -> None:
        super().__init__(local.scheduler_address, 1, score)
        self._local = local

    def run(self, shards: Iterator[Shard]) -> Results:
        def watched() -> Iterator[Shard]:
            for shard in shards:
                self._local.scale(0)
                self._local.sync(self._local._correct_state)
                yield shard

        return super().run(watched())
