"""A station, a backup of it, and an empty place to restore it to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rules import Ruleset
from service.settings import Settings
from tests.backup.station import Station, stationed


@pytest.fixture
def station(tmp_path: Path, ruleset: Ruleset) -> Iterator[Station]:
    made = stationed(Settings(data_dir=tmp_path / "data"), ruleset)
    yield made
    made.database.close()


@pytest.fixture
def archive(station: Station, tmp_path: Path) -> Path:
    return station.back_up(tmp_path / "backup.zip")


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "new" / "data")
