"""The file of reviewed rows in the data folder: read whole, appended one by one, never rewritten."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from classifier.examples import Example, ExampleError, parse_examples, read_lines


def lines(path: Path) -> list[str]:
    """The rows as they are written, none if there is no file yet."""
    return read_lines(path) if path.exists() else []


def read(path: Path) -> list[Example]:
    """The reviewed rows, none if there is no file yet; raises ExampleError naming what is wrong."""
    if not path.exists():
        return []
    rows = parse_examples(lines(path), path.name)
    if unrated := sum(row.risk is None for row in rows):
        raise ExampleError(f"{path.name}: 有 {unrated} 条没有 risk")
    return rows


def append(path: Path, row: Mapping[str, object]) -> None:
    """Add one row, on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
