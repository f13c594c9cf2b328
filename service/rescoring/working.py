"""What a job of re-scoring does, in a process of its own: a file, or days of the archive, scored and compared."""

import os
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from classifier import model_file
from rules import Ruleset, load_texts
from service import clock
from service.errors import InputError, SetupError
from service.intake.store import Seen, suggestions_between
from service.jobs.child import Handler, Result, Work
from service.jobs.model import Progress
from service.rescoring import archive, store
from service.rescoring import columns as col
from service.rescoring.change import Changes
from service.rescoring.change_report import write_report
from service.rescoring.comparing import batches, before_of, changes_in
from service.rescoring.delimited import DelimitedWriter
from service.rescoring.folder import Folder
from service.rescoring.job import AnotherJobError, Basis, Columns, Job
from service.rescoring.job import Progress as Scored
from service.rescoring.request import ARCHIVE, FILE, Pinned, columns_in
from service.rescoring.run import rescore
from service.rescoring.tables import open_table
from service.rulesets.store import files_of
from service.settings import Settings

_ROWS = 2_000


def handlers(settings: Settings) -> dict[str, Handler]:
    """The handlers of both kinds of job."""
    return {FILE: partial(rescore_file, settings), ARCHIVE: partial(rescore_archive, settings)}


def rescore_file(settings: Settings, work: Work) -> Result:
    """Score an uploaded file; its result keeps every row and column."""
    asked: Any = work.job.parameters
    folder, columns, suffix = _folder(settings, work), columns_in(asked), asked["suffix"]
    with folder.alone():
        basis, ruleset = _basis(settings, work)
        source, target = folder.source(suffix), folder.scored(suffix)
        job = Job(source, target, columns, basis, _ROWS)
        _score(job, work)
        changes = changes_in(job, ruleset.colours, partial(_tell, work))
        return _reported(changes, folder, ruleset, columns, asked["name"])


def rescore_archive(settings: Settings, work: Work) -> Result:
    """Decide stored suggestions again; the new decisions stand beside the old."""
    asked: Any = work.job.parameters
    folder = _folder(settings, work)
    with folder.alone():
        basis, ruleset = _basis(settings, work)
        facts = _facts(basis, ruleset)
        source, target = folder.source(".parquet"), folder.scored(".parquet")
        if not source.exists() and not _taken_out(work, source, facts):
            raise InputError("这段时间没有存档的警情")
        columns = archive.columns_of(facts)
        _score(Job(source, target, columns, basis, _ROWS), work)
        changes, scored = Changes(ruleset.colours), open_table(target)
        before = before_of(columns, scored.names)
        draft = folder.scored(".csv.写出中")
        with DelimitedWriter(draft, scored, ()) as csv:
            for batch in batches(scored, partial(_tell, work)):
                changes.add(batch, before)
                csv.write(batch, batch.select([]))
                with work.writing() as connection:
                    store.add_rescored(connection, archive.decisions(batch, work.job.id, clock.stamp()))
        draft.replace(folder.scored(".csv"))
        return _reported(changes, folder, ruleset, columns, asked["name"])


def _folder(settings: Settings, work: Work) -> Folder:
    folder = Folder(settings.rescoring_dir / work.job.id)
    folder.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _basis(settings: Settings, work: Work) -> tuple[Basis, Ruleset]:
    """Model and rules as they were pinned; raises SetupError where they can't be had any more."""
    pinned = Pinned.of(work.job.parameters)
    with work.jobs.database.read() as connection:
        files = files_of(connection, pinned.ruleset)
    day = date.fromisoformat(pinned.day)
    ruleset, problems = load_texts(files, today=day, engine=False)
    if ruleset is None:
        raise SetupError("当时的规则，这个版本的程序读不懂了：" + "；".join(map(str, problems[:3])))
    basis = Basis(settings.model_file.resolve(), settings.model_key.resolve(), pinned.model, files, pinned.ruleset, day)
    return basis, ruleset


def _facts(basis: Basis, ruleset: Ruleset) -> list[str]:
    try:
        model = model_file.load(basis.model_file, basis.model_key.read_bytes())
    except (OSError, model_file.ModelError) as error:
        raise SetupError(f"模型读不出来：{error}") from error
    return list(col.known_facts(ruleset, model))


def _score(job: Job, work: Work) -> None:
    if job.target.exists():  # an earlier attempt came this far
        return

    report = partial(_tell, work)
    try:
        rescore(job, report=report)
    except AnotherJobError:  # the program was renewed in between
        rescore(job, report=report, restart=True)


def _tell(work: Work, scored: Scored) -> None:
    work.tell(Progress(scored.stage, scored.rows, scored.share))


def _taken_out(work: Work, source: Path, facts: list[str]) -> int:
    """Write the archive's rows into the table to be scored, whole or not at all; returns how many there are.

    Only those that whoever asked saw when they did; raises InputError where that was not kept.
    """
    asked: Any = work.job.parameters
    if "units" not in asked:
        raise InputError("这项任务是程序升级以前提交的，没有记下提交人看得到哪些单位；请重新提交")
    seen: Seen = None if asked["units"] is None else frozenset(asked["units"])
    draft, rows = source.with_suffix(".写出中"), 0
    with work.jobs.database.read() as connection, pq.ParquetWriter(draft, archive.schema_of(facts)) as writer:
        for batch in archive.batches(suggestions_between(connection, seen, *asked["stamps"]), facts):
            writer.write_batch(batch)
            rows += batch.num_rows
            work.tell(Progress("取出存档", rows))
    if rows:
        os.replace(draft, source)
    return rows


def _reported(changes: Changes, folder: Folder, ruleset: Ruleset, columns: Columns, name: str) -> Result:
    write_report(changes, folder.path, ruleset, facts=columns.facts, title=name)
    return {
        "rows": changes.rows,
        "unread": changes.unreadable.total(),
        "reasons": [f"{reason}（{count} 行）" for reason, count in changes.unreadable.most_common(5)],
        "without_decision": changes.without_decision,
        "changed_colours": changes.total.colour,
        "changed_departments": changes.total.department,
        "rose": changes.total.rose,
        "left": changes.total.left,
        "heaviest": changes.heaviest,
    }
