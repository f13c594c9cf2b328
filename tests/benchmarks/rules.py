"""Rule sets of 10, 100 and 1,000 rules: check, analyse, compile, publish and decide; then a preview of a whole archive.

Every time stands beside the reference evaluator's, or durable_rules' by its tutorial, of the same run.

    python -m tests.benchmarks.rules
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import rules
from rules import ManyCases, Ruleset, load_texts
from rules.rulebook import Rulebook
from rules.schema import read_rulebook
from service.intake.store import recorded_facts
from service.rulesets.actions import FaultyDraftError, Rulesets
from service.rulesets.in_force import InForce
from service.rulesets.preview import AT_ONCE, preview
from service.storage import migrate
from service.storage.database import Database
from tests.benchmarks.realistic import incidents, rule_files
from tests.rulesets.recording import EDITOR, PUBLISHER, record_incidents
from tests.rulesets.town import UNUSED

_SIZES = (10, 100, 1000)
_CASES = 2000
_ARCHIVE = 2000
_PLAIN_LIMIT = 120.0  # seconds until durable_rules by its tutorial is given up

Incidents = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """One size. Seconds; microseconds a decision; what could not be measured says why."""

    rules: int
    check: float
    analyse: float | None
    compile: float
    publish: str
    decide: float
    reference: float
    together: float
    plain: str
    plain_always: str


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _best(run: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest run: the machine has other work too."""
    return min(_seconds(run) for _ in range(times))


def _microseconds(ways: Sequence[Callable[[dict[str, Any]], object]], cases: Incidents) -> list[float]:
    """The median of a decision in each way, after a short warm-up; case by case, so that all meet the same weather."""
    for facts in cases[:100]:
        for decide in ways:
            decide(facts)
    spent = [[_seconds(partial(decide, facts)) for decide in ways] for facts in cases]
    return [1e6 * median(times) for times in zip(*spent, strict=True)]


@contextmanager
def _archive(ruleset: Ruleset, cases: Iterable[dict[str, Any]]) -> Iterator[Database]:
    """A temporary SQLite database with these incidents."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'tongban.db'}")
        migrate.upgrade(database)
        record_incidents(database, ruleset, cases)
        yield database
        database.close()


def _read(files: dict[str, str]) -> Rulebook:
    rulebook, problems = read_rulebook(files)
    if rulebook is None:
        sys.exit("\n".join(map(str, problems)))
    return rulebook


def _opened(files: dict[str, str]) -> Ruleset:
    ruleset, problems = load_texts(files, today=date.today())
    if ruleset is None:
        sys.exit("\n".join(map(str, problems)))
    return ruleset


def _edited(files: dict[str, str]) -> dict[str, str]:
    """Another wording, which makes another version and decides alike."""
    return {name: text.replace("先处置，再化解", "先处置，后化解") for name, text in files.items()}


def _publish(ruleset: Ruleset, cases: Incidents) -> str:
    """Seconds from the click to the version in force, or why it was refused."""
    with _archive(ruleset, cases) as database:
        room = Rulesets(InForce(ruleset), database, UNUSED, lambda _ruleset: None)
        draft = room.begin(EDITOR, "测速", _edited(dict(ruleset.files)))
        start = time.perf_counter()
        try:
            outcome = room.publish(PUBLISHER, draft.id, draft.revision)
        except FaultyDraftError as error:
            return f"{time.perf_counter() - start:.1f}（{error.message}）"
        spent = time.perf_counter() - start
        return f"{spent:.1f}" if outcome.publication else f"{spent:.1f}（要人复核）"


def _by_the_tutorial(size: int, seed: int, *options: str) -> str:
    """Microseconds a decision with the share decided wrongly, or how the process ended."""
    command = [sys.executable, "-m", "tests.benchmarks.plain_engine", str(size), "--seed", str(seed), *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PLAIN_LIMIT)
    except subprocess.TimeoutExpired:
        return f"{_PLAIN_LIMIT:.0f} 秒没有结束"
    if done.returncode < 0:
        return f"崩溃（信号 {-done.returncode}）"
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["没有留下说明"])[-1]
    told = json.loads(done.stdout.splitlines()[-1])
    return f"{told['spent']:.0f}，错 {told['wrong']}/{told['decided']}"


def _measure(size: int, seed: int) -> Row:
    files = rule_files(size, seed)
    rulebook = _read(files)
    cases = list(incidents(_CASES, seed))
    analyse = getattr(rules, "analyse", None)  # where it has been built
    with _opened(files) as ruleset, Ruleset(rulebook, today=date.today(), engine=False) as by_reference:
        if ruleset.notices or any(ruleset.decide(facts).degraded for facts in cases):
            sys.exit("；".join(ruleset.notices) or "有决定降级，测不得")
        decided, referred = _microseconds([ruleset.decide, by_reference.decide], cases)
        complete = [ruleset.complete(facts) for facts in cases]
        return Row(
            rules=size,
            check=_best(lambda: read_rulebook(files)),
            analyse=_seconds(lambda: analyse(ruleset)) if analyse else None,
            compile=_best(lambda: Ruleset(rulebook, today=date.today()).close()),
            publish=_publish(ruleset, cases[:_ARCHIVE]),
            decide=decided,
            reference=referred,
            together=_best(lambda: ManyCases(ruleset).decide(complete)) / len(cases) * 1e6,
            plain=_by_the_tutorial(size, seed),
            plain_always=_by_the_tutorial(size, seed, "--always"),
        )


def _shown(row: Row) -> str:
    def times(microseconds: float) -> str:
        return f"{microseconds:.0f}（{microseconds / row.reference:.2f}）"

    analysed = "无" if row.analyse is None else f"{row.analyse:.2f}"
    cells = [f"{row.rules}", f"{row.check:.2f}", analysed, f"{row.compile:.3f}", row.publish]
    cells += [times(row.decide), times(row.reference), times(row.together)]
    return "| " + " | ".join([*cells, row.plain, row.plain_always]) + " |"


def _preview(size: int, count: int, seed: int) -> None:
    """Print how long a preview of an archive takes, and what of it each step would take on its own."""
    files = rule_files(size, seed)
    with (
        _opened(files) as before,
        _opened(_edited(files)) as after,
        _archive(before, incidents(count, seed)) as database,
    ):
        with database.read() as connection:
            whole = _seconds(lambda: preview(recorded_facts(connection, None), before=before, after=after))
            fetched = _seconds(lambda: [None for _ in recorded_facts(connection, None)])
            written = [json.dumps(record.facts, ensure_ascii=False) for record in recorded_facts(connection, None)]
        loaded: list[dict[str, Any]] = []
        parsing = _seconds(lambda: loaded.extend(map(json.loads, written)))
        cases: list[Any] = []
        completing = _seconds(lambda: cases.extend(map(before.complete, loaded)))
        portions = [cases[start : start + AT_ONCE] for start in range(0, len(cases), AT_ONCE)]
        decide = [ManyCases(one).decide for one in (before, after)]
        deciding = _seconds(lambda: [by_one(portion) for portion in portions for by_one in decide])
        # The plain way, on a part: each case decided twice by the reference evaluator without a memory.
        part = loaded[: max(1, count // 50)]
        with Ruleset(before.rulebook, today=before.day, engine=False) as plain:
            plainly = (
                _seconds(lambda: [plain.decide(facts) for facts in part for _ in (before, after)]) * count / len(part)
            )
    steps = {
        "取出": fetched - parsing,
        "读 JSON": parsing,
        "补全核对事实": completing,
        "判定（一起判）": deciding,
        "比较计数": whole - fetched - completing - deciding,
    }
    print(f"\n影响预演：{count} 条存档，前后各 {size} 条规则")
    print(f"共 {whole:.1f} 秒，每秒 {count / whole:,.0f} 条；用参考求值器逐条判两遍，单是判定要 {plainly:.1f} 秒")
    for name, spent in steps.items():
        print(f"  {name}　{spent:.2f} 秒　占 {spent / whole:.0%}")


def main() -> None:
    """Print the table and the preview."""
    parser = argparse.ArgumentParser(description="规则集的检查、分析、编译、发布、判定与预演要多久")
    parser.add_argument("--seed", type=int, default=1, help="随机数种子")
    parser.add_argument("--archive", type=int, default=100_000, help="预演多少条存档")
    wanted = parser.parse_args()
    print(f"检查、分析、编译、发布用秒（发布含 {_ARCHIVE} 条存档的预演）；判定用微秒，取中位，括号里是参考求值器的倍数")
    print(f"“一起判”是 {_CASES} 条一次判完，每条摊到的；“照教程”是 durable_rules 照它教程的用法，错是命中的规则不对")
    print("| 规则 | 检查 | 分析 | 编译 | 发布 | 判定 | 参考求值器 | 一起判 | 照教程 | 照教程，加一条总命中的 |")
    print("|" + "---|" * 10, flush=True)
    for size in _SIZES:
        print(_shown(_measure(size, wanted.seed)), flush=True)
    _preview(100, wanted.archive, wanted.seed)


if __name__ == "__main__":
    main()
