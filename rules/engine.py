"""durable_rules, confined: compiles the planned shards and answers which rules match.

The C module is used directly, since the package's Host would start timer threads that steal actions. A fact
is asserted in one fixed session, the matches are taken one by one, and the fact is retracted.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import itertools
import json
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rules.encoding import row_reader
from rules.plan import Atom, Path, ShardPlan, plan_shards
from rules.reference import Values
from rules.rulebook import Rule
from rules.vocabulary import Fact

_OPERATORS = {"!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_HANDLED, _NOT_HANDLED = 0, 1

_SESSION = "0"
# One key guards every condition, so that nothing matches but what is asserted here.
_GUARD = "q"
_ASKED, _WARMING = 1, 2
_WARM_UP = "warm"

_names = itertools.count(1)


class EngineMissingError(Exception):
    """durable_rules can't be imported here. The message is Chinese and goes to the health report."""


class EngineError(Exception):
    """The engine gave no trustworthy answer. What failed has been thrown away and will be built anew."""


class Engine:
    """Compiled rules. Safe to share between threads: one lock, one fixed session a shard.

    What it holds in C is released by `close`, or when the object is collected.
    """

    def __init__(self, rules: Sequence[Rule], facts: Mapping[str, Fact]) -> None:
        module, version = _import_engine()
        self.name = f"durable_rules {version}"
        self._lock = threading.Lock()
        self._closed = False
        plans = list(plan_shards(tuple(rules), facts))
        columns = list(dict.fromkeys(column for plan in plans for column in plan.columns))
        self._row_of = row_reader(columns, facts)
        # Columns are known by their place: to look them up by what they say would take longer than to decide.
        places = {column: place for place, column in enumerate(columns)}
        try:
            self._shards = [_Shard(module, plan, [places[column] for column in plan.columns]) for plan in plans]
        except Exception as error:
            raise EngineError(_described(error)) from error

    def matches(self, values: Values) -> tuple[int, ...]:
        """The indexes of the matching rules, ascending. Raises EngineError."""
        numbers = self._row_of(values)
        matched: set[int] = set()
        with self._lock:
            if self._closed:
                raise EngineError("规则引擎已经关闭")
            for shard in self._shards:
                try:
                    matched |= shard.run(numbers)
                except Exception as error:
                    raise EngineError(_described(error)) from error
        return tuple(sorted(matched))

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for shard in self._shards:
                shard.discard()


class _Shard:
    """One rule set of the C module with its one session. `places` are those of the plan's columns among all."""

    def __init__(self, module: Any, plan: ShardPlan, places: Sequence[int]) -> None:
        self._module = module
        self._places = places
        names = {column: f"c{number}" for number, column in enumerate(plan.columns)}
        self._rule_of = {f"r{number}": index for number, (index, _) in enumerate(plan.paths)}
        conditions = {f"r{number}": _conjunction(path, names) for number, (_, path) in enumerate(plan.paths)}
        conditions[_WARM_UP] = {_GUARD: _WARMING}
        self._definition = json.dumps({name: {"all": [{"m": said}]} for name, said in conditions.items()})
        self._question = _message(_ASKED, "".join(f',"{name}":%d' for name in names.values()))
        self._handle: int | None = None
        self._release: weakref.finalize[..., _Shard] | None = None
        self._open()

    def run(self, numbers: Sequence[int]) -> set[int]:
        """The rules that match. After any exception the session is thrown away and opened anew next time."""
        try:
            if self._handle is None:
                self._open()
            question = self._question % tuple([numbers[place] for place in self._places])
            return {self._rule_of[name] for name in self._ask(question)}
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        self._handle = None
        if self._release is not None:
            self._release()
            self._release = None

    def _open(self) -> None:
        handle = self._module.create_ruleset(f"tongban-{next(_names)}", self._definition)
        self._handle = handle
        # Deleting a session that never saw a match crashes: until it is warm, only the rule set is released.
        self._release = self._releasing(_delete_ruleset, handle)
        if self._ask(_message(_WARMING)) != [_WARM_UP]:
            raise EngineError("预热没有得到应有的回答")
        self._release.detach()
        self._release = self._releasing(_delete_session_and_ruleset, handle)

    def _releasing(self, delete: Callable[[Any, int], None], handle: int) -> weakref.finalize[..., _Shard]:
        """Release when this object goes, but not at the interpreter's exit, when nothing needs releasing."""
        finalizer = weakref.finalize(self, delete, self._module, handle)
        finalizer.atexit = False
        return finalizer

    def _ask(self, message: str) -> list[str]:
        """Assert, take every match, retract. The names come as often as the engine gives them."""
        status, session = self._module.assert_fact(self._handle, message)
        if status == _NOT_HANDLED:
            return []
        if status != _HANDLED:
            raise EngineError(f"会话里留有上一次的事实（{status}）")
        started = self._module.start_action_for_state(self._handle, session)
        if started is None:
            raise EngineError("有规则命中，却取不到结果")
        names = []
        found: str | None = started[1]
        while found is not None:
            names.append(_action_name(found))
            found = self._module.complete_and_start_action(self._handle, session)
        self._module.retract_fact(self._handle, message)
        return names


def _import_engine() -> tuple[Any, str]:
    try:
        module = importlib.import_module("durable_rules_engine")
        return module, importlib.metadata.version("durable_rules")
    except ImportError as error:
        raise EngineMissingError("未安装 durable_rules（需 Python 3.11 或 3.12）") from error


def _described(error: Exception) -> str:
    return str(error) if isinstance(error, EngineError) else f"{type(error).__name__}: {error}"


def _conjunction(path: Path, names: Mapping[Any, str]) -> dict[str, Any]:
    return {"$and": [{_GUARD: _ASKED}, *(_comparison(atom, names[atom.column]) for atom in path)]}


def _comparison(atom: Atom, name: str) -> dict[str, Any]:
    compared: dict[str, Any] = {name: atom.number}
    return compared if atom.test == "==" else {_OPERATORS[atom.test]: compared}


def _message(guard: int, columns: str = "") -> str:
    return f'{{"id":1,"sid":"{_SESSION}","{_GUARD}":{guard}{columns}}}'


def _action_name(found: str) -> str:
    """The name in '{"r7":{"m":…}}', without reading the copy of the fact behind it."""
    return found[2 : found.index('"', 2)]


def _delete_ruleset(module: Any, handle: int) -> None:
    module.delete_ruleset(handle)


def _delete_session_and_ruleset(module: Any, handle: int) -> None:
    """In this order; the other way round leaks or crashes."""
    module.delete_state(handle, _SESSION)
    module.delete_ruleset(handle)
