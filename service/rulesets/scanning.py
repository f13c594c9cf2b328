"""One cell's text from left to right: where a piece ends, what it says without quotes, and problems at a character."""

from __future__ import annotations

import re

from rules.document import TextNode
from rules.problem import Problem, problem_at
from service.rulesets.cells import CellPlace

SEPARATORS = "、，,"


class Scanner:
    """`at` is where in the text the reading stands. Texts in 「」 are taken as they are."""

    def __init__(self, place: CellPlace, text: str, problems: list[Problem]) -> None:
        self._cell = place.file
        self.text = text
        self.problems = problems
        self.at = 0
        self.given_up = False

    def operand(self, start: int, end: int, *, one_word: bool = False) -> TextNode:
        """The text between, without blanks around it and without its quotes."""
        raw = self.text[start:end]
        start += len(raw) - len(raw.lstrip())
        text, place = raw.strip(), self.place(start)
        if text.startswith("「"):
            closed = self.quoted_end(start) - start
            if closed == len(text):
                return TextNode(place, text[1:closed].removesuffix("」").replace("」」", "」"))
            if one_word:
                self.complain(start + closed, "引号后面多了内容", "请用「、」隔开，或把整段放进「」")
        if one_word and (blank := re.search(r"\s", text)):
            self.complain(
                start + blank.start(), "这里有空格", "几个值之间用「、」，几个条件分行写；带空格的值请放进「」"
            )
        return TextNode(place, text)

    def end(self, start: int, stops: str, *, brackets: bool = True) -> int:
        """Where a piece ends: at a stop, or at a bracket that was not opened in it, quotes left aside."""
        opened: list[int] = []
        at = start
        while at < len(self.text):
            char = self.text[at]
            if char == "「" and (at == start or (brackets and self.text[at - 1] in f"{SEPARATORS} \t\n　")):
                at = self.quoted_end(at)
                continue
            if brackets and char in "（(":
                opened.append(at)
            elif brackets and char in "）)":
                if not opened:
                    break
                opened.pop()
            elif char in stops and (char == "\n" or not opened) and not (brackets and self._goes_on(start, at)):
                break
            at += 1
        if opened:
            self.complain(opened[0], "这个括号没有配对", "请补上另一半，或把这段放进「」")
        return at

    def _goes_on(self, start: int, at: int) -> bool:
        """Whether a line breaks off behind a separator: its list goes on in the next line."""
        return self.text[at] == "\n" and self.text[start:at].rstrip()[-1:] in tuple(SEPARATORS)

    def quoted_end(self, start: int) -> int:
        """Behind the 」 that belongs to the 「 at `start`; 」」 stands for one 」 inside."""
        at = start + 1
        while True:
            at = self.text.find("」", at)
            if at < 0:
                self.complain(start, "「 没有配对", "请在这段末尾补上「」」")
                return len(self.text)
            if self.text[at + 1 : at + 2] != "」":
                return at + 1
            at += 2

    def leave_item(self, at: int) -> None:
        stop = re.compile(r"[；;\n（()）]").search(self.text, at)
        self.at = stop.start() if stop else len(self.text)

    def skip(self, pattern: str) -> None:
        if found := re.compile(pattern).match(self.text, self.at):
            self.at = found.end()

    def place(self, at: int) -> CellPlace:
        line = self.text.count("\n", 0, at) + 1
        return CellPlace(self._cell, line, at - self.text.rfind("\n", 0, at))

    def complain(self, at: int, message: str, remedy: str) -> None:
        self.problems.append(problem_at(self.place(at), "R022", message, remedy))

    def complain_at(self, node: TextNode, message: str, remedy: str) -> None:
        self.problems.append(problem_at(node.place, "R022", message, remedy))
