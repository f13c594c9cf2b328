"""The daily and the weekly list as each sees them."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from service.cases.actions import Cases
from service.cases.handing_over import Accept
from service.cases.handling import Report, Resolve
from service.cases.model import Case, Resolution
from service.errors import ForbiddenError
from service.schedule import store
from service.schedule.lists import Lists
from service.schedule.owed import Given
from service.schedule.ticking import Ticking
from tests.cases.town import AUDITOR, MONDAY, Clock
from tests.schedule import staffed
from tests.schedule.staffed import someone

cases, dispatched, time = staffed.cases, staffed.dispatched, staffed.time


def test_the_daily_list_tells_given_late_and_missing(
    cases: Cases, dispatched: Callable[..., Case], time: Clock
) -> None:
    in_time, late, never = (dispatched("黄") for _ in range(3))
    for case in (in_time, late, never):
        cases.do(someone("handler"), case.id, Accept())
    lists = Lists(cases.database, cases.policy, time)
    day = (MONDAY + timedelta(days=1)).date()
    assert lists.daily(someone("centre"), MONDAY.date()).units == ()
    time.at = MONDAY + timedelta(days=1)
    cases.do(someone("handler"), in_time.id, Report("已见面"))
    (unit,) = lists.daily(someone("centre"), day).units
    assert [one.given for one in unit.owed] == [Given.WAITING, Given.WAITING, Given.ON_TIME]
    time.at += timedelta(hours=8, minutes=5)
    Ticking(cases).look()
    time.at += timedelta(minutes=5)
    cases.do(someone("handler"), late.id, Report("刚见面"))
    (unit,) = lists.daily(someone("centre"), day).units
    assert {one.case.number: one.given for one in unit.owed} == {
        never.number: Given.MISSING,
        late.number: Given.LATE,
        in_time.number: Given.ON_TIME,
    }
    time.at += timedelta(days=3)
    assert lists.daily(someone("centre"), day).units == (unit,), "a past day stays as it was"
    assert lists.weekly(someone("centre"), day).units[0].weeks[-1].owed >= 3


@pytest.mark.parametrize(
    ("login", "expected"), [("head", ["柳塘妇联"]), ("village", []), ("leader", ["柳塘妇联"]), ("centre", ["柳塘妇联"])]
)
def test_each_sees_the_lists_of_their_own_units_only(
    cases: Cases, dispatched: Callable[..., Case], time: Clock, login: str, expected: list[str]
) -> None:
    case = dispatched("黄")
    cases.do(someone("handler"), case.id, Accept())
    time.at = MONDAY + timedelta(days=1)
    lists = Lists(cases.database, cases.policy, time)
    assert [one.name for one in lists.daily(someone(login), time.at.date()).units] == expected
    assert [one.name for one in lists.weekly(someone(login), time.at.date()).units] == expected
    assert len(lists.daily(AUDITOR, time.at.date()).units) == 1
    with pytest.raises(ForbiddenError):
        lists.daily(someone("admin"), time.at.date())


def test_a_day_is_told_from_those_alone_that_may_owe_on_it(
    cases: Cases, dispatched: Callable[..., Case], time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, taken, reporting, settled = (dispatched("黄") for _ in range(4))
    for case in (taken, reporting, settled):
        cases.do(someone("handler"), case.id, Accept())
    lists = Lists(cases.database, cases.policy, time)
    days = [(MONDAY + timedelta(days=ahead)).date() for ahead in range(4)]
    seen = {}
    for day in days[1:]:
        time.at = MONDAY + timedelta(days=(day - days[0]).days)
        cases.do(someone("handler"), reporting.id, Report("已见面"))
        if day == days[2]:
            cases.do(someone("handler"), settled.id, Resolve(Resolution.ORAL, "双方和好"))
        seen[day] = lists.daily(someone("centre"), day)
    everything = store.active
    monkeypatch.setattr(store, "active", lambda *asked: everything(*asked[:4]))
    assert seen[days[3]] == lists.daily(someone("centre"), days[3])
    assert {one.case.number for one in seen[days[3]].units[0].owed} == {taken.number, reporting.number}
    told = [lists.daily(someone("centre"), day).units for day in days]
    monkeypatch.undo()
    assert [lists.daily(someone("centre"), day).units for day in days] == told
    assert waiting.number not in {one.case.number for units in told for unit in units for one in unit.owed}
