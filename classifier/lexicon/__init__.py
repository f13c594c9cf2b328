"""The word lists, as data that people edit; here is only how to read one."""

from importlib.resources.abc import Traversable
from typing import Any

import yaml

# The same safe loader in C where PyYAML was built with it: a tenth of the time.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(file: Traversable) -> Any:
    """What the YAML file says."""
    text = file.read_text(encoding="utf-8")
    try:
        return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader either way
    except yaml.YAMLError:
        return yaml.safe_load(text)  # fails too, and knows the line better
