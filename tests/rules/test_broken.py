"""Rule files as people get them wrong, each with exactly what the program says about it.

Every folder of tests/rules/broken holds one kind of mistake: a file, or a folder of files, a case, and in
`expected.txt` the lines that `tongban rules check` and `tongban rules test` must print for them, no more and no less.
A file alone is read with the head beside the folders; the files of `head` are heads themselves.
"""

import re
from pathlib import Path

import pytest
import yaml

import rules.document
from rules import CATALOGUE, load, run_tests
from tests.rules.building import TODAY

BROKEN = Path(__file__).parent / "broken"
HEAD = BROKEN / "ruleset.yaml"
KINDS = sorted(path for path in BROKEN.iterdir() if path.is_dir())
CASES = [case for kind in KINDS for case in sorted(kind.iterdir()) if case.name != "expected.txt"]
LOADERS = [loader for name in ("CSafeLoader", "SafeLoader") if (loader := getattr(yaml, name, None))]

# A file of a megabyte has no place here (test_document.py makes one); codes from R070 belong to the analysis.
FROM_FILES = [code for code in CATALOGUE if code < "R070" and code != "R003"]


def _expected(kind: Path) -> list[str]:
    return (kind / "expected.txt").read_text(encoding="utf-8").splitlines()


def _found(case: Path) -> list[str]:
    alone = case.is_dir() or case.parent.name == "head"
    ruleset, problems = load([case.name] if alone else [HEAD, case.name], today=TODAY)
    if ruleset:
        problems = [*problems, *run_tests(ruleset).problems]
    return [str(problem) if problem.file == case.name else f"{case.name}/{problem}" for problem in problems]


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.__name__)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_broken_file_is_told_exactly(case: Path, loader: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules.document, "_LOADER", loader)
    monkeypatch.chdir(case.parent)
    expected = [line for line in _expected(case.parent) if re.split("[:/]", line)[0] == case.name]
    assert expected
    assert _found(case) == expected


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_expectation_has_its_file(kind: Path) -> None:
    assert {re.split("[:/]", line)[0] for line in _expected(kind)} == {c.name for c in CASES if c.parent == kind}


def test_there_are_at_least_120_broken_files() -> None:
    assert len(CASES) >= 120


@pytest.mark.parametrize("code", FROM_FILES)
def test_every_code_that_files_can_cause_occurs(code: str) -> None:
    assert any(f" {code} " in line for kind in KINDS for line in _expected(kind))


def test_no_english_of_the_parser_is_passed_on() -> None:
    said = "".join(line for kind in KINDS for line in _expected(kind))
    assert not re.search(r"\b(found|expected|while|token|mapping|scanning|parsing|indicator)\b", said)
