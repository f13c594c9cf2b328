"""How long the figures take at many cases: `python -m tests.benchmarks.dashboard [cases] [--postgresql]`.

Three years, eighteen streets with twelve departments and twelve villages each. The rows that figures are counted from
are written straight into the tables, without events.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text

from service.accounts.model import Actor, Role
from service.cases.tally import Tally, circle
from service.statistics.actions import Statistics
from service.statistics.model import Span
from service.storage import migrate
from service.storage.database import Database
from service.storage.tables import case_circle, case_file, case_tally, unit
from tests.postgres import Cluster

END = date(2026, 3, 20)
STREETS = range(18)
DEPARTMENTS = VILLAGES = range(12)
TYPES = ("婚恋家庭", "邻里", "劳动欠薪", "债务合同", "消费", "物业", "噪音环境", "土地村务")
COLOURS = ("红", "黄", "蓝")
ROUNDS = 15


def fill(database: Database, cases: int) -> None:
    """So many cases, five units to each."""
    dice = random.Random(1)  # noqa: S311
    with database.write() as connection:
        connection.execute(insert(unit), list(_units()))
        known: set[int] = set()
        for start in range(0, cases, 5000):
            files, tallies, circles = [], [], []
            for number in range(start, min(start + 5000, cases)):
                one, members = _case(dice, number)
                files.append(_file(one, number))
                tallies.append(asdict(one))
                if one.circle_id not in known:
                    known.add(one.circle_id)
                    circles += [{"member_id": member, "circle_id": one.circle_id} for member in members]
            connection.execute(insert(case_file), files)
            connection.execute(insert(case_tally), tallies)
            if circles:
                connection.execute(insert(case_circle), circles)
    if not database.url.startswith("sqlite"):
        # As its own housekeeping does soon after: without it no index alone answers anything.
        with database.engines[0].connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _units() -> Iterator[dict[str, object]]:
    kinds = {"street": "镇街", "station": "派出所", "centre": "矛调中心"}
    for street in STREETS:
        named = {_id(kind, street): label for kind, label in kinds.items()}
        named |= {_id("lead", street, one): "部门" for one in DEPARTMENTS}
        named |= {_id("village", street, one): "村(社区)" for one in VILLAGES}
        for identity, label in named.items():
            yield {"id": identity, "name": identity, "kind": label, "departments": "[]", "created_at": ""}


def _id(*parts: object) -> str:
    """As long as a true one."""
    return "-".join(map(str, parts)).ljust(36, "x")


def _case(dice: random.Random, number: int) -> tuple[Tally, set[str]]:
    street, opened = dice.choice(STREETS), END - timedelta(days=dice.randrange(1095))
    lead, village = _id("lead", street, dice.choice(DEPARTMENTS)), _id("village", street, dice.choice(VILLAGES))
    members = {_id("street", street), _id("station", street), _id("centre", street), lead, village}
    first = dice.choices(COLOURS, (1, 3, 6))[0]
    settled = opened + timedelta(days=dice.randrange(3, 25))
    closed = settled < END

    def now_and_then(chance: float) -> str | None:
        return (opened + timedelta(days=9)).isoformat() if dice.random() < chance else None

    return Tally(
        case_id=f"{dice.getrandbits(128):032x}{number % 10_000:04}",
        circle_id=circle(members),
        station_id=_id("station", street),
        centre_id=_id("centre", street),
        unit_id=lead,
        village_id=village,
        dispute_type=dice.choice(TYPES),
        suggested_colour=first,
        first_colour=first,
        colour=first,
        colours=first if dice.random() < 0.9 else f"{first}、红",
        state="已归档" if closed else "办理中",
        opened_on=opened.isoformat(),
        transferred_on=opened.isoformat(),
        returned_on=now_and_then(0.1),
        returned_by_id=lead,
        resolved_on=settled.isoformat() if closed else None,
        on_time=int(dice.random() < 0.9) if closed else None,
        recurred_on=now_and_then(0.06),
        criminal_on=now_and_then(0.002),
        petition_on=now_and_then(0.03),
    ), members


def _file(one: Tally, number: int) -> dict[str, object]:
    """What the row must stand beside; nothing is counted from it."""
    empty = {column.name: None if column.nullable else "" for column in case_file.c}
    counts = {"version": 1, "returns": 0, "recurrences": 0, "level": 0}
    return {**empty, **counts, "id": one.case_id, "number": str(number), "co_ids": "[]", "incidents": "[]",
            "guests": "[]", "lowering": "{}", "hold": "{}"}  # fmt: skip


@contextmanager
def _opened(*, postgresql: bool) -> Iterator[Database]:
    if postgresql:
        with Cluster() as cluster:
            database = Database(cluster.new_database())
            yield database
            database.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'tongban.db'}")
        yield database
        database.close()


def main() -> None:
    """Print the medians; where others use the machine too, the processor time of this process is the truer one."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    postgresql = "--postgresql" in sys.argv
    cases = numbers[0] if numbers else 200_000 if postgresql else 100_000
    with _opened(postgresql=postgresql) as database:
        migrate.upgrade(database)
        began = time.perf_counter()
        fill(database, cases)
        print(f"{datetime.now(UTC):%F}，{cases:,} 份档案，填入用了 {time.perf_counter() - began:.0f} 秒", flush=True)
        figures = Statistics(database, lambda: COLOURS)
        own = {_id(kind, 0) for kind in ("street", "station", "centre")}
        own |= {_id(kind, 0, one) for kind in ("lead", "village") for one in DEPARTMENTS}
        for who, actor in {
            "审计（全部）": Actor("a", "a", "a", frozenset({Role.AUDITOR}), "会话"),
            "矛调中心（十八分之一）": Actor("c", "c", "c", frozenset({Role.CENTRE}), "会话", sees=frozenset(own)),
        }.items():
            for span in Span:
                elapsed, used = [], []
                for _ in range(ROUNDS):
                    clock, processor = time.perf_counter(), time.process_time()
                    figures.board(actor, span, END)
                    elapsed.append(time.perf_counter() - clock)
                    used.append(time.process_time() - processor)
                took = f"中位 {statistics.median(elapsed) * 1000:.0f} 毫秒，最快 {min(elapsed) * 1000:.0f}"
                print(f"{who} {span}：{took}；本进程的处理器时间 {statistics.median(used) * 1000:.0f}", flush=True)


if __name__ == "__main__":
    main()
