"""tongban rules preview, publish, rollback and history, as a rule editor or a CI job runs them.

The rule set is small: the shipped head, so that it fits the model, and the three rules of the town.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from rules import load
from service.audit.store import entries
from service.cli import main
from service.commands import read_settings
from service.rulesets import store
from service.rulesets.model import Draft, DraftState
from service.startup import open_intake, open_rulesets
from service.storage import migrate
from service.storage.database import Database
from tests.conftest import TODAY
from tests.rulesets.recording import SECOND, record_incidents
from tests.rulesets.town import RULES, changed

HEAD = (files("rules") / "library" / "ruleset.yaml").read_text(encoding="utf-8")
YELLOW = ("村(社区), 预警颜色: 蓝", "村(社区), 预警颜色: 黄")
RED_BY_FIVE_ONLY = ("至少: 3", "至少: 5")
MISSPELT = ("条件: {纠纷类型: 邻里}", "条件: {纠纷类形: 邻里}")
NO_RED_FOR_WEAPONS = ("条件: {凶器: 是}", "条件: {凶器: 否}")
WITHOUT_A_TYPE = ("取值: [婚恋家庭, 邻里, ", "取值: [邻里, ")
THRICE = {"纠纷类型": "邻里", "近90天重复次数": 3}


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Station:
    """A data folder, its database, and the folder of rules that somebody edits."""

    folder: Path
    database: Database
    capture: pytest.CaptureFixture[str]

    def write(self, *changes: tuple[str, str]) -> None:
        """The town's rules with some wordings changed."""
        (self.folder / "ruleset.yaml").write_text(changed(HEAD, *changes), encoding="utf-8")
        (self.folder / "rules.yaml").write_text(changed(RULES, *changes), encoding="utf-8")

    def run(self, *arguments: object) -> Said:
        with pytest.raises(SystemExit) as ended:
            main(["rules", *map(str, arguments)])
        said = self.capture.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    def publish(self, *changes: tuple[str, str], note: str = "试") -> Said:
        """Publish the town's rules with some wordings changed."""
        self.write(*changes)
        return self.run("publish", self.folder, "--note", note)

    def record(self, facts: Mapping[str, object]) -> None:
        """An incident that was decided by what lies in the folder."""
        ruleset, problems = load(self.folder, today=TODAY)
        assert ruleset is not None, problems
        with ruleset:
            record_incidents(self.database, ruleset, [facts])

    @property
    def open_drafts(self) -> list[Draft]:
        with self.database.read() as connection:
            return store.open_drafts(connection)

    @property
    def numbers(self) -> list[int]:
        with self.database.read() as connection:
            return [one.number for one in store.publications(connection)]


@pytest.fixture
def station(
    trained_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Station]:
    """Nothing published yet; the town's rules in the folder, without errors."""
    url = f"sqlite:///{tmp_path / 'tongban.db'}"
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(trained_data_dir))
    monkeypatch.setenv("TONGBAN_DATABASE_URL", url)
    monkeypatch.delenv("TONGBAN_RULES_PATH", raising=False)
    monkeypatch.setattr("getpass.getuser", lambda: "zhang")
    database = Database(url)
    migrate.upgrade(database)
    folder = tmp_path / "规则"
    folder.mkdir()
    made = Station(folder, database, capsys)
    made.write()
    yield made
    database.close()


@pytest.fixture
def published(station: Station) -> Station:
    """The town's rules are version 1, and one incident is on record that they hold red."""
    done = station.publish(note="开张")
    assert done.status == 0, done
    station.record(THRICE)
    return station


class TestPublish:
    def test_the_folder_comes_into_force_in_the_name_of_the_user(self, station: Station) -> None:
        done = station.publish(note="开张")
        assert (done.status, done.out.splitlines()[-1].split("：")[0]) == (0, "第 1 版已发布")
        with station.database.read() as connection:
            (made,) = store.publications(connection)
            assert list(entries(connection))[-1].actor_name == "本机命令行 zhang"
        assert (made.publisher.name, made.note) == ("本机命令行 zhang", "开张")
        assert station.run("check").out.splitlines()[-1] == "警情通办缺省规则：3 条规则，没有错误"

    def test_the_same_rules_again_publish_nothing(self, published: Station) -> None:
        done = published.publish(("理由: 就近", "理由: 就近  # 注释也不算差别"))
        assert (done.status, done.out) == (0, "与现用的第 1 版没有差别，没有发布\n")
        assert (published.numbers, published.open_drafts) == ([1], [])

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (MISSPELT, "您是不是想写「纠纷类型」"),
            (NO_RED_FOR_WEAPONS, "规则 YJ-001 的测试「中」没有通过"),
            (WITHOUT_A_TYPE, "规则集的“纠纷类型”里缺：婚恋家庭"),
        ],
        ids=["misspelt", "own test fails", "does not fit the model"],
    )
    def test_faulty_rules_are_told_of_and_leave_no_draft(
        self, station: Station, change: tuple[str, str], told: str
    ) -> None:
        done = station.publish(change)
        assert done.status == 1
        assert told in done.out + done.err
        assert (station.numbers, station.open_drafts) == ([], [])

    def test_for_programs_the_answer_is_that_of_the_interface(self, published: Station) -> None:
        published.write(YELLOW)
        told = published.run("publish", published.folder, "--note", "邻里从黄开始", "--json").json
        assert (told["ok"], told["result"], told["published"]["number"]) == (True, "published", 2)
        assert told["preview"]["incidents"] == 1

    def test_a_note_is_needed(self, station: Station) -> None:
        assert (station.run("publish", station.folder).status, station.publish(note=" ").status) == (2, 2)

    def test_nothing_is_published_over_a_folder_that_the_settings_name(
        self, station: Station, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TONGBAN_RULES_PATH", str(station.folder))
        for command in (["publish", station.folder], ["rollback", 1]):
            done = station.run(*command, "--note", "试")
            assert (done.status, "TONGBAN_RULES_PATH" in done.err) == (2, True)
        assert (station.numbers, station.open_drafts) == ([], [])


class TestAnIncidentWouldLeaveRed:
    def test_the_draft_waits_and_how_to_confirm_is_told(self, published: Station) -> None:
        done = published.publish(RED_BY_FIVE_ONLY)
        (draft,) = published.open_drafts
        assert (done.status, draft.state, published.numbers) == (3, DraftState.WAITING, [1])
        assert f"/rules/drafts/{draft.id}/preview" in done.out
        assert f'POST /api/v1/rules/drafts/{draft.id}/confirm，内容 {{"revision": 1}}' in done.out
        assert "YJ-002 一再发生：条件不再满足" in done.out

    def test_asking_again_makes_no_second_draft(self, published: Station) -> None:
        assert [published.publish(RED_BY_FIVE_ONLY).status for _ in range(2)] == [3, 3]
        assert len(published.open_drafts) == 1

    def test_a_way_back_waits_as_well(self, published: Station) -> None:
        published.publish(RED_BY_FIVE_ONLY)
        (draft,) = published.open_drafts
        confirmed_by_a_second_person(published, draft)
        assert published.run("rollback", 1, "--note", "放得太宽").status == 0
        published.write(RED_BY_FIVE_ONLY)
        assert published.run("rollback", 2, "--note", "又放宽").status == 3


class TestPreview:
    def test_what_would_change_is_told_and_nothing_published(self, published: Station) -> None:
        published.write(RED_BY_FIVE_ONLY)
        done = published.run("preview", published.folder)
        lines = done.out.splitlines()
        assert done.status == 3
        assert lines[1:-2] == [
            "存档的警情 1 件，会不同 1 件：换接收部门 0 件，换颜色 1 件；离开红色 1 件，变成红色 0 件",
            "预警颜色，现在 → 以后",
            "  红 → 蓝　1 件",
            "  不变　0 件",
            "接收部门，现在 → 以后",
            "  不变　1 件",
            "每周件数，现在 → 以后",
            "  村(社区)　1.0 → 1.0",
            "离开红色的 1 件",
        ]
        assert lines[-1] == "    YJ-002 一再发生：条件不再满足"
        assert (published.numbers, published.open_drafts) == ([1], [])

    def test_for_programs(self, published: Station) -> None:
        published.write(YELLOW)
        done = published.run("preview", published.folder, "--days", 7, "--json")
        assert (done.status, done.json["ok"], done.json["preview"]["left_red"]) == (0, True, 0)

    def test_what_could_not_be_published_ends_with_1(self, station: Station) -> None:
        station.write(NO_RED_FOR_WEAPONS)
        done = station.run("preview", station.folder, "--json")
        assert (done.status, done.json["ok"]) == (1, False)
        errors = {problem["code"] for problem in done.json["problems"] if problem["severity"] == "错误"}
        assert errors == {"R060"}

    @pytest.mark.parametrize("days", ["0", "3661", "七", "-1"])
    def test_days_are_bounded(self, station: Station, days: str) -> None:
        done = station.run("preview", station.folder, "--days", days)
        assert (done.status, "应是 1 到 3660 的整数" in done.err) == (2, True)


class TestRollback:
    def test_an_old_version_is_published_anew(self, published: Station) -> None:
        published.publish(YELLOW)
        assert published.run("rollback", 1, "--note", "改错了").status == 0
        assert published.numbers == [3, 2, 1]
        assert published.run("diff", published.folder).status == 1
        published.write()
        assert published.run("diff", published.folder).status == 0

    def test_the_version_in_force_is_not_published_again(self, published: Station) -> None:
        done = published.run("rollback", 1, "--note", "试")
        assert (done.status, done.out) == (0, "与现用的第 1 版没有差别，没有发布\n")

    @pytest.mark.parametrize("number", [2, 2**31 - 1, "9" * 30, "一"])
    def test_a_version_that_is_not_there_is_told_of(self, station: Station, number: object) -> None:
        assert station.run("rollback", number, "--note", "试").status == 2


class TestHistory:
    def test_every_version_is_listed_with_who_when_why_and_its_effect(self, published: Station) -> None:
        published.publish(YELLOW, note="邻里从黄开始")
        newest, oldest = published.run("history").out.splitlines()
        assert newest.startswith("● 第 2 版　")
        assert "本机命令行 zhang 发布　邻里从黄开始　1 件里 0 件不同" in newest
        assert oldest.startswith("○ 第 1 版　")
        assert published.run("history", "--last", 1).out.splitlines() == [newest]

    def test_one_version_says_what_it_changed(self, published: Station) -> None:
        published.publish(YELLOW)
        assert published.run("history", 2).out.splitlines()[1:] == [
            "规则 LL-001（邻里归社区） 修改",
            "  结论：",
            "      接收部门：村(社区)",
            "    - 预警颜色：蓝",
            "    + 预警颜色：黄",
            "共：规则修改 1 处",
        ]

    def test_for_programs(self, published: Station) -> None:
        told = published.run("history", "--json").json
        assert (told["in_force"], [one["number"] for one in told["items"]]) == (1, [1])
        assert published.run("history", 1, "--json").json["files"].keys() == {"rules.yaml", "ruleset.yaml"}

    def test_before_the_first_version_the_shipped_rules_are_named(self, station: Station) -> None:
        assert station.run("history").out.splitlines() == ["还没有发布过", "现用的是自带规则"]


def confirmed_by_a_second_person(station: Station, draft: Draft) -> None:
    """As on the page."""
    settings = read_settings()
    desk = open_intake(settings, TODAY)
    with desk.ruleset:
        assert open_rulesets(settings, desk).confirm(SECOND, draft.id, draft.revision).publication
    desk.database.close()
