"""A small invented town for the tests of cases: its units, its people as Actors, and incidents that came in."""

import json
import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from rules import Ruleset
from service import clock
from service.accounts.model import Actor, Role
from service.cases.actions import Cases
from service.intake.model import KeptSuggestion
from service.intake.store import add_suggestions, keep_ruleset
from service.storage.database import Database
from service.timing.policy import Policy
from service.timing.reading import load_policy
from service.units.model import Kind, Unit
from service.units.sight import sight
from service.units.store import add_units
from service.units.tree import Tree

# A Monday without holidays near.
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

UNITS = (
    Unit("street", "柳塘街道", Kind.STREET),
    Unit("station", "柳塘派出所", Kind.STATION, "street"),
    Unit("centre", "柳塘矛调中心", Kind.CENTRE, "street"),
    Unit("women", "柳塘妇联", Kind.DEPARTMENT, "street", ("妇联",)),
    Unit("justice", "柳塘司法所", Kind.DEPARTMENT, "street", ("司法所",)),
    Unit("village", "桥头社区", Kind.VILLAGE, "street", ("村(社区)",)),
    Unit("elsewhere", "东山街道", Kind.STREET),
    Unit("elsewhere-station", "东山派出所", Kind.STATION, "elsewhere"),
    Unit("elsewhere-centre", "东山矛调中心", Kind.CENTRE, "elsewhere"),
)
_TREE = Tree(UNITS)


def person(login: str, unit: str, *roles: Role) -> Actor:
    """Somebody of a unit, with what they see from there."""
    seen = sight(_TREE, frozenset(roles), unit, ())
    return Actor(
        login, login, login, frozenset(roles), "会话", unit_id=seen.unit_id, acts_for=seen.acts_for, sees=seen.sees
    )


OFFICER = person("民警甲", "station", Role.DUTY)
CENTRE = person("中心乙", "centre", Role.CENTRE)
WOMEN = person("妇联丙", "women", Role.HANDLER)
JUSTICE = person("司法丁", "justice", Role.HANDLER)
VILLAGE = person("社区戊", "village", Role.HANDLER)
LEADER = person("领导己", "street", Role.LEADER)
VOLUNTEER = person("志愿庚", "village", Role.HELPER)
AUDITOR = person("审计辛", "street", Role.AUDITOR)
ADMIN = person("管理壬", "street", Role.ADMIN)
STRANGER = person("外所癸", "elsewhere-station", Role.DUTY)
STRANGE_CENTRE = person("外中心", "elsewhere-centre", Role.CENTRE)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def policy() -> Policy:
    """The shipped time limits."""
    loaded, problems = load_policy(None, None)
    assert loaded is not None, problems
    return loaded


def town(database: Database, time: Clock) -> Cases:
    """The town's cases, its units in the database."""
    with database.write() as connection:
        add_units(connection, UNITS)
    return Cases(database, policy(), time)


def incident(
    database: Database,
    ruleset: Ruleset,
    text: str = "夫妻争吵",
    *,
    colour: str = "蓝",
    dispute_type: str = "婚恋家庭",
    petition: bool = False,
    unit_id: str = "",
) -> str:
    """A suggestion that was kept at intake; its id."""
    identity, now = str(uuid.uuid4()), clock.stamp()
    shown = {
        "id": identity,
        "created_at": now,
        "text": text,
        "dispute_type": dispute_type,
        "risk": {"level": "中"},
        "department": "妇联",
        "co_departments": ["村(社区)"],
        "colour": colour,
        "floor": False,
        "model": "测试",
        "ruleset": ruleset.version,
        "known": {},
    }
    kept = KeptSuggestion(identity, now, json.dumps(shown, ensure_ascii=False), shown)
    with database.write() as connection:
        keep_ruleset(connection, ruleset, now)
        add_suggestions(
            connection, [(kept, json.dumps({"描述": text, "扬言信访": petition}, ensure_ascii=False))], "页面", unit_id
        )
    return identity
