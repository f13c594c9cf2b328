"""YAML text comes in; a tree of nodes that know their place goes out, with the problems found on the way.

Every scalar stays text: what it means is decided by the fact it stands for, never by YAML 1.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import yaml

from rules.problem import Place, Problem, problem_at
from rules.source import INVISIBLE, readable_text, source_lines
from rules.syntax_errors import explain_syntax_error

DEEPEST = 32

# libyaml where PyYAML was built with it: the same events, about ten times faster.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class TextNode:
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class ListNode:
    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MapNode:
    place: Place
    entries: tuple[tuple[TextNode, Node], ...]


Node = TextNode | ListNode | MapNode


def read_document(file: str, content: str | bytes) -> tuple[Node | None, list[Problem]]:
    """Parse one file. No node is returned where the text has no usable tree."""
    problems: list[Problem] = []
    text = readable_text(file, content, problems)
    if text is None:
        return None, problems
    try:
        root = _tree(file, text, problems)
    except yaml.MarkedYAMLError as error:
        explained = explain_syntax_error(error, source_lines(text))
        place = Place(file, explained.line, explained.column)
        problems.append(problem_at(place, explained.code, explained.message, explained.remedy))
        return None, problems
    return root, problems


def _tree(file: str, text: str, problems: list[Problem]) -> Node | None:
    try:
        return _TreeBuilder(file, text, problems).build(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        # Newer libyaml looks ahead and gives up on depth before the builder sees where it began.
        if error.problem != "exceeded maximum nesting depth":
            raise
        return _TreeBuilder(file, text, problems).build(yaml.parse(text, Loader=yaml.SafeLoader))


def with_excerpts(problems: Iterable[Problem], texts: Mapping[str, str | bytes]) -> Iterator[Problem]:
    """The problems, each with the source line that it is about."""
    lines = {name: source_lines(content) for name, content in texts.items()}
    for problem in problems:
        of_file = lines.get(problem.file, [])
        known = 1 <= problem.line <= len(of_file)
        yield replace(problem, excerpt=of_file[problem.line - 1]) if known else problem


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been seen. A mapping keeps its keys and values in one row."""

    place: Place
    is_map: bool
    children: list[Node]


class _TreeBuilder:
    """Builds the tree from parser events with a stack of its own, so that depth can't exhaust Python's."""

    def __init__(self, file: str, text: str, problems: list[Problem]) -> None:
        self._file = file
        self._lines = source_lines(text)
        self._problems = problems
        self._open: list[_Open] = []
        self._root: Node | None = None
        self._usable = True

    def build(self, events: Iterator[yaml.Event]) -> Node | None:
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "R006", "一个文件里只能有一份文档", "请把这里以下的另存一个文件")
                    break
            elif isinstance(event, yaml.AliasEvent):
                self._refuse(event, "R007", f"不能用别名 *{event.anchor}", "请把内容照写一遍")
                self._place(TextNode(self._at(event), ""))
            elif isinstance(event, yaml.NodeEvent):
                self._notice_decorations(event)
                self._enter(event)
                if len(self._open) > DEEPEST:
                    self._refuse(event, "R010", f"这里已经套了 {len(self._open)} 层", "请检查括号和缩进")
                    break
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
        if self._root is None and self._usable:
            start = Place(self._file, 1, 1)
            self._problems.append(problem_at(start, "R001", "文件里没有内容", "请写入内容，或删掉这个文件"))
        return self._root if self._usable else None

    def _notice_decorations(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self._complain(event, "R007", f"不能用锚点 &{event.anchor}", "请删掉它，把内容照写一遍")
        if tag := getattr(event, "tag", None):
            written = tag.replace("tag:yaml.org,2002:", "!!")
            self._complain(event, "R008", f"不能用标签 {written}", "请删掉它；叹号开头的文字要用引号括起来")

    def _enter(self, event: yaml.NodeEvent) -> None:
        place = self._at(event)
        if isinstance(event, yaml.ScalarEvent):
            # The source has been checked already, so it was written as an escape.
            if INVISIBLE.search(event.value):
                self._complain(event, "R011", "这段文字里写了看不见的特殊字符", "请删掉反斜杠开头的写法")
            self._place(TextNode(place, event.value or self._swallowed(event)))
        else:
            self._open.append(_Open(place, isinstance(event, yaml.MappingStartEvent), []))

    def _swallowed(self, event: yaml.ScalarEvent) -> str:
        """For an empty value: the text of the line that YAML took for something else, once reported."""
        if event.style in ("|", ">"):
            message = f"「{event.style}」起头的被当成了多行文字"
            self._refuse(event, "R005", message, "比较要写成「{大于: 2}」的样子；文字请用引号括起来")
        place = self._at(event)
        # An empty value may stand behind the last line.
        line = "" if event.style else next(iter(self._lines[place.line - 1 : place.line]), "")
        behind = line[place.column - 1 :]
        comment = behind.strip()
        if not re.match(r"#[^\s#]", comment):
            return ""
        place = replace(place, column=place.column + behind.index("#"))
        message, remedy = "「#」起头的文字被当成了注释", "文字以 # 开头的，请用引号括起来"
        self._problems.append(problem_at(place, "R005", message, remedy))
        return comment

    def _close(self) -> None:
        ended = self._open.pop()
        if not ended.is_map:
            self._place(ListNode(ended.place, tuple(ended.children)))
            return
        pairs = list(self._with_text_keys(zip(ended.children[::2], ended.children[1::2], strict=True)))
        if self._open and not self._open[-1].is_map and (second := _second_start(pairs)):
            # The rest is read as an item of its own, so that its mistakes are found and no others claimed.
            key = pairs[second][0]
            message = f"从「{key.text}」起又写了一遍，上一次在第 {ended.place.line} 行：像是新的一条少了「- 」"
            self._problems.append(problem_at(key.place, "R009", message, "请在新的一条前面写「- 」，或删掉重复的键"))
            self._place(MapNode(ended.place, tuple(self._unique(pairs[:second]))))
            self._place(MapNode(key.place, tuple(self._unique(pairs[second:]))))
        else:
            self._place(MapNode(ended.place, tuple(self._unique(pairs))))

    def _with_text_keys(self, pairs: Iterable[tuple[Node, Node]]) -> Iterator[tuple[TextNode, Node]]:
        for key, value in pairs:
            if isinstance(key, TextNode):
                yield key, value
            else:
                remedy = "请写成「名称: 值」，花括号只写一层"
                self._problems.append(problem_at(key.place, "R014", "键只能是文字", remedy))
                self._usable = False

    def _unique(self, pairs: list[tuple[TextNode, Node]]) -> Iterator[tuple[TextNode, Node]]:
        seen: dict[str, Place] = {}
        for key, value in pairs:
            if key.text in seen:
                message = f"「{key.text}」写了两遍，上一次在第 {seen[key.text].line} 行"
                self._problems.append(problem_at(key.place, "R009", message, "请只留一个"))
            else:
                seen[key.text] = key.place
                yield key, value

    def _place(self, node: Node) -> None:
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._root = node

    def _at(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1) if mark else Place(self._file, 1, 1)

    def _complain(self, event: yaml.Event, code: str, message: str, remedy: str) -> None:
        self._problems.append(problem_at(self._at(event), code, message, remedy))

    def _refuse(self, event: yaml.Event, code: str, message: str, remedy: str) -> None:
        """A problem after which no part of the tree can be trusted."""
        self._complain(event, code, message, remedy)
        self._usable = False


def _second_start(pairs: list[tuple[TextNode, Node]]) -> int | None:
    """Where a mapping begins anew: its first key comes again, and another key after it too."""
    texts = [key.text for key, _ in pairs]
    if not texts or texts[0] not in texts[1:]:
        return None
    second = texts.index(texts[0], 1)
    return second if set(texts[:second]) & set(texts[second + 1 :]) else None
