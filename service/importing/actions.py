"""What can be done with imports: take a file, look at its columns, start, watch, cancel, fetch the refused, delete.

A 值班民警 imports for their own unit, a 管理员 for any 派出所 and sees all.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service import clock
from service.accounts.model import Actor, Role
from service.audit.model import Action
from service.audit.store import record
from service.errors import ForbiddenError, InputError, NotFoundError, RefusedError
from service.files import plain_name
from service.importing.fields import Columns, check, guess
from service.importing.model import Old, Refused
from service.importing.request import KIND, Shelf
from service.intake.actions import Intake
from service.intake.store import keep_ruleset
from service.jobs.actions import Jobs
from service.jobs.model import Job, State
from service.jobs.store import get_job
from service.rescoring.folder import Folder, left_over
from service.rescoring.tables import SUFFIXES, open_table
from service.settings import Settings
from service.units.model import Kind, Unit
from service.units.store import all_units


@dataclass(frozen=True, slots=True)
class Imports:
    """The room for it. Files lie below the data folder, each import's in its own."""

    desk: Intake
    jobs: Jobs
    settings: Settings

    def units(self, actor: Actor) -> list[Unit]:
        """The units for which the actor may import; raises ForbiddenError."""
        _require(actor)
        with self.jobs.database.read() as connection:
            units = [one for one in all_units(connection) if one.enabled]
        stations = [one for one in units if one.kind is Kind.STATION]
        return stations if actor.has(Role.ADMIN) else [one for one in units if one.id == actor.unit_id]

    def receive(self, actor: Actor) -> tuple[str, Folder]:
        """A new folder for a file that is to come, and the number of its job; raises ForbiddenError."""
        if not self.units(actor):
            raise ForbiddenError(
                "还没有派出所；请先在“单位”里建立"
                if actor.has(Role.ADMIN)
                else "您还没有所属单位，不能导入；请管理员在“单位”里添加"
            )
        identity = str(uuid.uuid4())
        folder = self._folder(identity)
        folder.make()
        return identity, folder

    def take(self, actor: Actor, identity: str, sent_name: str, received: Path) -> Job:
        """A received file as a job that waits for its columns to be confirmed; InputError if unusable."""
        name = plain_name(sent_name)
        suffix = Path(name).suffix.lower()
        if suffix not in SUFFIXES:
            raise InputError(f"“{name}”不是能导入的文件；能用的是 {'、'.join(SUFFIXES)}")
        source = Folder(received.parent).source(suffix)
        received.replace(source)
        table = open_table(source)
        if not Shelf(received.parent).keep_first_rows(table):
            raise InputError(f"“{name}”只有表头，没有可以导入的行")
        look = {"name": name, "suffix": suffix, "names": list(table.names), "columns": dict(guess(table.names))}
        return self.jobs.submit(actor, KIND, look, prepared=True, identity=identity)

    def first_rows(self, job: Job, columns: Columns) -> Sequence[Old | Refused]:
        """The first rows as they would be read under these columns."""
        return Shelf(self._folder(job.id).path).first_rows(columns, "", clock.now())

    def start(self, actor: Actor, identity: str, columns: Columns, unit_id: str = "") -> Job:
        """Start with these columns, under the rules of now; raises InputError, RefusedError, ForbiddenError.

        Without a unit it is the only one that the actor may import for.
        """
        asked: Any = self.get(actor, identity).parameters
        if "names" not in asked:
            raise RefusedError("这项导入已经开始")
        unit = self._unit(actor, unit_id)
        chosen = dict(check(columns, asked["names"]))
        ruleset = self.desk.ruleset
        with self.jobs.database.write() as connection:
            keep_ruleset(connection, ruleset, clock.stamp())
        about = {"name": asked["name"], "suffix": asked["suffix"], "columns": chosen}
        whose = {"unit_id": unit.id, "unit": unit.name}
        return self.jobs.start(actor, identity, {**about, **whose, "ruleset": ruleset.version})

    def get(self, actor: Actor, identity: str) -> Job:
        """An import that the actor may see; raises NotFoundError, ForbiddenError."""
        _require(actor)
        job = self.jobs.get(actor, identity)
        if job.kind != KIND:
            raise NotFoundError(f"没有编号为 {identity} 的任务")
        return job

    def recent(self, actor: Actor, limit: int, offset: int = 0) -> list[Job]:
        """The imports that the actor may see, newest first; raises ForbiddenError."""
        _require(actor)
        return self.jobs.list(actor, [KIND], limit, offset)

    def count(self, actor: Actor) -> int:
        """How many `recent` has in all."""
        return self.jobs.count(actor, [KIND])

    def cancel(self, actor: Actor, identity: str) -> Job:
        """End it; what was imported by then stays. Raises RefusedError once it has ended."""
        return self.jobs.cancel(actor, self.get(actor, identity).id)

    def delete(self, actor: Actor, identity: str) -> None:
        """Delete the job and its files; what was imported stays. Raises RefusedError."""
        job = self.jobs.delete(actor, self.get(actor, identity).id)
        self._folder(job.id).remove()

    def refused(self, actor: Actor, identity: str) -> tuple[Path, str]:
        """The workbook of refused rows, and the name under which to keep it; raises RefusedError, NotFoundError."""
        job = self.get(actor, identity)
        if job.state is not State.DONE:
            raise RefusedError(f"还没有结果：这项任务现在是“{job.state}”")
        path = Shelf(self._folder(job.id).path).refusals
        if not path.exists():
            raise NotFoundError("没有不能收的行")
        with self.jobs.database.write() as connection:
            record(connection, actor, Action.JOB_DOWNLOADED, f"{job.kind} {job.id}", {"文件": "没有收的行"})
        return path, f"{Path(str(job.parameters['name'])).stem}-没有收的行.xlsx"

    def sweep(self) -> None:
        """Remove what uploads left that were cut off."""
        for name in left_over(self.settings.importing_dir):
            with self.jobs.database.read() as connection:
                known = get_job(connection, name)
            if known is None:
                self._folder(name).remove()

    def _unit(self, actor: Actor, unit_id: str) -> Unit:
        units = self.units(actor)
        if not unit_id and len(units) == 1:
            return units[0]
        for unit in units:
            if unit_id in (unit.id, unit.name):
                return unit
        named = "、".join(unit.name for unit in units)
        raise InputError(f"请选是哪个派出所的警情；可以是：{named}" if named else "您还没有所属单位，不能导入")

    def _folder(self, identity: str) -> Folder:
        return Folder(self.settings.importing_dir / identity)


def _require(actor: Actor) -> None:
    actor.require(Role.DUTY, Role.ADMIN)
