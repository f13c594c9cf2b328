"""tongban schedule, as a cron runs it."""

from pathlib import Path

import pytest
from sqlalchemy import select

from service.cli import main
from service.settings import Settings
from service.startup import open_database
from service.storage.tables.jobs import tick
from service.units.store import add_units
from tests.cases.town import UNITS


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(tmp_path))
    return Settings()


def test_one_look_does_what_is_due_and_a_second_finds_it_done(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    database = open_database(settings)
    with database.write() as connection:
        add_units(connection, UNITS)
    said = []
    for _ in range(2):
        with pytest.raises(SystemExit) as ended:
            main(["schedule", "run", "--now"])
        assert ended.value.code == 0
        said.append(capsys.readouterr().out)
    assert said[0].startswith(f"日清周结 {2 * len(UNITS)} 项，漏报 0 件")
    assert said[1].startswith("日清周结 0 项")
    with database.read() as connection:
        assert all(row.done_at for row in connection.execute(select(tick)))
    database.close()


def test_without_now_it_says_what_to_write(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["schedule", "run"])
    assert ended.value.code == 2
    assert "--now" in capsys.readouterr().err
