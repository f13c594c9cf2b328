"""试编译: a draft is loaded, tested and probed in a process of its own, with limits on time and memory.

A rule set can do no harm here that a clerk would not be told of: what hangs is ended, what crashes is reported.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from rules import Problem, Severity, analyse, load_texts, run_tests
from rules.probing import probe

# Seconds of wall time, and bytes of memory, that a rule set may take to prove itself. A thousand rules take a minute.
TIME_LIMIT, MEMORY_LIMIT = 240.0, 2 * 1024**3
_PROGRAM = "from service.rulesets.trial import child; child()"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. `failure` says in Chinese why there is no result; then nothing else is known."""

    version: str = ""
    rules: int = 0
    problems: tuple[Problem, ...] = ()
    tests: int = 0
    passed: int = 0
    probes: int = 0
    disagreements: tuple[str, ...] = ()
    failure: str = ""

    @property
    def ok(self) -> bool:
        """Whether it may be published."""
        wrong = any(problem.is_error for problem in self.problems)
        return not (self.failure or wrong or self.disagreements or self.passed < self.tests or not self.version)


def try_out(files: Mapping[str, str], today: date, *, seconds: float = TIME_LIMIT, memory: int = MEMORY_LIMIT) -> Trial:
    """Try the files in a child process; never raises for what they hold."""
    question = json.dumps({"files": dict(files), "today": today.isoformat(), "memory": memory})
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the files are its input, not its arguments
            [sys.executable, "-c", _PROGRAM],
            input=question.encode("utf-8", "surrogatepass"),
            capture_output=True,
            timeout=seconds,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    except subprocess.TimeoutExpired:
        return Trial(failure=f"试编译超过 {seconds:.0f} 秒没有结束，已停止；规则是不是太多、条件太复杂？")
    if done.returncode != 0:
        return Trial(failure=_why(done.returncode, done.stderr.decode("utf-8", "replace")))
    answer: dict[str, Any] = json.loads(done.stdout)
    problems = tuple(Problem(**problem | {"severity": Severity(problem["severity"])}) for problem in answer["problems"])
    return Trial(**answer | {"problems": problems, "disagreements": tuple(answer["disagreements"])})


def prove(files: Mapping[str, str], today: date) -> Trial:
    """Load, analyse, run the rules' own tests, and ask both evaluators at every boundary; in this very process."""
    ruleset, problems = load_texts(files, today=today)
    if ruleset is None:
        return Trial(problems=tuple(problems))
    with ruleset:
        report = run_tests(ruleset)
        probing = probe(ruleset)
        return Trial(
            version=ruleset.version,
            rules=len(ruleset.rules),
            problems=(*problems, *analyse(ruleset), *report.problems),
            tests=len(report.results),
            passed=sum(result.passed for result in report.results),
            probes=probing.asked,
            disagreements=tuple(f"{one.reason}：{dict(one.facts)}" for one in probing.disagreements),
        )


def child() -> None:
    """The process: a question on standard input, the answer on standard output."""
    question = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
    _limit_memory(question["memory"])
    trial = prove(question["files"], date.fromisoformat(question["today"]))
    sys.stdout.write(json.dumps(asdict(trial)))


def _limit_memory(most: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows, where the time limit alone must do
        return
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _why(status: int, said: str) -> str:
    if status < 0:
        return f"试编译时程序异常终止（信号 {-status}）；这套规则不能用，请告诉管理员"
    if "MemoryError" in said:
        return "试编译用的内存超过了限制；规则是不是太多？"
    return f"试编译出错（状态 {status}）：{said.strip().splitlines()[-1] if said.strip() else '没有留下说明'}"
