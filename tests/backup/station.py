"""A station that has what a backup must hold, and the commands as somebody types them."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import insert

from rules import Ruleset
from service import cli, clock
from service.accounts.model import terminal
from service.backup.making import make
from service.cases.actions import Cases
from service.cases.attachments import Attachments
from service.incidents.model import Registration
from service.settings import Settings
from service.storage import migrate
from service.storage.database import Database
from service.storage.tables.messages import webhook
from tests.cases.town import OFFICER, Clock, incident, town

ROOT = terminal("test")
HOOK = "7d431bdc-ca6c-4620-913f-c7f57911eb2b"
SECRET = "the secret of a webhook"  # noqa: S105 - of this test alone


@dataclass(frozen=True)
class Station:
    """A data folder with a database, two attachments, a key and a model."""

    settings: Settings
    database: Database
    cases: Cases
    case_id: str

    @property
    def attachments(self) -> Attachments:
        return Attachments(self.cases, self.settings.attachments_dir)

    def attach(self, content: bytes) -> None:
        arriving = self.attachments.arriving(OFFICER, self.case_id)
        arriving.write_bytes(b"%PDF-1.7 " + content)
        self.attachments.take(OFFICER, self.case_id, "协议.pdf", arriving)

    def back_up(self, target: Path, *, keys: bool = True) -> Path:
        return make(self.settings, self.database, ROOT, target, keys=keys).path


def stationed(settings: Settings, ruleset: Ruleset) -> Station:
    database = Database(settings.database)
    migrate.upgrade(database)
    cases = town(database, Clock())
    case = cases.open(OFFICER, incident(database, ruleset), Registration(place="桥头社区"))
    made = Station(settings, database, cases, case.id)
    made.attach(b"one")
    made.attach(b"two")
    (settings.data_dir / "model.key").write_bytes(b"k" * 32)
    (settings.data_dir / "model.tongban").write_bytes(b"model")
    (settings.data_dir / "rescoring" / "job").mkdir(parents=True)
    (settings.data_dir / "rescoring" / "job" / "结果.csv").write_text("结果", encoding="utf-8")
    with database.write() as connection:
        hook = {"id": HOOK, "unit_id": "station", "url": "http://10.0.0.1/", "secret": SECRET, "acts": "[]"}
        connection.execute(insert(webhook).values(hook | {"made_at": clock.stamp()}))
    return made


def status(arguments: list[str]) -> object:
    """The exit status of a command."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    return ended.value.code
