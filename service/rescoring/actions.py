"""What can be done with re-scorings: take a file, say which columns, start, watch, cancel, fetch, delete; or ask for
days of the archive. A 值班民警 has their own, a 管理员 sees all."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from service import clock
from service.accounts.model import Actor, Role
from service.audit.model import Action
from service.audit.store import record
from service.errors import InputError, NotFoundError, RefusedError
from service.files import plain_name
from service.intake.actions import Intake
from service.intake.store import count_between, keep_ruleset, seen_by
from service.jobs.actions import Jobs
from service.jobs.model import Job, State
from service.jobs.store import get_job
from service.rescoring import store
from service.rescoring.columns import known_facts
from service.rescoring.folder import Folder, left_over
from service.rescoring.headings import guess_columns
from service.rescoring.job import Columns
from service.rescoring.request import ARCHIVE, FILE, KINDS, Part, Pinned, check_columns, check_window, kept
from service.rescoring.store import Rescored
from service.rescoring.tables import SUFFIXES, open_table
from service.settings import Settings

_SAMPLE_ROWS, _LONGEST_SAMPLE = 3, 60


@dataclass(frozen=True, slots=True)
class Rescoring:
    """The room for it. Files lie below the data folder, each job's in its own."""

    desk: Intake
    jobs: Jobs
    settings: Settings

    @property
    def facts(self) -> list[str]:
        """The facts that a column may state."""
        return list(known_facts(self.desk.ruleset, self.desk.model))

    def receive(self, actor: Actor) -> tuple[str, Folder]:
        """A new folder for a file that is to come, and the number of its job; raises ForbiddenError."""
        actor.require(Role.DUTY)
        identity = str(uuid.uuid4())
        folder = Folder(self.settings.rescoring_dir / identity)
        folder.make()
        return identity, folder

    def take(self, actor: Actor, identity: str, sent_name: str, received: Path) -> Job:
        """A received file as a job that waits for its columns to be confirmed; InputError if unusable."""
        name = plain_name(sent_name)
        suffix = Path(name).suffix.lower()
        if suffix not in SUFFIXES:
            raise InputError(f"“{name}”不是能研判的文件；能用的是 {'、'.join(SUFFIXES)}")
        source = Folder(received.parent).source(suffix)
        received.replace(source)
        table = open_table(source)
        sample = table.sample()
        if not sample:
            raise InputError(f"“{name}”只有表头，没有可以研判的行")
        look = {
            "name": name,
            "suffix": suffix,
            "names": list(table.names),
            "sample": [{at: cell[:_LONGEST_SAMPLE] for at, cell in row.items()} for row in sample[:_SAMPLE_ROWS]],
            "columns": kept(guess_columns(table.names, sample, self.facts)),
        }
        return self.jobs.submit(actor, FILE, look, prepared=True, identity=identity)

    def start(self, actor: Actor, identity: str, columns: Columns) -> Job:
        """Start with these columns, under the model and rules of now; raises InputError, RefusedError."""
        actor.require(Role.DUTY)
        asked: Mapping[str, Any] = self.get(actor, identity).parameters
        if "names" not in asked:
            raise RefusedError("这项任务不用选列")
        chosen = check_columns(columns, asked["names"], self.facts)
        about = {name: asked[name] for name in ("name", "suffix", "names")}
        return self.jobs.start(actor, identity, {**about, "columns": kept(chosen), "pinned": self._pinned()})

    def decide_again(self, actor: Actor, since: date, until: date, key: str = "") -> Job:
        """Decide what the actor sees of these days again; the same `key` asks for it once. Raises InputError."""
        actor.require(Role.DUTY)
        window = check_window(since, until)
        first, after = window.stamps
        # What comes in from now on is decided by what is in force anyway; and an attempt must find what the last found.
        stamps, seen = (first, min(after, clock.stamp())), seen_by(actor)
        with self.jobs.database.read() as connection:
            if not count_between(connection, seen, *stamps):
                raise InputError("这段时间没有存档的警情")
        name = f"存档 {since.isoformat()} 至 {until.isoformat()}"
        units = None if seen is None else sorted(seen)
        asked = {"name": name, "stamps": stamps, "units": units, "pinned": self._pinned()}
        # A key is somebody's own: nobody can take another's.
        return self.jobs.submit(actor, ARCHIVE, asked, key=f"{actor.account_id} {key}" if key else "")

    def get(self, actor: Actor, identity: str) -> Job:
        """A job that the actor may see; raises NotFoundError, ForbiddenError."""
        _may_see(actor)
        job = self.jobs.get(actor, identity)
        if job.kind not in KINDS:
            raise NotFoundError(f"没有编号为 {identity} 的任务")
        return job

    def recent(self, actor: Actor, limit: int, offset: int = 0) -> list[Job]:
        """The jobs that the actor may see, newest first; raises ForbiddenError."""
        _may_see(actor)
        return self.jobs.list(actor, KINDS, limit, offset)

    def count(self, actor: Actor) -> int:
        """How many `recent` has in all."""
        return self.jobs.count(actor, KINDS)

    def cancel(self, actor: Actor, identity: str) -> Job:
        """End it; raises RefusedError once it has ended."""
        return self.jobs.cancel(actor, self.get(actor, identity).id)

    def delete(self, actor: Actor, identity: str) -> None:
        """Delete the job and its files. What was decided again stays with the suggestions. Raises RefusedError."""
        job = self.jobs.delete(actor, self.get(actor, identity).id)
        self._folder(job).remove()

    def fetch(self, actor: Actor, identity: str, part: Part) -> tuple[Path, str]:
        """A file of a finished job, and the name under which to keep it; raises RefusedError, NotFoundError."""
        job = self.get(actor, identity)
        if job.state is not State.DONE:
            raise RefusedError(f"还没有结果：这项任务现在是“{job.state}”")
        asked: Mapping[str, Any] = job.parameters
        stem = Path(asked["name"]).stem if job.kind == FILE else asked["name"]
        folder, suffix = self._folder(job), asked.get("suffix", ".csv")
        if part == "result":
            path, name = folder.scored(suffix), f"{stem}-重新研判{suffix}"
        else:
            ending = part.removeprefix("report")
            path, name = folder.report(ending), f"{stem}-变化报告{ending}"
        if not path.exists():
            raise NotFoundError("文件已经不在了；数据文件夹里的被人移走或删掉了")
        with self.jobs.database.write() as connection:
            record(connection, actor, Action.JOB_DOWNLOADED, f"{job.kind} {job.id}", {"文件": part})
        return path, name

    def history(self, actor: Actor, suggestion_id: str) -> list[Rescored]:
        """Every decision since the first on a kept suggestion that the actor sees, oldest first."""
        with self.jobs.database.read() as connection:
            return store.history_of(connection, actor, suggestion_id)

    def sweep(self) -> None:
        """Remove what uploads left that were cut off."""
        for name in left_over(self.settings.rescoring_dir):
            with self.jobs.database.read() as connection:
                known = get_job(connection, name)
            if known is None:
                Folder(self.settings.rescoring_dir / name).remove()

    def _pinned(self) -> dict[str, str]:
        """The model and the rules in force just now, the latter kept so that any process finds them."""
        ruleset = self.desk.ruleset
        with self.jobs.database.write() as connection:
            keep_ruleset(connection, ruleset, clock.stamp())
        return asdict(Pinned(self.desk.model.fingerprint, ruleset.version, clock.now().date().isoformat()))

    def _folder(self, job: Job) -> Folder:
        return Folder(self.settings.rescoring_dir / job.id)


def _may_see(actor: Actor) -> None:
    actor.require(Role.DUTY, Role.ADMIN)
