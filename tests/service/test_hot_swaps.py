"""Two hundred versions are published under load on two workers: no answer is lost, late, or decided by another version.

Each worker looks twice a second and takes the newest, so it loads a part of them; tests/benchmarks/swaps.py waits for
every one.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from classifier.model import Model
from rules import Ruleset
from service.storage.database import Database
from tests.conftest import require
from tests.service.running import RunningService
from tests.service.swapping import Swaps, Version, faults, swap, versions

_PUBLICATIONS = 200
_PAUSE = 0.1  # seconds between two
_WITHIN = 2.0  # seconds in which every worker follows
_FEWEST_LOADED = 10  # by each worker
_MOST_GROWTH = 24.0  # MB: what five versions take that are never released


@pytest.fixture(scope="module")
def published(ruleset: Ruleset) -> list[Version]:
    return versions(ruleset, _PUBLICATIONS)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('swaps') / 'tongban.db'}")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def swaps(trained_data_dir: Path, ruleset: Ruleset, published: list[Version], database: Database) -> Swaps:
    require(None if Path("/proc/net/tcp").exists() else "没有 /proc，看不出是哪个进程应答的")
    log = Path(database.url.removeprefix("sqlite:///")).with_name("log")
    with RunningService(trained_data_dir, database.url, log, workers=2) as service:
        return swap(service, database, ruleset, published, clients=2, pause=_PAUSE)


def test_every_answer_is_complete_stored_and_decided_by_the_version_that_it_names(
    swaps: Swaps, published: list[Version], ruleset: Ruleset, database: Database, model: Model
) -> None:
    assert len(swaps.answers) > 500
    assert list(faults(swaps.answers, published, ruleset, database, model)) == []


def test_each_worker_swaps_again_and_again(swaps: Swaps) -> None:
    assert len(swaps.followed) == 2
    assert all(len(swaps.versions_of(worker)) >= _FEWEST_LOADED for worker in swaps.followed)


def test_both_workers_follow_the_last_version_in_time(swaps: Swaps) -> None:
    assert max(swaps.followed.values()) < _WITHIN


def test_versions_that_are_over_leave_no_memory_behind(swaps: Swaps) -> None:
    growth = {worker: swaps.late[worker] - swaps.early[worker] for worker in swaps.late}
    assert max(growth.values()) < _MOST_GROWTH, growth


def test_the_workers_live_on_and_are_well(swaps: Swaps, published: list[Version]) -> None:
    assert swaps.same_workers
    for health in swaps.healths:
        assert (health["status"], health["notices"], health["ruleset"]) == ("ok", [], published[-1].name)
