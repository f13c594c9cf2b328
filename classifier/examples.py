"""Labelled rows (JSON Lines) → Example values; whatever is wrong is said at once, by line."""

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, get_args

from classifier.assessment import RISK_LEVELS, RiskLevel, SignalStatus

_MOST_SHOWN = 20


class ExampleError(ValueError):
    """Rows that can't be used; the message lists them in Chinese, one a line."""


@dataclass(frozen=True, slots=True)
class LabelledSignal:
    """A signal as a person marked it."""

    name: str
    status: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Label:
    """What one annotator said of a row; `signals` are those that hold, where the annotator was asked for them."""

    dispute_type: str
    also: str | None
    risk: RiskLevel | None
    signals: frozenset[str] | None = None

    @property
    def acceptable(self) -> frozenset[str]:
        """The types that count as right."""
        return frozenset(name for name in (self.dispute_type, self.also) if name)


@dataclass(frozen=True, slots=True)
class Example:
    """A text with a person's reading. `also` is a second acceptable type; evaluation files may lack `risk`.

    Rows of one `group` tell of one matter in several ways. `second` is what a second annotator said without
    seeing the first; `first` is the first annotator's word: what the row says, or said before adjudication.
    `written` is the line it was read from, "" where it was not.
    """

    text: str
    dispute_type: str
    also: str | None = None
    risk: RiskLevel | None = None
    voice: str | None = None
    signals: tuple[LabelledSignal, ...] = ()
    group: str | None = None
    first: Label | None = None
    second: Label | None = None
    written: str = field(default="", compare=False, repr=False)

    @property
    def line(self) -> str:
        """What stands for this row in the fingerprint of a model: the line that it was read from."""
        return self.written or repr((self.text, self.dispute_type, self.also, self.risk, self.signals, self.group))

    @property
    def acceptable(self) -> frozenset[str]:
        """The types that count as right."""
        return frozenset(name for name in (self.dispute_type, self.also) if name)


def parse_examples(lines: Iterable[str], source: str) -> list[Example]:
    """Read JSON Lines; raises ExampleError naming `source`, line and fault of every bad row."""
    examples: list[Example] = []
    faults: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            faults.append(f"{source}:{number}: 不是合法的 JSON（第 {error.colno} 列）")
            continue
        problems = list(_problems(row))
        faults += [f"{source}:{number}: {problem}" for problem in problems]
        if not problems:
            examples.append(_example(row, line))
    if faults:
        more = [f"……另有 {len(faults) - _MOST_SHOWN} 处"] if len(faults) > _MOST_SHOWN else []
        raise ExampleError("\n".join(faults[:_MOST_SHOWN] + more))
    if not examples:
        raise ExampleError(f"{source}: 一行样本也没有")
    return examples


def _problems(row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "每行应是一个 JSON 对象"
        return
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        yield "缺 text，或为空"
        return
    yield from _label_problems(row)
    for key in ("voice", "group"):
        if not isinstance(row.get(key), str | None):
            yield f"{key} 应是文字"
    signals = row.get("signals", [])
    if not isinstance(signals, list):
        yield "signals 应是列表"
        return
    for signal in signals:
        if not isinstance(signal, dict) or not all(isinstance(signal.get(key), str) for key in ("name", "evidence")):
            yield "signals 的每一项要有 name、status、evidence"
        elif signal.get("status") not in get_args(SignalStatus):
            yield f"信号状态“{signal.get('status')}”不认识"
        elif signal["evidence"] not in text:
            yield f"证据“{signal['evidence']}”不在原文里"
    for key in ("first", "second"):
        if (label := row.get(key)) is None:
            continue
        if not isinstance(label, dict):
            yield f"{key} 应是一个 JSON 对象"
            continue
        yield from (f"{key}：{problem}" for problem in _label_problems(label, risk_needed=True))
        names = label.get("signals", [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            yield f"{key}：signals 应是信号名的列表"


def _label_problems(row: dict[str, Any], *, risk_needed: bool = False) -> Iterator[str]:
    if not isinstance(row.get("dispute_type"), str):
        yield "缺 dispute_type"
    if not isinstance(row.get("also"), str | None):
        yield "also 应是文字"
    risk = row.get("risk")
    if risk not in RISK_LEVELS and (risk is not None or risk_needed):
        yield f"risk 只能是 低、中、高，实际是“{risk}”"


def _example(row: dict[str, Any], line: str) -> Example:
    signals = tuple(
        LabelledSignal(signal["name"], signal["status"], signal["evidence"]) for signal in row.get("signals", [])
    )
    second = _label(row["second"]) if "second" in row else None
    own = Label(
        row["dispute_type"], row.get("also"), row.get("risk"), frozenset(s.name for s in signals if s.status == "成立")
    )
    return Example(
        text=row["text"],
        dispute_type=row["dispute_type"],
        also=row.get("also"),
        risk=row.get("risk"),
        voice=row.get("voice"),
        signals=signals,
        group=row.get("group"),
        first=_label(row["first"] | {"signals": sorted(own.signals or ())})
        if "first" in row
        else own
        if second
        else None,
        second=second,
        written=line,
    )


def _label(row: dict[str, Any]) -> Label:
    names = row.get("signals")
    return Label(row["dispute_type"], row.get("also"), row["risk"], None if names is None else frozenset(names))


def shipped_rows() -> Traversable:
    """The folder of rows that ships with the program. Every row has a risk."""
    return files("training_data") / "rows"


def shipped_examples() -> list[Example]:
    """All the rows that ship, in file order."""
    return examples_in(shipped_rows())


def examples_in(folder: Traversable) -> list[Example]:
    """All rows of a folder's .jsonl files, in file order; raises ExampleError naming what is wrong."""
    return [example for file in _files(folder) for example in parse_examples(read_lines(file), file.name)]


def lines_in(folder: Traversable) -> Iterator[str]:
    """The lines that `examples_in` reads, as they are written."""
    return itertools.chain.from_iterable(map(read_lines, _files(folder)))


def read_lines(file: Traversable) -> list[str]:
    """The lines of a file of rows, in UTF-8."""
    return file.read_text(encoding="utf-8").splitlines()


def _files(folder: Traversable) -> list[Traversable]:
    found = [file for file in folder.iterdir() if file.name.endswith(".jsonl")] if folder.is_dir() else []
    if not found:
        raise ExampleError(f"{folder} 里没有 .jsonl 样本文件")
    return sorted(found, key=lambda file: file.name)
