"""The service over the street, and what its routes are asked with."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert

from service import clock
from service.accounts.actions import Accounts
from service.accounts.model import Role
from service.app import create_app
from service.cases.attachments import Attachments
from service.cases.handing_over import Accept, Dispatch
from service.errors import InputError
from service.incidents.model import Registration
from service.intake.actions import Intake
from service.retention.model import Erasure, Kind, State
from service.retention.store import add_erasure
from service.rulesets.in_force import InForce
from service.settings import Settings
from service.storage.copying import sqlite_file
from service.storage.database import Database
from service.storage.tables.rulesets import publication
from service.units.standing_in import StandIns
from service.webhooks.actions import Webhooks
from tests.access.street import ADDRESS, PEOPLE, Street, enter, settle, unit_id
from tests.accounts.conftest import ROOT, cheap_hashes
from tests.casepage.conftest import Town, database
from tests.rulesets.town import town as small_ruleset

__all__ = ["cheap_hashes", "database"]


# The rule that they ask for: what it would have changed is told by the words of incidents.
ON_TRIAL = ("依据: 测试\n  状态: 启用\n  优先级: 800", "依据: 测试\n  状态: 试行\n  优先级: 800")


class Idle(nullcontext[None]):
    """Nothing goes on in it, and so nothing fails."""

    failure = None

    def __init__(self, *_: object, **__: object) -> None:
        super().__init__()


@pytest.fixture
def street(database: Database, tmp_path: Path, cheap_hashes: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Street]:
    """Nothing goes on in it but what is asked for: no jobs, no rounds, no messages."""
    for going_on in ("Worker", "Repeating"):
        monkeypatch.setattr(f"service.app.{going_on}", Idle)
    accounts, ruleset = settle(database), small_ruleset(ON_TRIAL)
    model: Any = SimpleNamespace(
        fingerprint="试",
        tokenizer=SimpleNamespace(implementation="rjieba"),
        tokenizer_note="rjieba",
        signals=SimpleNamespace(names=()),
        dispute=SimpleNamespace(labels=tuple(ruleset.dispute_types)),
        classify=_unreadable,
    )
    app = create_app(Settings(data_dir=tmp_path / "data"), prepared=Intake(model, InForce(ruleset), database))
    with TestClient(app, base_url=ADDRESS) as client, closing(sqlite3.connect(":memory:")) as before:
        tokens = {who: enter(database, who)[0] for who in PEOPLE}
        there = _furnish(Town(app, database, ruleset, tmp_path), accounts)
        file = sqlite_file(database)
        assert file is not None
        with closing(sqlite3.connect(file)) as live:
            live.backup(before)
        yield Street(client, database, tokens, before, there)


def _furnish(town: Town, accounts: dict[str, str]) -> dict[str, str]:
    """One of everything; its id by the word that the paths have for it, and by what stands before it."""
    actors = {who: enter(town.database, who)[1] for who in ("值班民警", "矛调中心", "承办人", "规则编辑")}
    officer, cases, app = actors["值班民警"], town.cases, town.app
    case = cases.open(officer, town.suggestion(unit_id=unit_id("station")), Registration(place="桥头社区")).id
    cases.transfer(officer, case)
    cases.do(actors["矛调中心"], case, Dispatch(unit_id("women")))
    cases.do(actors["承办人"], case, Accept())
    attachments: Attachments = app.state.attachments
    arriving = attachments.arriving(officer, case)
    arriving.write_bytes(b"%PDF-1.7 agreement")
    attachments.take(officer, case, "协议.pdf", arriving)
    job, folder = app.state.rescoring.receive(officer)
    folder.path.joinpath("sent").write_text("描述,时间\n夫妻争吵,2026-03-01\n", encoding="utf-8")
    app.state.rescoring.take(officer, job, "警情.csv", folder.path / "sent")
    brought, folder = app.state.importing.receive(officer)
    folder.path.joinpath("sent").write_text("描述,时间\n夫妻争吵,2026-03-01\n", encoding="utf-8")
    app.state.importing.take(officer, brought, "警情.csv", folder.path / "sent")
    with town.database.write() as connection:
        connection.execute(insert(publication), _published(town.ruleset.version))
    (standing,) = StandIns(town.database).of(ROOT, accounts["值班民警"])
    key, _ = Accounts(town.database).create_key(ROOT, accounts["值班民警"], "程序", [Role.DUTY])
    return {
        "accounts": accounts["值班民警"],
        "account": accounts["承办人"],
        "cases": case,
        "desk": case,
        "attachment": attachments._of(case)[0].id,
        "sessions": officer.session_id,
        "stand-ins": standing.stand_in.id,
        "stand_in": standing.stand_in.id,
        "key": key.id,
        "rescoring": job,
        "import": brought,
        "drafts": app.state.rulesets.begin(actors["规则编辑"], "改一改", {"ruleset.yaml": "规则"}).id,
        "suggestions": town.suggestion(decided=False, unit_id=unit_id("station")),
        "units": unit_id("village"),
        "webhooks": Webhooks(town.database, ()).add(ROOT, unit_id("station"), "http://10.0.0.1/", ["签收"]).id,
        "inbox": case,
        "notices": case,
        "retention": _proposed(town.database),
        "rule_id": "YJ-002",
        "number": "1",
        "kind": "xlsx",
        "part": "result",
    }


def _proposed(database: Database) -> str:
    """An erasing that waits for its second person; its id."""
    now = clock.stamp()
    new = Erasure(str(uuid4()), Kind.INCIDENTS, "", now, "10年", "满了", State.PROPOSED, now, "", "管理员")
    with database.write() as connection:
        add_erasure(connection, new)
    return new.id


def _unreadable(*_: object) -> NoReturn:
    raise InputError("没有模型，读不了")


def _published(version: str) -> dict[str, object]:
    """The rule set as somebody published it first."""
    who = ("author_id", "author_name", "publisher_id", "publisher_name")
    counts = dict.fromkeys(("incidents", "changed", "left_red"), 0)
    made = {"number": 1, "version": version, "previous": version, "kind": "发布", "note": "头一版"}
    return made | counts | dict.fromkeys(who, "") | {"published_at": clock.stamp()}
