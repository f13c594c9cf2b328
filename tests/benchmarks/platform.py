"""What intake with history, lists, desk, dashboard and a case page cost beside a million incidents.

A town is filled into a new database of each system, and the pages are asked for as a browser does, signed in; beside
each stands what it costs where there is next to nothing. The model is that of the data folder (TONGBAN_DATA_DIR).

    python -m tests.benchmarks.platform --system postgresql
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from fastapi.testclient import TestClient

from service import clock
from service.accounts.gate import COOKIE
from service.accounts.model import Role
from service.app import create_app
from service.commands import progress
from service.intake.actions import Intake
from service.settings import Settings
from service.startup import open_intake, open_link_key, open_model
from service.statistics.model import Span
from tests.benchmarks.printed import number, print_table
from tests.benchmarks.town import texts
from tests.benchmarks.town.filling import Town, fill
from tests.postgres import Cluster

# Incidents and cases.
_MANY: Mapping[str, tuple[int, int]] = {"postgresql": (1_000_000, 200_000), "sqlite": (500_000, 100_000)}
_FEW = (60, 20)
_HEADINGS = ("谁看什么", "中位毫秒", "95% 以内", "处理器毫秒", "空库中位", "空库处理器", "是空库的几倍")
_LIST: Mapping[str, str] = {
    "state=": "不筛选", "state=未结": "未结", "colour=红": "红色", "words=88号": "关键词", "words=2025-0001": "档案号",
    "kind=邻里": "类型", "unit=UNIT": "承办单位", "overdue=yes": "超期", "since=2026-01-01": "建档日期",
    "words=没有这个": "一件也没有", "state=&page=30": "第 30 页",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds of each round, in wall and in processor time of this process."""

    wall: Sequence[float]
    processor: Sequence[float]


@dataclass(frozen=True, slots=True)
class Page:
    """Somebody asks for a page; `body` makes the form of a POST."""

    name: str
    role: Role
    path: str


def pages(town: Town) -> Iterator[Page]:
    """Everything that is measured."""
    yield Page("接警研判（历史、可能同一纠纷、类似旧案）", Role.DUTY, "/live")
    for role in (Role.AUDITOR, Role.CENTRE):
        for query, said in _LIST.items():
            yield Page(f"档案列表，{said}", role, f"/cases?{query.replace('UNIT', town.unit_id)}")
    yield Page("档案列表，不筛选", Role.HANDLER, "/cases?state=")
    for role in (Role.DUTY, Role.CENTRE, Role.HANDLER, Role.LEADER):
        yield Page("我的待办", role, "/todo")
    yield Page("分派台", Role.CENTRE, "/desk")
    for role in (Role.AUDITOR, Role.LEADER, Role.CENTRE):
        yield Page("看板，本月", role, f"/dashboard?span={Span.MONTH}")
    yield Page("档案页，警情最多的", Role.CENTRE, f"/cases/{town.large}")
    yield Page("档案页，一条警情的", Role.CENTRE, f"/cases/{town.small}")


def measure(client: TestClient, town: Town, disputes: int, rounds: int) -> dict[tuple[Role, str], Spent]:
    """Each page so many times, one page after another; what comes first is not counted."""
    found = {}
    for page in pages(town):
        progress.show(1.0, f"{page.role.value} {page.name}")
        forms = _forms(disputes)
        spent = [_ask(client, town, page, next(forms)) for _ in range(rounds + 3)][3:]
        wall, processor = zip(*spent, strict=True)
        found[page.role, page.name] = Spent(wall, processor)
    return found


def _forms(disputes: int) -> Iterator[dict[str, str]]:
    chance = random.Random(13)  # noqa: S311 - no secret
    while True:
        known = texts.registration(chance.randrange(disputes))
        yield {"text": texts.text(chance), "phone": known.parties[0].phone, "place": known.place}


def _ask(client: TestClient, town: Town, page: Page, form: dict[str, str]) -> tuple[float, float]:
    headers = {"Cookie": f"{COOKIE}={town.sessions[page.role]}"}
    begun, worked = time.perf_counter(), time.process_time()
    if page.path == "/live":
        answer = client.post(page.path, data=form, headers=headers)
    else:
        answer = client.get(page.path, headers=headers, follow_redirects=False)
    spent = (time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000
    if answer.status_code != 200:
        raise AssertionError(f"{page.path}：{answer.status_code} {answer.text[:500]}")
    return spent


@contextmanager
def serving(desk: Intake, settings: Settings) -> Iterator[TestClient]:
    """The application, without what comes round by itself: that would write while others are measured."""
    app = create_app(settings, desk)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        for one in app.state.repeating:
            one.__exit__()
        yield client


def run(system: str, folder: Path, url: str, incidents: int, cases: int, rounds: int) -> dict[tuple[Role, str], Spent]:
    """Fill a new database and measure."""
    settings = Settings(data_dir=folder, database_url=url)
    desk = open_intake(settings, clock.now().date(), progress.show)
    secret = open_link_key(settings)
    begun = time.perf_counter()
    town = fill(desk, secret, texts.read(desk, secret), incidents=incidents, cases=cases)
    took = time.perf_counter() - begun
    print(f"{system}：{incidents:,} 条警情、{cases:,} 份档案，造了 {took:.0f} 秒", flush=True)
    with serving(desk, settings) as client:
        return measure(client, town, cases, rounds)


def main() -> None:
    """Measure on each system that is asked for, and print a table of each."""
    parser = argparse.ArgumentParser(description="一百万条警情、二十万份档案旁边，各个页面要几毫秒")
    parser.add_argument("--system", choices=(*_MANY, "both"), default="both", help="哪种数据库")
    parser.add_argument("--incidents", type=int, help="多少条警情；不写就是目标里的数")
    parser.add_argument("--cases", type=int, help="多少份档案")
    parser.add_argument("--rounds", type=int, default=40, help="每样量几次")
    wanted = parser.parse_args()
    trained = Settings()
    open_model(trained, progress.show)
    for system in _MANY if wanted.system == "both" else (wanted.system,):
        incidents, cases = wanted.incidents or _MANY[system][0], wanted.cases or _MANY[system][1]
        with ExitStack() as stack:
            cluster = stack.enter_context(Cluster()) if system == "postgresql" else None
            spent = []
            for many in (_FEW, (incidents, cases)):
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                for file in (trained.model_file, trained.model_key):
                    shutil.copy(file, folder)
                spent.append(run(system, folder, cluster.new_database() if cluster else "", *many, wanted.rounds))
            empty, full = spent
        print_table(_HEADINGS, [_row(role, name, full[role, name], empty[role, name]) for role, name in full])
        sys.stdout.flush()


def _row(role: Role, name: str, full: Spent, empty: Spent) -> list[str]:
    middle, least = median(full.wall), median(empty.wall)
    return [
        f"{role.value}：{name}",
        number(middle, 1),
        number(quantiles(full.wall, n=20, method="inclusive")[18], 1),
        number(median(full.processor), 1),
        number(least, 1),
        number(median(empty.processor), 1),
        number(middle / least, 1),
    ]


if __name__ == "__main__":
    main()
