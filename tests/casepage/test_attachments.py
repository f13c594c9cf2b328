"""Files of a case in the browser."""

from dataclasses import replace

from tests.casepage.conftest import KNOWN, Town

PDF = b"%PDF-1.7 agreement"


def _upload(village: Town, login: str, case_id: str, content: bytes = PDF, name: str = "协议.pdf") -> tuple[int, str]:
    answer = village.browser(login).post(f"/cases/{case_id}/attachments", files={"file": (name, content)})
    return answer.status_code, answer.text


def test_a_file_is_uploaded_listed_and_downloaded_as_a_file(village: Town) -> None:
    case_id = village.in_hand()
    assert _upload(village, "women", case_id)[0] == 303
    page = village.browser("centre").get(f"/cases/{case_id}").text
    address = page.partition(f'href="/cases/{case_id}/attachments/')[2].partition('"')[0]
    answer = village.browser("centre").get(f"/cases/{case_id}/attachments/{address}")
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert village.browser("stranger").get(f"/cases/{case_id}/attachments/{address}").status_code == 404


def test_an_agreement_is_chosen_from_the_files(village: Town) -> None:
    case_id = village.in_hand()
    _upload(village, "women", case_id)
    (identity,) = [path.name for path in village.folder.iterdir()]
    sent = {"act": "化解", "seen": "5", "resolution": "书面协议", "words": "签了", "agreement": "x"}
    assert village.browser("women").post(f"/cases/{case_id}/acts", data=sent).status_code == 422
    village.do("women", case_id, "化解", resolution="书面协议", words="签了", agreement=identity)
    assert village.cases.find(village.actor("women"), case_id).case.agreement == identity
    assert '协议.pdf</a> <span class="tag">协议</span>' in village.browser("women").get(f"/cases/{case_id}").text


def test_a_name_in_the_name_of_a_file_is_masked(village: Town) -> None:
    case_id = village.in_hand()
    _upload(village, "women", case_id, name="王小满的协议.pdf")
    page = village.browser("centre").get(f"/cases/{case_id}").text
    assert "王**的协议.pdf" in page
    assert "王小满" not in page


def test_a_name_that_only_a_description_tells_is_masked_in_the_whole_case(village: Town) -> None:
    case_id = village.case(replace(KNOWN, parties=KNOWN.parties[:1]))
    _upload(village, "officer", case_id, name="拍李大河侧脸.pdf")
    page = village.browser("officer").get(f"/cases/{case_id}").text
    assert "王**报警称丈夫李**" in page
    assert "拍李**侧脸.pdf" in page
    assert "李大河" not in page


def test_what_is_not_taken_is_said_on_the_page_of_the_case(village: Town) -> None:
    case_id = village.in_hand()
    for content, name, status, complaint in (
        (b"MZ", "a.exe", 422, "不是能收的文件"),
        (b"MZ", "a.pdf", 422, "内容不是"),
        (b"%PDF-" + b"x" * 1024 * 1024, "a.pdf", 413, "最多 1 MB"),
        (b"", "", 422, "请选择要上传的文件"),
    ):
        answer = _upload(village, "women", case_id, content, name)
        assert (answer[0], complaint in answer[1]) == (status, True), answer
        assert "轨迹" in answer[1]
    assert list(village.folder.iterdir()) == []


def test_who_only_looks_on_uploads_nothing(village: Town) -> None:
    case_id = village.in_hand()
    assert _upload(village, "auditor", case_id)[0] == 403
    assert _upload(village, "stranger", case_id)[0] == 404
    assert 'type="file"' not in village.browser("auditor").get(f"/cases/{case_id}").text
