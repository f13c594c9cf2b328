"""Before anything is compiled: is there a C compiler for durable_rules? Says so in one paragraph if not.

durable_rules comes as source only. Without this check a missing compiler shows as a page of gcc output.
"""

import importlib.util
import os
import shutil
import sys
import sysconfig
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

_MESSAGE = """
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
安装警情通办要编译规则引擎 durable_rules，但这台机器缺少：{missing}
  Debian / Ubuntu：sudo apt-get install gcc python3-dev
  其他系统：装好 C 编译器和 Python 头文件后再试；
  或改用 Python 3.13 以上：不需要编译，由参考求值器判定规则。
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
"""


class CompilerCheck(MetadataHookInterface):
    """Runs when pip first asks what this project needs, before any dependency is fetched or built."""

    def update(self, metadata: dict) -> None:
        if sys.version_info >= (3, 13) or sys.platform == "win32":
            return
        if os.environ.get("TONGBAN_BUILD_WITHOUT_COMPILER") or importlib.util.find_spec("durable_rules_engine"):
            return
        compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
        missing = []
        if not shutil.which(compiler) and not shutil.which("gcc"):
            missing.append("C 编译器")
        if not (Path(sysconfig.get_path("include")) / "Python.h").exists():
            missing.append("Python 头文件")
        if missing:
            sys.exit(_MESSAGE.format(missing="、".join(missing)))
