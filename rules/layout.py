"""Plain data comes in (texts, lists, mappings); YAML that our own reader reads goes out, laid out as by a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from rules.document import ListNode, MapNode, Node, TextNode, read_document
from rules.problem import columns

Plain = str | Sequence["Plain"] | Mapping[str, "Plain"]

WIDTH = 120  # terminal columns: a Chinese character takes two
_MOST_BRACKETS = 3
_SHORT_TEXT = 60

# Where a text may stand, as a document that holds it there: what reads back unchanged needs no quotes.
_BLOCK_VALUE = "- {0}\n- k: {0}\n"
_FLOW_VALUE = "[{0}, {{k: {0}, l: m}}]"
_KEY = "- {0}: v\n- {{{0}: v}}\n"
_SAMPLE = "甲"

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def mapping_lines(mapping: Mapping[str, Plain], indent: int = 0) -> Iterator[str]:
    """The lines of a mapping in block style; its parts in flow style where they are short."""
    for key, value in mapping.items():
        yield from _attached(f"{' ' * indent}{_quoted(key, _KEY)}:", value, indent)


def item_lines(item: Plain, indent: int = 0) -> Iterator[str]:
    """The lines of one list item; a mapping is a line a key, unless it is of short texts alone."""
    dash = " " * indent + "-"
    plain = not isinstance(item, Mapping) or all(isinstance(value, str) for value in item.values())
    if isinstance(item, Mapping) and item and not (plain and _fits(f"{dash} {_flow(item)}", item)):
        yield from block_item_lines(item, indent)
    else:
        yield from _attached(dash, item, indent)


def block_item_lines(item: Mapping[str, Plain], indent: int = 0) -> Iterator[str]:
    """The lines of one list item that is a mapping, a line a key."""
    first, *rest = mapping_lines(item, indent + 2)
    yield f"{' ' * indent}- {first.lstrip(' ')}"
    yield from rest


def _attached(head: str, value: Plain, indent: int) -> Iterator[str]:
    """What stands behind a key or a dash: on its line, or on lines below."""
    if isinstance(value, str):
        if _literal(value):
            yield f"{head} |-"
            yield from (" " * (indent + 2) + line if line else "" for line in value.split("\n"))
        else:
            yield f"{head} {_quoted(value, _BLOCK_VALUE)}"
    elif not value or _fits(f"{head} {_flow(value)}", value):
        yield f"{head} {_flow(value)}"
    elif isinstance(value, Mapping):
        yield head
        yield from mapping_lines(value, indent + 2)
    else:
        yield head
        for item in value:
            yield from item_lines(item, indent)


def _fits(line: str, value: Plain) -> bool:
    return _short(value, _MOST_BRACKETS) and columns(line) <= WIDTH


def _short(value: Plain, brackets: int) -> bool:
    """Few enough brackets to be read on one line; a list of mappings of several keys never is."""
    if isinstance(value, str):
        return "\n" not in value and columns(value) <= _SHORT_TEXT
    if brackets == 0:
        return False
    if isinstance(value, Mapping):
        return all(_short(part, brackets - 1) for part in value.values())
    many = any(isinstance(item, Mapping) and len(item) > 1 for item in value)
    return not many and all(_short(item, brackets - 1) for item in value)


def _flow(value: Plain) -> str:
    if isinstance(value, str):
        return _quoted(value, _FLOW_VALUE)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_quoted(key, _KEY)}: {_flow(part)}" for key, part in value.items()) + "}"
    return "[" + ", ".join(map(_flow, value)) + "]"


def _quoted(text: str, where: str) -> str:
    """The text, in quotes only where our own reader would take it for something else."""
    if _reads_back(text, where):
        return text
    if re.search(r"[\n\r\t]", text):
        return '"' + "".join(_ESCAPES.get(char, char) for char in text) + '"'
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


@lru_cache(maxsize=8192)
def _reads_back(text: str, where: str) -> bool:
    if not text or re.search(r"[\n\r\t]", text):
        return False
    read, problems = read_document("", where.format(text))
    wanted, _ = read_document("", where.format(_SAMPLE))
    return not problems and _said(read) == _said(wanted, text)


def _said(node: Node | None, instead: str = _SAMPLE) -> object:
    """A tree without its places, and with another text in place of the sample."""
    match node:
        case TextNode(text=text):
            return instead if text == _SAMPLE else text
        case ListNode(items=items):
            return [_said(item, instead) for item in items]
        case MapNode(entries=entries):
            return [(_said(key, instead), _said(value, instead)) for key, value in entries]
        case None:
            return None


def _literal(text: str) -> bool:
    """Whether a text of several lines can stand as it is below a `|-`."""
    lines = text.split("\n")
    return (
        len(lines) > 1
        and not re.search(r"[\r\t]", text)
        and bool(lines[0])
        and bool(lines[-1])
        and not any(line.startswith(" ") or line.isspace() for line in lines)
    )
