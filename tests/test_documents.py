"""The documents keep to the truth: commands, settings, addresses, links and counts are as they say."""

import re
import shlex
import tomllib
from collections import Counter
from collections.abc import Iterator
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
HANDBOOK = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "service" / "handbook").iterdir())}
TOLD = "\n".join([README, *HANDBOOK.values()])

HOUSE = ("classifier", "rules", "service", "training_data", "tests")
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    *(path for room in HOUSE for path in sorted((ROOT / room).glob("**/*.md"))),
]

_FENCED = re.compile(r"^```(\w*)\n(.*?)\n```$", re.DOTALL | re.MULTILINE)


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


def test_the_readme_stays_a_front_door_and_leads_to_every_page_of_the_handbook() -> None:
    assert len(README.splitlines()) <= 90
    assert [name for name in HANDBOOK if f"](service/handbook/{name})" not in README] == []


_ROWS = [line for line in HANDBOOK["running.md"].splitlines() if line.startswith("| `TONGBAN_")]


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented_with_its_meaning(name: str) -> None:
    field = Settings.model_fields[name]
    assert field.description
    (row,) = [row for row in _ROWS if row.startswith(f"| `TONGBAN_{name.upper()}` |")]
    assert field.description.partition("；")[0] in row
    default = "空" if field.default in ("", None) else f"`{field.default}`"
    assert row.split("|")[2].strip() == default


def test_no_other_setting_is_named() -> None:
    of_the_build = set(re.findall(r"TONGBAN_BUILD_\w+", (ROOT / "hatch_editor.py").read_text(encoding="utf-8")))
    named = {name.removesuffix("_") for name in re.findall(r"TONGBAN_[A-Z_]+", TOLD)}
    assert named - of_the_build == {f"TONGBAN_{name.upper()}" for name in Settings.model_fields}


def _calls(line: str) -> Iterator[list[str]]:
    """The words after `tongban`, of each time that a line of a shell calls it."""
    call: list[str] = []
    for word in [*shlex.split(line, comments=True), "&&"]:
        if word not in {"&&", "||", "|", ";"}:
            call.append(word)
            continue
        while call and re.match(r"[A-Z_]+=", call[0]):
            del call[0]
        if call and Path(call[0]).name == "tongban":
            yield list(takewhile(lambda word: word not in {"<", ">"}, call[1:]))
        call = []


EXAMPLES = [
    call
    for language, block in _FENCED.findall(TOLD)
    if language == "bash"
    for line in block.splitlines()
    for call in _calls(line)
]
SPANS = re.findall(r"`([^`\n]+)`", _FENCED.sub("", TOLD))
NAMED = [call for span in SPANS if "tongban " in span for call in _calls(span)]


def _below(group: click.Group, word: str) -> click.Command:
    found = group.get_command(click.Context(group), word)
    assert found is not None, f"no command {word} in {group.name}"
    return found


def _leaves(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for word in command.list_commands(click.Context(command)):
            yield from _leaves(_below(command, word), f"{name} {word}")
    else:
        yield name, command


COMMANDS = dict(_leaves(tongban, "tongban"))


def _options(*commands: click.Command) -> set[str]:
    taken = {option for command in commands for one in command.params for option in (*one.opts, *one.secondary_opts)}
    return taken | {"--help"}


@pytest.mark.parametrize("words", EXAMPLES, ids=" ".join)
def test_every_example_is_one_that_the_command_takes(words: list[str]) -> None:
    context: click.Context | None = None
    command: click.Command = tongban
    rest = words
    while True:
        context = command.make_context(command.name, rest, parent=context)
        if not isinstance(command, click.Group):
            return
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None, name
        command = found


@pytest.mark.parametrize("words", NAMED, ids=" ".join)
def test_every_command_that_is_named_exists_with_its_options(words: list[str]) -> None:
    command: click.Command = tongban
    for word in words:
        if word.startswith("-"):
            assert word in _options(command)
        elif isinstance(command, click.Group):
            command = _below(command, word)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_its_place_in_the_list_of_all(command: str) -> None:
    assert f"`{command}`" in HANDBOOK["commands.md"]


def test_every_option_that_is_named_alone_is_one_of_some_command() -> None:
    alone = [word for span in SPANS if span.startswith("--") for word in span.split() if word.startswith("--")]
    assert alone
    assert set(alone) - _options(*COMMANDS.values()) == set()


def test_every_task_of_the_developers_exists() -> None:
    tasks = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["poe"]["tasks"]
    named = set(re.findall(r"`poe ([\w-]+)", "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)))
    assert named
    assert named - set(tasks) == set()


# service/access.md has every route: tests/access sees to that.
_ROUTES = {
    re.sub(r"{\w+}", "{}", f"{method} {address}")
    for method, address in re.findall(
        r"^\| `([A-Z]+) (/\S+)` ", (ROOT / "service" / "access.md").read_text(encoding="utf-8"), re.MULTILINE
    )
}
_ADDRESSES = [
    (method, re.sub(r"{\w+}", "{}", address))
    for method, address in re.findall(r"`(?:([A-Z]+) )?(/api/v1/[^`\s]+)`", TOLD)
]


def test_every_address_that_is_named_exists() -> None:
    addresses = {route.partition(" ")[2] for route in _ROUTES}
    assert _ADDRESSES
    assert [
        (method, address)
        for method, address in _ADDRESSES
        if (f"{method} {address}" not in _ROUTES if method else address not in addresses)
    ] == []


def test_no_part_of_the_interface_is_left_out() -> None:
    parts = {part for route in _ROUTES for part in re.findall(r" /api/v1/([\w-]+)", route)}
    assert parts - set(re.findall(r"/api/v1/([\w-]+)", HANDBOOK["api.md"])) - {"openapi"} == set()


def _anchors(document: Path) -> set[str]:
    """Where links into it may lead: its headings, written as GitHub writes them."""
    text = _FENCED.sub("", document.read_text(encoding="utf-8"))
    plain = [
        re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading) for heading in re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    ]
    return {re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    text = _FENCED.sub("", document.read_text(encoding="utf-8"))
    for target, _, anchor in (link.partition("#") for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text)):
        there = document.parent / target if target else document
        assert there.exists(), (document, target)
        assert not anchor or anchor in _anchors(there), (document, target, anchor)


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
