"""Which column holds what, by its heading; by its cells only as a last resort."""

import pytest

from service.errors import InputError
from service.rescoring import columns as col
from service.rescoring.headings import guess_columns

STATION = ["事件单编号", "报警时间", "辖区单位", "警情类别", "警情类型", "警情细类", "处理结果", "风险等级", "事件详情"]
BUREAU = ["JJBH", "BJSJ", "BJNR", "JQDZ", "JQLBDM", "JQLXDM", "JQXLDM"]


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (STATION, "事件详情"),
        (BUREAU, "BJNR"),
        (["内容", "描述"], "描述"),
        (["序号", " 警情描述（必填） "], " 警情描述（必填） "),
        (["id", "Text"], "Text"),
        (["简要案情", "处理结果"], "简要案情"),
    ],
)
def test_the_text_is_found_by_its_usual_names(names: list[str], text: str) -> None:
    found = guess_columns(names, [])
    assert (found.text, found.by_name) == (text, True)


def test_an_earlier_decision_and_the_record_are_recognised() -> None:
    found = guess_columns([*STATION, "转办部门", "预警等级"], [])
    assert found.before == {
        col.DEPARTMENT: "转办部门", col.COLOUR: "预警等级", col.LEVEL: "风险等级", col.TYPE: "警情细类",
    }  # fmt: skip
    assert (found.unit, found.time, found.number) == ("辖区单位", "报警时间", "事件单编号")
    bureau = guess_columns(BUREAU, [])
    assert (bureau.unit, bureau.time, bureau.number) == (None, "BJSJ", "JJBH")
    assert bureau.before == {col.TYPE: "JQXLDM"}


def test_the_column_with_the_most_chinese_is_a_guess_to_be_confirmed() -> None:
    sample = [{"甲": "3", "乙": "楼上漏水，协商未果", "丙": "司法所"}, {"甲": "", "乙": "双方争吵", "丙": "司法所"}]
    found = guess_columns(["甲", "乙", "丙"], sample)
    assert (found.text, found.by_name) == ("乙", False)


@pytest.mark.parametrize("sample", [[], [{"甲": "abc", "乙": "12"}]])
def test_where_nothing_can_be_the_text_the_columns_are_named(sample: list[dict[str, str]]) -> None:
    with pytest.raises(InputError, match="甲、乙"):
        guess_columns(["甲", "乙"], sample)


def test_columns_named_as_known_facts_are_facts() -> None:
    found = guess_columns(["描述", "近90天重复次数", "重复"], [], {"近90天重复次数", "调解失败次数"})
    assert found.facts == {"近90天重复次数": "近90天重复次数"}


def test_what_a_person_says_goes_before_every_guess() -> None:
    found = guess_columns(["描述", "处警", "次"], [], {"近90天重复次数"}, text="处警", facts={"近90天重复次数": "次"})
    assert (found.text, found.by_name, found.facts) == ("处警", True, {"近90天重复次数": "次"})


@pytest.mark.parametrize(
    ("text", "facts", "told"),
    [("无", {}, "「无」"), (None, {"近90天重复次数": "无"}, "「无」"), (None, {"怪": "描述"}, "“怪”")],
)
def test_what_a_person_names_must_be_there(text: str | None, facts: dict[str, str], told: str) -> None:
    with pytest.raises(InputError, match=told):
        guess_columns(["描述"], [], {"近90天重复次数"}, text=text, facts=facts)
