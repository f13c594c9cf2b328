"""A case of long ago, full of words and names, and those who erase it; and whether any of that is still anywhere."""

import json
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from rules import Ruleset
from service.audit.actions import Trail
from service.cases.attachments import Attachments
from service.cases.handing_over import Accept, Dispatch
from service.cases.handling import Archive, Report, Resolve, Visit
from service.cases.model import Case
from service.cases.sharing import Comment
from service.cases.stance import MACHINE
from service.incidents.model import Party, PartyRole, Registration
from service.intake.model import Choice
from service.intake.store import add_choice, get_suggestion
from service.linking.store import keep_told
from service.retention.actions import Erasing
from service.retention.model import Kind
from service.retention.period import Period, Unit
from service.retention.policy import Line, Retention
from service.retention.reading import load_retention
from service.storage.database import Database
from service.storage.tables import metadata
from tests.cases.town import ADMIN, CENTRE, LEADER, OFFICER, WOMEN, Clock, incident, person, town

WORDS = "王小满报警称李大河持刀，电话13812345678"
KNOWN = Registration(
    alarm_number="330100202603020001",
    linked_alarm="330100202603010009",
    place="柳塘街道桥头社区3幢201室",
    parties=(
        Party(PartyRole.CALLER, "王小满", "13812345678", "330102198001011236", "桥头社区3幢201室"),
        Party(PartyRole.PARTY, "李大河"),
    ),
)
# Whatever of it is anywhere, is found: each stands for a field that somebody types.
PERSONAL = (
    *("王小满", "李大河", "13812345678", "330102198001011236", "3幢201室", "330100202603020001", "330100202603010009"),
    *("签了保证书", "上门谈过", "回访无事", "请社区去看", "保证书.pdf", "改派的缘由", "另有缘由", "搬出"),
)
PDF = b"%PDF-1.4\n" + "王小满的保证书".encode() * 20
TEN_YEARS = Period(10, Unit.YEARS)
OTHER_LEADER = person("领导子", "street", *LEADER.roles)
STRANGE_LEADER = person("外领导", "elsewhere", *LEADER.roles)


def kept_for(cases: Period | None, *, files: Period | None = None, incidents: Period | None = None) -> Retention:
    shipped, _ = load_retention(None)
    assert shipped is not None
    return replace(
        shipped,
        cases={state: Line(cases, "测试") for state in shipped.cases},
        attachments=Line(files, "测试"),
        incidents=Line(incidents, "测试"),
    )


class Past:
    """A town with one archived case full of words, and who erases there."""

    def __init__(self, database: Database, ruleset: Ruleset, folder: Path, retention: Retention) -> None:
        self.database, self.ruleset, self.time = database, ruleset, Clock()
        self.cases = replace(town(database, self.time), link_key=b"k" * 32)
        self.attachments = Attachments(self.cases, folder)
        self.erasing = Erasing(self.cases, retention, folder)
        self.case_id = self.archived()

    def archived(self) -> str:
        """A case from the call to the archive; its id."""
        new = incident(self.database, self.ruleset, WORDS, petition=True)
        with self.database.write() as connection:
            kept = get_suggestion(connection, MACHINE, new)
            assert kept is not None
            add_choice(connection, new, Choice(kept.suggested, False, "另有缘由", "民警甲", seq=1, chosen_at="2026"))
            keep_told(connection, new, KNOWN)
        case_id = self.cases.open(OFFICER, new, KNOWN, key=new).id
        do = self.cases.do
        self.cases.transfer(OFFICER, case_id, "改派的缘由")
        do(CENTRE, case_id, Dispatch("women", (), "改派的缘由"))
        do(WOMEN, case_id, Accept())
        do(WOMEN, case_id, Report("上门谈过"))
        do(CENTRE, case_id, Comment("请社区去看", ("women",)))
        arriving = self.attachments.arriving(WOMEN, case_id)
        arriving.write_bytes(PDF)
        self.attachments.take(WOMEN, case_id, "王小满的保证书.pdf", arriving)
        do(WOMEN, case_id, Resolve("书面协议", "李大河签了保证书，搬出"))
        do(WOMEN, case_id, Visit("稳定", "回访无事"))
        do(CENTRE, case_id, Archive())
        return case_id

    def case(self) -> Case:
        return self.cases.find(MACHINE, self.case_id).case

    def erase(self, kind: Kind = Kind.CASE) -> None:
        asked = self.erasing.propose(ADMIN, kind, self.case_id, "保存期限已满")
        self.erasing.answer(LEADER, asked.id, agreed=True)

    def found(self) -> set[str]:
        """Which of the personal words are anywhere in the tables, the database file, or the folder."""
        with self.database.read() as connection:
            rows = "".join(
                str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))
            )
        here = {word for word in PERSONAL if word in rows or json.dumps(word)[1:-1] in rows}
        if self.database.url.startswith("sqlite"):
            folder = Path(self.database.url.removeprefix("sqlite:///")).parent
            for file in folder.glob("tongban.db*"):
                content = file.read_bytes()
                here |= {word for word in PERSONAL if word.encode() in content}
        return here

    def sound(self) -> bool:
        trail = Trail(self.database)
        return trail.verify().fault is None and trail.verify_cases().faults == ()
