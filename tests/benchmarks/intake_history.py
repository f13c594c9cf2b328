"""What history costs at intake: a suggestion with its past, possible cases and similar ones, beside 100,000 incidents.

Everything is invented here. The model is that of the data folder (TONGBAN_DATA_DIR), trained first where there is none.

    python -m tests.benchmarks.intake_history
"""

import argparse
import json
import random
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from sqlalchemy import insert

from service import clock
from service.accounts.model import LOCAL
from service.cases.actions import Cases
from service.cases.life import State
from service.commands import progress
from service.incidents.model import Party, PartyRole, Registration
from service.intake.actions import Intake
from service.intake.model import KeptSuggestion
from service.intake.store import add_suggestions, keep_ruleset
from service.linking.actions import Linking
from service.linking.registered import trace_of
from service.linking.store import keep_traces
from service.settings import Settings
from service.startup import open_intake, open_link_key, open_model, open_policy
from service.storage.tables import case_file, case_incident, case_unit, incident, party

_Value = TypeVar("_Value")
_AT_ONCE = 1_000
_DISPUTES = {
    "邻里": ("楼上漏水", "过道堆放杂物", "晾衣滴水", "停车占位", "养狗吠叫", "共用墙面开裂"),
    "婚恋家庭": ("因孩子抚养费争吵", "因离婚财产争吵", "因赡养老人争吵", "分手后纠缠", "因彩礼争吵"),
    "劳动欠薪": ("拖欠三个月工资", "工伤赔偿未付", "辞退不给补偿", "工程款未结"),
    "消费": ("健身卡退费", "家电质量问题", "装修定金不退", "外卖吃坏肚子"),
}
_HOW = (
    "双方在楼道争吵",
    "报警人情绪激动",
    "对方拒不露面",
    "多次协商未果",
    "已到社区调解一次",
    "要求民警到场",
    "双方未动手",
)
_SETTLED = (State.RESOLVED, State.VISITED, State.ARCHIVED)


def _registration(chance: random.Random, dispute: int, at: str) -> Registration:
    """Of one dispute the caller's number and the place stay; one in ten calls in the town's busiest estate."""
    estate = 0 if chance.random() < 0.1 else dispute % 400
    place = f"第{estate}号花园{dispute % 30 + 1}幢{dispute % 60 + 101}室"
    phone = f"139{dispute:08}"
    return Registration(happened_at=at, place=place, parties=(Party(PartyRole.CALLER, "王小满", phone),))


def _text(chance: random.Random) -> tuple[str, str]:
    kind = chance.choice(list(_DISPUTES))
    said = chance.sample(_HOW, 3)
    return (
        kind,
        f"报警人称{chance.choice(_DISPUTES[kind])}，{'，'.join(said)}，涉及金额{chance.randrange(100, 90_000)}元。",
    )


def _made(many: int, chance: random.Random) -> Iterator[tuple[KeptSuggestion, Registration, int]]:
    now = clock.now()
    for _ in range(many):
        dispute = chance.randrange(many // 2)
        kind, text = _text(chance)
        identity, at = (
            str(uuid.UUID(int=chance.getrandbits(128))),
            clock.stamp(now - timedelta(minutes=chance.randrange(1_000_000))),
        )
        shown = {"id": identity, "created_at": at, "text": text, "dispute_type": kind, "risk": {"level": "中"}}
        shown |= {"department": "司法所", "co_departments": [], "colour": "蓝", "floor": False}
        shown |= {"model": "测速", "ruleset": "测速", "known": {}}
        yield (
            KeptSuggestion(identity, at, json.dumps(shown, ensure_ascii=False), shown),
            _registration(chance, dispute, at),
            dispute,
        )


def fill(desk: Intake, secret: bytes, many: int) -> None:
    """Invented incidents, each in the case of its dispute; four cases of five are settled."""
    chance, cases = random.Random(7), dict[int, str]()  # noqa: S311 - no secret
    made = _made(many, chance)
    version = desk.ruleset.version
    with desk.database.write() as connection:
        keep_ruleset(connection, desk.ruleset, clock.stamp())
    done = 0
    while some := list(islice(made, _AT_ONCE)):
        for kept, _, _ in some:
            kept.shown["ruleset"] = version
        with desk.database.write() as connection:
            add_suggestions(
                connection, [(one, json.dumps({"描述": one.shown["text"]})) for one, _, _ in some], "接口", ""
            )
            rows = [_rows(kept, known) for kept, known, _ in some]
            connection.execute(insert(incident), [row for row, _ in rows])
            connection.execute(insert(party), [row for _, row in rows])
            begun = {dispute: (kept, known) for kept, known, dispute in reversed(some) if dispute not in cases}
            new = []
            for dispute, (kept, known) in begun.items():
                cases[dispute] = str(uuid.UUID(int=chance.getrandbits(128)))
                new.append(_case(cases[dispute], len(cases), kept, known, settled=chance.random() < 0.8))
            if new:
                connection.execute(insert(case_file), new)
                connection.execute(insert(case_unit), [{"case_id": row["id"], "unit_id": "station"} for row in new])
            members = [{"incident_id": kept.id, "case_id": cases[dispute]} for kept, _, dispute in some]
            connection.execute(insert(case_incident), members)
            now = clock.now()
            keep_traces(
                connection, [trace_of(kept.id, kept.shown["text"], known, now, secret) for kept, known, _ in some]
            )
        done += len(some)
        progress.show(done / many, f"造警情 {done} 条")


def _rows(kept: KeptSuggestion, known: Registration) -> tuple[dict[str, Any], dict[str, Any]]:
    """An incident and its caller as they lie in their tables."""
    empty = dict.fromkeys(("alarm_number", "linked_alarm", "registered_by_id", "registered_by_name"), "")
    at, who = kept.created_at, known.parties[0]
    place = {"station_id": "station", "place": known.place, "confidential": 0}
    one = {"incident_id": kept.id, "seq": 1, "role": who.role.value, "name": who.name, "phone": who.phone}
    return {"id": kept.id, "happened_at": at, "registered_at": at, **place, **empty}, {
        **one,
        "id_number": "",
        "address": "",
    }


def _case(identity: str, number: int, kept: KeptSuggestion, known: Registration, *, settled: bool) -> dict[str, Any]:
    state = _SETTLED[number % 3] if settled else State.HANDLING
    empty = dict.fromkeys(("centre_id", "lead_id", "agreement"), "")
    lists = {"co_ids": "[]", "guests": "[]", "lowering": "{}", "hold": "{}", "incidents": json.dumps([kept.id])}
    return {
        **{"id": identity, "number": f"2026-{number:06}", "version": 1, "state": state.value, "colour": "蓝"},
        **{"dispute_type": kept.shown["dispute_type"], "place": known.place, "station_id": "station"},
        **{"opened_at": kept.created_at, "changed_at": kept.created_at, "returns": 0, "recurrences": 0, "level": 0},
        **{"resolved_at": kept.created_at if settled else None, "resolution": "书面协议" if settled else ""},
        **empty,
        **lists,
    }


def measure(desk: Intake, links: Linking, many: int, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each part, one after another, for telephones that called before, mostly."""
    chance = random.Random(11)  # noqa: S311
    names = ("历史", "研判并存档", "可能同一纠纷", "类似旧案", "合计", "合计（处理器）")
    spent: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        _, text = _text(chance)
        told = _registration(chance, chance.randrange(many // 2), "")
        begun, worked = time.perf_counter(), time.process_time()
        past = _timed(spent["历史"], lambda: links.past(text, told))  # noqa: B023
        kept = _timed(spent["研判并存档"], lambda: desk.suggest(text, {}, "接口", past))  # noqa: B023
        _timed(spent["可能同一纠纷"], lambda: links.possible(LOCAL, kept))  # noqa: B023
        _timed(spent["类似旧案"], lambda: links.similar(LOCAL, kept))  # noqa: B023
        spent["合计"].append((time.perf_counter() - begun) * 1000)
        spent["合计（处理器）"].append((time.process_time() - worked) * 1000)
    return spent


def _timed(into: list[float], do: Callable[[], _Value]) -> _Value:
    start = time.perf_counter()
    value = do()
    into.append((time.perf_counter() - start) * 1000)
    return value


def main() -> None:
    """Fill a database of its own, measure, and print medians."""
    parser = argparse.ArgumentParser(description="接警时带上历史要几毫秒")
    parser.add_argument("--incidents", type=int, default=100_000, help="先有多少条警情")
    parser.add_argument("--rounds", type=int, default=200, help="量几次")
    wanted = parser.parse_args()
    trained = Settings()
    open_model(trained, progress.show)
    with tempfile.TemporaryDirectory() as name:
        for file in (trained.model_file, trained.model_key):
            shutil.copy(file, name)
        settings = Settings(data_dir=Path(name))
        desk = open_intake(settings, clock.now().date(), progress.show)
        secret = open_link_key(settings)
        links = Linking(Cases(desk.database, open_policy(settings, desk.ruleset), link_key=secret), secret)
        fill(desk, secret, wanted.incidents)
        spent = measure(desk, links, wanted.incidents, wanted.rounds)
        desk.ruleset.close()
        desk.database.close()
    for said, each in spent.items():
        worst = sorted(each)[int(len(each) * 0.95)]
        print(f"{said}　中位 {median(each):.1f} 毫秒　95% 在 {worst:.1f} 毫秒以内")


if __name__ == "__main__":
    main()
