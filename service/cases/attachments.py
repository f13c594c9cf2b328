"""Files of a case: what was uploaded comes in, an event and a file in the data folder go out, and back to who sees it.

A file lies there under a random id before its event is committed, and gets its lasting name after: whatever is cut off
in between, a lasting name has its event, and nothing else is ever swept.
"""

import contextlib
import hashlib
import os
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from service.accounts.model import Actor, as_identity
from service.audit.model import Action
from service.audit.store import record
from service.cases.actions import Cases
from service.cases.attached import Attachment, attached, attachments_of
from service.cases.life import Act
from service.cases.model import Case
from service.cases.sharing import Attach
from service.cases.sniffing import media_type
from service.errors import ForbiddenError, InputError, NotFoundError, RefusedError, SetupError
from service.files import plain_name, sync_one

_ARRIVING = ".part"
# So many seconds on, an upload is over, one way or the other.
_LEFT_OVER = 24 * 3600


@dataclass(frozen=True, slots=True)
class Attachments:
    """The files of all cases, in one folder that nobody else may read."""

    cases: Cases
    folder: Path

    def arriving(self, actor: Actor, case_id: str) -> Path:
        """Where a file may be written that is to be taken; raises NotFoundError, ForbiddenError, SetupError."""
        if Act.ATTACH not in self.cases.find(actor, as_identity(case_id)).possible:
            raise ForbiddenError("您能看这份档案，不能往里加附件")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise SetupError(f"数据文件夹不能用：{error.strerror or error}") from error
        return self.folder / f"{uuid.uuid4()}{_ARRIVING}"

    def take(self, actor: Actor, case_id: str, sent_name: str, arrived: Path) -> Case:
        """Make the arrived file one of the case's; on any error nothing of it stays.

        Raises InputError for a file that is not taken, RefusedError for one that the case has; and as `Cases.do`.
        """
        try:
            name = plain_name(sent_name)
            if not name:
                raise InputError("文件名里没有能用的字；请改名再传")
            kind = media_type(arrived, name)
            with arrived.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                os.fsync(file.fileno())
            sync_one(self.folder)
            for other in self._of(case_id):
                if other.sha256 == digest:
                    raise RefusedError(f"这个文件已经在档案里：{other.name}")
            new = Attach(arrived.stem, name, kind, arrived.stat().st_size, digest)
            case = self.cases.do(actor, case_id, new)
        except BaseException:
            arrived.unlink(missing_ok=True)
            raise
        self._settle(arrived)
        return case

    def fetch(self, actor: Actor, case_id: str, identity: str) -> tuple[Attachment, Path]:
        """A file of a case, unharmed; that it was fetched is written down. Raises NotFoundError, SetupError."""
        case = self.cases.find(actor, as_identity(case_id)).case
        found = next((one for one in self._of(case.id) if one.id == as_identity(identity)), None)
        if found is None:
            raise NotFoundError("档案里没有这个附件")
        if not found.sha256:
            raise NotFoundError("这个附件已经到期清除")
        path = self.folder / found.id
        if not path.exists():
            path = path.with_suffix(_ARRIVING)
        try:
            with path.open("rb") as file:
                unharmed = hashlib.file_digest(file, "sha256").hexdigest() == found.sha256
        except OSError as error:
            raise SetupError(f"附件“{found.name}”不在数据文件夹里，请管理员从备份恢复") from error
        if not unharmed:
            raise SetupError(f"附件“{found.name}”与登记的哈希不符，被改过或损坏，请管理员从备份恢复")
        with self.cases.database.write() as connection:
            record(connection, actor, Action.ATTACHMENT_TAKEN, f"档案 {case.number}", {"附件": found.id})
        return found, path

    def sweep(self) -> None:
        """Finish what was cut off after its event, and take away what was cut off before it and is a day old."""
        for path in sorted(self.folder.glob(f"*{_ARRIVING}")):
            with contextlib.suppress(FileNotFoundError):  # another process sweeps, too
                with self.cases.database.read() as connection:
                    kept = attached(connection, path.stem)
                if kept:
                    self._settle(path)
                elif time.time() - path.stat().st_mtime > _LEFT_OVER:
                    path.unlink()

    def _of(self, case_id: str) -> list[Attachment]:
        with self.cases.database.read() as connection:
            return attachments_of(connection, as_identity(case_id))

    def _settle(self, arrived: Path) -> None:
        # Should it fail, `fetch` finds the file where it is, and the next sweep tries again.
        with contextlib.suppress(OSError):
            arrived.rename(self.folder / arrived.stem)
            sync_one(self.folder)
