"""变化报告: the changes come in; 变化报告.html and 变化报告.xlsx go out, both whole or not at all."""

from collections.abc import Mapping
from pathlib import Path

from rules import Ruleset
from service.rescoring.change import Changes


def write_report(
    changes: Changes, where: Path, ruleset: Ruleset, *, facts: Mapping[str, str] | None = None, title: str = ""
) -> tuple[Path, Path]:
    """The paths of the page and of the workbook.

    `where` is a folder that exists, or a path whose name both files take with their own endings. `ruleset` is the one
    that decided now; `facts` says which columns of the file stated facts: fact → column. `title` names what was
    scored, such as the file. Raises InputError where the files can't be written.
    """
    raise NotImplementedError
