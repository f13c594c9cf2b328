"""The list of rules: hits of the last month, and which version last changed a rule."""

from collections.abc import Iterator

import pytest

from service.rulesets.actions import Rulesets
from service.rulesets.catalogue import history_of, listed
from service.rulesets.in_force import InForce
from service.rulesets.trial import prove
from service.storage.database import Database
from tests.rulesets.recording import EDITOR, PUBLISHER, record_incidents
from tests.rulesets.town import UNUSED, changed, town


@pytest.fixture
def room(database: Database) -> Iterator[Rulesets]:
    with town() as rules:
        yield Rulesets(InForce(rules), database, UNUSED, lambda _ruleset: None, prove=prove)


def publish(room: Rulesets, *changes: tuple[str, str]) -> None:
    begun = room.begin(EDITOR)
    files = {name: changed(text, *changes) for name, text in begun.files.items()}
    draft = room.save(EDITOR, begun.id, files, "试", begun.revision)
    assert room.publish(PUBLISHER, draft.id, draft.revision).publication


def test_hits_are_those_of_the_last_thirty_days(room: Rulesets) -> None:
    ruleset = room.in_force.ruleset
    record_incidents(room.database, ruleset, [{"纠纷类型": "邻里"}, {"纠纷类型": "邻里", "凶器": True}])
    record_incidents(room.database, ruleset, [{"凶器": True}], days_ago=31)
    hits = {one.rule.id: one.hits for one in listed(room.database, ruleset)}
    assert hits == {"YJ-001": 1, "YJ-002": 0, "LL-001": 2}


def test_the_last_edit_is_the_version_that_changed_the_rule(room: Rulesets) -> None:
    publish(room, ("理由: 就近", "理由: 就近处理"))
    publish(room, ("理由: 凶器在场", "理由: 有凶器在场"))
    edited = {
        one.rule.id: one.edited.number if one.edited else None for one in listed(room.database, room.in_force.ruleset)
    }
    assert edited == {"YJ-001": 2, "YJ-002": None, "LL-001": 1}


def test_a_rule_tells_its_history_newest_first(room: Rulesets) -> None:
    publish(room, ("理由: 就近", "理由: 就近处理"))
    publish(room, ("理由: 就近处理", "理由: 由社区就近处理"))
    steps = history_of(room.database, "LL-001")
    assert [step.publication.number for step in steps] == [2, 1]
    assert [(d.key, d.before, d.after) for d in steps[0].change.details] == [
        ("理由", ("就近处理",), ("由社区就近处理",))
    ]
    assert history_of(room.database, "YJ-002") == []
