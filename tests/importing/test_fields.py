"""Which column is what: the usual headings of stations are known, and a person's word goes first."""

import pytest

from service.errors import InputError
from service.importing.fields import check, guess


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (
            ["接警单编号", "报警时间", "简要案情", "事发地址", "报警人姓名", "联系电话", "身份证号", "处警结果"],
            {
                "警情描述": "简要案情", "报警时间": "报警时间", "接警编号": "接警单编号", "事发地址": "事发地址",
                "处警结果": "处警结果", "报警人姓名": "报警人姓名", "报警人电话": "联系电话",
                "报警人证件号码": "身份证号",
            },
        ),
        (
            ["jjbh", "bjsj", "bjnr", "jqdz", "glzjjdbh", "sfbm"],
            {
                "警情描述": "bjnr", "报警时间": "bjsj", "接警编号": "jjbh", "关联警单": "glzjjdbh",
                "事发地址": "jqdz", "是否保密": "sfbm",
            },
        ),
        (
            ["事件单编号", "接警时间", "辖区单位", "事发地址", "事件详情", "处理结果"],
            {
                "警情描述": "事件详情", "报警时间": "接警时间", "接警编号": "事件单编号", "事发地址": "事发地址",
                "处警结果": "处理结果",
            },
        ),
        (
            ["警情编号", "发生时间", "警情描述", "报警地点", "报警人", "报警电话", "证件号码", "关联警单"],
            {
                "警情描述": "警情描述", "报警时间": "发生时间", "接警编号": "警情编号", "关联警单": "关联警单",
                "事发地址": "报警地点", "报警人姓名": "报警人", "报警人电话": "报警电话", "报警人证件号码": "证件号码",
            },
        ),
        (
            ["报警内容", "报警时间", "当事人1", "当事人1电话", "当事人2", "当事人2身份证号", "受害人姓名", "嫌疑人"],
            {
                "警情描述": "报警内容", "报警时间": "报警时间", "当事人姓名": "当事人1", "当事人电话": "当事人1电话",
                "对方姓名": "当事人2", "对方证件号码": "当事人2身份证号", "受害方姓名": "受害人姓名",
                "相关人姓名": "嫌疑人",
            },
        ),
        ([" 报警内容 （必填）", "报警时间:", "报警人 电话"], {
            "警情描述": " 报警内容 （必填）", "报警时间": "报警时间:", "报警人电话": "报警人 电话",
        }),
    ],
)  # fmt: skip
def test_the_usual_headings_are_known(headings: list[str], expected: dict[str, str]) -> None:
    assert dict(guess(headings)) == expected


def test_a_serial_number_is_no_alarm_number() -> None:
    assert "接警编号" not in guess(["序号", "报警时间", "报警内容"])


def test_what_a_person_says_goes_before_the_guess() -> None:
    found = guess(["报警内容", "处警情况", "报警时间"], {"警情描述": "处警情况"})
    assert dict(found) == {"警情描述": "处警情况", "报警时间": "报警时间"}


def test_what_is_said_to_be_nowhere_stays_nowhere() -> None:
    assert "事发地址" not in guess(["报警内容", "报警时间", "地址"], {"事发地址": ""})


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"报警时间": "时间"}, "找不到警情描述在哪一列"),
        ({"警情描述": "内容"}, "找不到报警时间在哪一列"),
        ({"警情描述": "内容", "报警时间": "日期"}, "没有“日期”这一列"),
        ({"警情描述": "内容", "报警时间": "内容"}, "用了两次"),
        ({"警情描述": "内容", "报警时间": "时间", "天气": "时间"}, "没有“天气”这一项"),
    ],
)
def test_columns_that_can_not_be_used_are_said(columns: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        check(columns, ["内容", "时间"])
