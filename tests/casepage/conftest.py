"""The small town of the case tests with a service and a browser for each of its people. No text is read."""

import json
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient

from rules import Ruleset
from service import clock
from service.accounts.actions import Accounts
from service.accounts.model import Actor, Role
from service.accounts.signing import SignIn
from service.app import create_app
from service.audit.actions import Trail
from service.cases.actions import Cases
from service.incidents.model import Party, PartyRole, Registration
from service.intake.actions import Intake
from service.intake.model import Choice, KeptSuggestion
from service.intake.store import add_choice, add_suggestions, keep_ruleset
from service.rulesets.in_force import InForce
from service.settings import Settings
from service.storage.database import Database
from service.units.actions import Units
from service.units.model import Post
from service.units.store import add_units, place
from tests.accounts.conftest import PASSWORD, ROOT, cheap_hashes
from tests.cases.town import UNITS
from tests.conftest import TODAY, careless
from tests.filled import filled

__all__ = ["cheap_hashes"]

ADDRESS = "http://127.0.0.1"
TEXT = "王小满报警称丈夫李大河持菜刀威胁，电话13812345678。"
KNOWN = Registration(
    alarm_number="330100202603020001",
    place="柳塘街道桥头社区3幢201室",
    parties=(
        Party(PartyRole.CALLER, "王小满", "13812345678", "330102198001011236", "桥头社区3幢201室"),
        Party(PartyRole.PARTY, "李大河"),
    ),
)
PEOPLE = {
    "admin": ("管理壬", "street", Role.ADMIN),
    "officer": ("民警甲", "station", Role.DUTY),
    "centre": ("中心乙", "centre", Role.CENTRE),
    "women": ("妇联丙", "women", Role.HANDLER),
    "village": ("社区戊", "village", Role.HANDLER),
    "leader": ("领导己", "street", Role.LEADER),
    "helper": ("志愿庚", "village", Role.HELPER),
    "auditor": ("审计辛", "street", Role.AUDITOR),
    "stranger": ("外所癸", "elsewhere-station", Role.DUTY),
    "roaming": ("未编入", "", Role.DUTY),
}


@dataclass
class Town:
    """A service over the town's database: what its people do in the browser, and what is behind it."""

    app: Any
    database: Database
    ruleset: Ruleset
    folder: Path
    browsers: dict[str, TestClient] = field(default_factory=dict)

    @property
    def cases(self) -> Cases:
        return cast(Cases, self.app.state.cases)

    def browser(self, login: str) -> TestClient:
        """Somebody signed in."""
        if login not in self.browsers:
            client = TestClient(self.app, base_url=ADDRESS, follow_redirects=False)
            assert client.post("/login", data={"login": login, "password": PASSWORD}).status_code == 303
            self.browsers[login] = client
        return self.browsers[login]

    def actor(self, login: str) -> Actor:
        """Who they are, as the service sees them."""
        door = SignIn(self.database)
        found = door.recognise(door.enter(login, PASSWORD, "Firefox"), "")
        assert found is not None
        return found

    def suggestion(self, *, decided: bool = True, colour: str = "黄", unit_id: str = "station") -> str:
        """A suggestion that was kept at intake, accepted by the officer; its id."""
        identity, now = str(uuid.uuid4()), clock.stamp()
        shown = _shown(identity, now, colour) | {"ruleset": self.ruleset.version}
        kept = KeptSuggestion(identity, now, json.dumps(shown, ensure_ascii=False), shown)
        with self.database.write() as connection:
            keep_ruleset(connection, self.ruleset, now)
            add_suggestions(connection, [(kept, json.dumps({"描述": TEXT}, ensure_ascii=False))], "页面", unit_id)
            if decided:
                add_choice(connection, identity, Choice(kept.suggested, True, "", "民警甲", seq=1, chosen_at=now))
        return identity

    def case(self, known: Registration = KNOWN) -> str:
        """A new case of the officer's; its id."""
        return self.cases.open(self.actor("officer"), self.suggestion(), known).id

    def do(self, login: str, case_id: str, act: str, **fields: Any) -> None:
        """An act through its form on the page."""
        seen = self.cases.find(self.actor("auditor"), case_id).case.version
        answer = self.browser(login).post(f"/cases/{case_id}/acts", data={"act": act, "seen": seen, **fields})
        assert answer.status_code == 303, answer.text

    def in_hand(self) -> str:
        """A case that the women's federation has accepted, with the village as helper."""
        case_id = self.case()
        self.do("officer", case_id, "流转")
        self.do("centre", case_id, "分派", lead_id="women", co_ids=["village"], note="请先稳住双方")
        self.do("women", case_id, "签收")
        return case_id

    def audit(self, action: str) -> list[tuple[str, str, Any]]:
        """Who did it to what, and the detail."""
        assert Trail(self.database).verify().fault is None
        found = Trail(self.database).read(ROOT, 100, action=action).entries[::-1]
        return [(entry.actor_name, entry.subject, json.loads(entry.detail)) for entry in found]


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """SQLite alone: what lies below these pages is tested on both systems."""
    opened = careless(shutil.copy(migrated, tmp_path / "tongban.db"))
    yield opened
    opened.close()


@pytest.fixture
def village(database: Database, ruleset: Ruleset, tmp_path: Path, cheap_hashes: None) -> Iterator[Town]:
    """The town, its people with accounts and in their units."""
    filled(database, "the people of the town", lambda: settle(database))
    model = SimpleNamespace(
        fingerprint="试", tokenizer=SimpleNamespace(implementation="rjieba"), tokenizer_note="rjieba"
    )
    settings = Settings(data_dir=tmp_path / "data", attachment_mb=1)
    own = Ruleset(ruleset.rulebook, today=TODAY, files=ruleset.files)  # the service closes it when it ends
    app = create_app(settings, prepared=Intake(cast(Any, model), InForce(own), database))
    with TestClient(app, base_url=ADDRESS):
        yield Town(app, database, own, tmp_path / "data" / "attachments")


def settle(database: Database) -> None:
    """The units of the town and its people."""
    with database.write() as connection:
        add_units(connection, UNITS)
    place_people(Accounts(database), Units(database, lambda: ()))


def place_people(accounts: Accounts, units: Units) -> None:
    """Accounts for the people of the town, each in their unit."""
    for login, (name, unit, role) in PEOPLE.items():
        account = accounts.create(ROOT, login, name, [role], PASSWORD, must_change=False)
        if unit:
            _seat(units, account.id, unit)


def _seat(units: Units, account_id: str, unit: str) -> None:
    """The town's units have readable ids, which no form takes."""
    with units.database.write() as connection:
        place(connection, account_id, unit, Post.MEMBER)


def _shown(identity: str, now: str, colour: str) -> dict[str, Any]:
    start = TEXT.index("持菜刀威胁")
    signal = {"name": "凶器", "status": "成立", "start": start, "end": start + 5, "evidence": "持菜刀威胁"}
    reasons = {"score": 1.0, "bias": 0.0, "parts": [], "rest": 1.0}
    rule = {"id": "YJ-001", "title": "有凶器", "reason": "凶器在场", "basis": "测试", "floor": False, "conditions": []}
    return {
        "id": identity,
        "created_at": now,
        "text": TEXT,
        "dispute_type": "婚恋家庭",
        "dispute_types": [{"name": "婚恋家庭", "probability": 0.9}],
        "risk": {"level": "中", "score": 0.5, "probabilities": {"低": 0.1, "中": 0.8, "高": 0.1}},
        "signals": [signal],
        "type_reasons": reasons,
        "risk_reasons": reasons,
        "department": "妇联",
        "department_by_rules": "妇联",
        "co_departments": ["司法所"],
        "colour": colour,
        "floor": False,
        "advice": ["先稳住双方"],
        "matched_rules": [rule],
        "near_misses": [],
        "known": {},
        "abstained": False,
        "degraded": False,
        "degraded_reason": "",
        "model": "试",
        "day": "2026-03-02",
        "engine": "试",
    }
