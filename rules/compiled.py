"""The rules in force on one day, compiled for both evaluators, and the few such sets that are kept ready."""

from __future__ import annotations

import datetime
import logging
import threading
from collections import OrderedDict

from rules.decision import matched_rule
from rules.engine import Engine, EngineError, EngineMissingError
from rules.reference import ReferenceEvaluator
from rules.rulebook import Rulebook, Status
from rules.trace import compile_rule_trace

logger = logging.getLogger(__name__)


class Compiled:
    """`in_force` are the rules to trace, 启用 and 试行; `rules` are those of them that decide, 启用 only."""

    def __init__(self, rulebook: Rulebook, ids: tuple[str, ...], *, engine: bool) -> None:
        self.ids = ids
        in_force = frozenset(ids)
        self.in_force = tuple(rule for rule in rulebook.rules if rule.id in in_force)
        self.rules = tuple(rule for rule in self.in_force if rule.status is Status.ACTIVE)
        self.matched_rules = tuple(map(matched_rule, self.rules))
        self.reference = ReferenceEvaluator(self.rules, rulebook.facts)
        self.tracers = [compile_rule_trace(rule, rulebook.facts) for rule in self.in_force]
        self.deciding_tracers = [
            tracer for rule, tracer in zip(self.in_force, self.tracers, strict=True) if rule.status is Status.ACTIVE
        ]
        self.engine: Engine | None = None
        self.notice = ""
        if not engine:
            return
        try:
            self.engine = Engine(self.rules, rulebook.facts)
        except EngineMissingError as error:
            self.notice = f"{error}，由参考求值器单独决定"
        except EngineError as error:
            logger.exception("规则引擎建立不起来")
            self.notice = f"规则引擎建立不起来（{error}），由参考求值器单独决定"


class CompiledDays:
    """Compiled sets by the rules in force, a few at a time: replaying old days must not pile them up.

    A set that is dropped here goes on deciding for whoever holds it, and is released with its last holder.
    """

    MOST = 8

    def __init__(self, rulebook: Rulebook, *, engine: bool = True) -> None:
        self._rulebook, self._engine = rulebook, engine
        self._lock = threading.Lock()
        self._ready: OrderedDict[tuple[str, ...], Compiled] = OrderedDict()

    def on(self, day: datetime.date) -> Compiled:
        ids = tuple(rule.id for rule in self._rulebook.rules if rule.in_force(day))
        with self._lock:
            compiled = self._ready.get(ids)
            if compiled is None:
                compiled = self._ready[ids] = Compiled(self._rulebook, ids, engine=self._engine)
            self._ready.move_to_end(ids)
            if len(self._ready) > self.MOST:
                self._ready.popitem(last=False)
            return compiled

    def close(self) -> None:
        with self._lock:
            for compiled in self._ready.values():
                if compiled.engine:
                    compiled.engine.close()
