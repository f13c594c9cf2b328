"""How a row is read: times in every usual way, people, and which cell is wrong and why."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from service.importing.model import Old, Refused
from service.importing.moments import moment_of
from service.importing.reading import RowReader
from service.incidents.model import Party, PartyRole

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FIELDS = (
    "警情描述", "报警时间", "接警编号", "关联警单", "事发地址", "是否保密", "处警结果",
    "报警人姓名", "报警人电话", "当事人姓名", "当事人电话",
)  # fmt: skip
GOOD = {"警情描述": "夫妻争吵", "报警时间": "2026-03-01 08:05"}


def read(**cells: str) -> Old | Refused:
    return RowReader({field: field for field in FIELDS}, "station", NOW).read(7, GOOD | cells)


def taken(**cells: str) -> Old:
    found = read(**cells)
    assert isinstance(found, Old), found
    return found


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01 08:05", "2026/3/1 8:05", "2026.3.1 8:05:00", "2026年3月1日8时5分", "2026年03月01日 08:05:00",
        "20260301080500", "202603010805", "2026-03-01T08:05:00+08:00", "2026-03-01T00:05:00Z", "46082.336805555555",
        "2026-03-01 上午8:05", "２０２６－０３－０１ ０８：０５", "2026-03-01 08:05:00.000",
    ],
)  # fmt: skip
def test_a_time_is_read_however_it_is_written(written: str) -> None:
    assert moment_of(written) == datetime(2026, 3, 1, 8, 5, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_the_afternoon_is_the_afternoon() -> None:
    assert moment_of("2026-03-01 下午8:05").hour == 20


def test_a_day_alone_is_its_beginning() -> None:
    assert moment_of("2026/3/1") == datetime(2026, 3, 1, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"报警时间": ""}, "报警时间", "没有报警时间"),
        ({"报警时间": "昨天"}, "报警时间", "读不出是什么时间"),
        ({"报警时间": "2026-02-30 10:00"}, "报警时间", "读不出是什么时间"),
        ({"报警时间": "08:05"}, "报警时间", "读不出是什么时间"),
        ({"报警时间": "1900-01-01"}, "报警时间", "早于 1990 年"),
        ({"报警时间": "2026-03-02 09:01"}, "报警时间", "在将来"),
        ({"警情描述": "  "}, "警情描述", "是空的"),
        ({"警情描述": "noise"}, "警情描述", "没有汉字"),
        ({"接警编号": "3.30E+17"}, "接警编号", "科学计数"),
        ({"报警人电话": "1.38E+10"}, "报警人电话", "科学计数"),
        ({"接警编号": "1" * 61}, "接警编号", "太长"),
        ({"事发地址": "路" * 201}, "事发地址", "太长"),
        ({"当事人姓名": "张" * 81}, "当事人姓名", "太长"),
        ({"当事人姓名": "、".join(["张三"] * 21)}, "当事人姓名", "最多 20 人"),
        ({"是否保密": "也许"}, "是否保密", "是 或 否"),
        ({"处警结果": "好" * 2001}, "处警结果", "太长"),
        ({"处警结果": "好\x00"}, "处警结果", "无法识别"),
    ],
)
def test_what_can_not_be_taken_is_named_with_row_column_value_and_reason(
    cells: dict[str, str], column: str, reason: str
) -> None:
    found = read(**cells)
    assert isinstance(found, Refused)
    assert (found.row, found.column, found.value) == (7, column, cells[column].strip())
    assert reason in found.reason


def test_what_the_table_could_not_read_is_refused_as_a_whole() -> None:
    assert RowReader({}, "station", NOW).read(3, {}, "空行") == Refused(3, "", "", "空行")


def test_people_are_who_they_are_in_their_columns() -> None:
    parties = taken(报警人姓名="王小满", 报警人电话="13800000001", 当事人姓名="张三、李四").registration.parties
    assert parties == (
        Party(PartyRole.CALLER, "王小满", "13800000001"),
        Party(PartyRole.PARTY, "张三"),
        Party(PartyRole.PARTY, "李四"),
    )


def test_as_many_telephones_as_names_are_theirs_in_order_and_others_are_nobodys() -> None:
    both = taken(当事人姓名="张三、李四", 当事人电话="13800000001、13800000002").registration.parties
    assert [one.phone for one in both] == ["13800000001", "13800000002"]
    one = taken(当事人姓名="张三、李四", 当事人电话="13800000001").registration.parties
    assert [(who.name, who.phone) for who in one] == [("张三", ""), ("李四", ""), ("", "13800000001")]


@pytest.mark.parametrize("nothing", ["", "无", "/", "不详", "NULL"])
def test_words_for_nothing_are_nothing(nothing: str) -> None:
    old = taken(关联警单=nothing, 事发地址=nothing, 报警人姓名=nothing, 处警结果=nothing)
    known = old.registration
    assert (known.linked_alarm, known.place, known.parties, old.result) == ("", "", (), "")


def test_confidential_is_read() -> None:
    assert [taken(是否保密=word).registration.confidential for word in ("是", "1", "否", "0", "")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_an_incident_has_the_same_id_whenever_it_is_read() -> None:
    assert taken(接警编号="A1").id == taken(接警编号="A1", 警情描述="别的话").id
    assert taken(接警编号="A1").id != taken(接警编号="A2").id
    assert taken().id == taken().id
    assert taken().id != taken(报警时间="2026-03-01 08:06").id
