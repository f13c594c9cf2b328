"""Labelled rows are read whole, and every fault is said with its line."""

import json

import pytest

from classifier.examples import Example, ExampleError, LabelledSignal, parse_examples


def test_a_row_becomes_an_example() -> None:
    row = {
        "text": "他说弄死我",
        "dispute_type": "邻里",
        "also": "名誉骚扰",
        "risk": "高",
        "voice": "口述",
        "signals": [{"name": "威胁", "status": "成立", "evidence": "弄死我"}],
    }
    assert parse_examples([json.dumps(row), ""], "a.jsonl") == [
        Example("他说弄死我", "邻里", "名誉骚扰", "高", "口述", (LabelledSignal("威胁", "成立", "弄死我"),))
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "a.jsonl:1: 不是合法的 JSON"),
        ("[]", "a.jsonl:1: 每行应是一个 JSON 对象"),
        ('{"dispute_type": "邻里"}', "缺 text"),
        ('{"text": "  ", "dispute_type": "邻里"}', "缺 text"),
        ('{"text": "漏水"}', "缺 dispute_type"),
        ('{"text": "漏水", "dispute_type": "邻里", "risk": "很高"}', "risk 只能是 低、中、高，实际是“很高”"),
        ('{"text": "漏水", "dispute_type": "邻里", "signals": 3}', "signals 应是列表"),
        ('{"text": "漏水", "dispute_type": "邻里", "signals": [{}]}', "要有 name、status、evidence"),
        (
            '{"text": "漏", "dispute_type": "邻里", "signals": [{"name": "威胁", "status": "也许", "evidence": "漏"}]}',
            "信号状态“也许”不认识",
        ),
        (
            '{"text": "漏", "dispute_type": "邻里", "signals": [{"name": "威胁", "status": "成立", "evidence": "刀"}]}',
            "证据“刀”不在原文里",
        ),
    ],
)
def test_faults_are_named(line: str, complaint: str) -> None:
    with pytest.raises(ExampleError, match=r"a\.jsonl:1") as caught:
        parse_examples([line], "a.jsonl")
    assert complaint in str(caught.value)


def test_all_faults_come_at_once_and_the_list_stays_short() -> None:
    with pytest.raises(ExampleError) as caught:
        parse_examples(["{"] * 30, "a.jsonl")
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "……另有 10 处"


def test_an_empty_file_is_a_fault() -> None:
    with pytest.raises(ExampleError, match="一行样本也没有"):
        parse_examples([], "a.jsonl")
