"""Legal hold: who may ask for it, and that nobody lifts their own."""

import pytest

from rules import Ruleset
from service.accounts.model import Actor
from service.cases.actions import Cases
from service.cases.holding import Hold, Lift
from service.errors import ForbiddenError, InputError, NotFoundError, RefusedError
from service.incidents.model import Registration
from service.storage.database import Database
from tests.cases.town import ADMIN, AUDITOR, CENTRE, LEADER, OFFICER, Clock, incident, person, town

OTHER_LEADER = person("领导子", "street", *LEADER.roles)


@pytest.fixture
def case(database: Database, ruleset: Ruleset) -> tuple[Cases, str]:
    """A case that was transferred to the centre."""
    cases = town(database, Clock())
    opened = cases.open(OFFICER, incident(database, ruleset), Registration())
    return cases, cases.transfer(OFFICER, opened.id).id


@pytest.mark.parametrize("who", [CENTRE, LEADER])
def test_the_centre_and_the_leader_hold_and_another_leader_lifts(case: tuple[Cases, str], who: Actor) -> None:
    cases, case_id = case
    held = cases.do(who, case_id, Hold("当事人已起诉"))
    assert held.hold["姓名"] == who.name
    with pytest.raises(RefusedError, match="已经保全"):
        cases.do(OTHER_LEADER, case_id, Hold("再来一次"))
    assert cases.do(OTHER_LEADER, case_id, Lift("判决已生效")).hold == {}
    with pytest.raises(RefusedError, match="没有保全"):
        cases.do(OTHER_LEADER, case_id, Lift("再来一次"))


def test_nobody_lifts_their_own(case: tuple[Cases, str]) -> None:
    cases, case_id = case
    cases.do(LEADER, case_id, Hold("当事人已起诉"))
    with pytest.raises(RefusedError, match="另一人"):
        cases.do(LEADER, case_id, Lift("算了"))


def test_there_is_a_reason(case: tuple[Cases, str]) -> None:
    cases, case_id = case
    with pytest.raises(InputError, match="保全的理由"):
        cases.do(LEADER, case_id, Hold(" "))


@pytest.mark.parametrize(
    ("who", "error"), [(OFFICER, ForbiddenError), (AUDITOR, ForbiddenError), (ADMIN, NotFoundError)]
)
def test_nobody_else_holds(case: tuple[Cases, str], who: Actor, error: type[Exception]) -> None:
    cases, case_id = case
    with pytest.raises(error):
        cases.do(who, case_id, Hold("当事人已起诉"))
