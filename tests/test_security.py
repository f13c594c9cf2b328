"""SECURITY.md names what holds each point: every file and every test that it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
STATES = {"守住", "部分", "没有", "不适用"}
POINTS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in SECURITY.splitlines()
    if line.startswith("| ") and not line.startswith("| 要点")
]


def test_every_point_has_a_state_and_what_holds_it() -> None:
    assert POINTS
    assert [point for point in POINTS if len(point) != 3 or point[1] not in STATES or not point[2]] == []


def test_every_file_that_is_named_is_there() -> None:
    named = re.findall(r"`((?:tests|service|classifier|rules)/[\w/.]+)(?:::\w+)?`", SECURITY)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"`(tests/[\w/.]+)::(\w+)`", SECURITY)
    assert named
    missing = [
        (file, name)
        for file, name in named
        if not re.search(rf"^ *(?:def|class) {name}\b", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert missing == []
