"""Stored suggestions decided again: from what was recorded, beside the old decision, as often as somebody asks."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from classifier.model import Model
from rules import Ruleset, load_texts
from service import clock
from service.accounts.model import LOCAL
from service.cases.actions import Cases
from service.errors import InputError
from service.incidents.model import Party, PartyRole, Registration
from service.intake.actions import Intake
from service.intake.model import KeptSuggestion
from service.jobs.actions import Jobs
from service.jobs.child import Work
from service.jobs.model import Job, LostError
from service.linking.actions import Linking
from service.linking.lookup import Past
from service.rescoring.actions import Rescoring
from service.rescoring.working import rescore_archive
from service.rulesets.in_force import InForce
from service.settings import Settings
from service.storage.database import Database
from service.storage.tables.suggestions import suggestion
from tests.cases.town import OFFICER, STRANGER, incident, policy
from tests.conftest import TODAY

LEAK = "报警人称楼上住户漏水，多次上门协商未果，双方发生争吵，未动手。"
KNIFE = "丈夫酒后持菜刀威胁妻子，扬言要砍死她。"
# What a spreadsheet would run, were it not told otherwise.
FORMULA = "=HYPERLINK(1) 楼上漏水，双方争吵"
DAY = timedelta(days=1)


@pytest.fixture
def settings(trained_data_dir: Path, tmp_path: Path) -> Settings:
    for name in ("model.tongban", "model.key"):
        (tmp_path / name).symlink_to(trained_data_dir / name)
    return Settings(data_dir=tmp_path)


@pytest.fixture
def room(desk: Intake, settings: Settings) -> Rescoring:
    return Rescoring(desk, Jobs(desk.database), settings)


@pytest.fixture
def harder(ruleset: Ruleset) -> Iterator[Ruleset]:
    """The shipped rules, but whatever no rule makes heavier is 黄."""
    files = {name: content.replace("缺省: 蓝", "缺省: 黄") for name, content in ruleset.files.items()}
    changed, problems = load_texts(files, today=TODAY)
    assert changed is not None, problems
    assert changed.version != ruleset.version
    yield changed
    changed.close()


def asked(room: Rescoring, **more: Any) -> Job:
    moment = clock.stamp()
    while clock.stamp() == moment:
        pass  # what was kept in the very millisecond of asking counts as come in afterwards
    today = clock.now().date()
    return room.decide_again(LOCAL, today - DAY, today, **more)


def done(room: Rescoring, job: Job | None = None) -> dict[str, Any]:
    """What comes of a re-scoring that a worker takes up."""
    asked_for = job or asked(room)
    claimed = room.jobs.claim({asked_for.kind})
    assert claimed is not None
    result = dict(rescore_archive(room.settings, Work(claimed, room.jobs, lambda _: None)))
    room.jobs.finish(claimed, result)
    return result


def stored(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(suggestion).order_by(suggestion.c.id)))


def kept(desk: Intake) -> list[KeptSuggestion]:
    return [
        desk.suggest(LEAK, {"近90天重复次数": 3}, "页面"),
        desk.suggest(KNIFE, {}, "接口"),
        desk.suggest(FORMULA, {}, "命令行"),
    ]


def test_under_the_same_model_and_rules_nothing_changes(room: Rescoring) -> None:
    made = kept(room.desk)
    result = done(room)
    assert (result["rows"], result["unread"], result["changed_colours"], result["changed_departments"]) == (3, 0, 0, 0)
    for one in made:
        (again,) = room.history(LOCAL, one.id)
        assert (again.dispute_type, again.department, again.colour, again.risk_level) == (
            one.suggested.dispute_type, one.suggested.department, one.suggested.colour, one.shown["risk"]["level"],
        )  # fmt: skip
        assert again.matched_rules == "、".join(rule["id"] for rule in one.shown["matched_rules"])
        assert (again.model, again.ruleset) == (one.shown["model"], one.shown["ruleset"])


def test_new_decisions_stand_beside_the_old_and_change_none(room: Rescoring, harder: Ruleset) -> None:
    blue = room.desk.suggest("两家为晾衣服口头争了几句，已经和好", {}, "页面")
    assert blue.suggested.colour == "蓝"
    before = stored(room.desk.database)
    done(room)
    later = Rescoring(Intake(room.desk.model, InForce(harder), room.desk.database), room.jobs, room.settings)
    assert done(later)["changed_colours"] == 1
    assert [one.colour for one in later.history(LOCAL, blue.id)] == ["蓝", "黄"]
    assert [one.ruleset for one in later.history(LOCAL, blue.id)] == [room.desk.ruleset.version, harder.version]
    assert stored(room.desk.database) == before


def test_a_job_decides_by_the_rules_of_when_it_was_asked_for(room: Rescoring, harder: Ruleset) -> None:
    blue = room.desk.suggest("两家为晾衣服口头争了几句，已经和好", {}, "页面")
    job = asked(room)
    done(Rescoring(Intake(room.desk.model, InForce(harder), room.desk.database), room.jobs, room.settings), job)
    assert [one.colour for one in room.history(LOCAL, blue.id)] == ["蓝"]


def test_only_what_whoever_asks_sees_is_decided_again(room: Rescoring) -> None:
    own = room.desk.suggest(KNIFE, {}, "页面", actor=OFFICER)
    foreign = room.desk.suggest(KNIFE, {}, "页面", actor=STRANGER)
    today = clock.now().date()
    assert done(room, room.decide_again(OFFICER, today - DAY, today))["rows"] == 1
    assert [len(room.history(LOCAL, one.id)) for one in (own, foreign)] == [1, 0]
    with pytest.raises(InputError, match="没有存档的警情"):
        room.decide_again(replace(OFFICER, sees=frozenset({"village"}), acts_for=frozenset()), today - DAY, today)


def test_a_job_from_before_units_were_kept_is_to_be_asked_for_again(room: Rescoring) -> None:
    room.desk.suggest(KNIFE, {}, "页面")
    job = asked(room)
    old = replace(job, parameters={name: value for name, value in job.parameters.items() if name != "units"})
    with pytest.raises(InputError, match="重新提交"):
        rescore_archive(room.settings, Work(old, room.jobs, lambda _: None))


def test_only_the_window_is_decided_again_and_nothing_abandoned_while_typing(room: Rescoring) -> None:
    typed = room.desk.suggest(KNIFE, {}, "输入中")
    used = room.desk.suggest(KNIFE, {}, "页面")
    job = asked(room)
    late = room.desk.suggest(LEAK, {}, "页面")
    assert done(room, job)["rows"] == 1
    assert [len(room.history(LOCAL, one.id)) for one in (typed, used, late)] == [0, 1, 0]


def test_days_without_incidents_are_refused(room: Rescoring) -> None:
    kept(room.desk)
    today = clock.now().date()
    with pytest.raises(InputError, match="没有存档"):
        room.decide_again(LOCAL, today - 9 * DAY, today - 8 * DAY)
    with pytest.raises(InputError, match="早于"):
        room.decide_again(LOCAL, today, today - DAY)


def test_sent_twice_it_is_asked_once(room: Rescoring) -> None:
    kept(room.desk)
    assert asked(room, key="一次").id == asked(room, key="一次").id
    assert asked(room).id != asked(room).id


def test_an_attempt_half_way_is_followed_by_one_that_doubles_nothing(room: Rescoring, settings: Settings) -> None:
    made = kept(room.desk)
    hasty = Rescoring(room.desk, Jobs(room.desk.database, lease=-DAY), settings)
    job = asked(hasty)
    first = hasty.jobs.claim({job.kind})
    assert first is not None
    rescore_archive(settings, Work(first, hasty.jobs, lambda _: None))  # and dies before it can say so
    second = hasty.jobs.claim({job.kind})
    assert second is not None
    with pytest.raises(LostError):  # the first again, late
        rescore_archive(settings, Work(first, hasty.jobs, lambda _: None))
    assert rescore_archive(settings, Work(second, hasty.jobs, lambda _: None))["rows"] == 3
    assert [len(room.history(LOCAL, one.id)) for one in made] == [1, 1, 1]


def test_new_decisions_are_never_changed(room: Rescoring) -> None:
    kept(room.desk)
    done(room)
    for change in ("UPDATE rescored SET colour = '蓝'", "DELETE FROM rescored"):
        with pytest.raises(DBAPIError, match="append-only"), room.desk.database.write() as connection:
            connection.execute(text(change))


def test_the_result_is_a_table_for_excel_that_runs_nothing(room: Rescoring) -> None:
    made = kept(room.desk)
    job = asked(room)
    done(room, job)
    path, name = room.fetch(LOCAL, job.id, "result")
    assert name.endswith("-重新研判.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["编号"] for row in rows] == [one.id for one in sorted(made, key=lambda one: (one.created_at, one.id))]
    assert [row["原预警颜色"] for row in rows] == [row["研判_预警颜色"] for row in rows]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    for part in ("report.html", "report.xlsx"):
        assert room.fetch(LOCAL, job.id, part)[0].stat().st_size > 1000  # type: ignore[arg-type]


def test_a_fact_that_the_rules_no_longer_have_decides_nothing(room: Rescoring, model: Model) -> None:
    one = room.desk.suggest(LEAK, {"近90天重复次数": 3}, "页面")
    shown = json.loads(one.body)
    shown["known"] |= {"从前的事实": "有"}
    with room.desk.database.write() as connection:
        row = dict(connection.execute(select(suggestion)).one()._mapping)
        identity = "0" * 8 + row["id"][8:]
        body = json.dumps(shown | {"id": identity}, ensure_ascii=False)
        connection.execute(suggestion.insert().values(row | {"id": identity, "body": body}))
    assert done(room)["unread"] == 0
    assert room.history(LOCAL, identity)[0].colour == room.history(LOCAL, one.id)[0].colour == one.suggested.colour


def test_history_counts_as_it_was_known_then_whatever_happened_since(room: Rescoring, ruleset: Ruleset) -> None:
    database = room.desk.database
    cases = Cases(database, policy(), link_key=bytes(32))
    links, known = Linking(cases, bytes(32)), Registration(parties=(Party(PartyRole.CALLER, phone="13812345678"),))
    cases.open(OFFICER, incident(database, ruleset, LEAK), known)
    one = room.desk.suggest(LEAK, {}, "接口", links.past(LEAK, known))
    assert one.shown["known"]["近90天重复次数"] == one.shown["history"]["facts"]["近90天重复次数"] == 1
    for _ in range(3):
        cases.open(OFFICER, incident(database, ruleset, LEAK), known)
    assert links.past(LEAK, known).facts["近90天重复次数"] == 4
    done(room)
    assert room.history(LOCAL, one.id)[0].colour == one.suggested.colour == "黄"


def test_a_count_that_a_person_typed_stands_over_that_of_history(room: Rescoring) -> None:
    past = Past(facts={"近90天重复次数": 2}, sources=("同一电话：2 条警情",))
    shown = room.desk.suggest(LEAK, {"近90天重复次数": 5}, "接口", past).shown
    assert shown["known"] == {"近90天重复次数": 5}
    assert shown["history"]["taken"] == []
