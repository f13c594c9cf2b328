"""Technical rows: deleted once they are over, and nothing that is still to be done."""

from datetime import timedelta

import pytest
from sqlalchemy import Table, func, insert, select, update

from rules import Ruleset
from service import clock
from service.cases.sharing import Comment
from service.incidents.model import Registration
from service.retention.pruning import Pruning
from service.retention.reading import load_retention
from service.storage.database import Database
from service.storage.tables.cases import case_event, command_done, outbox
from service.storage.tables.messages import notice
from tests.cases.town import OFFICER, Clock, incident, town


def _count(database: Database, table: Table) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.fixture
def pruning(database: Database, ruleset: Ruleset) -> Pruning:
    """Two events, two commands, one of the machine's keys and more notices than one batch."""
    time = Clock()
    cases = town(database, time)
    case = cases.open(OFFICER, incident(database, ruleset), Registration(), key="开")
    cases.do(OFFICER, case.id, Comment("请看"), key="说")
    made_at = clock.stamp(time.at)
    row = {
        "account_id": "",
        "unit_id": "centre",
        "case_id": case.id,
        "kind": "留言",
        "words": "有留言",
        "made_at": made_at,
    }
    with database.write() as connection:
        connection.execute(insert(notice), [{"id": str(number), **row} for number in range(1100)])
        connection.execute(
            insert(command_done), {"actor_id": "", "key": "催办", "request_hash": "", "case_id": case.id, "at": made_at}
        )
    shipped, _ = load_retention(None)
    assert shipped is not None
    return Pruning(database, shipped, time)


def test_nothing_goes_before_its_time(pruning: Pruning) -> None:
    pruning.now.at += timedelta(days=30)  # type: ignore[attr-defined]
    assert pruning.prune() == 0


def test_what_is_over_goes_and_what_is_still_to_be_told_stays(pruning: Pruning) -> None:
    database = pruning.database
    with database.write() as connection:
        connection.execute(update(outbox).where(outbox.c.seq == 1).values(done_at="2026-03-02"))
    pruning.now.at += timedelta(days=31)  # type: ignore[attr-defined]
    assert pruning.prune() == 3
    assert (_count(database, outbox), _count(database, notice), _count(database, case_event)) == (1, 1100, 2)
    with database.read() as connection:
        assert connection.execute(select(command_done.c.key)).scalars().all() == ["催办"]
    pruning.now.at += timedelta(days=366)  # type: ignore[attr-defined]
    assert pruning.prune() == 1100
    assert (_count(database, outbox), _count(database, notice)) == (1, 0)
