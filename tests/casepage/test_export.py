"""The whole file of a case, to be printed and as JSON."""

import hashlib

import pytest

from tests.casepage.conftest import Town

PHONE, NAME = "13812345678", "王小满"
PDF = b"%PDF-1.7 agreement"


def _settled(village: Town) -> str:
    case_id = village.in_hand()
    village.browser("women").post(f"/cases/{case_id}/attachments", files={"file": ("协议.pdf", PDF)})
    village.do("women", case_id, "化解", resolution="书面协议", words=f"{NAME}与对方签了协议")
    return case_id


def test_everything_of_a_case_is_printed_masked_and_that_is_recorded(village: Town) -> None:
    case_id = _settled(village)
    page = village.browser("centre").get(f"/cases/{case_id}/file").text
    for words in (
        "书面协议",
        "报警人",
        hashlib.sha256(PDF).hexdigest(),
        "建档",
        "签收",
        "138****5678",
        "与对方签了协议",
    ):
        assert words in page
    assert PHONE not in page
    assert NAME not in page
    assert [(entry[0], entry[2]["个人信息"]) for entry in village.audit("导出档案")] == [("中心乙", "遮盖")]


def test_names_and_numbers_are_printed_for_who_may_see_them(village: Town) -> None:
    case_id = _settled(village)
    page = village.browser("women").post(f"/cases/{case_id}/file").text
    assert PHONE in page
    assert f"{NAME}与对方签了协议" in page
    assert village.browser("village").post(f"/cases/{case_id}/file").status_code == 403
    assert [entry[2]["个人信息"] for entry in village.audit("导出档案")] == ["明文"]


def test_the_json_says_the_same(village: Town) -> None:
    case_id = _settled(village)
    file = village.browser("village").get(f"/api/v1/cases/{case_id}/file").json()
    assert (file["state"], file["resolution"], file["personal"]) == ("已化解", "书面协议", False)
    assert (file["station"], file["lead"], file["co_handlers"]) == ("柳塘派出所", "柳塘妇联", ["桥头社区"])
    assert [line["act"] for line in file["track"]] == ["建档", "流转", "分派", "签收", "附件", "化解"]
    assert file["incidents"][0]["parties"][0]["phone"] == "138****5678"
    assert file["attachments"][0]["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert NAME not in str(file)
    open_file = village.browser("women").get(f"/api/v1/cases/{case_id}/file?personal=true").json()
    assert open_file["incidents"][0]["parties"][0]["phone"] == PHONE
    assert len(village.audit("导出档案")) == 2


@pytest.mark.parametrize(("login", "status"), [("village", 403), ("leader", 403), ("auditor", 403), ("stranger", 404)])
def test_names_are_not_exported_to_everybody(village: Town, login: str, status: int) -> None:
    case_id = village.in_hand()
    answer = village.browser(login).get(f"/api/v1/cases/{case_id}/file?personal=true")
    assert answer.status_code == status
    assert PHONE not in answer.text
    assert village.audit("导出档案") == []
