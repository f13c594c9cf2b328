"""What is kept in git and what goes into the package: sources here, built things there, and no host in the lock."""

import json
import subprocess
import tomllib
from pathlib import Path

from tests.conftest import require

ROOT = Path(__file__).parents[1]
EDITOR = ROOT / "service" / "web" / "editor"
LOCK = (EDITOR / "package-lock.json").read_text(encoding="utf-8")


def test_the_npm_lock_names_no_host() -> None:
    assert "resolved" not in LOCK
    assert "://" not in LOCK


def test_every_npm_package_is_pinned_by_its_content() -> None:
    packages = {name: package for name, package in json.loads(LOCK)["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if not package["version"] or not package["integrity"]] == []


def test_only_the_editor_and_its_bundler_come_from_npm() -> None:
    wanted = json.loads((EDITOR / "package.json").read_text(encoding="utf-8"))
    assert set(wanted["devDependencies"]) == {"esbuild"}
    assert {name.partition("/")[0] for name in wanted["dependencies"]} == {"@codemirror", "@lezer"}


def test_nothing_built_is_kept_in_git() -> None:
    require(None if (ROOT / ".git").exists() else "这里不是 git 的工作目录")
    kept = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    folders = {"built", "node_modules", "dist", "build"}
    assert [name for name in kept.split("\0") if folders & set(Path(name).parts)] == []


def test_the_built_script_goes_into_the_package_though_git_ignores_it() -> None:
    script = "service/web/static/built/editor.js"
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert script in build["artifacts"]
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"{Path(script).parent.as_posix()}/" in ignored
