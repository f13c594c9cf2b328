"""Fifty people at work for some minutes: errors, which there must be none of, and how long each kind of page takes.

A real `tongban serve` with two workers, on the invented town of `tongban demo`, over SQLite and over PostgreSQL. Who is
refused because a colleague was faster has met no error. The model is that of the data folder (TONGBAN_DATA_DIR).

    python -m tests.benchmarks.load --seconds 300
"""

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles

import httpx2

from service import clock
from service.cases.actions import Cases
from service.commands import at_terminal, progress
from service.demo.filling import fill
from service.settings import Settings
from service.startup import open_intake, open_link_key, open_model, open_policy
from tests.benchmarks.html_forms import Page
from tests.benchmarks.people import WORK
from tests.benchmarks.printed import number, print_table
from tests.postgres import Cluster
from tests.service.running import RunningService

# Of a hundred people so many are of each kind; all but the handlers by these logins of the demonstration, which they
# share as at a desk.
_SHARES: Mapping[str, int] = {"duty": 40, "centre": 12, "handler": 40, "leader": 8}
_LOGINS: Mapping[str, Sequence[str]] = {
    "duty": ("minjing1", "minjing2"),
    "centre": ("zhongxin1", "zhongxin2"),
    "leader": ("lingdao1", "lingdao2"),
}
_HEADINGS = ("页面", "次数", "中位毫秒", "95% 以内", "最慢")
_FASTER = 409  # a colleague was


@dataclass
class Met:
    """Milliseconds by kind of page, errors by kind, and how often somebody was refused since a colleague was faster."""

    spent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


class OverError(Exception):
    """It is time to go."""


@dataclass
class Person:
    """Somebody signed in who works until `end`, a reading of the monotonic clock."""

    client: httpx2.AsyncClient
    chance: random.Random
    met: Met
    end: float
    pause: float

    async def get(self, kind: str, path: str) -> Page:
        """A page."""
        return await self._ask(kind, "GET", path)

    async def post(self, kind: str, path: str, form: Mapping[str, object]) -> Page:
        """What comes of sending a form, the page after it too; an empty page where it was refused."""
        return await self._ask(kind, "POST", path, form)

    async def think(self) -> None:
        """Between half of the pause and half as much again."""
        await asyncio.sleep(self.pause * (0.5 + self.chance.random()))
        if time.monotonic() > self.end:
            raise OverError

    async def _ask(self, kind: str, method: str, path: str, form: Mapping[str, object] | None = None) -> Page:
        begun = time.perf_counter()
        try:
            answer = await self.client.request(method, path, data=form, follow_redirects=False)
        except httpx2.HTTPError as error:
            self.met.errors[f"{kind}：{type(error).__name__}"] += 1
            return Page("")
        self.met.spent[kind].append((time.perf_counter() - begun) * 1000)
        if answer.status_code == _FASTER:
            self.met.refused[kind] += 1
            return Page("")
        if answer.status_code >= 400 or answer.headers.get("location", "").startswith("/login"):
            self.met.errors[f"{kind}：{answer.status_code} {_said(answer.text)}"] += 1
            return Page("")
        if answer.is_redirect:
            return await self._ask(f"{kind}之后的页面", "GET", answer.headers["location"])
        return Page(answer.text)


def _said(html: str) -> str:
    """What a page complains of, if it is one that does."""
    return html.partition('role="alert">')[2].partition("<")[0].strip()


async def work(url: str, logins: Mapping[str, str], people: int, seconds: float, pause: float) -> Met:
    """So many people at work for so long; `logins` with their passwords."""
    met, chance = Met(), random.Random(17)  # noqa: S311 - no secret
    others = sorted(set(logins) - {name for names in _LOGINS.values() for name in names})
    handlers = [one for one in others if one not in ("guanli", "guize", "fabu", "shenji", "waisuo", "waizhongxin")]
    async with AsyncExitStack() as stack:
        staff = []
        for kind, share in _SHARES.items():
            for login in islice(cycle(_LOGINS.get(kind, handlers)), round(people * share / 100)):
                client = await stack.enter_async_context(httpx2.AsyncClient(base_url=url, timeout=60))
                answer = await client.post("/login", data={"login": login, "password": logins[login]})
                if answer.status_code != 303:
                    raise AssertionError(f"{login} 不能登录：{answer.status_code} {_said(answer.text)}")
                staff.append((kind, client))
        end = time.monotonic() + seconds
        await asyncio.gather(
            *(
                _day(kind, Person(client, random.Random(chance.random()), met, end, pause))  # noqa: S311
                for kind, client in staff
            )
        )
    return met


async def _day(kind: str, person: Person) -> None:
    """One thing after another, until it is time to go."""
    try:
        await person.think()
        while True:
            await WORK[kind](person)
            await person.think()
    except OverError:
        return


def run(folder: Path, url: str, wanted: argparse.Namespace) -> Met:
    """The demonstration in a new data folder, a service of it, and people at work on that."""
    settings = Settings(data_dir=folder, database_url=url)
    desk = open_intake(settings, clock.now().date(), progress.show)
    cases = Cases(desk.database, open_policy(settings, desk.ruleset), link_key=open_link_key(settings))
    logins = fill(desk, cases, at_terminal(), progress.show, seed=1, count=wanted.cases)
    desk.ruleset.close()
    desk.database.close()
    known = {one.login: one.password for one in logins}
    with RunningService(folder, url, folder / "log.txt", workers=2) as service:
        met = asyncio.run(work(service.url, known, wanted.people, wanted.seconds, wanted.pause))
    if "Traceback" in (log := (folder / "log.txt").read_text(encoding="utf-8")):
        met.errors["服务的日志里有程序错误"] += log.count("Traceback")
        print(log[-4000:], file=sys.stderr)
    return met


def main() -> int:
    """Print a table for each system; the exit status is 1 where anybody met an error."""
    parser = argparse.ArgumentParser(description="五十个人同时用，有没有出错，各个页面要几毫秒")
    parser.add_argument("--system", choices=("sqlite", "postgresql", "both"), default="both", help="哪种数据库")
    parser.add_argument("--seconds", type=float, default=300, help="多少秒")
    parser.add_argument("--people", type=int, default=50, help="多少人")
    parser.add_argument("--pause", type=float, default=3, help="每一步之间平均想几秒")
    parser.add_argument("--cases", type=int, default=200, help="演示数据里多少份档案")
    wanted = parser.parse_args()
    trained, wrong = Settings(), False
    open_model(trained, progress.show)
    for system in ("sqlite", "postgresql") if wanted.system == "both" else (wanted.system,):
        with ExitStack() as stack:
            cluster = stack.enter_context(Cluster()) if system == "postgresql" else None
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            for file in (trained.model_file, trained.model_key):
                shutil.copy(file, folder)
            met = run(folder, cluster.new_database() if cluster else "", wanted)
        _print(system, met, wanted)
        wrong |= bool(met.errors)
    return int(wrong)


def _print(system: str, met: Met, wanted: argparse.Namespace) -> None:
    asked = sum(map(len, met.spent.values()))
    print(
        f"{system}：{wanted.people} 人 {wanted.seconds:g} 秒，{asked:,} 次请求，出错 {met.errors.total()} 次，"
        f"因为别人先办了而没有办成 {met.refused.total()} 次"
    )
    for said, count in met.errors.most_common():
        print(f"出错 {count} 次：{said}")
    print_table(
        _HEADINGS,
        [
            [kind, number(len(some)), number(median(some)), number(_slow(some)), number(max(some))]
            for kind, some in sorted(met.spent.items(), key=lambda one: -len(one[1]))
        ],
    )
    sys.stdout.flush()


def _slow(some: Sequence[float]) -> float:
    return quantiles(some, n=20, method="inclusive")[18] if len(some) > 1 else some[0]


if __name__ == "__main__":
    sys.exit(main())
