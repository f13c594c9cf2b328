"""Units from the terminal, as an administrator meets them."""

import json
from pathlib import Path

import pytest

from tests.service.terminal import Terminal
from tests.service.test_account_commands import PASSWORD

TABLE = "单位,类型,上级,部门\n桥头村,村(社区),城关镇,\n城关镇,镇街,,\n城关派出所,派出所,城关镇,派出所\n"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A terminal at a place without units."""
    return Terminal(tmp_path / "data", tmp_path)


def test_units_are_made_listed_exported_and_imported(terminal: Terminal, tmp_path: Path) -> None:
    assert "还没有单位" in terminal.run("unit", "list").stdout
    (tmp_path / "单位.csv").write_text(TABLE, encoding="utf-8")
    done = terminal.run("unit", "import", "单位.csv")
    assert done.stdout == "新建 3 个单位，修改 0 个\n", done.stderr
    done = terminal.run("unit", "add", "城关司法所", "--kind", "部门", "--parent", "城关镇", "--department", "司法所")
    assert done.returncode == 0, done.stderr
    assert terminal.run("unit", "list").stdout.splitlines() == [
        "城关镇　镇街　0 人", "　城关派出所　派出所　派出所　0 人", "　城关司法所　部门　司法所　0 人",
        "　桥头村　村(社区)　0 人",
    ]  # fmt: skip
    assert terminal.run("unit", "export", "单位.xlsx").returncode == 0
    assert terminal.run("unit", "import", "单位.xlsx").stdout == "与现在的单位没有差别\n"


def test_an_account_is_made_in_its_unit(terminal: Terminal) -> None:
    terminal.run("account", "create-admin", "admin", given=f"{PASSWORD}\n")
    terminal.run("unit", "add", "城关镇", "--kind", "镇街")
    arguments = ("account", "create", "chen", "--role", "领导", "--unit", "城关镇", "--post", "负责人")
    done = terminal.run(*arguments, given=f"{PASSWORD}\n")
    assert done.stdout == "账号 chen 建好了，角色：领导，单位：城关镇（负责人）\n", done.stderr
    (unit,) = json.loads(terminal.run("unit", "list", "--json").stdout)
    assert unit["members"] == [{"login": "chen", "post": "负责人"}]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("unit", "add", "甲", "--kind", "局"), "没有“局”这种单位"),
        (("unit", "add", "甲", "--kind", "部门", "--parent", "乙"), "没有叫“乙”的单位"),
        (("unit", "add", "甲", "--kind", "部门", "--department", "派出"), "规则集里没有“派出”这个部门"),
        (("unit", "import", "没有.csv"), "读不了"),
        (("unit", "export", "单位.txt"), ".xlsx 或 .csv"),
        (("account", "create", "chen", "--role", "领导", "--unit", "甲"), "没有叫“甲”的单位"),
        (("account", "create", "chen", "--role", "领导", "--post", "所长"), "没有“所长”这个职务"),
    ],
)
def test_mistakes_are_answered_in_one_chinese_line(
    terminal: Terminal, arguments: tuple[str, ...], complaint: str
) -> None:
    done = terminal.run(*arguments, given=f"{PASSWORD}\n")
    assert (done.returncode, complaint in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr
    assert terminal.run("account", "list").stdout.startswith("还没有账号")


def test_a_faulty_table_is_refused_with_its_cells(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "单位.csv").write_text(f"{TABLE}新村,村,城关镇,\n", encoding="utf-8")
    done = terminal.run("unit", "import", "单位.csv")
    assert done.returncode == 2
    assert "单位.csv!B5：没有“村”这种单位" in done.stderr
    assert "还没有单位" in terminal.run("unit", "list").stdout
