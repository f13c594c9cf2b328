"""How long the dashboard's figures take at 100,000 cases: `python -m tests.benchmarks.dashboard [cases]`.

Three years, eight streets, SQLite; rows are written straight into the tables, with events but without true hashes.
"""

import json
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from service import clock
from service.accounts.model import Actor, Role
from service.statistics.actions import Statistics
from service.statistics.model import Span
from service.storage import migrate
from service.storage.database import Database
from service.storage.tables import case_event, case_file, case_unit, unit

END = datetime(2026, 3, 20, tzinfo=UTC)
STREETS = 8
TYPES = ("婚恋家庭", "邻里", "劳动欠薪", "债务合同", "消费", "物业", "噪音环境", "土地村务")
ACTS = ("建档", "流转", "分派", "签收", "反馈", "反馈", "化解", "回访", "归档")
COLOURS = ("红", "黄", "蓝")


def fill(database: Database, cases: int) -> None:
    """So many cases with nine events each, four units to a case."""
    dice = random.Random(1)  # noqa: S311
    with database.write() as connection:
        kinds = {"street": "镇街", "station": "派出所", "centre": "矛调中心", "lead": "部门", "village": "村(社区)"}
        names = [(kind, s) for s in range(STREETS) for kind in kinds]
        connection.execute(
            insert(unit),
            [
                {"id": f"{k}{s}", "name": f"{k}{s}", "kind": kinds[k], "departments": "[]", "created_at": ""}
                for k, s in names
            ],
        )
        for start in range(0, cases, 5000):
            files, events, units = [], [], []
            for number in range(start, min(start + 5000, cases)):
                street, identity = dice.randrange(STREETS), f"{number:036}"
                opened = END - timedelta(days=dice.uniform(0, 1095))
                colour, kind = dice.choices(COLOURS, (1, 3, 6))[0], dice.choice(TYPES)
                taking = [f"{k}{street}" for k in ("station", "centre", "lead", "village")]
                times = [clock.stamp(opened + timedelta(days=1.5 * n)) for n in range(len(ACTS))]
                state = "已归档" if opened < END - timedelta(days=14) else "办理中"
                files.append(
                    dict.fromkeys(c.name for c in case_file.c if c.nullable)
                    | dict.fromkeys((c.name for c in case_file.c if not c.nullable), "")
                    | {"id": identity, "number": f"{number}", "version": 9, "state": state, "colour": colour,
                       "dispute_type": kind, "station_id": taking[0], "centre_id": taking[1], "lead_id": taking[2],
                       "co_ids": "[]", "incidents": json.dumps([identity]), "guests": "[]", "opened_at": times[0],
                       "changed_at": times[-1], "returns": 0, "recurrences": 0, "level": 0, "lowering": "{}"}
                )  # fmt: skip
                changes = {"建档": {"colour": colour}, "签收": {"finish_by": times[-1]}}
                events += [
                    {"case_id": identity, "seq": seq, "at": times[seq - 1], "act": act, "actor_id": "",
                     "actor_name": "",
                     "unit_id": taking[2], "stance": "主办单位", "reason": "进展" * 20, "detail": "{}",
                     "changes": json.dumps(changes.get(act, {}), ensure_ascii=False), "previous_hash": "0" * 64,
                     "hash": "0" * 64}
                    for seq, act in enumerate(ACTS, start=1)
                ]  # fmt: skip
                units += [{"case_id": identity, "unit_id": one} for one in taking]
            connection.execute(insert(case_file), files)
            connection.execute(insert(case_event), events)
            connection.execute(insert(case_unit), units)


def main() -> None:
    """Print medians of ten."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'tongban.db'}")
        migrate.upgrade(database)
        fill(database, cases)
        figures = Statistics(database, lambda: COLOURS)
        own = frozenset(f"{k}0" for k in ("street", "station", "centre", "lead", "village"))
        for who, actor in {
            "审计（全部）": Actor("a", "a", "a", frozenset({Role.AUDITOR}), "会话"),
            "矛调中心（八分之一）": Actor("c", "c", "c", frozenset({Role.CENTRE}), "会话", sees=own),
        }.items():
            for span in Span:
                took = []
                for _ in range(10):
                    began = time.perf_counter()
                    figures.board(actor, span, END.date())
                    took.append(time.perf_counter() - began)
                print(f"{who} {span}: {statistics.median(took) * 1000:.0f} ms", flush=True)
        database.close()


if __name__ == "__main__":
    main()
