"""A draft's rules out as a table, edited, and back in: all of it or nothing, on the page and over the API."""

import io
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import unquote

import openpyxl
import pytest
from fastapi.testclient import TestClient

from service.accounts.model import Actor
from service.app import create_app
from service.errors import ForbiddenError, InputError, NotFoundError, RefusedError
from service.intake.actions import Intake
from service.rulesets.actions import Rulesets
from service.rulesets.in_force import InForce
from service.rulesets.model import Draft, DraftState
from service.rulesets.table_exchange import Exchange, FaultyTableError, rules_of, take_table
from service.rulesets.table_files import csv_of, said_of, workbook_of
from service.storage.database import Database
from tests.rulesets.recording import EDITOR, OFFICER, PUBLISHER, record_incidents
from tests.rulesets.town import FILES, UNUSED, changed, town

Cells = dict[str, object]
MISSPELT = ("条件: {纠纷类型: 邻里}", "条件: {纠纷类形: 邻里}")


@pytest.fixture
def room(database: Database) -> Iterator[Rulesets]:
    with town() as rules:
        yield Rulesets(InForce(rules), database, UNUSED, lambda _ruleset: None)


def edited(workbook: bytes, rules: Cells | None = None, tests: Cells | None = None) -> bytes:
    """The workbook as Excel saves it with some cells changed."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    for sheet, cells in (("规则", rules or {}), ("测试", tests or {})):
        for cell, value in cells.items():
            book[sheet][cell] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def without_rows(workbook: bytes, rule_id: str) -> bytes:
    """The workbook without a rule and its tests."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    for sheet in (book["规则"], book["测试"]):
        for row in range(sheet.max_row, 1, -1):
            if sheet.cell(row, 1).value == rule_id:
                sheet.delete_rows(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


PRIORITY = {"F3": 850}  # of the second rule; 800 before
SLIPS: tuple[Cells, Cells] = ({"E2": "启动", "J3": "近90天重复次数 至小 3"}, {"C2": "凶气 是"})
SLIPS_SHOWN = ["规则!E2", "规则!J3 第 1 行第 10 字", "测试!C2"]


class TestAction:
    """What happens to the draft."""

    def take(self, room: Rulesets, draft: Draft, *sent: tuple[str, bytes]) -> Exchange:
        return take_table(room, EDITOR, draft.id, sent, draft.revision)

    def test_an_untouched_table_changes_nothing_but_the_revision(self, room: Rulesets) -> None:
        draft = room.begin(EDITOR)
        done = self.take(room, draft, ("规则.xlsx", workbook_of(rules_of(draft))))
        assert (done.draft.files, done.draft.revision) == (draft.files, 2)
        assert (said_of(done.changes), done.age, done.reminders) == ("与原来的规则没有差别", "", [])

    def test_an_edit_is_saved_in_its_file_and_told(self, room: Rulesets) -> None:
        draft = room.begin(EDITOR, "提高优先级")
        done = self.take(room, draft, ("规则.xlsx", edited(workbook_of(rules_of(draft)), PRIORITY)))
        assert said_of(done.changes) == "修改 1 条（YJ-002）"
        kept = room.draft(EDITOR, draft.id)
        assert kept == done.draft
        assert (kept.note, kept.files["ruleset.yaml"]) == ("提高优先级", FILES["ruleset.yaml"])
        assert [rule.priority for rule in rules_of(kept).rules] == [900, 850, 100]

    def test_a_rule_is_added_by_its_row_and_removed_with_it(self, room: Rulesets) -> None:
        draft = room.begin(EDITOR)
        whole = workbook_of(rules_of(draft))
        done = self.take(room, draft, ("规则.xlsx", without_rows(whole, "YJ-002")))
        assert said_of(done.changes) == "删除 1 条（YJ-002）"
        assert "YJ-002" not in str(done.draft.files)
        done = self.take(room, done.draft, ("规则.xlsx", whole))
        assert said_of(done.changes) == "新增 1 条（YJ-002）"
        assert rules_of(done.draft).content_hash == rules_of(draft).content_hash

    @pytest.mark.parametrize("order", [("规则.csv", "测试.csv"), ("测试.csv", "规则.csv"), ("测试镇.CSV", "b.csv")])
    def test_two_csv_are_told_apart_by_what_they_hold(self, room: Rulesets, order: tuple[str, str]) -> None:
        draft = room.begin(EDITOR)
        sheets = csv_of(rules_of(draft))
        first, second = ("测试", "规则") if order[0] == "测试.csv" else ("规则", "测试")
        sent = [(order[0], sheets[first].replace(b"800", b"850")), (order[1], sheets[second].replace(b"800", b"850"))]
        assert said_of(self.take(room, draft, *sent).changes) == "修改 1 条（YJ-002）"

    def test_with_any_slip_nothing_is_taken_and_each_is_at_its_cell(self, room: Rulesets) -> None:
        draft = room.begin(EDITOR)
        sent = edited(workbook_of(rules_of(draft)), {**PRIORITY, **SLIPS[0]}, SLIPS[1])
        with pytest.raises(FaultyTableError, match="3 处错误") as caught:
            self.take(room, draft, ("规则.xlsx", sent))
        assert [problem.where for problem in caught.value.problems] == SLIPS_SHOWN
        assert room.draft(EDITOR, draft.id) == draft

    def test_a_table_from_before_other_edits_is_taken_with_a_warning(self, room: Rulesets) -> None:
        draft = room.begin(EDITOR)
        old = workbook_of(rules_of(draft))
        files = {name: changed(text, ("优先级: 800", "优先级: 850")) for name, text in draft.files.items()}
        draft = room.save(PUBLISHER, draft.id, files, "", draft.revision)
        done = self.take(room, draft, ("规则.xlsx", old))
        assert said_of(done.changes) == "修改 1 条（YJ-002）"
        assert "别处的改动会被它盖掉" in done.age

    def test_whoever_saved_in_between_is_not_overwritten(self, room: Rulesets) -> None:
        draft = room.begin(EDITOR)
        newer = room.save(PUBLISHER, draft.id, draft.files, "乙先存", draft.revision)
        with pytest.raises(RefusedError, match="您看到的是第 1 稿"):
            self.take(room, draft, ("规则.xlsx", workbook_of(rules_of(draft))))
        assert room.draft(EDITOR, draft.id) == newer

    def test_a_faulty_draft_is_mended_as_text_first(self, room: Rulesets) -> None:
        draft = room.begin(EDITOR)
        sent = workbook_of(rules_of(draft))
        files = {name: changed(text, MISSPELT) for name, text in draft.files.items()}
        broken = room.save(EDITOR, draft.id, files, "", draft.revision)
        with pytest.raises(RefusedError, match="还有 1 处错误"):
            self.take(room, broken, ("规则.xlsx", sent))
        assert room.draft(EDITOR, draft.id) == broken

    def test_a_draft_that_is_closed_takes_no_table(self, room: Rulesets) -> None:
        draft = room.begin(EDITOR)
        dropped = room.drop(EDITOR, draft.id, draft.revision)
        with pytest.raises(RefusedError, match="已放弃"):
            self.take(room, dropped, ("规则.xlsx", workbook_of(rules_of(draft))))

    def test_a_request_to_publish_is_taken_back(self, room: Rulesets) -> None:
        record_incidents(room.database, room.in_force.ruleset, [{"纠纷类型": "邻里", "近90天重复次数": 3}])
        draft = room.begin(EDITOR, "少报红")
        files = {name: changed(text, ("至少: 3", "至少: 5")) for name, text in draft.files.items()}
        draft = room.save(EDITOR, draft.id, files, draft.note, draft.revision)
        waiting = room.publish(PUBLISHER, draft.id, draft.revision).draft
        assert waiting.state is DraftState.WAITING
        done = self.take(room, waiting, ("规则.xlsx", edited(workbook_of(rules_of(waiting)), PRIORITY)))
        assert (done.draft.state, done.draft.requested_by) == (DraftState.OPEN, None)

    @pytest.mark.parametrize(
        ("names", "complaint"),
        [
            ([], "请选一个 .xlsx"),
            (["规则.csv"], "请选一个 .xlsx"),
            (["规则.csv", "规则.csv"], "请选一个 .xlsx"),
            (["规则.xlsx", "规则.xlsx"], "请选一个 .xlsx"),
            (["规则.xlsx", "规则.csv", "测试.csv"], "请选一个 .xlsx"),
            (["照片.jpg"], "读不懂这个文件"),
            (["别的.xlsx"], "没有工作表「规则」"),
        ],
    )
    def test_other_files_are_refused_in_one_line(self, room: Rulesets, names: list[str], complaint: str) -> None:
        draft = room.begin(EDITOR)
        other = io.BytesIO()
        openpyxl.Workbook().save(other)
        sheets = csv_of(rules_of(draft))
        contents = {
            "规则.csv": sheets["规则"], "测试.csv": sheets["测试"], "规则.xlsx": workbook_of(rules_of(draft)),
            "照片.jpg": b"\xff\xd8\xff", "别的.xlsx": other.getvalue(),
        }  # fmt: skip
        with pytest.raises(InputError, match=complaint):
            self.take(room, draft, *((name, contents[name]) for name in names))
        assert room.draft(EDITOR, draft.id) == draft

    def test_an_officer_may_not(self, room: Rulesets) -> None:
        draft = room.begin(EDITOR)
        with pytest.raises(ForbiddenError):
            take_table(room, OFFICER, draft.id, [("规则.xlsx", workbook_of(rules_of(draft)))], draft.revision)

    def test_a_draft_that_is_not_there_is_named(self, room: Rulesets) -> None:
        with pytest.raises(NotFoundError, match="没有编号为"):
            take_table(room, EDITOR, "没有", [], 1)


@pytest.fixture
def client(database: Database) -> Iterator[TestClient]:
    """An editor's browser at a service with the town's rules and no model: nobody here reads a text."""
    model = SimpleNamespace(
        fingerprint="试", tokenizer=SimpleNamespace(implementation="rjieba"), tokenizer_note="rjieba"
    )
    app = create_app(prepared=Intake(cast(Any, model), InForce(town()), database))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        come(app, EDITOR)
        yield client


def come(app: Any, actor: Actor) -> None:
    """From now on it is this person who sends requests."""
    app.state.sign_in = SimpleNamespace(recognise=lambda _token, _key: actor)


@pytest.fixture
def draft(client: TestClient) -> str:
    """The number of a new draft."""
    identity: str = client.post("/api/v1/rules/drafts", json={"note": "试"}).json()["id"]
    return identity


def files_of(client: TestClient, draft: str) -> dict[str, str]:
    files: dict[str, str] = client.get(f"/api/v1/rules/drafts/{draft}").json()["files"]
    return files


Upload = Callable[..., Any]


class TestPage:
    """The draft's page."""

    @pytest.fixture
    def upload(self, client: TestClient, draft: str) -> Upload:
        def upload(*sent: tuple[str, bytes], revision: int = 1, **fields: str) -> Any:
            files = [("table", one) for one in sent]
            return client.post(
                f"/rules/drafts/{draft}/table", data={"revision": str(revision), **fields}, files=files or None
            )

        return upload

    def workbook(self, client: TestClient, draft: str) -> bytes:
        return client.get(f"/rules/drafts/{draft}/table.xlsx").content

    def test_it_offers_every_file_and_each_link_leads_to_one(self, client: TestClient, draft: str) -> None:
        page = client.get(f"/rules/drafts/{draft}").text
        links = re.findall(r'href="(/rules/drafts/[^"]+/table\.[^"]+)"', page)
        names = []
        for link in links:
            answer = client.get(link)
            assert answer.status_code == 200
            names.append(unquote(answer.headers["content-disposition"].partition("UTF-8''")[2]))
        assert names == ["规则-第1稿.xlsx", "规则-第1稿.csv", "规则-第1稿-测试.csv"]

    def test_the_enter_key_still_saves(self, client: TestClient, draft: str) -> None:
        form = client.get(f"/rules/drafts/{draft}").text.partition('class="draft"')[2]
        assert re.findall(r"<button[^>]*>([^<]*)", form)[0] == "保存"  # browsers press the first

    def test_an_edited_table_is_taken_and_told(self, client: TestClient, draft: str, upload: Upload) -> None:
        answer = upload(("规则.xlsx", edited(self.workbook(client, draft), PRIORITY)))
        assert answer.status_code == 200
        assert "存为第 2 稿：修改 1 条（YJ-002）" in answer.text
        assert 'name="revision" value="2"' in answer.text
        assert "优先级: 850" in files_of(client, draft)["rules.yaml"]
        assert client.get(f"/api/v1/rules/drafts/{draft}").json()["note"] == "试"

    def test_both_csv_files_may_come_at_once(self, client: TestClient, draft: str, upload: Upload) -> None:
        rules, tests = (client.get(f"/rules/drafts/{draft}/table.csv?sheet={one}").content for one in ("规则", "测试"))
        answer = upload(("a.csv", rules.replace(b"800", b"850")), ("b.csv", tests))
        assert "修改 1 条（YJ-002）" in answer.text

    def test_a_refused_table_shows_every_slip_and_keeps_the_note(
        self, client: TestClient, draft: str, upload: Upload
    ) -> None:
        before = files_of(client, draft)
        answer = upload(("规则.xlsx", edited(self.workbook(client, draft), *SLIPS)), note="刚写的说明")
        assert answer.status_code == 422
        assert "3 处错误，草稿没有动" in answer.text
        assert [place for place in SLIPS_SHOWN if f"<code>{place} R" not in answer.text] == []
        assert "刚写的说明" in answer.text
        assert files_of(client, draft) == before

    def test_what_is_written_and_not_saved_is_not_lost(self, client: TestClient, draft: str, upload: Upload) -> None:
        typed = {f"file:{name}": f"{text}# 刚写的\n" for name, text in FILES.items()}
        answer = upload(("规则.xlsx", self.workbook(client, draft)), **typed)
        assert answer.status_code == 409
        assert "还没保存的改动" in answer.text
        assert answer.text.count("# 刚写的") == 2
        assert files_of(client, draft) == FILES

    def test_the_texts_that_the_page_itself_sends_along_are_no_change(
        self, client: TestClient, draft: str, upload: Upload
    ) -> None:
        sent = {f"file:{name}": text.replace("\n", "\r\n") for name, text in FILES.items()}
        answer = upload(("规则.xlsx", self.workbook(client, draft)), **sent)
        assert "与原来的规则没有差别" in answer.text

    def test_sending_no_file_is_told_on_the_page(self, client: TestClient, draft: str) -> None:
        fields = (
            'name="revision"\r\n\r\n1',
            'name="table"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n',
        )
        body = "".join(f"--x\r\nContent-Disposition: form-data; {field}\r\n" for field in fields)
        as_browsers_do = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = client.post(f"/rules/drafts/{draft}/table", content=f"{body}--x--\r\n", headers=as_browsers_do)
        assert answer.status_code == 422
        assert "请选一个 .xlsx" in answer.text
        assert 'name="file:rules.yaml"' in answer.text

    def test_a_faulty_draft_says_why_it_is_no_table(self, client: TestClient, draft: str) -> None:
        files = {f"file:{name}": changed(text, MISSPELT) for name, text in FILES.items()}
        client.post(f"/rules/drafts/{draft}", data={"revision": "1", **files})
        answer = client.get(f"/rules/drafts/{draft}/table.xlsx")
        assert answer.status_code == 409
        assert "还有 1 处错误，改好并保存了才能换成表格" in answer.text
        assert 'name="file:rules.yaml"' in answer.text

    def test_what_a_cell_says_is_shown_and_never_run(self, client: TestClient, draft: str, upload: Upload) -> None:
        slip: Cells = {"E2": "<script>alert(1)</script>{{ 7*7 }}"}
        page = upload(("规则.xlsx", edited(self.workbook(client, draft), slip))).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
        assert "{{ 7*7 }}" in page

    def test_a_file_beyond_the_limit_is_refused(self, upload: Upload) -> None:
        assert upload(("规则.xlsx", b"x" * (20 << 20))).status_code == 413
        assert "超过 10 MB 的上限" in upload(("规则.xlsx", b"x" * (11 << 20))).text


class TestInterface:
    """The same over the API."""

    def put(self, client: TestClient, draft: str, sent: bytes, revision: int = 1) -> Any:
        return client.put(
            f"/api/v1/rules/drafts/{draft}/table", data={"revision": revision}, files={"table": ("规则.xlsx", sent)}
        )

    def test_a_table_goes_out_and_comes_back_edited(self, client: TestClient, draft: str) -> None:
        sent = edited(client.get(f"/api/v1/rules/drafts/{draft}/table").content, PRIORITY)
        told = self.put(client, draft, sent).json()
        assert (told["said"], told["age"], told["reminders"]) == ("修改 1 条（YJ-002）", "", [])
        assert [(one["kind"], one["action"], one["name"]) for one in told["changes"]] == [("规则", "修改", "YJ-002")]
        assert (told["draft"]["revision"], told["draft"]["state"]) == (2, "草稿")
        assert told["draft"]["files"] == files_of(client, draft)

    def test_an_officer_neither_gets_nor_puts_one(self, client: TestClient, draft: str) -> None:
        sent = client.get(f"/api/v1/rules/drafts/{draft}/table").content
        come(client.app, OFFICER)
        assert client.get(f"/api/v1/rules/drafts/{draft}/table").status_code == 403
        assert client.get(f"/rules/drafts/{draft}/table.csv").status_code == 403
        assert self.put(client, draft, sent).status_code == 403

    def test_csv_is_one_sheet_at_a_time(self, client: TestClient, draft: str) -> None:
        sheets = csv_of(town().rulebook)
        for name in ("规则", "测试"):
            address = f"/api/v1/rules/drafts/{draft}/table?kind=csv&sheet={name}"
            assert client.get(address).content == sheets[name]

    def test_every_slip_has_its_cell(self, client: TestClient, draft: str) -> None:
        before = files_of(client, draft)
        sent = edited(client.get(f"/api/v1/rules/drafts/{draft}/table").content, *SLIPS)
        answer = self.put(client, draft, sent)
        assert answer.status_code == 422
        assert "3 处错误" in answer.json()["message"]
        shown = [(one["cell"], one["row"], one["column_in_cell"], one["code"]) for one in answer.json()["problems"]]
        assert shown == [("规则!E2", 2, 1, "R031"), ("规则!J3", 3, 10, "R029"), ("测试!C2", 2, 1, "R028")]
        assert files_of(client, draft) == before

    def test_an_older_revision_is_refused(self, client: TestClient, draft: str) -> None:
        sent = client.get(f"/api/v1/rules/drafts/{draft}/table").content
        assert self.put(client, draft, sent).status_code == 200
        answer = self.put(client, draft, sent)
        assert (answer.status_code, "您看到的是第 1 稿" in answer.json()["message"]) == (409, True)

    def test_a_text_where_a_file_should_be_is_told(self, client: TestClient, draft: str) -> None:
        answer = client.put(f"/api/v1/rules/drafts/{draft}/table", data={"revision": "1", "table": "规则.xlsx"})
        assert (answer.status_code, answer.json()) == (422, {"message": "table.0：应是上传的文件"})

    @pytest.mark.parametrize("method", ["get", "put"])
    def test_a_draft_that_is_not_there_is_named(self, client: TestClient, method: str) -> None:
        fields = {"data": {"revision": 1}, "files": {"table": ("规则.xlsx", b"")}} if method == "put" else {}
        answer = client.request(method, "/api/v1/rules/drafts/none/table", **cast(Any, fields))
        assert (answer.status_code, answer.json()["message"]) == (404, "没有编号为 none 的草稿")
