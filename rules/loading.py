"""From a folder, a file or texts to a Ruleset, or to the problems that prevent it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path

from rules.problem import Place, Problem, problem_at
from rules.ruleset import Ruleset
from rules.schema import read_rulebook
from rules.source import source_lines

SUFFIXES = (".yaml", ".yml")

Source = str | Path | Traversable


def load(
    source: Source | Iterable[Source], *, today: datetime.date, engine: bool = True
) -> tuple[Ruleset | None, list[Problem]]:
    """Load a rule set from a folder of YAML files, from one file, or from several files.

    The ruleset is None where any problem is an error; reminders (提醒) don't prevent it.
    Without `engine` for the reference evaluator alone.
    """
    sources = [source] if isinstance(source, str | Path | Traversable) else list(source)
    texts: dict[str, bytes] = {}
    problems: list[Problem] = []
    for one in sources:
        _read_source(Path(one) if isinstance(one, str) else one, texts, problems)
    if problems:
        return None, problems
    return load_texts(texts, today=today, engine=engine)


def load_texts(
    texts: Mapping[str, str | bytes], *, today: datetime.date, engine: bool = True
) -> tuple[Ruleset | None, list[Problem]]:
    """Load a rule set from the contents of its files by name; without `engine` for the reference evaluator alone."""
    rulebook, problems = read_rulebook(texts)
    if rulebook is None:
        return None, problems
    files = {name: "\n".join(source_lines(content)) for name, content in sorted(texts.items())}
    return Ruleset(rulebook, today=today, files=files, engine=engine), problems


def _read_source(source: Path | Traversable, texts: dict[str, bytes], problems: list[Problem]) -> None:
    try:
        if source.is_dir():
            found = [file for file in source.iterdir() if file.name.endswith(SUFFIXES)]
            files = sorted(found, key=lambda file: file.name)
            if not files:
                _unreadable(source, "文件夹里没有 .yaml 文件", "请核对文件夹；规则文件的名字要以 .yaml 结尾", problems)
        else:
            files = [source]
        for file in files:
            # Two folders may each have a family.yaml: the second keeps its whole path for a name.
            name = file.name if file.name not in texts else str(file)
            texts[name] = file.read_bytes()
    except OSError as error:
        _unreadable(source, f"读不到：{why_unreadable(error)}", "请核对路径和权限", problems)


def _unreadable(source: Path | Traversable, message: str, remedy: str, problems: list[Problem]) -> None:
    problems.append(problem_at(Place(str(source), 1, 1), "R012", message, remedy))


def why_unreadable(error: OSError) -> str:
    """In Chinese, why a file can't be read."""
    match error:
        case FileNotFoundError():
            return "没有这个文件或文件夹"
        case IsADirectoryError():
            return "这是一个文件夹，应当是文件"
        case PermissionError():
            return "没有读取的权限"
        case _:
            return f"系统报告 {error.strerror}（{error.errno}）"
