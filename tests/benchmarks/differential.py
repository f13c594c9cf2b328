"""The engine against the reference evaluator: a million decisions or more over random rule sets; any difference fails.

Memory that C frees is overwritten (MALLOC_PERTURB_), so that whatever is used after its release shows.

    python -m tests.benchmarks.differential --decisions 1000000 --seed 1
"""

import argparse
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from rules.engine import Engine
from rules.facts import complete_facts
from rules.reference import ReferenceEvaluator
from tests.rules.random_rules import random_facts, random_rulebook

_PERTURB = "MALLOC_PERTURB_"
CASES = 500  # of each rule set
_SIZES = (1, 3, 10, 30, 60, 100, 200)  # rules; above 60 they lie in several shards
_MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """A case on which the evaluators differ; rules are named by their numbers."""

    facts: dict[str, Any]
    engine: tuple[str, ...]
    reference: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One rule set: what came of it, and seconds spent in each evaluator. `peak` is its process's memory in MB."""

    number: int
    rules: int
    matched: int
    engine_seconds: float
    reference_seconds: float
    differences: list[Difference]
    conditions: list[dict[str, Any]]
    process: int
    peak: float


@dataclass(slots=True)
class Totals:
    """Of all rule sets compared so far."""

    rulesets: int = 0
    rules: int = 0
    matched: int = 0
    engine_seconds: float = 0.0
    reference_seconds: float = 0.0
    different: int = 0
    shown: int = 0
    peaks: dict[int, float] = field(default_factory=dict)
    early_memory: str = ""

    def add(self, one: Compared, seed: int) -> None:
        """Count it, and print what went wrong."""
        self.rulesets += 1
        self.rules += one.rules
        self.matched += one.matched
        self.engine_seconds += one.engine_seconds
        self.reference_seconds += one.reference_seconds
        self.different += len(one.differences)
        self.peaks[one.process] = one.peak
        if one.differences and self.shown < _MOST_SHOWN:
            self.shown += 1
            print(f"\n种子 {seed} 的第 {one.number} 套规则，{len(one.differences)} 次不一致，第一次：")
            first = one.differences[0]
            print(f"  事实 {first.facts}\n  引擎 {first.engine}\n  参考 {first.reference}")
            for number, condition in enumerate(one.conditions):
                print(f"  {number}: {condition}")

    @property
    def memory(self) -> str:
        """The most that each process ever had."""
        return " + ".join(f"{peak:.0f}" for _, peak in sorted(self.peaks.items())) + " MB"


def compare(seed: int, number: int) -> Compared:
    """Decide random cases under the random rule set of that number, by both evaluators."""
    random = Random(f"{seed}-{number}")  # noqa: S311 - not for secrets
    rulebook, conditions = random_rulebook(random, random.choice(_SIZES))
    cases = [random_facts(random) for _ in range(CASES)]
    values = [complete_facts(rulebook.facts, facts) for facts in cases]
    reference = ReferenceEvaluator(rulebook.rules, rulebook.facts)
    engine = Engine(rulebook.rules, rulebook.facts)
    start = time.perf_counter()
    expected = [reference.matches(one) for one in values]
    between = time.perf_counter()
    found = [engine.matches(one) for one in values]
    end = time.perf_counter()
    engine.close()
    name = [rule.id for rule in rulebook.rules]
    differences = [
        Difference(facts, tuple(name[index] for index in ours), tuple(name[index] for index in theirs))
        for facts, ours, theirs in zip(cases, found, expected, strict=True)
        if ours != theirs
    ]
    return Compared(
        number=number,
        rules=len(rulebook.rules),
        matched=sum(map(len, expected)),
        engine_seconds=end - between,
        reference_seconds=between - start,
        differences=differences,
        conditions=conditions if differences else [],
        process=os.getpid(),
        peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _all_compared(seed: int, rulesets: int, processes: int) -> Iterator[Compared]:
    """Each rule set as it is done; a process that dies ends the program with the numbers that it was at."""
    numbers = count(1)
    running: dict[Future[Compared], int] = {}
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        for done in range(rulesets):
            while len(running) < min(2 * processes, rulesets - done):
                number = next(numbers)
                running[pool.submit(compare, seed, number)] = number
            finished = wait(running, return_when=FIRST_COMPLETED).done.pop()
            try:
                compared = finished.result()
            except BrokenProcessPool:
                sys.exit(f"有进程异常终止；当时在算种子 {seed} 的第 {sorted(running.values())} 套规则")
            del running[finished]
            yield compared


def main() -> None:
    """Compare, and print the figures; exit status 1 where anything differs."""
    parser = argparse.ArgumentParser(description="随机规则集上，规则引擎与参考求值器逐条比对")
    parser.add_argument("--decisions", type=int, default=1_000_000, help="比对多少次决定")
    parser.add_argument("--seed", type=int, default=1, help="随机数种子；同一种子得同样的规则和事实")
    parser.add_argument("--processes", type=int, default=2, help="同时用几个进程")
    parser.add_argument("--ruleset", type=int, help="只比对这一套规则")
    wanted = parser.parse_args()
    if _PERTURB not in os.environ:
        os.environ[_PERTURB] = "165"
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - this very program
    totals, start = Totals(), time.monotonic()
    if wanted.ruleset is not None:
        totals.add(compare(wanted.seed, wanted.ruleset), wanted.seed)
    else:
        rulesets = -(-wanted.decisions // CASES)
        tenth = max(1, rulesets // 10)
        for compared in _all_compared(wanted.seed, rulesets, wanted.processes):
            totals.add(compared, wanted.seed)
            if totals.rulesets == tenth:
                totals.early_memory = f"，做完一成时 {totals.memory}"
            if totals.rulesets % tenth == 0 or totals.rulesets == rulesets:
                share, spent = totals.rulesets / rulesets, time.monotonic() - start
                print(f"{share:4.0%}　{spent:5.0f} 秒　内存峰值 {totals.memory}　不一致 {totals.different}", flush=True)
    decisions = totals.rulesets * CASES
    print(f"规则集 {totals.rulesets} 套，共 {totals.rules} 条规则；{_PERTURB}={os.environ[_PERTURB]}")
    print(f"决定 {decisions} 次，命中 {totals.matched} 条次，不一致 {totals.different} 次")
    print(f"规则引擎　每秒 {decisions / totals.engine_seconds:,.0f} 次")
    print(f"参考求值器　每秒 {decisions / totals.reference_seconds:,.0f} 次")
    print(f"内存峰值 {totals.memory}{totals.early_memory}")
    sys.exit(1 if totals.different else 0)


if __name__ == "__main__":
    main()
