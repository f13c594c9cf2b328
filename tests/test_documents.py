"""The documents keep to the truth: commands, settings, links and counts are as they say."""

import re
import shlex
from collections import Counter
from importlib.metadata import packages_distributions
from itertools import takewhile
from pathlib import Path

import click
import pytest

from service.cli import tongban
from service.settings import Settings
from tests.conftest import shipped

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CARD = (ROOT / "training_data" / "data_card.md").read_text(encoding="utf-8")

HOUSE = ("classifier", "rules", "service", "training_data", "tests")
DOCUMENTS = [ROOT / "README.md", *(path for room in HOUSE for path in sorted((ROOT / room).glob("**/*.md")))]


def _bold_command(title: str) -> str:
    found = re.search(rf"\*\*{title}\*\*.*?```bash\n(.*?)\n```", README, re.DOTALL)
    assert found, title
    return found[1]


def test_there_are_two_commands_and_each_is_one_line() -> None:
    assert _bold_command("启动").endswith("tongban serve")
    assert _bold_command("测试").endswith("pytest")
    assert "\n" not in _bold_command("启动") + _bold_command("测试")


def test_the_checks_run_the_test_command_of_the_readme() -> None:
    last = _bold_command("测试").split("&&")[-1].strip()
    assert last in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented_with_its_meaning(name: str) -> None:
    description = Settings.model_fields[name].description
    assert description
    (line,) = [line for line in README.splitlines() if f"`TONGBAN_{name.upper()}`" in line]
    assert description.partition("；")[0] in line


def test_every_command_that_the_readme_names_exists() -> None:
    for words in re.findall(r"tongban ([a-z]+(?: [a-z]+)?)", README):
        command: click.Command | None = tongban
        for word in words.split():
            if isinstance(command, click.Group):
                command = command.get_command(click.Context(command), word)
                assert command is not None, words


EXAMPLES = [
    shlex.split(line, comments=True)
    for block in re.findall(r"```bash\n(.*?)\n```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("tongban ")
]


@pytest.mark.parametrize("words", EXAMPLES, ids=" ".join)
def test_every_example_of_the_readme_is_one_that_the_command_takes(words: list[str]) -> None:
    context: click.Context | None = None
    command: click.Command = tongban
    rest = list(takewhile(lambda word: word not in {"<", ">"}, words[1:]))
    while True:
        context = command.make_context(command.name, rest, parent=context)
        if not isinstance(command, click.Group):
            return
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None, name
        command = found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), (document, target)


def test_the_data_card_counts_right() -> None:
    rows = shipped()
    table = {
        cells[0]: [int(cell) for cell in cells[1:5]]
        for line in CARD.splitlines()
        if (cells := [cell.strip() for cell in line.strip("|").split("|")]) and len(cells) == 5 and cells[1].isdigit()
    }
    levels = Counter((row.dispute_type, row.risk) for row in rows)
    expected = {
        name: [sum(levels[name, level] for level in ("低", "中", "高")), *(levels[name, v] for v in ("低", "中", "高"))]
        for name in {row.dispute_type for row in rows}
    }
    expected["合计"] = [sum(column) for column in zip(*expected.values(), strict=True)]
    assert table == expected


def test_no_other_distribution_uses_our_plain_package_names() -> None:
    owners = packages_distributions()
    for name in ("classifier", "rules", "service", "training_data"):
        assert set(owners.get(name, ["tongban"])) == {"tongban"}, name
