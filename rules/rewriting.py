"""The files of a rule set come in, and the rules that it shall have; files with as little changed as can be go out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from rules.document import MapNode, read_document
from rules.problem import Place
from rules.rulebook import Rule, Rulebook
from rules.writing import rule_data, write_rule, write_rulebook


def head_file_of(files: Mapping[str, str]) -> str:
    """The name of the file that holds the head."""
    return next(name for name, text in files.items() if isinstance(read_document(name, text)[0], MapNode))


def rewrite(files: Mapping[str, str], before: Rulebook, after: Rulebook, homes: Mapping[str, str]) -> dict[str, str]:
    """Texts by file name. `homes` names the file of every rule of `after` by its 编号; the head stays as it is.

    A file whose rules all say what they said is kept to the letter. Elsewhere each unchanged rule keeps its text and
    every rule the comment above it. Rules keep their order, new ones follow in that of `homes`. A file that has lost
    all its rules is left out.
    """
    head_file = head_file_of(files)
    order = {rule.id: (0, rule.place.line) for rule in before.rules}
    added = {rule_id: (1, number) for number, rule_id in enumerate(homes)}
    old = _by_file(
        sorted(before.rules, key=lambda rule: rule.place), {rule.id: rule.place.file for rule in before.rules}
    )
    new = _by_file(sorted(after.rules, key=lambda rule: order.get(rule.id, added[rule.id])), homes)
    texts: dict[str, str] = {}
    for name in sorted({head_file, *new}):
        was, now = old.get(name, []), new.get(name, [])
        if name in files and list(map(rule_data, was)) == list(map(rule_data, now)):
            texts[name] = files[name]
        elif name == head_file:
            there = (replace(rule, place=Place(name, number, 1)) for number, rule in enumerate(now))
            texts[name] = write_rulebook(replace(after, rules=tuple(there)), head_file=name)[name]
        else:
            texts[name] = _file_with(now, was, files.get(name, ""))
    return texts


def _by_file(rules: Iterable[Rule], homes: Mapping[str, str]) -> dict[str, list[Rule]]:
    by_file: dict[str, list[Rule]] = {}
    for rule in rules:
        by_file.setdefault(homes[rule.id], []).append(rule)
    return by_file


def _file_with(rules: Sequence[Rule], was: Sequence[Rule], text: str) -> str:
    preamble, blocks = _blocks(was, text.split("\n"))
    said = {rule.id: rule_data(rule) for rule in was}
    parts: list[str] = []
    for rule in rules:
        comment, body = blocks.get(rule.id, ("", ""))
        parts.append(comment + (body if body and said[rule.id] == rule_data(rule) else write_rule(rule)))
    return preamble + "\n".join(parts)


def _blocks(rules: Sequence[Rule], lines: Sequence[str]) -> tuple[str, dict[str, tuple[str, str]]]:
    """What stands above the first rule; and of each rule the comment above it and its own lines, by 编号.

    Nothing where the rules don't each begin a line with a dash.
    """
    starts = [rule.place.line - 1 for rule in rules]
    if not rules or not all(
        rule.place.column == 3 and lines[at].startswith("- ") for rule, at in zip(rules, starts, strict=True)
    ):
        return "", {}
    comments = [_comment_above(lines, at) for at in starts]
    ends = [*comments[1:], len(lines)]
    blocks: dict[str, tuple[str, str]] = {}
    for number, (rule, start, end) in enumerate(zip(rules, starts, ends, strict=True)):
        above = lines[comments[number] : start] if number else []
        blocks[rule.id] = _joined(above), _joined(lines[start:end])
    return _joined(lines[: starts[0]]), blocks


def _comment_above(lines: Sequence[str], start: int) -> int:
    """Where the comment lines directly above a rule begin."""
    while start and lines[start - 1].startswith("#"):
        start -= 1
    return start


def _joined(lines: Sequence[str]) -> str:
    text = "\n".join(lines).rstrip()
    return f"{text}\n" if text else ""
