"""A run: nothing lost, nothing doubled, whatever is killed; the output is there whole or not at all."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from itertools import chain, count, repeat
from pathlib import Path
from typing import NoReturn

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook, load_workbook

from service.errors import InputError, RefusedError, SetupError
from service.rescoring import runners, work_folder
from service.rescoring.job import AnotherJobError, Columns, Progress, StoppedError
from service.rescoring.run import rescore
from service.rescoring.runners import AHEAD, Here, Processes
from service.rescoring.shards import Shard
from service.rescoring.work_folder import SUFFIX, WorkFolder
from tests.rescoring.plain import DEADLY, DEADLY_ONCE, FAULTY, job, score

ROOT = Path(__file__).parents[2]
HERE = Here(score)


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that are spawned find the tests as this one does."""
    monkeypatch.syspath_prepend(str(ROOT))


def json_lines(path: Path, texts: list[str]) -> Path:
    lines = (json.dumps({"描述": text, "号": number}, ensure_ascii=False) for number, text in enumerate(texts))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def rows_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return json_lines(tmp_path / "in.jsonl", ["漏水" * (number % 7) for number in range(95)])


def test_every_row_is_scored_in_its_place_and_nothing_is_left_behind(source: Path, tmp_path: Path) -> None:
    told: list[Progress] = []
    target = tmp_path / "out.jsonl"
    outcome = rescore(job(source, target), runner=HERE, report=told.append)
    assert (outcome.rows, outcome.unread, outcome.resumed) == (95, 0, 0)
    assert [(row["号"], row["研判_纠纷类型"]) for row in rows_of(target)] == [
        (number, f"{number % 7 * 2} 字") for number in range(95)
    ]
    assert {path.name for path in tmp_path.iterdir()} == {"in.jsonl", "out.jsonl"}
    assert [one.stage for one in told] == ["研判"] * 10 + ["写出"] * 10
    assert [one.share for one in told] == sorted(one.share for one in told[:10]) + sorted(
        one.share for one in told[10:]
    )
    assert (told[9].share, told[-1].share, told[-1].rows) == (1, 1, 95)


def test_a_folder_becomes_a_folder_with_the_same_names(tmp_path: Path) -> None:
    folder = tmp_path / "历年"
    (folder / "下级").mkdir(parents=True)
    json_lines(folder / "甲.jsonl", ["漏水"] * 25)
    (folder / "下级" / "乙.csv").write_text("描述,号\n吵架,1\n", encoding="utf-8")
    (folder / "空.csv").write_text("描述\n", encoding="utf-8")
    outcome = rescore(job(folder, tmp_path / "out"), runner=HERE)
    assert outcome.rows == 26
    assert len(rows_of(tmp_path / "out" / "甲.jsonl")) == 25
    lines = (tmp_path / "out" / "下级" / "乙.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1].startswith("吵架,1,2 字,")
    assert len((tmp_path / "out" / "空.csv").read_text(encoding="utf-8-sig").splitlines()) == 1


def test_rows_that_cannot_be_read_are_counted_and_named(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("描述,号\n" + "漏水,1\n" * 12 + "坏\n" * 7, encoding="utf-8")
    outcome = rescore(job(source, tmp_path / "out.csv"), runner=HERE)
    assert (outcome.rows, outcome.unread, len(outcome.reasons)) == (19, 7, 5)
    assert outcome.reasons[0] == "第 14 行：这一行只有 1 格，表头有 2 格"


def make(kind: str, folder: Path) -> Path:
    texts = ["漏水" * (number % 5) for number in range(300)]
    path = folder / f"in.{kind}"
    match kind:
        case "jsonl":
            return json_lines(path, texts)
        case "parquet":
            pq.write_table(pa.table({"描述": texts, "号": list(range(300))}), path)
        case "xlsx":
            book = Workbook()
            for row in [("描述", "号"), *zip(texts, range(300), strict=True)]:
                book.active.append(row)
            book.save(path)
    return path


def content(path: Path) -> object:
    if path.suffix != ".xlsx":
        return path.read_bytes()
    return list(load_workbook(path).active.iter_rows(values_only=True))


@pytest.mark.parametrize(("kind", "workers"), [("jsonl", 1), ("parquet", 2), ("xlsx", 1)])
def test_a_run_killed_at_any_moment_ends_as_one_undisturbed(tmp_path: Path, kind: str, workers: int) -> None:
    source, target, undisturbed = make(kind, tmp_path), tmp_path / f"out.{kind}", tmp_path / f"whole.{kind}"
    rescore(job(source, undisturbed), runner=HERE)
    moments = random.Random(kind)  # noqa: S311  # moments to be killed at, the same in every run of the test
    interrupted = 0
    for _ in range(4):
        interrupted += _killed_after(moments.uniform(0.05, 0.5), source, target, workers)
        if target.exists():
            break
    if target.exists():  # the last kill came just after the output was in its place, or too late
        with pytest.raises(RefusedError):
            rescore(job(source, target), runner=HERE)
    else:
        assert rescore(job(source, target), runner=HERE).rows == 300
    assert content(target) == content(undisturbed)
    assert interrupted
    assert not target.with_name(target.name + SUFFIX).exists()


@pytest.mark.parametrize("step", ["rmtree", "unlink", "rmdir"])
def test_what_a_run_killed_while_it_tidied_up_left_is_taken_away(source: Path, tmp_path: Path, step: str) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    target = tmp_path / "out.jsonl"
    with pytest.MonkeyPatch.context() as patch:
        deliver = WorkFolder.deliver

        def delivered(work: WorkFolder, draft: Path, target: Path) -> None:
            deliver(work, draft, target)
            patch.setattr(*((work_folder.shutil, step) if step == "rmtree" else (Path, step)), killed)

        patch.setattr(WorkFolder, "deliver", delivered)
        with pytest.raises(KeyboardInterrupt):
            rescore(job(source, target), runner=HERE)
    assert target.with_name(target.name + SUFFIX).exists()
    with pytest.raises(RefusedError, match="已经有"):
        rescore(job(source, target), runner=HERE)
    assert {path.name for path in tmp_path.iterdir()} == {"in.jsonl", "out.jsonl"}


def _killed_after(seconds: float, source: Path, target: Path, workers: int) -> bool:
    """Kill a run that long after its first shard is done; whether it was still at work."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.rescoring.plain", str(source), str(target), str(workers)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    work = target.with_name(target.name + SUFFIX)
    before = len(list(work.glob("*/*.arrow")))
    while process.poll() is None and len(list(work.glob("*/*.arrow"))) <= before:
        time.sleep(0.01)
    time.sleep(seconds)
    process.kill()
    return process.wait() == -signal.SIGKILL


def test_a_second_run_does_only_what_the_first_left(source: Path, tmp_path: Path) -> None:
    asked = count()
    with pytest.raises(StoppedError):
        rescore(job(source, tmp_path / "out.jsonl"), runner=HERE, cancelled=lambda: next(asked) > 8)
    scored: list[Shard] = []
    counting = Here(lambda shard: (scored.append(shard), score(shard))[1])
    outcome = rescore(job(source, tmp_path / "out.jsonl"), runner=counting)
    assert 0 < outcome.resumed < 95
    assert sum(shard.rows for shard in scored) + outcome.resumed == outcome.rows == 95


@pytest.mark.parametrize("other", ["input", "column", "model"])
def test_another_job_does_not_go_on_where_this_one_stopped(source: Path, tmp_path: Path, other: str) -> None:
    begun = job(source, tmp_path / "out.jsonl")
    with pytest.raises(StoppedError):
        rescore(begun, runner=HERE, cancelled=lambda: True)
    match other:
        case "input":
            json_lines(source, ["改了"] * 20)
            told = "输入文件"
        case "column":
            begun, told = replace(begun, columns=Columns("号")), "列"
        case _:
            begun, told = replace(begun, basis=replace(begun.basis, model="另一个")), "模型"
    with pytest.raises(AnotherJobError, match=f"{told}与这次不同.*--restart"):
        rescore(begun, runner=HERE)
    assert rescore(begun, runner=HERE, restart=True).resumed == 0


def test_an_input_that_changes_while_it_is_read_gives_no_output(source: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="变了"):
        rescore(job(source, tmp_path / "out.jsonl"), runner=HERE, report=lambda _: os.utime(source, (1, 1)))
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("source_name", "target_name", "told"),
    [
        ("in.jsonl", "in.jsonl", "已经有"),
        ("in.jsonl", "out.csv", "格式要相同"),
        ("in.jsonl", "没有/out.jsonl", "没有这个文件夹"),
        ("无.jsonl", "out.jsonl", "没有这个文件"),
        (".", "inside", "不能放在输入的文件夹里"),
    ],
)
def test_paths_that_cannot_be_meant_are_refused(
    source: Path, tmp_path: Path, source_name: str, target_name: str, told: str
) -> None:
    assert source.exists()
    with pytest.raises((InputError, RefusedError), match=told):
        rescore(job(tmp_path / source_name, tmp_path / target_name), runner=HERE)


def test_files_without_the_text_column_are_refused_before_anything_is_done(source: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"in\.jsonl 里没有「内容」.*描述、号"):
        rescore(job(source, tmp_path / "out.jsonl", text="内容"), runner=HERE)
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_a_full_disk_is_told(source: Path, tmp_path: Path) -> None:
    def fail(_: Shard) -> Iterator[None]:
        raise OSError(28, "No space left on device", "盘")

    class Full:
        def run(self, shards: Iterator[Shard]) -> Iterator[None]:
            yield from fail(next(shards))

    with pytest.raises(SetupError, match="读写 盘 出错"):
        rescore(job(source, tmp_path / "out.jsonl"), runner=Full())  # type: ignore[arg-type]


class TestProcesses:
    def test_a_killed_worker_loses_and_doubles_nothing(self, tmp_path: Path) -> None:
        texts = ["漏水"] * 55 + [DEADLY_ONCE] + ["漏水"] * 60
        outcome = rescore(job(json_lines(tmp_path / "in.jsonl", texts), tmp_path / "out.jsonl"), runner=self.two())
        rows = rows_of(tmp_path / "out.jsonl")
        assert [row["号"] for row in rows] == list(range(116))
        assert (outcome.rows, outcome.unread) == (116, 0)

    def test_a_shard_that_always_kills_is_given_up_and_no_other(self, tmp_path: Path) -> None:
        texts = ["漏水"] * 35 + [DEADLY] + ["漏水"] * 30
        rescore(job(json_lines(tmp_path / "in.jsonl", texts), tmp_path / "out.jsonl"), runner=self.two())
        rows = rows_of(tmp_path / "out.jsonl")
        assert [row["描述"] for row in rows] == texts
        told = {row["号"]: row["研判_错误"] for row in rows if row["研判_错误"]}
        assert list(told) == list(range(30, 40))
        assert set(told.values()) == {"试了 3 次都没有研判成：研判的进程中断了"}

    def test_no_more_shards_are_in_memory_than_there_is_work_for(self, source: Path, tmp_path: Path) -> None:
        taken = finished = most = 0

        class Watching(Processes):
            def run(self, shards):  # type: ignore[no-untyped-def]
                def watched() -> Iterator[Shard]:
                    nonlocal taken, most
                    for shard in shards:
                        taken += 1
                        most = max(most, taken - finished)
                        yield shard

                nonlocal finished
                for result in super().run(watched()):
                    finished += 1
                    yield result

        rescore(job(source, tmp_path / "out.jsonl", shard_rows=2), runner=Watching(2, score))
        assert taken == finished == 48
        assert most <= 2 * AHEAD + 1

    def test_shards_that_a_broken_pool_refuses_are_scored_alone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Broken(ThreadPoolExecutor):
            def submit(self, *_: object, **__: object) -> NoReturn:  # type: ignore[override]
                raise BrokenProcessPool

        # The first pool breaks before it takes anything; each further one works.
        pools = chain([Broken(1)], repeat(None))
        real = runners._pool
        monkeypatch.setattr(runners, "_pool", lambda workers: next(pools) or real(workers))
        rescore(job(json_lines(tmp_path / "in.jsonl", ["漏水"] * 35), tmp_path / "out.jsonl"), runner=self.two())
        assert [row["研判_错误"] for row in rows_of(tmp_path / "out.jsonl")] == [None] * 35

    def two(self) -> Processes:
        return Processes(2, score)


def test_a_shard_whose_scoring_fails_is_given_up_with_its_error(tmp_path: Path) -> None:
    texts = [*["漏水"] * 10, FAULTY, "漏水"]
    outcome = rescore(job(json_lines(tmp_path / "in.jsonl", texts), tmp_path / "out.jsonl"), runner=HERE)
    assert outcome.reasons == tuple(f"第 {row} 行：试了 3 次都没有研判成：ZeroDivisionError：出错" for row in (11, 12))
