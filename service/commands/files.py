"""Files that a person names at the terminal, read and written; whatever is wrong is an InputError in Chinese."""

import json
from pathlib import Path
from typing import Any

from classifier.examples import Example, ExampleError, parse_examples
from service.errors import InputError


def read_text(path: Path) -> str:
    """The text of a UTF-8 file."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"读不了 {path}：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} 不是 UTF-8 编码") from error


def read_examples(path: Path) -> list[Example]:
    """Labelled rows."""
    try:
        return parse_examples(read_text(path).splitlines(), path.name)
    except ExampleError as error:
        raise InputError(str(error)) from error


def read_json(path: Path) -> dict[str, Any]:
    """One JSON object."""
    try:
        content = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise InputError(f"{path} 不是合法的 JSON（第 {error.lineno} 行第 {error.colno} 列）") from error
    if not isinstance(content, dict):
        raise InputError(f"{path} 里应是一个 JSON 对象")
    return content


def write_text(path: Path, content: str) -> None:
    """Write a UTF-8 file."""
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise InputError(f"写不了 {path}：{error.strerror}") from error
