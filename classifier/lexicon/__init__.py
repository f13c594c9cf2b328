"""The word lists, as data that people edit; here is only how to read one."""

from importlib.resources.abc import Traversable
from typing import Any

import yaml

# The same safe loader in C where PyYAML was built with it: a tenth of the time.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(file: Traversable) -> Any:
    """What the YAML file says."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader either way
