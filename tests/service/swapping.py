"""A service under load while version after version is published: what is published, and what must hold of the answers.

Each version says its own number in one rule, so that an answer shows which version decided it.
"""

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from classifier.model import Model
from rules import Ruleset, load_texts
from rules.rulebook import Rulebook
from service import clock
from service.accounts.model import LOCAL
from service.intake.store import get_suggestion, keep_ruleset
from service.rulesets import store
from service.rulesets.model import Kind, Person, Publication
from service.storage.database import Database
from service.suggestion import as_dict, suggest
from tests.service.asking import Answer, Client, memory
from tests.service.running import RunningService

TEXT = "换版试验：楼上漏水，多次上门协商未果，双方争吵，未动手。"
# Lead department and colour, by whether the number is even or odd.
_DECIDED = (("法院", "黄"), ("信访", "红"))
_FILE = "swap.yaml"
_RULE = """\
- 编号: HB-001
  名称: 换版试验
  责任人: 派出所法制员
  依据: 测试
  状态: 启用
  优先级: 9999
  条件: {描述: {含任一: [换版试验]}}
  结论: {接收部门: 甲部门, 预警颜色: 某色}
  理由: 第0版
  测试:
  - {名: 命中, 给定: {描述: 换版试验}, 期望: {命中: HB-001}}
  - {名: 不命中, 给定: {}, 期望: {未命中: HB-001}}
"""
_SOMEBODY = Person("00000000-0000-0000-0000-000000000000", "试验")


@dataclass(frozen=True, slots=True)
class Version:
    """A rule set with the number under which it is published."""

    number: int
    rulebook: Rulebook
    files: Mapping[str, str]

    @property
    def name(self) -> str:
        """As decisions carry it."""
        return self.rulebook.version

    @property
    def decided(self) -> tuple[str, str]:
        """Lead department and colour that it decides for TEXT."""
        return _DECIDED[self.number % 2]

    def replay(self, model: Model, day: date) -> dict[str, Any]:
        """The suggestion for TEXT under it, as JSON gives it back."""
        with Ruleset(self.rulebook, today=day, files=self.files) as ruleset:
            again: dict[str, Any] = json.loads(json.dumps(as_dict(suggest(TEXT, {}, model=model, ruleset=ruleset))))
            return again


@dataclass(frozen=True, slots=True)
class Swaps:
    """What came of it. Seconds until each worker followed the last version; MB early on and at the end, by worker.

    `waits` are the seconds until both had followed, of every version that was waited for.
    """

    answers: tuple[Answer, ...]
    followed: Mapping[int, float]
    waits: tuple[float, ...]
    healths: tuple[dict[str, Any], ...]
    early: Mapping[int, float]
    late: Mapping[int, float]
    same_workers: bool

    def versions_of(self, worker: int) -> set[str]:
        """The versions that this worker answered with."""
        return {json.loads(answer.body)["ruleset"] for answer in self.answers if answer.worker == worker}


def versions(shipped: Ruleset, count: int) -> list[Version]:
    """The shipped rules with one more, of which the decision alternates and the reason says the number.

    Each kind is read once: what they say is what their texts say, else no worker would take them.
    """
    kinds = []
    for department, colour in _DECIDED:
        files = {**shipped.files, _FILE: _RULE.replace("甲部门", department).replace("某色", colour)}
        ruleset, problems = load_texts(files, today=shipped.day, engine=False)
        assert ruleset is not None, problems
        kinds.append((ruleset.rulebook, files))
    made = []
    for number in range(1, count + 1):
        rulebook, files = kinds[number % 2]
        said = f"第{number}版"
        rules = tuple(replace(rule, reason=said) if rule.id == "HB-001" else rule for rule in rulebook.rules)
        texts = files | {_FILE: files[_FILE].replace("第0版", said)}
        made.append(Version(number, replace(rulebook, rules=rules), texts))
    return made


def publish(database: Database, version: Version, previous: str) -> None:
    """Put a version in force without the trial, which takes seconds: it is the workers' following that is tried."""
    now = clock.stamp()
    made = Publication(
        number=version.number, version=version.name, previous=previous, kind=Kind.PUBLISHED, note="试验",
        author=_SOMEBODY, publisher=_SOMEBODY, second_person=None, published_at=now,
        incidents=0, changed=0, left_red=0,
    )  # fmt: skip
    kept = Ruleset(version.rulebook, today=clock.now().date(), files=version.files, engine=False)
    with database.write() as connection:
        keep_ruleset(connection, kept, now)
        store.add_publication(connection, made)


def swap(
    service: RunningService,
    database: Database,
    shipped: Ruleset,
    published: Sequence[Version],
    *,
    clients: int,
    pause: float | None,
) -> Swaps:
    """Publish one after another while clients ask: every `pause` seconds, or as soon as every worker has followed."""
    workers = service.workers
    asking = [_started(Client(service.port, worker, TEXT)) for worker in workers for _ in range(clients)]
    probes: list[Client] = []
    waits: list[float] = []
    with database.write() as connection:
        keep_ruleset(connection, shipped, clock.stamp())
    previous, early, followed = shipped.version, {}, {}
    for version in published:
        waited_for = pause is None or version is published[-1]
        if waited_for and not probes:
            probes = [Client(service.port, worker, TEXT) for worker in workers]
        publish(database, version, previous)
        previous = version.name
        if waited_for:
            followed = _followed(probes, version)
            waits.append(max(followed.values()))
        else:
            time.sleep(pause or 0)
        if version.number == len(published) // 3:
            early = {worker: memory(worker) for worker in workers}
    for client in asking:
        client.end()
    healths = tuple(probe.health() for probe in probes)
    for probe in probes:
        probe.end()
    return Swaps(
        answers=tuple(answer for client in (*asking, *probes) for answer in client.answers),
        followed=followed,
        waits=tuple(waits),
        healths=healths,
        early=early,
        late={worker: memory(worker) for worker in workers},
        same_workers=service.workers == workers,
    )


def _started(client: Client) -> Client:
    client.start()
    return client


def _followed(probes: Sequence[Client], version: Version) -> dict[int, float]:
    """Ask every worker until it answers with this version; the seconds that each took."""
    start = time.monotonic()
    took: dict[int, float] = {}
    while len(took) < len(probes):
        for probe in probes:
            if probe.worker not in took and probe.ask()["ruleset"] == version.name:
                took[probe.worker] = time.monotonic() - start
        assert time.monotonic() - start < 60, "a worker does not follow"
        time.sleep(0.02)
    return took


def faults(
    answers: Sequence[Answer], published: Sequence[Version], shipped: Ruleset, database: Database, model: Model
) -> Iterator[str]:
    """What is wrong with the answers: each complete, decided as its own version decides, stored, and replayable."""
    known = {version.name: version for version in published}
    replays: dict[tuple[str, str], dict[str, Any]] = {}
    with database.read() as connection:
        for answer in answers:
            if answer.status != 201:
                yield f"{answer.status}: {answer.body}"
                continue
            shown = json.loads(answer.body)
            named = f"{shown['id']} by {shown['ruleset']}"
            kept = get_suggestion(connection, LOCAL, shown["id"])
            if kept is None or kept.body != answer.body:
                yield f"{named} is not stored as shown"
            if shown["ruleset"] == shipped.version:  # before the first was followed
                continue
            version = known[shown["ruleset"]]
            said = {number for rule in shown["matched_rules"] for number in re.findall("^第(.*)版", rule["reason"])}
            if said != {str(version.number)} or (shown["department_by_rules"], shown["colour"]) != version.decided:
                yield f"{named}, number {version.number}, was decided by {said}"
            key = shown["ruleset"], shown["day"]
            if key not in replays:
                replays[key] = version.replay(model, date.fromisoformat(shown["day"]))
            if {name: shown[name] for name in shown.keys() - {"id", "created_at"}} != replays[key]:
                yield f"{named} is not what its version says again"
