"""A path comes in and a table of the format that its name says goes out; so does a writer of that format."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from service.errors import InputError
from service.rescoring import columns as col
from service.rescoring.delimited import DelimitedWriter, open_delimited
from service.rescoring.json_lines import JsonLinesWriter, open_json_lines
from service.rescoring.parquet import ParquetWriter, open_parquet
from service.rescoring.sheet import SheetWriter, open_sheet
from service.rescoring.table import Table, Writer

_Open = Callable[[Path], Table]
_New = Callable[[Path, Table, Sequence[str]], Writer]
_FORMATS: Mapping[str, tuple[_Open, _New]] = {
    ".xlsx": (open_sheet, SheetWriter),
    ".csv": (open_delimited, DelimitedWriter),
    ".tsv": (open_delimited, DelimitedWriter),
    ".jsonl": (open_json_lines, JsonLinesWriter),
    ".parquet": (open_parquet, ParquetWriter),
}
_OLD = (".xls", ".et", ".xlsm", ".ods")
SUFFIXES = tuple(_FORMATS)


def open_table(path: Path) -> Table:
    """What a file is made of, read from its beginning only. Raises InputError where it can't be used."""
    if (suffix := path.suffix.lower()) not in _FORMATS:
        raise InputError(f"{path.name} 不是能研判的文件；能用的是 {'、'.join(SUFFIXES)}")
    try:
        return _FORMATS[suffix][0](path)
    except FileNotFoundError as error:
        raise InputError(f"没有这个文件：{path}") from error
    except OSError as error:
        raise InputError(f"打不开 {path}：{error.strerror}") from error


def new_writer(path: Path, table: Table, suffix: str) -> Writer:
    """A writer of a table's rows and suggestions to a new file, in the format of this suffix."""
    return _FORMATS[suffix.lower()][1](path, table, col.SUGGESTED.names)


def old_workbooks_in(source: Path) -> list[Path]:
    """Files of a folder that hold tables in a format that can't be read: nobody should believe that they were."""
    found = source.rglob("*") if source.is_dir() else ()
    return sorted(path for path in found if path.suffix.lower() in _OLD and not _left_over(path.relative_to(source)))


def files_in(source: Path) -> list[Path]:
    """The one file, or all below a folder that can be used, in the order of their names.

    Hidden ones and those that Excel leaves while it is open (~$) are none. Raises InputError where there is none.
    """
    if not source.exists():
        raise InputError(f"没有这个文件或文件夹：{source}")
    if not source.is_dir():
        return [source]
    found = [
        path
        for path in sorted(source.rglob("*"))
        if path.suffix.lower() in _FORMATS and path.is_file() and not _left_over(path.relative_to(source))
    ]
    if not found:
        raise InputError(f"{source} 里没有能研判的文件；能用的是 {'、'.join(SUFFIXES)}")
    return found


def _left_over(path: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)
