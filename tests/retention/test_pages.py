"""到期清除 in the browser, and how an erased case looks wherever it is still shown."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from service import clock
from service.cli import tongban
from service.storage.tables.cases import case_file
from tests.casepage.conftest import Town, cheap_hashes, database, village
from tests.retention.past import TEN_YEARS, kept_for

__all__ = ["cheap_hashes", "database", "village"]

PERSONAL = (
    "王小满",
    "李大河",
    "13812345678",
    "330102198001011236",
    "3幢201室",
    "330100202603020001",
    "持菜刀",
    "上门谈过",
)


@pytest.fixture
def closed(village: Town) -> str:
    """A case that was closed, in a town that keeps files for ten years and where eleven have passed; its id."""
    case_id = village.in_hand()
    village.do("women", case_id, "反馈", words="王小满家上门谈过")
    village.do("women", case_id, "化解", resolution="口头协议", words="李大河认错")
    village.do("women", case_id, "回访", outcome="稳定", words="王小满说好")
    village.do("centre", case_id, "归档")
    later = clock.now() + timedelta(days=11 * 366)
    state = village.app.state
    cases = replace(state.cases, now=lambda: later)
    state.erasing = replace(state.erasing, cases=cases, retention=kept_for(TEN_YEARS))
    return case_id


def _erase(village: Town, case_id: str) -> None:
    sent = {"kind": "档案", "case_id": case_id, "reason": "保存期限已满"}
    assert village.browser("admin").post("/retention", data=sent).status_code == 303
    leader = village.browser("leader")
    page = leader.get("/retention").text
    action = page.partition('action="/retention/')[2].partition('"')[0]
    assert leader.post(f"/retention/{action}", data={"agreed": "yes"}).status_code == 303


def test_an_administrator_proposes_a_leader_confirms_and_everybody_sees_what_was_done(
    village: Town, closed: str
) -> None:
    number = village.cases.find(village.actor("auditor"), closed).case.number
    listed = village.browser("admin").get("/retention").text
    assert number in listed
    assert f"/cases/{closed}" not in listed  # an administrator sees no case
    _erase(village, closed)
    for login in ("admin", "leader", "auditor"):
        page = village.browser(login).get("/retention").text
        assert "已清除" in page
        assert "没有到期的档案" in page


def test_an_erased_case_is_still_a_case_in_lists_page_print_export_and_figures(village: Town, closed: str) -> None:
    before = village.browser("leader").get("/dashboard").text
    _erase(village, closed)
    centre = village.browser("centre")
    incident = village.cases.find(village.actor("auditor"), closed).case.incidents[0]
    pages = [
        *(
            centre.get(path)
            for path in ("/cases?state=", f"/cases/{closed}", f"/cases/{closed}/file", "/todo", "/desk")
        ),
        centre.post(f"/cases/{closed}/people"),
        centre.get(f"/api/v1/cases/{closed}"),
        centre.get(f"/api/v1/cases/{closed}/file", params={"personal": "true"}),
        *(village.browser("leader").get(path) for path in ("/dashboard", "/report", "/report.xlsx")),
        *(village.browser("officer").get(path) for path in ("/records", f"/suggestions/{incident}", "/weekly")),
    ]
    assert [page.status_code for page in pages] == [200] * len(pages)
    for page in pages:
        assert not [word for word in PERSONAL if word in page.text], page.url
    assert "已清除" in pages[0].text
    assert "到期清除：" in pages[1].text
    assert pages[7].json()["track"][-1]["act"] == "清除"
    assert village.browser("leader").get("/dashboard").text == before


def test_a_hold_is_seen_on_the_page_and_in_the_list(village: Town, closed: str) -> None:
    village.do("leader", closed, "保全", reason="法院要调档")
    centre = village.browser("centre")
    assert "领导己保全" in centre.get(f"/cases/{closed}").text
    assert '<span class="tag warn">保全</span>' in centre.get("/cases?state=").text
    assert "没有到期的档案" in village.browser("admin").get("/retention").text


def test_what_is_refused_is_said(village: Town, closed: str) -> None:
    answer = village.browser("admin").post("/retention", data={"kind": "档案", "case_id": closed, "reason": ""})
    assert answer.status_code == 422
    assert "请写明清除的理由" in answer.text


def test_the_command_lists_what_is_due(
    village: Town, closed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    periods = tmp_path / "期限.yaml"
    shipped = (Path(__file__).parents[2] / "rules" / "warning" / "保存期限.yaml").read_text(encoding="utf-8")
    periods.write_text(shipped.replace("已归档: {保存: 永久", "已归档: {保存: 10年"), encoding="utf-8")
    with village.database.write() as connection:
        connection.execute(update(case_file).values(closed_at="2001-01-01T00:00:00.000Z"))
    monkeypatch.setenv("TONGBAN_DATABASE_URL", village.database.url)
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TONGBAN_RETENTION_FILE", str(periods))
    done = CliRunner().invoke(tongban, ["retention", "due"], standalone_mode=False)
    assert "已归档　保存 10年，到 2011-01-01 为止" in done.stdout
    told = CliRunner().invoke(tongban, ["retention", "due", "--json"], standalone_mode=False).stdout
    assert [one["kept_until"] for one in json.loads(told)["cases"]] == ["2011-01-01"]
