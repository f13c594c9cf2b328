"""An archive without a model: suggestions written as if they had been made, with the facts that a test names."""

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta

from rules import Ruleset
from service import clock
from service.accounts.model import Actor, Role
from service.intake import store
from service.intake.model import KeptSuggestion
from service.storage.database import Database


def somebody(name: str, *roles: Role) -> Actor:
    """A signed-in person."""
    return Actor(str(uuid.uuid5(uuid.NAMESPACE_DNS, name)), name, name, frozenset(roles), "会话")


EDITOR = somebody("编辑甲", Role.EDITOR)
PUBLISHER = somebody("发布乙", Role.PUBLISHER)
SECOND = somebody("发布丙", Role.PUBLISHER)
OFFICER = somebody("民警丁", Role.DUTY)


def record_incidents(
    database: Database, ruleset: Ruleset, cases: Iterable[Mapping[str, object]], *, days_ago: int = 0, unit_id: str = ""
) -> None:
    """Store one suggestion a case, made `days_ago` by somebody of a unit."""
    now = clock.stamp(clock.now() - timedelta(days=days_ago))
    rows = []
    for facts in cases:
        decision = ruleset.decide(facts)
        shown = {
            "text": facts.get("描述", ""),
            "dispute_type": facts.get("纠纷类型", "非纠纷"),
            "risk": {"level": "低"},
            "department": decision.department,
            "colour": decision.colour,
            "model": "试",
            "ruleset": decision.ruleset,
        }
        kept = KeptSuggestion(str(uuid.uuid4()), now, json.dumps(shown, ensure_ascii=False), shown)
        rows.append((kept, json.dumps(facts, ensure_ascii=False)))
    with database.write() as connection:
        store.keep_ruleset(connection, ruleset, now)
        store.add_suggestions(connection, rows, "接口", unit_id)
