"""A job comes in; its output file or folder goes out, whole or not at all, with as many rows as there were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from service.errors import InputError, RefusedError, SetupError
from service.rescoring.assembly import FileParts, put_together
from service.rescoring.job import Cancelled, Job, Outcome, Progress, Report, check_going
from service.rescoring.runners import Here, Processes, Runner
from service.rescoring.shards import Shard
from service.rescoring.table import Table
from service.rescoring.tables import files_in, open_table
from service.rescoring.work_folder import WorkFolder, identity_of, sweep


def rescore(
    job: Job,
    *,
    workers: int = 1,
    report: Report = lambda _: None,
    cancelled: Cancelled = lambda: False,
    restart: bool = False,
    runner: Runner | None = None,
) -> Outcome:
    """Score every row of the source, going on where an earlier run of the same job stopped.

    Raises InputError for a source that can't be used, AnotherJobError where another job is unfinished beside the
    target (unless `restart`), RefusedError where the target exists, StoppedError once `cancelled`.
    """
    _check_paths(job)
    files = files_in(job.source)
    tables = [_checked(open_table(path), path, job) for path in files]
    work = WorkFolder(job.target, identity := identity_of(job, files))
    try:
        work.open(restart=restart)
        shards = _Shards(job, work, files, tables, cancelled)
        _score(runner or (Here() if workers == 1 else Processes(workers)), shards, report)
        if identity_of(job, files) != identity:
            raise InputError("研判期间输入文件变了，结果不能用；请在它不再变动以后重新运行")
        parts = [FileParts(*one) for one in zip(files, tables, shards.of_file, strict=True)]
        outcome = put_together(job, work, parts, shards.resumed, report, cancelled)
        work.remove()
        return outcome
    except OSError as error:
        raise SetupError(f"读写 {error.filename or job.target} 出错：{error.strerror or error}") from error


def _check_paths(job: Job) -> None:
    source, target = job.source.resolve(), job.target.resolve()
    sweep(job.target)
    if target.exists():
        raise RefusedError(f"已经有 {job.target}；请先移走，或换一个输出的名字")
    if target == source or source in target.parents:
        raise RefusedError("输出不能放在输入的文件夹里")
    if source.is_file() and source.suffix.lower() != target.suffix.lower():
        raise InputError(f"输出与输入的格式要相同：输入是 {source.suffix}，输出也应当以它结尾")
    if not target.parent.is_dir():
        raise InputError(f"没有这个文件夹：{job.target.parent}")


def _checked(table: Table, path: Path, job: Job) -> Table:
    if job.columns.text not in table.names:
        raise InputError(f"{path.name} 里没有「{job.columns.text}」这一列；有的列是：{'、'.join(table.names)}")
    return table


@dataclass
class _Shards:
    """The shards that are still to be done, and how many there are of each file once all were passed."""

    job: Job
    work: WorkFolder
    files: Sequence[Path]
    tables: Sequence[Table]
    cancelled: Cancelled
    resumed: int = 0
    of_file: list[int] = field(default_factory=list)

    def __iter__(self) -> Iterator[Shard]:
        sizes = [max(1, path.stat().st_size) for path in self.files]
        for number, (table, size) in enumerate(zip(self.tables, sizes, strict=True)):
            self.of_file.append(0)
            for place, part in enumerate(table.parts(self.job.shard_rows)):
                check_going(self.cancelled)
                self.of_file[number] = place + 1
                result = self.work.result(number, place)
                if result.exists():
                    self.resumed += len(part.faults)
                    continue
                share = (sum(sizes[:number]) + part.share * size) / sum(sizes)
                columns = self.job.columns
                yield Shard(part, columns.text, columns.facts, self.job.basis, result, share)


def _score(runner: Runner, shards: _Shards, report: Report) -> None:
    rows = unread = 0
    share = 0.0
    with closing(runner.run(iter(shards))) as results:
        for result in results:
            rows, unread, share = rows + result.rows, unread + result.unread, max(share, result.share)
            report(Progress("研判", shards.resumed + rows, share, shards.resumed, unread))
            check_going(shards.cancelled)
    if share < 1:
        report(Progress("研判", shards.resumed + rows, 1.0, shards.resumed, unread))
