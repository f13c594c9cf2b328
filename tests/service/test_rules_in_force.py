"""Commands about rules that name no folder mean the version published last."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service import clock
from service.cli import tongban
from service.intake.store import keep_ruleset
from service.rulesets import store
from service.rulesets.model import Kind, Person, Publication
from service.storage import migrate
from service.storage.database import Database
from tests.rules.building import HEAD, rule
from tests.rulesets.town import town

SOMEBODY = Person("", "本机命令行")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("TONGBAN_RULES_PATH", raising=False)
    return tmp_path


@pytest.fixture
def published(home: Path) -> Iterator[Database]:
    """A station whose rules are those of the town."""
    database = Database(f"sqlite:///{home / 'data' / 'tongban.db'}")
    migrate.upgrade(database)
    now = clock.stamp()
    with town() as rules, database.write() as connection:
        keep_ruleset(connection, rules, now)
        store.add_publication(
            connection,
            Publication(1, rules.version, rules.version, Kind.PUBLISHED, "试", SOMEBODY, SOMEBODY, None, now, 0, 0, 0),
        )
    yield database
    database.close()


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(tongban, ["rules", *map(str, arguments)], standalone_mode=False)


def _folder(at: Path) -> Path:
    at.mkdir()
    (at / "ruleset.yaml").write_text(HEAD, encoding="utf-8")
    (at / "rules.yaml").write_text(rule("T-1"), encoding="utf-8")
    return at


@pytest.mark.usefixtures("published")
class TestPublished:
    def test_check_and_test_read_it(self) -> None:
        *reminders, summary = _run("check").stdout.splitlines()
        assert summary == "测试镇：3 条规则，没有错误"
        assert [line.split()[:3] for line in reminders if "提醒" in line] == [
            ["ruleset.yaml:3:19:", "提醒", "R077"],  # 劳动欠薪 has no rule of its own in this town
            ["ruleset.yaml:3:25:", "提醒", "R077"],  # nor has 非纠纷
            ["ruleset.yaml:8:58:", "提醒", "R076"],  # and nobody is sent to 人社
        ]
        assert _run("test").stdout == "测试镇：6 个测试，6 个通过\n"

    def test_explain_decides_by_it(self) -> None:
        decided = json.loads(_run("explain", "--fact", "近90天重复次数=3", "--json").stdout)["decision"]
        assert decided["预警颜色"] == {"values": ["红"], "rules": ["YJ-002"]}

    def test_schema_speaks_of_its_facts(self) -> None:
        assert "凶器" in json.loads(_run("schema").stdout)["$defs"]["条件"]["properties"]

    def test_a_single_folder_is_compared_with_it(self, home: Path) -> None:
        done = _run("diff", _folder(home / "新"))
        assert done.return_value == 1
        assert "规则 LL-001（邻里归社区） 删除" in done.stdout.splitlines()

    def test_a_table_is_written_from_it(self, home: Path) -> None:
        assert "测试镇：3 条规则" in _run("table", "out", home / "规则.xlsx").stdout

    def test_a_folder_named_by_the_settings_decides_instead(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TONGBAN_RULES_PATH", str(_folder(home / "自己的")))
        assert "1 条规则" in _run("check").stdout


def test_three_folders_are_too_many_to_compare(home: Path) -> None:
    assert "旧的在前" in str(_run("diff", *[_folder(home / name) for name in "甲乙丙"]).exception)


def test_without_a_database_the_shipped_rules_are_meant_and_nothing_is_made(home: Path) -> None:
    done = _run("check")
    assert (done.return_value, done.stderr) == (0, "")
    assert not (home / "data").exists()


def test_a_database_that_is_away_is_told_of_and_the_shipped_rules_are_meant(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGBAN_DATABASE_URL", f"postgresql://nobody@/none?host={home}")
    done = _run("check")
    assert done.return_value == 0
    assert "查不到发布过的规则" in done.stderr


def test_a_database_that_is_not_brought_up_yet_is_left_as_it_is(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "tongban.db").touch()
    done = _run("check")
    assert (done.return_value, "查不到发布过的规则" in done.stderr) == (0, True)
    database = Database(f"sqlite:///{home / 'data' / 'tongban.db'}")
    assert migrate.revision(database) is None
    database.close()
