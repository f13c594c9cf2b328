"""The engine's confinement: failures, threads, release. An answer is right or marked as degraded, never lost."""

import importlib.metadata
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from rules import Ruleset
from rules.engine import Engine
from tests.rules.building import TODAY, rule, ruleset_of
from tests.rules.random_rules import random_facts, random_rulebook

c_module = pytest.importorskip("durable_rules_engine")

ARMED = {"凶器": True}
PROTOCOL = ("assert_fact", "start_action_for_state", "complete_and_start_action", "retract_fact")


def test_the_engine_decides_and_says_so() -> None:
    ruleset = ruleset_of(rule())
    version = importlib.metadata.version("durable_rules")
    assert ruleset.engine == ruleset.decide(ARMED).engine == f"durable_rules {version}"
    assert ruleset.notices == ()


def test_without_durable_rules_the_reference_evaluator_decides_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    ruleset = ruleset_of(rule())
    decision = ruleset.decide(ARMED)
    assert (decision.colour, decision.degraded, decision.engine) == ("红", False, "参考求值器")
    assert ruleset.engine == "参考求值器"
    assert ruleset.notices == ("未安装 durable_rules（需 Python 3.11 或 3.12），由参考求值器单独决定",)


class Faulty:
    """The C module, of which some calls fail while `failing` is set."""

    def __init__(self, fault: Callable[[str], None]) -> None:
        self._fault = fault

    def __getattr__(self, name: str) -> Any:
        call = getattr(c_module, name)

        def faulty(*arguments: object) -> Any:
            self._fault(name)
            return call(*arguments)

        return faulty


@pytest.mark.parametrize("step", PROTOCOL)
def test_a_failing_engine_is_answered_for_by_the_reference_and_recovers(
    step: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = False

    def fault(name: str) -> None:
        if broken and name == step:
            raise MemoryError("试验")

    monkeypatch.setitem(sys.modules, "durable_rules_engine", Faulty(fault))
    ruleset = ruleset_of(rule(), rule("T-2", 优先级="50", 条件="{时刻: {至少: 20}}"))
    good = ruleset.decide(ARMED)
    for _ in range(3):
        broken = True
        degraded = ruleset.decide(ARMED)
        assert degraded.values == good.values
        assert degraded.degraded
        assert degraded.degraded_reason == "规则引擎出错（MemoryError: 试验），由参考求值器代答"
        assert degraded.engine == "参考求值器"
        broken = False
        assert ruleset.decide(ARMED) == good
        assert [hit.id for hit in ruleset.decide({"时刻": 22}).matched] == ["T-2"]
        assert ruleset.decide({}).matched == ()
    assert "由参考求值器代答" in caplog.text


def test_an_engine_that_can_not_be_built_is_named_and_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(name: str) -> None:
        if name == "create_ruleset":
            raise MemoryError("试验")

    monkeypatch.setitem(sys.modules, "durable_rules_engine", Faulty(fault))
    ruleset = ruleset_of(rule())
    assert ruleset.decide(ARMED).colour == "红"
    assert ruleset.notices == ("规则引擎建立不起来（MemoryError: 试验），由参考求值器单独决定",)


def test_an_interrupted_decision_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    interrupting = False

    def fault(name: str) -> None:
        if interrupting and name == "complete_and_start_action":
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "durable_rules_engine", Faulty(fault))
    ruleset = ruleset_of(rule())
    interrupting = True
    with pytest.raises(KeyboardInterrupt):
        ruleset.decide(ARMED)
    interrupting = False
    assert ruleset.decide({}).matched == ()
    assert not ruleset.decide(ARMED).degraded


@pytest.mark.parametrize(
    ("facts", "engine_says"), [(ARMED, ()), ({}, (0,))], ids=["the engine loses a match", "the engine invents a match"]
)
def test_where_the_evaluators_differ_the_heavier_colour_stands(
    facts: dict[str, object], engine_says: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Engine, "matches", lambda _self, _values: engine_says)
    decision = ruleset_of(rule()).decide(facts)
    assert (decision.colour, decision.degraded) == ("红", True)
    assert decision.degraded_reason == "规则引擎与参考求值器对 T-1 的判断不一致，已取较重的颜色，请人工复核"


def test_a_closed_rule_set_still_answers_but_says_that_it_is_degraded() -> None:
    ruleset = ruleset_of(rule())
    ruleset.close()
    ruleset.close()
    decision = ruleset.decide(ARMED)
    assert (decision.colour, decision.degraded) == ("红", True)
    assert "已经关闭" in decision.degraded_reason


@pytest.fixture(scope="module")
def busy() -> tuple[Ruleset, list[dict[str, Any]]]:
    random = Random(7)  # noqa: S311  # not for secrets
    rulebook, _ = random_rulebook(random, 80)
    return Ruleset(rulebook, today=TODAY), [random_facts(random) for _ in range(200)]


def test_eight_threads_get_the_answers_of_one(busy: tuple[Ruleset, list[dict[str, Any]]]) -> None:
    ruleset, cases = busy
    expected = [ruleset.decide(facts) for facts in cases]
    start = threading.Barrier(8)

    def decide_all(_: int) -> list[Any]:
        start.wait()
        return [ruleset.decide(facts) for facts in cases]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(decide_all, range(8)))
    assert all(answer == expected for answer in answers)
    assert not any(decision.degraded for decision in expected)


def test_hot_swaps_under_load_give_no_wrong_answer(busy: tuple[Ruleset, list[dict[str, Any]]]) -> None:
    first, cases = busy
    expected = [first.decide(facts).values for facts in cases]
    serving = SimpleNamespace(ruleset=first)
    done = threading.Event()
    wrong: list[dict[str, Any]] = []

    def serve() -> None:
        while not done.is_set():
            for facts, values in zip(cases, expected, strict=True):
                decision = serving.ruleset.decide(facts)
                if decision.values != values or decision.degraded:
                    wrong.append(facts)

    servers = [threading.Thread(target=serve) for _ in range(3)]
    for server in servers:
        server.start()
    for _ in range(20):
        serving.ruleset = Ruleset(first.rulebook, today=TODAY)  # the one before goes with its last holder
    done.set()
    for server in servers:
        server.join()
    assert wrong == []


def test_the_session_keeps_no_trace_of_earlier_cases(busy: tuple[Ruleset, list[dict[str, Any]]]) -> None:
    ruleset, cases = busy
    forwards = [ruleset.decide(facts) for facts in cases]
    assert [ruleset.decide(facts) for facts in reversed(cases)] == forwards[::-1]


def test_two_hundred_rules_that_match_at_once_are_all_found() -> None:
    ids = [f"R-{number}" for number in range(200)]
    rules = [rule(one, 优先级=str(9999 - n), 条件=f"{{时刻: {{至少: {n % 20}}}}}") for n, one in enumerate(ids)]
    decision = ruleset_of(*rules).decide({"时刻": 23})
    assert [hit.id for hit in decision.matched] == ids
    assert not decision.degraded


IN_A_CHILD = """
import sys
from random import Random
from rules import Ruleset
from tests.rules.building import TODAY
from tests.rules.random_rules import random_facts, random_rulebook

random = Random(3)
rulebook, _ = random_rulebook(random, 60)
cases = [random_facts(random) for _ in range(5)]

def memory():
    return int(open("/proc/self/statm").read().split()[1]) * 4

"""


def run_in_a_child(script: str) -> str:
    """Crashes and leaks are a child's; freed memory is overwritten, so that a use after free shows."""
    finished = subprocess.run(
        [sys.executable, "-c", IN_A_CHILD + script],
        env={"MALLOC_PERTURB_": "165", "PYTHONPATH": ":".join(filter(None, sys.path)), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr[-2000:]
    return finished.stdout


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("release", ["ruleset.close()", "pass"], ids=["closed", "collected"])
def test_many_loads_leave_the_memory_flat(release: str) -> None:
    script = f"""
def load_and_decide(times):
    for _ in range(times):
        ruleset = Ruleset(rulebook, today=TODAY)
        assert not any(ruleset.decide(facts).degraded for facts in cases)
        {release}

load_and_decide(40)
before = memory()
load_and_decide(400)
print(memory() - before)
"""
    assert int(run_in_a_child(script)) < 4_000  # kB; one load holds about 1,000


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_many_decisions_leave_the_memory_flat() -> None:
    script = """
ruleset = Ruleset(rulebook, today=TODAY)
def decide(times):
    for number in range(times):
        assert not ruleset.decide(cases[number % len(cases)]).degraded
decide(1_000)
before = memory()
decide(20_000)
print(memory() - before)
"""
    assert int(run_in_a_child(script)) < 1_000


def test_failures_at_every_step_neither_crash_nor_leak() -> None:
    script = """
import logging
import durable_rules_engine as c_module
logging.disable()

class Faulty:
    def __init__(self):
        self.left = 0
    def __getattr__(self, name):
        call = getattr(c_module, name)
        def faulty(*arguments):
            if not name.startswith("delete"):
                self.left -= 1
                if self.left == 0:
                    raise RuntimeError(name)
            return call(*arguments)
        return faulty

sys.modules["durable_rules_engine"] = faulty = Faulty()
ruleset = Ruleset(rulebook, today=TODAY)
expected = [ruleset.decide(facts).values for facts in cases]
degraded = 0
for countdown in range(1, 400):
    faulty.left = countdown % 60 + 1
    for facts, values in zip(cases, expected):
        decision = ruleset.decide(facts)
        assert decision.values == values
        degraded += decision.degraded
faulty.left = 0
assert not any(ruleset.decide(facts).degraded for facts in cases)
print(degraded)
"""
    assert int(run_in_a_child(script)) > 300
