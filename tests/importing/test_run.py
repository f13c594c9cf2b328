"""An import as a whole: no row is lost, none comes twice, and what came in is history for later calls."""

import csv
import io
import tempfile
import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import Connection, func, select

from classifier.model import Model
from rules import Ruleset
from service import clock
from service.cases.actions import Cases
from service.errors import RefusedError
from service.importing.fields import guess
from service.importing.model import Order, Outcome
from service.importing.run import Importing
from service.importing.scoring import Scorer
from service.incidents.model import Party, PartyRole, Registration
from service.intake.store import get_suggestion, used_suggestions
from service.linking.actions import Linking
from service.storage.database import Database
from service.storage.tables.audit import audit_entry
from service.storage.tables.incidents import incident
from service.storage.tables.suggestions import suggestion
from service.suggestion import as_dict, suggest
from tests.cases.town import OFFICER, STRANGER, policy, town

SECRET = bytes(range(32))
HEADINGS = ("接警编号", "报警时间", "报警内容", "事发地址", "报警人姓名", "联系电话")
DAY = (clock.now() - timedelta(days=5)).strftime("%Y-%m-%d")
LEAK = "报警人称楼上住户漏水，多次上门协商未果，双方发生争吵，未动手。"
ROWS = (
    ("A000001", f"{DAY} 08:00", LEAK, "桥头小区3幢201室", "王小满", "13812345678"),
    ("A000001", f"{DAY} 08:00", LEAK, "桥头小区3幢201室", "王小满", "13812345678"),
    ("A000002", "不知道", LEAK, "", "", ""),
    ("", f"{DAY} 10:00", "老板拖欠三个月工资，多名工人讨要无果。", "", "", ""),
)


class Scored:
    """A suggestion that needs no model, for tests of what becomes of rows."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset

    def score(self, texts: Sequence[str]) -> list[tuple[dict[str, Any], dict[str, object]]]:
        fixed = {
            "dispute_type": "邻里", "risk": {"level": "低"}, "department": "村(社区)", "co_departments": [],
            "colour": "蓝", "floor": False, "model": "测试", "ruleset": self.ruleset.version, "known": {},
        }  # fmt: skip
        return [({"text": text, **fixed}, {"描述": text}) for text in texts]


def importing(database: Database, ruleset: Ruleset, secret: bytes = SECRET) -> Importing:
    scorer: Any = Scored(ruleset)
    return Importing(database, scorer, secret, database.write)


def order(folder: Path, rows: Sequence[Sequence[str]] = ROWS, unit: str = "station") -> Order:
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *rows])
    source = folder / "旧警情.csv"
    source.write_bytes(text.getvalue().encode("utf-8-sig"))
    return Order(str(uuid.uuid4()), source, source.name, guess(HEADINGS), unit, "柳塘派出所", OFFICER)


def run(work: Importing, wanted: Order) -> Outcome:
    return work.run(wanted, wanted.source.with_suffix(".xlsx"), lambda _rows, _share: None)


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.rows, outcome.imported, outcome.there, outcome.refused


def count(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(incident)).scalar_one())


@pytest.fixture
def work(database: Database, ruleset: Ruleset) -> Importing:
    town(database, clock.now)  # type: ignore[arg-type]
    return importing(database, ruleset)


def test_every_row_is_imported_there_already_or_refused(work: Importing, tmp_path: Path) -> None:
    outcome = run(work, order(tmp_path))
    assert counts(outcome) == (4, 2, 1, 1)
    (refused,) = outcome.told
    assert (refused.row, refused.column, refused.value) == (4, "报警时间", "不知道")
    assert count(work.database) == 2


def test_the_same_file_again_adds_nothing(work: Importing, tmp_path: Path) -> None:
    run(work, order(tmp_path))
    assert counts(run(work, order(tmp_path))) == (4, 0, 3, 1)
    assert count(work.database) == 2


def test_an_import_that_was_stopped_goes_on_and_counts_what_it_brought_before(work: Importing, tmp_path: Path) -> None:
    rows = [(f"B{number:06}", f"{DAY} 09:00", LEAK, "", "", "") for number in range(1_200)]
    wanted, written = order(tmp_path, rows), 0

    def dying() -> AbstractContextManager[Connection]:
        nonlocal written
        written += 1
        if written > 1:
            raise RuntimeError("the power is gone")
        return work.database.write()

    with pytest.raises(RuntimeError):
        run(replace(work, writing=dying), wanted)
    assert 0 < count(work.database) < 1_200
    assert counts(run(work, wanted)) == (1_200, 1_200, 0, 0)
    assert count(work.database) == 1_200


def test_trying_out_says_the_same_and_writes_nothing(work: Importing, tmp_path: Path) -> None:
    wanted = order(tmp_path)
    tried = work.try_out(wanted, tmp_path / "refused.xlsx", lambda _rows, _share: None)
    assert count(work.database) == 0
    assert tried == run(work, wanted)


def test_other_units_may_count_their_own_but_one_call_is_one(work: Importing, tmp_path: Path) -> None:
    run(work, order(tmp_path, ROWS[:1]))
    later = (ROWS[0][0], f"{DAY} 11:00", *ROWS[0][2:])
    assert counts(run(work, order(tmp_path, [ROWS[0], later], unit="elsewhere-station"))) == (2, 1, 1, 0)


def test_refused_rows_stand_whole_in_the_workbook_and_run_nothing(work: Importing, tmp_path: Path) -> None:
    wanted = order(tmp_path, [("=1+1", "昨天", LEAK, "@路", "", "")])
    run(work, wanted)
    rows = list(load_workbook(wanted.source.with_suffix(".xlsx")).active.iter_rows())
    assert [cell.value for cell in rows[1]][:4] == [2, "报警时间", "昨天", "读不出是什么时间；应写成 2026-03-01 09:05"]
    assert (rows[1][4].value, rows[1][4].data_type, rows[1][7].value) == ("=1+1", "s", "@路")


def test_the_audit_says_how_many_and_of_which_file(work: Importing, tmp_path: Path) -> None:
    outcome = run(work, order(tmp_path))
    with work.database.read() as connection:
        entry = connection.execute(select(audit_entry).where(audit_entry.c.action == "导入警情")).one()
    assert '"导入":2' in entry.detail
    assert outcome.file_hash in entry.detail
    assert "漏水" not in entry.detail


def test_later_calls_find_it_count_it_and_may_begin_a_case_with_it(work: Importing, tmp_path: Path) -> None:
    run(work, order(tmp_path))
    cases = Cases(work.database, policy(), clock.now, link_key=SECRET)
    links = Linking(cases, SECRET)
    past = links.past("又漏水了", Registration(parties=(Party(PartyRole.CALLER, phone="13812345678"),)))
    assert past.facts["近90天重复次数"] == 1
    run(work, order(tmp_path, [("A000009", f"{DAY} 12:00", "又漏水了", "", "王小满", "13812345678")]))
    with work.database.read() as connection:
        later = connection.execute(select(incident.c.id).where(incident.c.alarm_number == "A000009")).scalar_one()
        kept = get_suggestion(connection, OFFICER, later)
    assert kept is not None
    (one,) = links.possible(OFFICER, kept).loose
    assert (one.unit, one.text) == ("柳塘派出所", LEAK)
    (hidden,) = links.possible(STRANGER, kept).loose
    assert (hidden.unit, hidden.id, hidden.text) == ("柳塘派出所", "", "")
    assert cases.open(OFFICER, one.id, Registration()).place == "桥头小区3幢201室"


def test_what_was_imported_stands_under_its_own_time_and_is_not_learnt_from(work: Importing, tmp_path: Path) -> None:
    run(work, order(tmp_path))
    with work.database.read() as connection:
        rows = connection.execute(select(suggestion.c.origin, suggestion.c.created_at)).all()
        assert not list(used_suggestions(connection, OFFICER))
    assert {row.origin for row in rows} == {"导入"}
    assert all(row.created_at < clock.stamp(clock.now() - timedelta(days=3)) for row in rows)


def test_under_another_secret_nothing_is_imported(work: Importing, ruleset: Ruleset, tmp_path: Path) -> None:
    run(work, order(tmp_path))
    with pytest.raises(RefusedError, match=r"link\.key"):
        run(importing(work.database, ruleset, bytes(32)), order(tmp_path))


def test_many_at_once_are_read_as_one_by_one(model: Model, ruleset: Ruleset) -> None:
    ((shown, facts),) = Scorer(model, ruleset).score([LEAK])
    alone = suggest(LEAK, {}, model=model, ruleset=ruleset)
    assert facts == alone.facts
    assert shown == as_dict(alone) | {"type_reasons": None, "risk_reasons": None}


CELLS = st.one_of(
    st.sampled_from(["", "A000001", f"{DAY} 08:00", "2999-01-01", "=1", "张三、李四", "无", "1.3E+17", "路" * 300]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
SENSIBLE = st.tuples(
    st.sampled_from(["", "A1", "A2", "A3"]), st.sampled_from([f"{DAY} 08:00", "昨天"]),
    st.sampled_from([LEAK, "夫妻争吵", "noise"]), CELLS, CELLS, CELLS,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.one_of(SENSIBLE, st.tuples(*[CELLS] * 6)), max_size=12))
def test_nothing_is_lost_whatever_stands_in_the_file(work: Importing, rows: list[tuple[str, ...]]) -> None:
    before = count(work.database)
    with tempfile.TemporaryDirectory() as folder:
        wanted = order(Path(folder), rows)
        outcome = run(work, wanted)
        again = run(work, replace(wanted, id=str(uuid.uuid4())))
    assert outcome.rows == outcome.imported + outcome.there + outcome.refused
    assert outcome.refused == sum(outcome.reasons.values())
    assert count(work.database) == before + outcome.imported
    assert counts(again) == (outcome.rows, 0, outcome.imported + outcome.there, outcome.refused)
