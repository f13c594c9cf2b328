"""Where the head of a rule set declares a value, so that what is wrong with a declaration is shown there."""

from __future__ import annotations

from collections.abc import Mapping

from rules.document import ListNode, MapNode, Node, TextNode, read_document
from rules.problem import Place

_UNKNOWN = Place("ruleset.yaml", 1, 1)


class Head:
    """Finds places in the file with the head. Without files, every place is the beginning of ruleset.yaml."""

    def __init__(self, files: Mapping[str, str]) -> None:
        roots = (read_document(name, text)[0] for name, text in files.items() if "规则集" in text)
        self._root = next((root for root in roots if _entry(root, "规则集")), None)

    def place_of(self, section: str, name: str, value: str) -> Place:
        """The place of one of the 取值 of a fact or decision; of the name where the values stand elsewhere."""
        key, declared = _entry(_value(self._root, section), name) or (self._root, None)
        values = _value(declared, "取值")
        rows = values.items if isinstance(values, ListNode) else ()
        written = next((row for row in rows if isinstance(row, TextNode) and row.text.strip() == value), key)
        return written.place if written else _UNKNOWN


def _value(node: Node | None, name: str) -> Node | None:
    entry = _entry(node, name)
    return entry[1] if entry else None


def _entry(node: Node | None, name: str) -> tuple[Node, Node] | None:
    entries = node.entries if isinstance(node, MapNode) else ()
    return next(((key, value) for key, value in entries if key.text == name), None)
