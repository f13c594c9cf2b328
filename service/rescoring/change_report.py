"""变化报告: the changes come in; 变化报告.html and 变化报告.xlsx go out, both whole or not at all."""

import os
from collections.abc import Mapping
from pathlib import Path

from rules import Ruleset
from service.errors import InputError
from service.rescoring.change import Changes
from service.rescoring.change_page import page
from service.rescoring.change_workbook import write_workbook

NAME = "变化报告"


def write_report(
    changes: Changes, where: Path, ruleset: Ruleset, *, facts: Mapping[str, str] | None = None, title: str = ""
) -> tuple[Path, Path]:
    """The paths of the page and of the workbook.

    `where` is a folder that exists, or a path whose name both files take with their own endings. `ruleset` is the one
    that decided now; `facts` says which columns of the file stated facts: fact → column. `title` names what was
    scored, such as the file. Raises InputError where the files can't be written.
    """
    stem = where / NAME if where.is_dir() else where.with_name(where.name.removesuffix(".html").removesuffix(".xlsx"))
    targets = stem.with_name(f"{stem.name}.html"), stem.with_name(f"{stem.name}.xlsx")
    title = title.encode(errors="replace").decode()  # a file's name may be no text
    unfinished = [target.with_name(f".{target.name}.写出中") for target in targets]
    try:
        with unfinished[0].open("w", encoding="utf-8") as stream:
            stream.writelines(page(changes, ruleset, facts or {}, title))
        write_workbook(changes, ruleset, facts or {}, title, unfinished[1])
        for written, target in zip(unfinished, targets, strict=True):
            os.replace(written, target)
    except OSError as error:
        raise InputError(f"变化报告写不到 {stem.parent}：{error.strerror or error}") from error
    finally:
        for left_over in unfinished:
            left_over.unlink(missing_ok=True)
    return targets
