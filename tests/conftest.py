"""What every test may ask for: a trained model, the shipped rules, an empty database, a running service."""

import fcntl
import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import event

from classifier import model_file
from classifier.examples import Example, lines_in, shipped_examples, shipped_rows
from classifier.fingerprint import fingerprint
from classifier.model import Model
from classifier.signals import SignalFinder
from classifier.training import train
from rules import Ruleset, load
from service.intake.actions import Intake
from service.rulesets.in_force import InForce
from service.storage import migrate
from service.storage.database import Database
from tests.postgres import Cluster, missing_postgres

TODAY = date(2026, 3, 2)

# A busy machine is no fault of what is tested.
hypothesis_settings.register_profile("tongban", deadline=None)
hypothesis_settings.load_profile("tongban")


def pytest_collection_finish() -> None:
    """What is imported by now stays: the collector need not go through it again and again."""
    gc.collect()
    gc.freeze()


def require(reason: str | None) -> None:
    """Skip where something is missing on this machine; fail where everything must be there."""
    if reason and os.environ.get("TONGBAN_TEST_EVERYTHING"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def trained_data_dir(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data folder that already holds a trained model, as after a first start; one for all test processes.

    TONGBAN_TEST_TRAINED names a data folder whose model is taken if today's rows, code and packages made it.
    """
    alone = worker_id == "master"
    folder = (tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent) / "trained"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "model.tongban").exists():
            model = _trained_already() or train(lambda _share, _message: None)
            model_file.save(model, folder / "model.tongban", model_file.signing_key(folder / "model.key"))
    return folder


def _trained_already() -> Model | None:
    named = os.environ.get("TONGBAN_TEST_TRAINED")
    if not named:
        return None
    found = model_file.load(Path(named) / "model.tongban", model_file.signing_key(Path(named) / "model.key"))
    return found if found.fingerprint == fingerprint(list(lines_in(shipped_rows()))) else None


@pytest.fixture(scope="session")
def few_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every twentieth training row, for tests that train anew and look at something else."""
    folder = tmp_path_factory.mktemp("rows")
    lines = list(lines_in(shipped_rows()))[::20]
    (folder / "rows.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@cache
def shipped() -> tuple[Example, ...]:
    """The rows that ship, which take more than a second to read."""
    return tuple(shipped_examples())


@cache
def shipped_signals() -> SignalFinder:
    """The finder of the shipped lexicon, which takes seconds to work out."""
    return SignalFinder.shipped()


@pytest.fixture(scope="session")
def model(trained_data_dir: Path) -> Model:
    """The model trained on the shipped rows."""
    key = model_file.signing_key(trained_data_dir / "model.key")
    return model_file.load(trained_data_dir / "model.tongban", key)


@pytest.fixture(scope="session")
def ruleset() -> Iterator[Ruleset]:
    """The shipped rule set."""
    loaded, problems = load(Path(str(files("rules") / "library")), today=TODAY)
    assert loaded is not None, problems
    yield loaded
    loaded.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL of our own on a unix socket."""
    require(missing_postgres())
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest form, to be copied: the migrations have tests of their own."""
    file = tmp_path_factory.mktemp("migrated") / "tongban.db"
    opened = careless(file)
    migrate.upgrade(opened)
    opened.close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty database at the newest form, on each of the two systems."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            opened = careless(shutil.copy(migrated, tmp_path / "tongban.db"))
        else:
            opened = Database(stack.enter_context(request.getfixturevalue("postgres").lent_database()))
        yield opened
        opened.close()


def careless(file: Path) -> Database:
    """A SQLite database that does not wait for the disk, as tests.postgres does not: nothing outlasts a power cut."""
    opened = Database(f"sqlite:///{file}")
    for engine in opened.engines:
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    return opened


@pytest.fixture
def desk(model: Model, ruleset: Ruleset, database: Database) -> Intake:
    """Intake on an empty database."""
    return Intake(model, InForce(ruleset), database)
