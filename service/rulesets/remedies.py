"""A remedy in the words of a YAML file comes in; the same in the words of a table goes out."""

from __future__ import annotations

import re
from dataclasses import replace

from rules.problem import Problem

_WORDINGS = (
    (r"请补一条「期望: \{(命中|未命中): ([^,}]+).*?\}」的测试", r"请在「测试」表里给它补一行，「期望：\1」填 \2"),
    (r"介于: \[(.+?), (.+?)\]", r"介于 \1 和 \2"),
    (r"非: \{(.+?): (.+?)\}", r"非（\1 \2）"),
    (r": \{(\S+): \[(\S+), (\S+)\]\}", r" \1 \2、\3"),
    (r"「(.+): \{(\S+): (.+)\}」", r"「\1 \2 \3」"),
    (r": \[(\S+)\]", r" \1"),
    (r"「(\S+): ", r"「\1 "),
    (r"请去掉括号，只写一个值", "请只写一个值"),
)
_JOINED = re.compile(r"请写成 \[(.+)\]，(?:括号和)?逗号用半角")


def in_a_table(problem: Problem) -> Problem:
    """The problem with a remedy that can be followed in a cell."""
    remedy = problem.remedy
    for wording, instead in _WORDINGS:
        remedy = re.sub(wording, instead, remedy)
    remedy = _JOINED.sub(lambda said: f"请写成 {said[1].replace(', ', '、')}，不放在一对「」里", remedy)
    return replace(problem, remedy=remedy)
