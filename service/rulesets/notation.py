"""The text of a cell comes in; the nodes that a YAML file would have given go out, each at its character in the cell.

What the texts mean is left to the reader of rules, so that a table and a YAML file are faulted in the same words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rules.document import ListNode, MapNode, Node, TextNode
from rules.problem import Place, Problem, problem_at
from rules.rulebook import Operator
from rules.schema_facts import CONNECTIVES
from service.rulesets.cells import CellPlace
from service.rulesets.saying import NOTHING
from service.rulesets.scanning import SEPARATORS, Scanner

_DEEPEST = 12  # brackets in brackets: more than four connectives can ever need
_GROUP = re.compile(rf"({'|'.join(CONNECTIVES)})[^\S\n]*[（(]")
_NAME = re.compile(r"[^\s：:=＝≠!≥≤<>＜＞；;、，,（）()「」]+")
_SIGN = re.compile(r"≥|>=|＞＝|≤|<=|＜＝|≠|!=|==|>|＞|<|＜|=|＝")
_SIGNS = {
    **dict.fromkeys(("≥", ">=", "＞＝"), Operator.AT_LEAST.value),
    **dict.fromkeys(("≤", "<=", "＜＝"), Operator.AT_MOST.value),
    **dict.fromkeys((">", "＞"), Operator.MORE_THAN.value),
    **dict.fromkeys(("<", "＜"), Operator.LESS_THAN.value),
    **dict.fromkeys(("=", "==", "＝", "等于"), Operator.EQUALS.value),
}
_WORD = re.compile(
    r"[^\s：:；;、，,（）()「」]+(?=[：:]?[^\S\n]+[^\s；;、，,）)])|(至少|至多|大于|小于|介于)(?=[：:]?[0-9-])"
)
_LISTS = frozenset({"属于", "不属于", "介于", "含任一", "含全部", "均不含"})
_BOUNDS = re.compile(r"和|到|至|~|～|[、，,]")


def read_condition_cell(place: CellPlace, text: str, problems: list[Problem]) -> Node:
    """A condition in the notation. Brackets carry the meaning; line breaks and indentation are for the eye."""
    items = _Reader(place, text, problems).items()
    return _together(items, place)


def read_given_cell(place: CellPlace, text: str, problems: list[Problem]) -> Node:
    """Facts, one a line: 凶器 是."""
    return _Reader(place, text, problems).given()


def read_values_cell(place: CellPlace, text: str, problems: list[Problem], *, free: bool) -> Node:
    """One value or several: fixed ones separated by 、, free texts by line breaks; （空） is an empty list."""
    if text.strip() in (NOTHING, "(空)"):
        return ListNode(place, ())
    said = _Reader(place, text, problems).texts("\n" if free else SEPARATORS + "\n")
    return said[0] if len(said) == 1 else ListNode(place, tuple(said))


@dataclass(frozen=True, slots=True)
class _Item:
    """A comparison with its value, or a connective with the items in its brackets."""

    key: TextNode
    value: Node | None = None
    items: list[_Item] = field(default_factory=list)


def _together(items: list[_Item], place: Place) -> Node:
    """Several items that must all hold. One stands for itself."""
    if len(items) == 1:
        return _condition(items[0])
    return MapNode(place, tuple(map(_entry, items)))


def _condition(item: _Item) -> Node:
    # A mapping of several keys means 全部 as well, and costs no level.
    if item.key.text == "全部" and len(item.items) > 1:
        return MapNode(item.key.place, tuple(map(_entry, item.items)))
    return MapNode(item.key.place, (_entry(item),))


def _entry(item: _Item) -> tuple[TextNode, Node]:
    if item.value is not None:
        return item.key, item.value
    if item.key.text == "非":
        return item.key, _together(item.items, item.key.place)
    return item.key, ListNode(item.key.place, tuple(map(_condition, item.items)))


class _Reader(Scanner):
    """Goes through the text of one cell once, from left to right."""

    def items(self, opened: int | None = None, depth: int = 0) -> list[_Item]:
        """Items up to the bracket that closes the one opened, or to the end of the cell."""
        items: list[_Item] = []
        while True:
            self.skip(r"[\s；;]*")
            if self.at == len(self.text):
                if opened is not None and not self.given_up:
                    self.complain(opened, "这个括号没有配对", "请在这一组的末尾补上「）」")
                return items
            if self.text[self.at] in "）)":
                if opened is None:
                    self.complain(self.at, "这里多了一个括号", "请删掉它，或在前面补上「（」")
                self.at += 1
                if opened is not None:
                    return items
            elif item := self._item(depth):
                items.append(item)

    def given(self) -> Node:
        entries: dict[str, tuple[TextNode, Node]] = {}
        while True:
            self.skip(r"\s*")
            if self.at == len(self.text):
                return MapNode(self.place(0), tuple(entries.values()))
            name = self._name()
            if name is None:
                continue
            self.skip(r"[^\S\n]*[：:=＝]?[^\S\n]*")
            start = self.at
            self.at = self.end(start, "\n", brackets=False)
            value = self.operand(start, self.at)
            if name.text in entries:
                before = entries[name.text][0].place
                message = f"「{name.text}」写了两遍，上一次在格子里的第 {before.line} 行"
                self.problems.append(problem_at(name.place, "R009", message, "请只留一个"))
            entries.setdefault(name.text, (name, value))

    def texts(self, separators: str) -> list[TextNode]:
        """The rest of the cell, cut at the separators; empty pieces are left out."""
        texts: list[TextNode] = []
        while True:
            self.skip(rf"[\s{separators}]*")
            if self.at == len(self.text):
                return texts
            start = self.at
            self.at = self.end(start, separators, brackets=False)
            texts.append(self.operand(start, self.at))

    def _item(self, depth: int) -> _Item | None:
        if group := _GROUP.match(self.text, self.at):
            key = TextNode(self.place(group.start()), group[1])
            if depth == _DEEPEST:
                message = f"「{group[1]}」套了 {depth} 层"
                self.problems.append(problem_at(key.place, "R036", message, "请拆成两条规则"))
                self.at, self.given_up = len(self.text), True
                return None
            self.at = group.end()
            return _Item(key, items=self.items(group.end() - 1, depth + 1))
        if self.text[self.at] in "（(":
            return self._nameless_group(depth)
        name = self._name()
        if name is None:
            return None
        if name.text in CONNECTIVES:
            message = f"「{name.text}」后面要写括号"
            self.complain_at(name, message, f"请写成「{name.text}（条件；条件）」")
            self.leave_item(self.at)
            return None
        self.skip(r"[^\S\n]*[：:]?[^\S\n]*")
        return _Item(name, self._comparison())

    def _nameless_group(self, depth: int) -> _Item:
        opened = self.at
        self.complain(opened, "括号前面没有说明怎么组合", "请写成「全部（…）」「任一（…）」或「非（…）」")
        self.at += 1
        return _Item(TextNode(self.place(opened), "全部"), items=self.items(opened, min(depth + 1, _DEEPEST)))

    def _name(self) -> TextNode | None:
        """A fact's name; where none can begin, a problem, and the line is left."""
        start = self.at
        if self.text[start] == "「":
            self.at = self.quoted_end(start)
            return self.operand(start, self.at)
        if found := _NAME.match(self.text, start):
            self.at = found.end()
            return TextNode(self.place(start), found[0])
        self.complain(start, f"这里读不懂「{self.text[start]}」", "请写成「事实 值」，如「凶器 是」，一行一个")
        self.leave_item(start + 1)
        return None

    def _comparison(self) -> Node:
        """What stands behind a fact: a value, or an operator with its operands."""
        start = self.at
        found = _SIGN.match(self.text, start) or _WORD.match(self.text, start)
        if found is None:
            operands = self._operands()
            if len(operands) < 2:
                return operands[0] if operands else TextNode(self.place(start), "")
            word = TextNode(operands[0].place, Operator.ONE_OF.value)
            return MapNode(word.place, ((word, ListNode(word.place, tuple(operands))),))
        self.at = found.end()
        self.skip(r"[^\S\n]*[：:]?[^\S\n]*")
        word = TextNode(self.place(start), _SIGNS.get(found[0], found[0]))
        at_operands = self.place(self.at)
        known = word.text in tuple(Operator)
        operands = self._bounds() if word.text == Operator.BETWEEN.value else self._operands(one_word=known)
        single = word.text not in _LISTS and len(operands) == 1
        if word.text == Operator.EQUALS.value and found[0] in _SIGNS:
            return operands[0] if single else ListNode(at_operands, tuple(operands))
        value = operands[0] if single else ListNode(at_operands, tuple(operands))
        return MapNode(word.place, ((word, value),))

    def _operands(self, *, one_word: bool = True) -> list[TextNode]:
        end = self.end(self.at, "；;\n")
        operands: list[TextNode] = []
        while self.at < end:
            self.skip(rf"[\s{SEPARATORS}]*")
            if self.at >= end:
                break
            start = self.at
            self.at = min(end, self.end(start, SEPARATORS))
            operands.append(self.operand(start, self.at, one_word=one_word))
        self.at = end
        return operands

    def _bounds(self) -> list[TextNode]:
        end = self.end(self.at, "；;\n")
        operands: list[TextNode] = []
        while self.at < end:
            split = _BOUNDS.search(self.text, self.at, end)
            until = split.start() if split else end
            operands.append(self.operand(self.at, until))
            self.at = split.end() if split else end
        return operands
